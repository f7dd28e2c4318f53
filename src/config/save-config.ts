/** Edits config.yaml: what is changed changes, comments and everything else stay. */
import { readFileSync, realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { isMap, isSeq, stringify, type Document } from 'yaml';
import { createHome, type Home } from './home.ts';
import { replaceFile } from './replace-file.ts';
import { parseYaml } from './yaml-file.ts';

/** The keys of a destination that are to be written, as they shall stand there (`env:NAME`). */
export interface DestinationEntry {
  name: string;
  /** RFC 3339. Written only for a destination that is new. */
  addedAt?: string;
  [key: string]: unknown;
}

/**
 * Adds a destination, or changes the given keys of the one with this name. Throws, and changes nothing, when the file is no
 * YAML or cannot be written.
 */
export function saveDestination(home: Home, entry: DestinationEntry): void {
  const { name, addedAt, ...fields } = entry;
  const whole = { ...fields, ...(addedAt ? { addedAt } : {}) };
  const put = (document: Document): void => {
    const list = document.get('destinations');
    const index = isSeq(list) ? list.items.findIndex((item) => isMap(item) && item.get('name') === name) : -1;
    const path = isSeq(list) ? ['destinations', index] : ['destinations', name];
    const isKnown = isSeq(list) ? index >= 0 : isMap(document.getIn(path));
    if (isKnown) for (const [key, value] of Object.entries(fields)) document.setIn([...path, key], document.createNode(value));
    else if (isSeq(list)) list.add(document.createNode({ name, ...whole }));
    else document.setIn(path, document.createNode(whole));
  };
  editConfig(home, put, (text) => insertEntry(text, name, whole));
}

/** The text with the lines of a destination behind those of the others. What it says then is looked at by the caller. */
function insertEntry(text: string, name: string, fields: Record<string, unknown>): string {
  const lines = text.split('\n');
  const ending = text.includes('\r\n') ? '\r' : '';
  const toLines = (value: object, indent: number): string[] => stringify(value, { lineWidth: 0 }).trimEnd().split('\n').map((line) => `${' '.repeat(indent)}${line}${ending}`);
  const under = lines.findIndex((line) => line.startsWith('destinations:'));
  if (under === -1) return [...(lines.at(-1) === '' ? lines.slice(0, -1) : [...lines.slice(0, -1), `${lines.at(-1) ?? ''}${ending}`]), ...toLines({ destinations: { [name]: fields } }, 0), ''].join('\n');
  let [indent, end] = [0, under + 1];
  for (const [index, line] of lines.entries()) {
    if (index <= under || line.trim() === '') continue;
    const isComment = line.trimStart().startsWith('#');
    const own = line.length - line.trimStart().length;
    if (own === 0 && !isComment) break;
    if (own > 0) end = index + 1;
    if (indent === 0 && !isComment) indent = own;
  }
  return indent === 0 ? text : [...lines.slice(0, end), ...toLines({ [name]: fields }, indent), ...(end === lines.length ? [''] : lines.slice(end))].join('\n');
}

/** Takes a destination out, with the comments right above it. Whether it was there. Throws as `saveDestination` does. */
export function removeDestination(home: Home, name: string): boolean {
  let wasThere = false;
  const drop = (document: Document): void => {
    const list = document.get('destinations');
    const index = isSeq(list) ? list.items.findIndex((item) => isMap(item) && item.get('name') === name) : -1;
    wasThere = isSeq(list) ? index >= 0 && document.deleteIn(['destinations', index]) : isMap(list) && document.deleteIn(['destinations', name]);
    const left = document.get('destinations');
    if (wasThere && (isSeq(left) || isMap(left)) && left.items.length === 0) document.delete('destinations');
  };
  editConfig(home, drop, (text) => cutEntry(text, name));
  return wasThere;
}

/** The text without the lines of a destination that stands in lines of its own. What it says then is looked at by the caller. */
function cutEntry(text: string, name: string): string {
  const lines = text.split('\n');
  const isKey = (line: string): boolean => [name, `"${name}"`, `'${name}'`].some((key) => line.trimStart().startsWith(`${key}:`));
  const indentOf = (line: string): number => line.length - line.trimStart().length;
  const under = lines.findIndex((line) => line.startsWith('destinations:'));
  const indent = indentOf(lines.slice(under + 1).find((line) => line.trim() !== '' && !line.trimStart().startsWith('#')) ?? '');
  const key = lines.findIndex((line, index) => index > under && indentOf(line) === indent && isKey(line));
  if (under === -1 || key === -1) return text;
  let [start, end] = [key, key + 1];
  while (start - 1 > under && lines[start - 1]?.trimStart().startsWith('#') && indentOf(lines[start - 1] ?? '') === indent) start--;
  for (let index = key + 1; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (line.trim() === '') continue;
    if (indentOf(line) <= indent) break;
    end = index + 1;
  }
  return [...lines.slice(0, start), ...lines.slice(end)].join('\n');
}

/** Sets one of the plain settings. Throws as `saveDestination` does. */
export function saveSetting(home: Home, key: 'userId' | 'project', value: string): void {
  editConfig(home, (document) => document.set(key, value));
}

/** `cut`: the same change made in the text, byte for byte elsewhere; it counts where the text then says just what the change makes. */
function editConfig(home: Home, change: (document: Document) => void, cut?: (text: string) => string): void {
  const before = readText(home.configFile);
  const { document, problems, value } = parseYaml(before ?? '', basename(home.configFile));
  const reason = problems[0]?.detail ?? (value !== null && value !== undefined && (typeof value !== 'object' || Array.isArray(value)) ? 'it holds no keys' : undefined);
  if (reason) throw new Error(`${home.configFile} cannot be changed: ${reason}. Mend it and try again.`);
  // `destinations:` with nothing behind it is no map yet.
  if (document.has('destinations') && document.get('destinations') === undefined) document.delete('destinations');
  // What is added to a map without keys stands in lines.
  for (const map of [document.contents, document.get('destinations')]) if (isMap(map) && map.items.length === 0) map.flow = false;
  change(document);
  const cutText = before === undefined ? undefined : cut?.(before);
  if (before !== undefined && cutText !== undefined && cutText !== before && says(cutText, document)) return replaceFile(realPath(home.configFile), cutText, { mode: 0o600 });
  const isEmpty = isMap(document.contents) && document.contents.items.length === 0;
  const written = document.toString({ lineWidth: 0 });
  const text = isEmpty ? written.replace(/^\{\}\n/m, '') : written;
  createHome(home);
  replaceFile(realPath(home.configFile), before?.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text, { mode: 0o600 });
}

function says(text: string, document: Document): boolean {
  const { value, problems } = parseYaml(text, '');
  return problems.length === 0 && JSON.stringify(value) === JSON.stringify(document.toJS());
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A linked configuration stays a link. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
