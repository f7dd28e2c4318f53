/**
 * Changes to JSON files that people and other programs wrote: every byte that is not part of the change stays, with its
 * comments, order, indentation, line ends and byte order mark. Pure.
 */
import { createScanner, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';

/** A JSON text (comments and trailing commas allowed) that parsed. */
export interface JsonText {
  text: string;
  root: Node;
}

const BYTE_ORDER_MARK = '\ufeff';
/** jsonc-parser's numbers for tokens; its names do not survive type stripping. */
const COMMA = 5;
const LINE_COMMENT = 12;
const BLOCK_COMMENT = 13;
const TRIVIA = 15;
const END = 17;

/** Bytes of a file → its text and tree, or the reason why they are no JSON, with line and column (from 1). */
export function parseJsonText(bytes: Uint8Array): JsonText | { reason: string } {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { reason: 'is not valid UTF-8' };
  }
  return parseText(text);
}

function parseText(text: string): JsonText | { reason: string } {
  if (text.replace(BYTE_ORDER_MARK, '').trim() === '') return { reason: 'is empty' };
  const errors: ParseError[] = [];
  // A blank instead of the mark keeps every offset.
  const root = parseTree(text.startsWith(BYTE_ORDER_MARK) ? ` ${text.slice(1)}` : text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error || !root) return { reason: `is not valid JSON (${toWords(error)}, ${toPlace(text, error?.offset ?? 0)})` };
  return { text, root };
}

function toWords(error: ParseError | undefined): string {
  return error ? printParseErrorCode(error.error).replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase() : 'value expected';
}

