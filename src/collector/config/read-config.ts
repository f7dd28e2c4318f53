/**
 * What stands in the places that an agent names → parts, by their hashes. Repositories may mean harm: links are followed only within their
 * place's bounds, only regular files are read, and of everything only so much.
 */
import { lstatSync, readdirSync, readlinkSync, realpathSync, statSync, type Stats } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { parse as parseJson } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import type { ConfigPlace } from '../../agents/agent.ts';
import { readRegularFile } from '../../agents/regular-file.ts';
import { orderParts, toPartHash, type ConfigPart } from '../../core/config-part.ts';
import { canonicalJson } from '../../core/ids.ts';
import { compare } from '../../core/order.ts';

/** Far above what people write for an agent to read. A larger file counts by its size. */
const MOST_FILE_BYTES = 512 * 1024;
/** Files of settings: some agents keep much else in theirs. */
const MOST_VALUES_BYTES = 4 * 1024 * 1024;
/** Of one session: read while its hook's event is taken in, so it has to be over in some milliseconds. */
const MOST_BYTES = 8 * 1024 * 1024;
const MOST_ENTRIES = 2000;
/** A skill's folders within folders. */
const MOST_DEPTH = 5;
/** The file that makes a folder a skill. https://agentskills.io/specification */
const SKILL_FILE = 'SKILL.md';
/** Nobody's contents: what tools put there on their own. */
const PASSED_OVER = new Set(['.git', 'node_modules', '.DS_Store', '__pycache__']);

interface Budget {
  bytes: number;
  entries: number;
  /** Files of settings that were parsed: of one, several keys may count. */
  parsed: Map<string, { value: unknown } | undefined>;
}

/** Ordered parts. Never throws: what is not there, or cannot be read, is no part. */
export function readConfig(places: readonly ConfigPlace[]): ConfigPart[] {
  const budget: Budget = { bytes: MOST_BYTES, entries: MOST_ENTRIES, parsed: new Map() };
  return orderParts(places.flatMap((place) => readPlace(place, budget)));
}

function readPlace(place: ConfigPlace, budget: Budget): ConfigPart[] {
  const { kind, path, name, form } = place;
  if (form === 'file') return toPart(kind, name, hashFile(path, place, budget));
  if (form === 'values' || form === 'entries') return readValues(place, budget);
  if (!isInside(path, place)) return [];
  return listNames(path, budget).flatMap((entry) => {
    const own = join(path, entry);
    if (form === 'files') return entry.endsWith(place.ending ?? '') ? toPart(kind, kind === 'instructions' || kind === 'hooks' ? name + entry : entry.slice(0, entry.length - (place.ending ?? '').length), hashFile(own, place, budget)) : [];
    return isSkill(own, place) ? toPart(kind, entry, hashFolder(own, place, budget)) : [];
  });
}

function toPart(kind: ConfigPart['kind'], name: string, hash: string | undefined): ConfigPart[] {
  return hash === undefined ? [] : [{ kind, name, hash }];
}

function isSkill(folder: string, place: ConfigPlace): boolean {
  return isInside(folder, place) && isInside(join(folder, SKILL_FILE), place);
}

/** Whether it is there and, with all links on the way followed, within the bounds. */
function isInside(path: string, { within }: ConfigPlace): boolean {
  try {
    const [real, bounds] = [realpathSync(path), realpathSync(within)];
    return real === bounds || real.startsWith(bounds.endsWith(sep) ? bounds : bounds + sep);
  } catch {
    return false;
  }
}

function hashFile(path: string, place: ConfigPlace, budget: Budget): string | undefined {
  const text = readWithin(path, place, budget);
  return text === undefined ? undefined : toPartHash(text);
}

/** The file's content; of a link that leads out where it leads, of a large file its size; undefined where there is no file. */
function readWithin(path: string, place: ConfigPlace, budget: Budget): string | undefined {
  try {
    if (!isInside(path, place)) return lstatSync(path).isSymbolicLink() ? `link:${readlinkSync(path)}` : undefined;
    const stats = statSync(path);
    if (!stats.isFile()) return undefined;
    if (stats.size > MOST_FILE_BYTES || stats.size > budget.bytes) return `size:${stats.size}`;
    budget.bytes -= stats.size;
    // Bytes that are no UTF-8 still tell two files apart.
    return readRegularFile(path, MOST_FILE_BYTES).toString('latin1');
  } catch {
    return undefined;
  }
}

/** Of all files in it, with their names. */
function hashFolder(folder: string, place: ConfigPlace, budget: Budget): string {
  const words: string[] = [];
  const walk = (at: string, name: string, depth: number): void => {
    for (const entry of listNames(at, budget)) {
      const [path, own] = [join(at, entry), `${name}${entry}`];
      if (depth < MOST_DEPTH && isFolder(path) && isInside(path, place)) walk(path, `${own}/`, depth + 1);
      else words.push(own, hashFile(path, place, budget) ?? '');
    }
  };
  walk(folder, '', 1);
  return toPartHash(...words);
}

function isFolder(path: string): boolean {
  return look(path)?.isDirectory() ?? false;
}

/** Undefined where nothing is, and where nobody may look: links that lead to themselves, folders that are closed. */
function look(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** In order. Names beyond what may be looked at are left out. */
function listNames(folder: string, budget: Budget): string[] {
  try {
    const names = readdirSync(folder).filter((name) => !PASSED_OVER.has(name)).sort(compare).slice(0, Math.max(0, budget.entries));
    budget.entries -= names.length;
    return names;
  } catch {
    return [];
  }
}

/** Entries, or the value, under the place's key. A file that does not parse, or is too large, tells nothing: agents write more than settings into some. */
function readValues(place: ConfigPlace, budget: Budget): ConfigPart[] {
  const { kind, path, name, form, key = [] } = place;
  const parsed = isInside(path, place) ? parseOnce(path, budget) : undefined;
  const value = key.reduce<unknown>((at, word) => (isRecord(at) && Object.hasOwn(at, word) ? at[word] : undefined), parsed?.value);
  if (value === undefined) return [];
  if (form === 'values' || !isRecord(value)) return toPart(kind, `${name}: ${key.at(-1) ?? ''}`, toPartHash(canonicalJson(value)));
  return Object.entries(value).slice(0, MOST_ENTRIES).flatMap(([entry, one]) => toPart(kind, entry, toPartHash(canonicalJson(one))));
}

function parseOnce(path: string, budget: Budget): { value: unknown } | undefined {
  if (!budget.parsed.has(path)) budget.parsed.set(path, parseFile(path));
  return budget.parsed.get(path);
}

function parseFile(path: string): { value: unknown } | undefined {
  try {
    const text = readRegularFile(path, MOST_VALUES_BYTES).toString('utf8');
    return { value: path.endsWith('.toml') ? parseToml(text) : parseAnyJson(text) };
  } catch {
    // Also what lies so deep that the parser's stack ends.
    return undefined;
  }
}

/** Most have no comments, and are read ten times as fast. */
function parseAnyJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return parseJson(text, [], { allowTrailingComma: true });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The folder, then those above it up to the one that holds `.git`; that folder alone where none does. At most 32. */
export function listProjectFolders(cwd: string): string[] {
  const folders: string[] = [];
  for (let at = cwd; folders.length < 32; at = dirname(at)) {
    folders.push(at);
    if (look(join(at, '.git'))) return folders;
    if (basename(at) === '') break;
  }
  return [cwd];
}
