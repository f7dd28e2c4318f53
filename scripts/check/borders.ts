/** What only one room may do: read the environment, speak and leave, spell attribute names. And what no room may: numbered parameters in SQL. */
import type { CheckResult, Finding, House } from './check.ts';
import { walk, type Node, type SourceFile } from './source-file.ts';

/** Where a process of ours begins. */
const ENTRY_POINT = /\/main\.ts$/;

/** Names of attributes, not of files. */
const ATTRIBUTE = /^(?:gen_ai|spoor)\.(?!(?:db|log|pid|lock|sock|yaml|json|mjs|sh)\b)[a-z_]/;

export function checkBorders(house: House): CheckResult {
  const files = house.files.filter((file) => file.path.startsWith('src/'));
  return { figures: `${files.length} files`, findings: files.flatMap((file) => [...processUses(file), ...attributeNames(file), ...numberedParameters(file)]) };
}

function processUses(file: SourceFile): Finding[] {
  const findings: Finding[] = [];
  const say = (node: Node, message: string): void => void findings.push({ path: file.path, line: file.lineAt(node.start), message });
  walk(file.program, (node) => {
    const [object, property] = [nameOf(node.object), nameOf(node.property)];
    if (node.type !== 'MemberExpression') return;
    if (object === 'process' && property === 'env' && !file.path.startsWith('src/config/')) say(node, 'only config reads process.env');
    if (mayTalk(file.path)) return;
    if (object === 'console') say(node, 'only cli speaks: no console here');
    if (object === 'process' && ['exit', 'exitCode', 'stdout', 'stderr'].includes(property ?? '')) say(node, `only cli and entry points use process.${property}`);
  });
  return findings;
}

/** `?1` in a statement. */
const NUMBERED = /\b(?:SELECT|DELETE|UPDATE|INSERT)\b[^]*[\s(,=]\?[1-9]/;

/** The oldest Node.js that we run on does not bind them by their place. */
function numberedParameters(file: SourceFile): Finding[] {
  const findings: Finding[] = [];
  walk(file.program, (node) => {
    const text = textOf(node);
    if (text !== undefined && NUMBERED.test(text)) findings.push({ path: file.path, line: file.lineAt(node.start), message: 'parameters of SQL are plain ?: Node.js 22.18 does not bind numbered ones' });
  });
  return findings;
}

function attributeNames(file: SourceFile): Finding[] {
  if (file.path.startsWith('src/semconv/')) return [];
  const findings: Finding[] = [];
  walk(file.program, (node) => {
    const text = textOf(node);
    if (text !== undefined && ATTRIBUTE.test(text)) findings.push({ path: file.path, line: file.lineAt(node.start), message: `the attribute name ${text} belongs into semconv` });
  });
  return findings;
}

/** Of a literal, or of a stretch of a template. */
function textOf(node: Node): string | undefined {
  const text = node.type === 'Literal' ? node.value : node.type === 'TemplateElement' ? (node.value as { raw?: unknown }).raw : undefined;
  return typeof text === 'string' ? text : undefined;
}

function mayTalk(path: string): boolean {
  return path.startsWith('src/cli/') || ENTRY_POINT.test(path);
}

function nameOf(value: unknown): string | undefined {
  const name = (value as { name?: unknown } | undefined | null)?.name;
  return typeof name === 'string' ? name : undefined;
}
