/** One map of config.yaml while it is read: its fields, and how to say what is wrong with one. */
import { isAbsolute, join, resolve } from 'node:path';
import type { Problem } from '../../core/problem.ts';
import type { YamlFile, YamlPath } from '../yaml-file.ts';

/** Where relative paths and `~/` of the file lead to. */
export interface PathContext {
  /** SPOOR_HOME. */
  root: string;
  userHome?: string;
  /** The key of hashed names, made when it is first asked for. Undefined: it can be neither read nor made. */
  hashKey?(): string | undefined;
}

export interface Entry {
  fields: Record<string, unknown>;
  /** It may have been meant to keep something at home. */
  hasUnknownKey?: boolean;
  /** `key`: where it stands below this map; undefined: the map itself. */
  tell(key: string | readonly string[] | undefined, sentence: string, code?: string): void;
}

/** `subject` begins each message: `destination "x"`. Keys that are not known are told at once, with their `consequence`. Undefined: no map, which was told. */
export function openEntry(file: YamlFile, at: { path: YamlPath; value: unknown; subject: string; keys: readonly string[]; consequence?: string }, problems: Problem[]): Entry | undefined {
  const { path, value, subject, keys, consequence } = at;
  const tell: Entry['tell'] = (key, sentence, code = 'config-bad-value') => {
    problems.push(file.problemAt([...path, ...[key ?? []].flat()], code, `${subject}: ${sentence}`));
  };
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    tell(undefined, `expected keys such as "${keys.find((key) => key === 'url') ?? keys[0]}"`);
    return undefined;
  }
  const fields = value as Record<string, unknown>;
  return { fields, tell, hasUnknownKey: tellUnknownKeys({ fields, tell }, keys, consequence) };
}

/** Whether there are any. */
export function tellUnknownKeys({ fields, tell }: Entry, keys: readonly string[], consequence?: string): boolean {
  const unknown = Object.keys(fields).filter((key) => !keys.includes(key));
  for (const key of unknown) tell(key, `unknown key "${key}"; ${consequence === undefined ? '' : `${consequence}; `}known are ${keys.join(', ')}`, 'config-unknown-key');
  return unknown.length > 0;
}

/** Whether a key is there with a value. */
export function isSaid({ fields }: Entry, key: string): boolean {
  return fields[key] !== undefined && fields[key] !== null;
}

/** The value of a key that has a few known words; undefined (and a problem) when it is another. */
export function choose<T extends string, D extends T | undefined>(entry: Entry, key: string, words: readonly T[], standard: D): T | D | undefined {
  const value = entry.fields[key];
  if (value === undefined || value === null) return standard;
  const word = words.find((known) => known === value);
  if (!word) entry.tell(key, `"${key}" must be ${words.join(' or ')}`);
  return word;
}

/** A text that is not empty, without the blanks around it. */
export function readText(entry: Entry, key: string): string | undefined {
  const value = entry.fields[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  if (typeof value === 'number') return String(value);
  entry.tell(key, `"${key}" must be a text`);
  return undefined;
}

/** A number within limits; undefined (and a problem) when it is another. */
export function readNumber(entry: Entry, key: string, { from, to }: { from: number; to: number }): number | undefined {
  const value = entry.fields[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && value >= from && value <= to) return value;
  entry.tell(key, `"${key}" must be a number from ${from} to ${to}`);
  return undefined;
}

/** One text or a list of texts; undefined where none is said. */
export function readTexts(entry: Entry, key: string): string[] | undefined {
  const value = entry.fields[key];
  if (value === undefined || value === null) return undefined;
  const texts = (Array.isArray(value) ? (value as unknown[]) : [value]).map((item) => (typeof item === 'string' ? item.trim() : ''));
  if (texts.length > 0 && texts.every((text) => text !== '')) return texts;
  entry.tell(key, `"${key}" must be a text or a list of texts`);
  return undefined;
}

/** A path of the file → an absolute one, or the reason why it is none. */
export function toPath(text: string, { root, userHome }: PathContext): string | { reason: string } {
  if (text === '~' || text.startsWith('~/')) return userHome ? join(userHome, text.slice(1)) : { reason: 'begins with ~/ and there is no HOME' };
  return isAbsolute(text) ? text : resolve(root, text);
}

/** A path under a key. */
export function readPath(entry: Entry, key: string, context: PathContext): string | undefined {
  const text = readText(entry, key);
  const path = text === undefined ? undefined : toPath(text, context);
  if (path === undefined || typeof path === 'string') return path;
  entry.tell(key, `"${key}" ${path.reason}`);
  return undefined;
}

/** Folders under a key. One that cannot be meant is told, and the whole key counts as `undefined`: the caller says what is safe then. */
export function readFolders(entry: Entry, key: string, context: PathContext): string[] | undefined {
  const paths = readTexts(entry, key)?.map((text) => toPath(text, context));
  const wrong = paths?.find((path) => typeof path !== 'string');
  if (wrong) entry.tell(key, `"${key}" ${wrong.reason}`);
  return wrong ? undefined : (paths as string[] | undefined);
}

/** `90d`, `12h`, `30m`, `45s` → milliseconds. */
export function readDuration(entry: Entry, key: string): number | undefined {
  const text = readText(entry, key);
  if (text === undefined) return undefined;
  const [, count, unit] = /^(\d+(?:\.\d+)?)\s*([smhd])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return Math.round(Number(count) * UNIT_MILLIS[unit as keyof typeof UNIT_MILLIS]);
  entry.tell(key, `"${key}" must be a span of time such as 90d, 12h or 30m`);
  return undefined;
}

const UNIT_MILLIS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
