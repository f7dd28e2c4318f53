/**
 * `npm run new agent <id> ["Title"]`: a room for one more coding agent, made from `src/agents/_template/`, and its line in the list. What it still
 * lacks the contract suite tells: `npm test test/contracts`. How to go on: docs/add-an-agent.md.
 */
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = join(import.meta.dirname, '..');
const USAGE = 'Usage: npm run new agent <id> ["Title"]\n  id     as on the command line: small letters, digits and hyphens, such as wren-cli\n  Title  as its maker writes it; default: made of the id\n';

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) process.exitCode = main(process.argv.slice(2));

function main([kind, id, title]: string[]): number {
  if (kind !== 'agent' || id === undefined) return fail(USAGE, 2);
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id) || id === 'template') return fail(`"${id}" cannot be an agent's id.\n${USAGE}`, 2);
  const room = join('src', 'agents', id);
  if (existsSync(join(ROOT, room))) return fail(`${room} is there already. Choose another id, or go on with that one.\n`, 1);
  const names = toNames(id, title);
  mkdirSync(join(ROOT, room));
  const files = globSync('src/agents/_template/*.ts', { cwd: ROOT }).sort();
  for (const path of files) writeFileSync(join(ROOT, room, basename(path)), rename(readFileSync(join(ROOT, path), 'utf8'), names));
  const list = join(ROOT, 'src', 'agents', 'index.ts');
  writeFileSync(list, addToList(readFileSync(list, 'utf8'), names));
  process.stdout.write(`${room}/ has ${files.length} files, and src/agents/index.ts one line more. They read a format that nobody has: write ${names.title}'s instead.
What is missing:   npm test test/contracts/agent.test.ts
How to go on:      docs/add-an-agent.md
`);
  return 0;
}

export interface AgentNames {
  id: string;
  title: string;
  /** wrenCli, WrenCli, WREN_CLI */
  camel: string;
  pascal: string;
  upper: string;
}

/** `wren-cli` → the forms in which it stands in code and texts. */
export function toNames(id: string, title?: string): AgentNames {
  const words = id.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const pascal = words.join('');
  return { id, title: title ?? words.join(' '), camel: pascal.charAt(0).toLowerCase() + pascal.slice(1), pascal, upper: id.toUpperCase().replaceAll('-', '_') };
}

/** A file of the template → the same file of the new room. */
export function rename(text: string, { id, title, camel, pascal, upper }: AgentNames): string {
  return text
    .replaceAll('TEMPLATE_', `${upper}_`)
    .replaceAll('findTemplateHome', `find${pascal}Home`)
    .replaceAll(/\btemplate(History|Installer)\b/g, `${camel}$1`)
    .replaceAll('const template:', `const ${camel}:`)
    .replaceAll(/(['.])template\b/g, `$1${id}`)
    .replaceAll(/\bTemplate\b/g, title);
}

/** `agents/index.ts` with the agent at the end of the list. */
export function addToList(text: string, { id, camel }: AgentNames): string {
  const imports = [...text.matchAll(/^import \{ .* \} from '\.\/.*';$/gm)];
  const last = imports.at(-1);
  if (!last) throw new Error('src/agents/index.ts has no imports to stand beside');
  const end = last.index + last[0].length;
  return `${text.slice(0, end)}\nimport { ${camel} } from './${id}/agent.ts';${text.slice(end).replace(/(agents: readonly Agent\[\] = \[[^\]]*)\]/, `$1, ${camel}]`)}`;
}

function fail(message: string, code: number): number {
  process.stderr.write(message);
  return code;
}
