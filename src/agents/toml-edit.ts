/**
 * Changes to TOML files that people and other programs wrote: every byte that is not part of the change stays. Each change is a piece of
 * text put in, replaced or taken out, and counts only if the text then parses to exactly the values wanted: what cannot be done so is
 * not done. Pure.
 */
import { parse } from 'smol-toml';
import { canonicalJson } from '../core/ids.ts';
import { asRecord } from './untrusted.ts';

/** A TOML text that parsed. */
export interface TomlText {
  text: string;
  values: Readonly<Record<string, unknown>>;
}

const BYTE_ORDER_MARK = '\ufeff';

/** Bytes of a file → its text and values, or the reason why they are no TOML, with line and column (from 1). */
export function parseTomlText(bytes: Uint8Array): TomlText | { reason: string } {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { reason: 'is not valid UTF-8' };
  }
  try {
    return { text, values: toValues(text) };
  } catch (error) {
    const { line, column, message } = error as { line?: number; column?: number; message: string };
    return { reason: `is not valid TOML (${message.split('\n')[0]?.replace(/^Invalid TOML document: /, '') ?? ''}${line === undefined ? '' : `, line ${line}, column ${column ?? 1}`})` };
  }
}

/** Integers that a double cannot hold stay exact: else two of them would look alike. */
function toValues(text: string): Record<string, unknown> {
  return parse(text.replace(BYTE_ORDER_MARK, ''), { integersAsBigInt: 'asNeeded' });
}

/** A text as a TOML string. JSON's escapes are TOML's; only DEL must be escaped as well. */
export function toTomlString(text: string): string {
  return JSON.stringify(text).replaceAll('\u007f', '\\u007f');
}

/** The text with a table of texts added at its end; undefined: it cannot stand there. */
export function addTable(toml: TomlText, path: readonly string[], entries: Readonly<Record<string, string>>): TomlText | undefined {
  const end = lineEnd(toml.text);
  const start = toTableStart(toml.text, end);
  const lines = [`[${path.map(toTomlKey).join('.')}]`, ...Object.entries(entries).map(([key, value]) => `${toTomlKey(key)} = ${toTomlString(value)}`)];
  return accept(`${toml.text}${start}${lines.join(end)}${end}`, withValue(toml.values, path, entries));
}

