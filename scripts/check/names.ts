/** Words that say nothing do not name anything here. */
import type { CheckResult, Finding, House } from './check.ts';
import { isNode, walk, type Node, type SourceFile } from './source-file.ts';

const EMPTY_WORDS = new Set(['handle', 'handler', 'handles', 'handling', 'manage', 'manager', 'manages', 'util', 'utils', 'utility', 'utilities', 'helper', 'helpers', 'common', 'misc', 'impl']);

/** `IStore` says only that it is an interface. */
const PREFIXED_TYPE = /^I[A-Z][a-z]/;

const KEBAB = /^_?[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+)*$/;

/** Named by others. */
const FREE_FILES = new Set(['README.md', 'LICENSE', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', 'AGENTS.md', 'SKILL.md']);

/** Files in the homes of fixtures have the names that the agents give. */
const AGENTS_FILE = /^test\/fixtures\/agents\/[^/]+\/[^/]+\/home\//;

export function checkNames(house: House): CheckResult {
  let names = 0;
  const findings = house.files.flatMap((file) => {
    const declared = declaredNames(file);
    names += declared.length;
    return declared.flatMap(({ name, node }) => problemOf(file, name, node));
  });
  findings.push(...house.paths.flatMap(fileProblem));
  return { figures: `${names} names in ${house.files.length} files, ${house.paths.length} file names`, findings };
}

/** Names that this file gives: not those of others that it uses. */
function declaredNames(file: SourceFile): { name: string; node: Node }[] {
  const names: { name: string; node: Node }[] = [];
  const add = (value: unknown): void => {
    if (!isNode(value)) return;
    if (value.type === 'Identifier' && typeof value.name === 'string') names.push({ name: value.name, node: value });
    else if (value.type === 'AssignmentPattern') add(value.left);
    else if (value.type === 'RestElement') add(value.argument);
    else if (value.type === 'ArrayPattern') (value.elements as unknown[]).forEach(add);
    else if (value.type === 'ObjectPattern') (value.properties as Node[]).forEach((property) => add(property.value ?? property.argument));
  };
  walk(file.program, (node) => {
    if (['VariableDeclarator', 'FunctionDeclaration', 'ClassDeclaration', 'TSInterfaceDeclaration', 'TSTypeAliasDeclaration'].includes(node.type)) add(node.id);
    if (['TSPropertySignature', 'TSMethodSignature', 'PropertyDefinition', 'MethodDefinition'].includes(node.type) && node.computed !== true) add(node.key);
    if (Array.isArray(node.params)) node.params.forEach(add);
  });
  return names;
}

function problemOf(file: SourceFile, name: string, node: Node): Finding[] {
  const word = wordsOf(name).find((one) => EMPTY_WORDS.has(one));
  const say = (message: string): Finding[] => [{ path: file.path, line: file.lineAt(node.start), message }];
  if (word) return say(`"${name}" says "${word}": name what it does`);
  return PREFIXED_TYPE.test(name) ? say(`"${name}" says only that it is an interface`) : [];
}

function fileProblem(path: string): Finding[] {
  const base = path.split('/').at(-1) ?? '';
  if (FREE_FILES.has(base) || base.startsWith('.') || AGENTS_FILE.test(path)) return [];
  const parts = path.split('/').flatMap((part) => part.split(/[-._]/));
  const word = parts.find((part) => EMPTY_WORDS.has(part));
  if (word) return [{ path, message: `the path says "${word}"` }];
  return KEBAB.test(base) ? [] : [{ path, message: 'file names are kebab-case' }];
}

function wordsOf(name: string): string[] {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(/[\s_$]+/).map((word) => word.toLowerCase());
}
