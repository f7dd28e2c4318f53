/** A TypeScript file, parsed: its imports, its functions, its tree. */
import { parseSync } from 'oxc-parser';

/** A node of the tree; only what the checks look at is typed. */
export interface Node {
  type: string;
  start: number;
  end: number;
  [key: string]: unknown;
}

export interface ImportEdge {
  /** As written. */
  specifier: string;
  /** The file it means, relative to the root; absent for packages and `node:`. */
  target?: string;
  /** Gone when types are stripped. */
  typeOnly: boolean;
  line: number;
}

export interface FunctionSize {
  name: string;
  line: number;
  lines: number;
}

export interface SourceFile {
  path: string;
  text: string;
  lines: number;
  imports: ImportEdge[];
  functions: FunctionSize[];
  program: Node;
  /** Line of an offset, from 1. */
  lineAt(offset: number): number;
  parseErrors: string[];
}

const FUNCTION_TYPES = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

/** Parses one file. Errors of syntax are listed, not thrown. */
export function parseSource(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text);
  const lineAt = toLineFinder(text);
  const tree = program as unknown as Node;
  const imports: ImportEdge[] = [];
  const functions: FunctionSize[] = [];
  walk(tree, (node, parent) => {
    const edge = toImport(node);
    if (edge) imports.push({ ...edge, line: lineAt(node.start), ...targetOf(path, edge.specifier) });
    if (FUNCTION_TYPES.has(node.type) && node.body && !isSuite(parent)) functions.push({ name: nameOf(node, parent), line: lineAt(node.start), lines: lineAt(node.end) - lineAt(node.start) + 1 });
  });
  return { path, text, lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0), imports, functions, program: tree, lineAt, parseErrors: errors.map((error) => error.message) };
}

/** Visits every node, parents first. */
export function walk(node: Node, visit: (node: Node, parent?: Node) => void, parent?: Node): void {
  visit(node, parent);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child, visit, node);
  }
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string' && 'start' in value;
}

function toImport(node: Node): { specifier: string; typeOnly: boolean } | undefined {
  if (!['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration', 'ImportExpression', 'TSImportType'].includes(node.type)) return undefined;
  const source = (node.source ?? node.argument) as { value?: unknown } | null | undefined;
  if (typeof source?.value !== 'string') return undefined;
  return { specifier: source.value, typeOnly: node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type' };
}

/** `./x.ts` from its folder, `#spoor/x.ts` from `src/`. */
function targetOf(path: string, specifier: string): { target?: string } {
  if (specifier.startsWith('#spoor/')) return { target: `src/${specifier.slice('#spoor/'.length)}` };
  if (!specifier.startsWith('.')) return {};
  const parts = path.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return { target: parts.join('/') };
}

/** A suite is a list of tests, not a function. */
function isSuite(parent?: Node): boolean {
  return parent?.type === 'CallExpression' && ['describe', 'suite'].includes(String((parent.callee as { name?: unknown }).name));
}

function nameOf(node: Node, parent?: Node): string {
  const named = [node.id, parent?.id, parent?.key].find((candidate) => isNode(candidate) && typeof candidate.name === 'string') as { name: string } | undefined;
  if (named) return named.name;
  const [first] = (parent?.arguments ?? []) as { value?: unknown }[];
  return typeof first?.value === 'string' ? `"${first.value}"` : '(unnamed)';
}

function toLineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}