/** The text with a value in a table, as it is written; `source` undefined takes the value out. The table is made where there is none. undefined: it cannot be done. */
export function setTableSource(toml: TomlText, { table, key, source, value }: { table: string; key: string; source?: string; value?: unknown }): TomlText | undefined {
  const wanted = withValue(toml.values, [table, key], source === undefined ? undefined : value);
  const end = lineEnd(toml.text);
  if (source !== undefined && !Object.hasOwn(toml.values, table)) return accept(`${toml.text}${toTableStart(toml.text, end)}[${toTomlKey(table)}]${end}${toTomlKey(key)} = ${source}${end}`, wanted);
  for (const header of toml.text.matchAll(/^[ \t]*\[[^\n]*\n?/gm)) {
    if (!isHeaderOf(header[0], [table])) continue;
    const at = header.index + header[0].length;
    const [before, body] = [toml.text.slice(0, at), toml.text.slice(at)];
    const isOpen = !before.endsWith('\n');
    const changed = Object.hasOwn(asRecord(toml.values[table]) ?? {}, key)
      ? firstOf(rootValues(body, key), ({ lineStart, start, end: stop }) => {
          const rest = /^[ \t]*\r?\n?/.exec(body.slice(stop))?.[0].length ?? 0;
          return accept(before + (source === undefined ? body.slice(0, lineStart) + body.slice(stop + rest) : body.slice(0, start) + source + body.slice(stop)), wanted);
        })
      : accept(`${before}${isOpen ? end : ''}${toTomlKey(key)} = ${source ?? ''}${end}${body}`, wanted);
    if (changed) return changed;
  }
  return undefined;
}

/** What goes in front of a table at the end of a text. */
function toTableStart(text: string, end: string): string {
  return text === '' || text === BYTE_ORDER_MARK ? '' : `${text.endsWith('\n') ? '' : end}${end}`;
}

/** The text without the table at this path; undefined: it stands there in a form that is not understood. */
export function removeTable(toml: TomlText, path: readonly string[]): TomlText | undefined {
  const wanted = withValue(toml.values, path, undefined);
  for (const header of toml.text.matchAll(/^[ \t]*\[[^\n]*\n?/gm)) {
    if (!isHeaderOf(header[0], path)) continue;
    const rest = toml.text.slice(header.index + header[0].length);
    const body = /^(?:[ \t]*[^\s#[][^\n]*(?:\n|$))*/.exec(rest)?.[0] ?? '';
    const before = toml.text.slice(0, header.index);
    const after = rest.slice(body.length);
    // The blank line in front of it is ours as well.
    const done = accept(before.replace(/(^|\n)\r?\n$/, '$1') + after, wanted) ?? accept(before + after, wanted);
    if (done) return done;
  }
  return undefined;
}

/** The text with a key of the root set to a list of texts; undefined: it cannot be done. */
export function setRootList(toml: TomlText, key: string, list: readonly string[]): TomlText | undefined {
  const source = `[${list.map(toTomlString).join(', ')}]`;
  return setRootSource(toml, key, { source, value: list });
}

/** The same with the value as it is written. */
export function setRootSource(toml: TomlText, key: string, { source, value }: { source: string; value: unknown }): TomlText | undefined {
  const wanted = withValue(toml.values, [key], value);
  if (Object.hasOwn(toml.values, key)) {
    return firstOf(rootValues(toml.text, key), ({ start, end }) => accept(toml.text.slice(0, start) + source + toml.text.slice(end), wanted));
  }
  const end = lineEnd(toml.text);
  const line = `${toTomlKey(key)} = ${source}${end}`;
  return firstOf([...rootEnds(toml.text), toml.text.startsWith(BYTE_ORDER_MARK) ? 1 : 0], (at) => {
    const before = toml.text.slice(0, at);
    const isOpen = before !== '' && before !== BYTE_ORDER_MARK && !before.endsWith('\n');
    return accept(`${before}${isOpen ? end : ''}${line}${toml.text.slice(at)}`, wanted);
  });
}

/** The text without a key of the root, and without its line; undefined: it stands there in a form that is not understood. */
export function removeRootValue(toml: TomlText, key: string): TomlText | undefined {
  const wanted = withValue(toml.values, [key], undefined);
  return firstOf(rootValues(toml.text, key), ({ lineStart, end }) => {
    const rest = /^[ \t]*\r?\n?/.exec(toml.text.slice(end))?.[0].length ?? 0;
    return accept(toml.text.slice(0, lineStart) + toml.text.slice(end + rest), wanted);
  });
}

/** How the value of a root key is written; undefined where it is not found. */
export function findRootSource(toml: TomlText, key: string): string | undefined {
  return firstOf(rootValues(toml.text, key), ({ start, end }) => {
    const source = toml.text.slice(start, end);
    try {
      return isSame(toValues(`k = ${source}`).k, toml.values[key]) ? source : undefined;
    } catch {
      return undefined;
    }
  });
}

function firstOf<T, R>(candidates: Iterable<T>, attempt: (candidate: T) => R | undefined): R | undefined {
  for (const candidate of candidates) {
    const result = attempt(candidate);
    if (result !== undefined) return result;
  }
  return undefined;
}

/** The one gate: the new text counts if it says what is wanted, and nothing else. */
function accept(text: string, wanted: unknown): TomlText | undefined {
  try {
    const values = toValues(text);
    return isSame(values, wanted) ? { text, values } : undefined;
  } catch {
    return undefined;
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return canonicalJson(toComparable(a)) === canonicalJson(toComparable(b));
}

/** Dates and large integers as texts that no other value has. */
function toComparable(value: unknown): unknown {
  if (typeof value === 'bigint') return { bigint: value.toString() };
  if (value instanceof Date) return { date: value.toISOString() };
  // JSON knows neither.
  if (typeof value === 'number' && !Number.isFinite(value)) return { number: String(value) };
  if (Array.isArray(value)) return value.map(toComparable);
  const record = asRecord(value);
  return record ? Object.fromEntries(Object.entries(record).map(([key, item]) => [`=${key}`, toComparable(item)])) : value;
}

/** The values with another at this path; undefined takes it out, and the tables that only held it. */
function withValue(values: Readonly<Record<string, unknown>>, [key = '', ...rest]: readonly string[], value: unknown): Record<string, unknown> {
  const others = Object.fromEntries(Object.entries(values).filter(([name]) => name !== key));
  const inner = rest.length === 0 ? value : withValue(asRecord(values[key]) ?? {}, rest, value);
  const isGone = inner === undefined || (value === undefined && rest.length > 0 && Object.keys(asRecord(inner) ?? {}).length === 0);
  return isGone ? others : { ...others, [key]: inner };
}

function toTomlKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : toTomlString(key);
}

function lineEnd(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

function isHeaderOf(line: string, path: readonly string[]): boolean {
  try {
    let value: unknown = toValues(line);
    for (const key of path) {
      const record = asRecord(value);
      if (!record || Object.keys(record).length !== 1 || !Object.hasOwn(record, key)) return false;
      value = record[key];
    }
    return Object.keys(asRecord(value) ?? { none: true }).length === 0;
  } catch {
    return false;
  }
}

/** Where the root may end: in front of a line that looks like a table's, above the comments and blank lines that belong to that. */
function* rootEnds(text: string): Generator<number> {
  for (const header of text.matchAll(/^[ \t]*\[/gm)) {
    const above = /(?:^|\n)((?:[ \t]*(?:#[^\n]*)?\r?\n)*)$/.exec(text.slice(0, header.index))?.[1] ?? '';
    if (above.length < header.index) yield header.index - above.length;
  }
  if (!/^[ \t]*\[/m.test(text)) yield text.length;
}

interface Extent {
  lineStart: number;
  start: number;
  end: number;
}

/** Where a key of this name, at the beginning of a line, has its value. */
function* rootValues(text: string, key: string): Generator<Extent> {
  const names = [key, JSON.stringify(key), `'${key}'`].map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  for (const match of text.matchAll(new RegExp(`^\ufeff?[ \\t]*(?:${names.join('|')})[ \\t]*=[ \\t]*`, 'gm'))) {
    const start = match.index + match[0].length;
    yield { lineStart: match.index + (match[0].startsWith(BYTE_ORDER_MARK) ? 1 : 0), start, end: findValueEnd(text, start) };
  }
}

const STRING = /"""[\s\S]*?"{3,5}(?!")|'''[\s\S]*?'{3,5}(?!')|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'/y;

/** Behind the value that begins here: strings and comments inside a list do not end it. */
function findValueEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    STRING.lastIndex = at;
    const string = STRING.exec(text)?.[0];
    const char = text[at];
    if (string !== undefined) at += string.length - 1;
    else if (char === '[' || char === '{') depth++;
    else if (char === ']' || char === '}') depth--;
    else if (char === '#' && depth > 0) at = text.indexOf('\n', at) === -1 ? text.length : text.indexOf('\n', at);
    else if (depth === 0 && (char === '\n' || char === '\r' || char === '#')) return trimEnd(text, start, at);
    if (depth === 0 && (char === ']' || char === '}' || string !== undefined)) return at + 1;
  }
  return trimEnd(text, start, text.length);
}

function trimEnd(text: string, start: number, end: number): number {
  return start + text.slice(start, end).trimEnd().length;
}