function toPlace(text: string, offset: number): string {
  const before = text.slice(0, offset).replace(BYTE_ORDER_MARK, '');
  const lines = before.split(/\r\n|\n|\r/);
  return `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
}

/** The value node of a property; undefined when the node is no object or has no such property. */
export function findProperty(node: Node | undefined, key: string): Node | undefined {
  return propertiesOf(node, key)[0]?.children?.[1];
}

/** Whether a key stands there more than once: readers disagree on which of them counts. */
export function isRepeated(node: Node | undefined, key: string): boolean {
  return propertiesOf(node, key).length > 1;
}

function propertiesOf(node: Node | undefined, key: string): Node[] {
  return node?.type === 'object' ? (node.children ?? []).filter((property) => property.children?.[0]?.value === key) : [];
}

/** The text with a property added at the end of an object of its tree. */
export function addProperty(json: JsonText, object: Node, key: string, value: unknown): JsonText {
  return insertLast(json, object, (style) => `${JSON.stringify(key)}:${style.isSpaced ? ' ' : ''}${toJson(value, style)}`);
}

/** The text with an item added at the end of an array of its tree. */
export function addItem(json: JsonText, array: Node, value: unknown): JsonText {
  return insertLast(json, array, (style) => toJson(value, style));
}

/** The text with a value replaced by another. */
export function replaceValue(json: JsonText, node: Node, value: unknown): JsonText {
  const style = { ...styleOf(json), indent: lineIndent(json.text, node.offset) };
  return replaceSource(json, node, toJson(value, isOneLine(json, enclosing(node)) ? inline(style) : style));
}

/** The text with a value replaced by another piece of JSON, as it is written. */
export function replaceSource(json: JsonText, node: Node, source: string): JsonText {
  return splice(json, { start: node.offset, end: node.offset + node.length, text: source });
}

/** A value as it is written. */
export function sourceOf({ text }: JsonText, node: Node): string {
  return text.slice(node.offset, node.offset + node.length);
}

/** The text without this value: with its key, its comma, and its lines where nothing else stands in them. */
export function removeNode(json: JsonText, node: Node): JsonText {
  const item = node.parent?.type === 'property' ? node.parent : node;
  const container = item.parent;
  const siblings = container?.children;
  if (!container || !siblings) throw new Error('the whole document cannot be removed from itself');
  const index = siblings.indexOf(item);
  const limit = container.offset + container.length - 1;
  const next = siblings[index + 1];
  const previous = siblings[index - 1];
  if (next) return removeBeforeNext(json, item, next);
  if (previous) return removeLast(json, item, { previous, limit });
  const open = container.offset + 1;
  const end = (findComma(json.text, item.offset + item.length, limit) ?? item.offset + item.length - 1) + 1;
  const isBare = isBlank(json.text, open, item.offset) && isBlank(json.text, end, limit);
  return splice(json, isBare ? { start: open, end: limit, text: '' } : { start: item.offset, end, text: '' });
}

function removeBeforeNext(json: JsonText, item: Node, next: Node): JsonText {
  const { text } = json;
  const behind = (findComma(text, item.offset + item.length, next.offset) ?? item.offset + item.length - 1) + 1;
  const line = lineStart(text, item.offset);
  const lineEnd = endOfLine(text, behind);
  const ownsLines = lineEnd <= next.offset && isBlank(text, line, item.offset) && isBlank(text, behind, lineEnd);
  if (ownsLines) return splice(json, { start: line, end: lineEnd, text: '' });
  return splice(json, { start: item.offset, end: isBlank(text, behind, next.offset) ? next.offset : behind, text: '' });
}

function removeLast(json: JsonText, item: Node, { previous, limit }: { previous: Node; limit: number }): JsonText {
  const { text } = json;
  const end = item.offset + item.length;
  const before = findComma(text, previous.offset + previous.length, item.offset) ?? previous.offset + previous.length;
  // A comment that stands between belongs to the item before: only the white space behind it goes.
  const start = before + 1 + text.slice(before + 1, item.offset).trimEnd().length;
  const trailing = findComma(text, end, limit);
  if (trailing !== undefined) return splice(json, { start, end: trailing + 1, text: '' });
  return splice(json, { start: before, end: before + 1, text: '' }, { start, end, text: '' });
}

interface Style {
  /** One step of indentation; undefined: everything on one line. */
  unit?: string;
  lineEnd: string;
  /** Indentation of the line in which the value begins. */
  indent: string;
  /** A blank behind colons and commas. */
  isSpaced: boolean;
}

function insertLast(json: JsonText, container: Node, render: (style: Style) => string): JsonText {
  const { text } = json;
  const last = container.children?.at(-1);
  if (!last) return insertOnly(json, container, render);
  const lastEnd = last.offset + last.length;
  const close = container.offset + container.length - 1;
  const style = { ...styleOf(json), indent: lineIndent(text, last.offset) };
  const comma = findComma(text, lastEnd, close);
  const behind = comma === undefined ? lastEnd : comma + 1;
  if (!isBlank(text, lineStart(text, last.offset), last.offset)) {
    const item = `${style.isSpaced ? ' ' : ''}${render(inline(style))}`;
    return splice(json, { start: behind, end: behind, text: comma === undefined ? `,${item}` : item });
  }
  // Behind the comment that belongs to the last item, in front of what stands at the end of the list.
  const at = Math.min(endOfComment(text, behind), close);
  const item = `${style.lineEnd}${style.indent}${render(isCompact(json, last) ? inline(style) : style)}`;
  if (comma !== undefined) return splice(json, { start: at, end: at, text: `${item},` });
  return splice(json, { start: lastEnd, end: lastEnd, text: ',' }, { start: at, end: at, text: item });
}

function insertOnly(json: JsonText, container: Node, render: (style: Style) => string): JsonText {
  const { text } = json;
  const open = container.offset + 1;
  const close = container.offset + container.length - 1;
  const outer = lineIndent(text, container.offset);
  const style = { ...styleOf(json), indent: outer };
  if (isOneLine(json, enclosing(container))) return splice(json, { start: open, end: isBlank(text, open, close) ? close : open, text: render(inline(style)) });
  const inner = { ...style, indent: outer + (style.unit ?? '') };
  const rest = text.slice(open, close).trimEnd();
  return splice(json, { start: open, end: close, text: `${rest}${style.lineEnd}${inner.indent}${render(inner)}${style.lineEnd}${outer}` });
}

/** How this file is written. A file of one line says nothing of indentation: two blanks then. */
function styleOf({ text, root }: JsonText): Style {
  const body = sourceOf({ text, root }, root);
  const first = root.children?.[0];
  const step = first ? text.slice(lineStart(text, first.offset), first.offset) : '';
  const isSpaced = !/"[ \t]*:/.test(body) || /"[ \t]*:[ \t\r\n]/.test(body);
  return { unit: /^[ \t]+$/.test(step) ? step : '  ', lineEnd: /\r\n|\n|\r/.exec(text)?.[0] ?? '\n', indent: '', isSpaced };
}

function inline({ lineEnd, indent, isSpaced }: Style): Style {
  return { lineEnd, indent, isSpaced };
}

/** The object or array in which a value (or the property that holds it) stands; undefined at the root. */
function enclosing(node: Node): Node | undefined {
  return node.parent?.type === 'property' ? node.parent.parent : node.parent;
}

function isOneLine(json: JsonText, container: Node | undefined): boolean {
  return container !== undefined && !/[\r\n]/.test(sourceOf(json, container));
}

/** Whether an item holds something and all of it stands in one line: the next one is then written the same way. */
function isCompact(json: JsonText, item: Node): boolean {
  const value = item.type === 'property' ? item.children?.[1] : item;
  return (value?.children?.length ?? 0) > 0 && isOneLine(json, value);
}

function toJson(value: unknown, style: Style): string {
  const { unit, lineEnd, indent, isSpaced } = style;
  if (unit !== undefined) return JSON.stringify(value, null, unit).replaceAll('\n', `${lineEnd}${indent}`);
  if (!isSpaced || value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => toJson(item, style)).join(', ')}]`;
  return `{${Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${toJson(item, style)}`).join(', ')}}`;
}

/** The text with pieces replaced, first to last, parsed again. */
function splice({ text }: JsonText, ...pieces: { start: number; end: number; text: string }[]): JsonText {
  let result = '';
  let done = 0;
  for (const piece of pieces) {
    result += text.slice(done, piece.start) + piece.text;
    done = piece.end;
  }
  const parsed = parseText(result + text.slice(done));
  if ('reason' in parsed) throw new Error(`an edit of JSON went wrong: the result ${parsed.reason}`);
  return parsed;
}

function isBlank(text: string, start: number, end: number): boolean {
  return text.slice(start, end).replace(BYTE_ORDER_MARK, '').trim() === '';
}

function findComma(text: string, from: number, to: number): number | undefined {
  const scanner = createScanner(text.slice(0, to));
  scanner.setPosition(from);
  for (let token: number = scanner.scan(); token !== END; token = scanner.scan()) if (token === COMMA) return scanner.getTokenOffset();
  return undefined;
}

/** Behind blanks and comments that follow in the same line. */
function endOfComment(text: string, from: number): number {
  const scanner = createScanner(text);
  scanner.setPosition(from);
  let end = from;
  for (let token: number = scanner.scan(); token === TRIVIA || token === BLOCK_COMMENT || token === LINE_COMMENT; token = scanner.scan()) {
    if (token !== TRIVIA && /[\r\n]/.test(text.slice(scanner.getTokenOffset(), scanner.getPosition()))) break;
    if (token !== TRIVIA) end = scanner.getPosition();
    if (token === LINE_COMMENT) break;
  }
  return end;
}

function lineStart(text: string, offset: number): number {
  return Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
}

/** Behind the line break of the line in which this offset stands. */
function endOfLine(text: string, offset: number): number {
  const rest = /\r\n|\n|\r/g;
  rest.lastIndex = offset;
  const match = rest.exec(text);
  return match ? match.index + match[0].length : text.length;
}

function lineIndent(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset)).replace(BYTE_ORDER_MARK, ''))?.[0] ?? '';
}
