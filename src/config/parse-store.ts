/** `store:` of config.yaml: how long the store keeps what. */
import type { Problem } from '../core/problem.ts';
import { openEntry, readText, type Entry } from './destination/entry.ts';
import type { YamlFile } from './yaml-file.ts';

/** Absent: for ever, or without a limit. */
export interface KeepSettings {
  /** Texts of turns that ended longer ago are let go of. */
  contentMillis?: number;
  /** So are their spans but the roots. */
  spansMillis?: number;
  /** The most that the store may hold: the oldest texts go first, then the oldest spans. */
  bytes?: number;
}

/** Three months: enough to look back at a piece of work, and about as long as agents keep their own history. */
export const DEFAULT_KEEP: KeepSettings = { contentMillis: 90 * 86_400_000 };

/** A wrong value counts as `forever`: what cannot be read must not delete anything. */
export function parseStore(file: YamlFile, value: unknown, problems: Problem[]): KeepSettings {
  if (value === undefined || value === null) return DEFAULT_KEEP;
  const store = openEntry(file, { path: ['store'], value, subject: 'store', keys: ['keep'] }, problems);
  if (!store) return {};
  if (store.fields.keep === undefined || store.fields.keep === null) return DEFAULT_KEEP;
  const keep = openEntry(file, { path: ['store', 'keep'], value: store.fields.keep, subject: 'store: keep', keys: ['content', 'spans', 'size'] }, problems);
  if (!keep) return {};
  const contentMillis = readAge(keep, 'content', DEFAULT_KEEP.contentMillis);
  const spansMillis = readAge(keep, 'spans', undefined);
  const bytes = readSize(keep);
  return { ...(contentMillis === undefined ? {} : { contentMillis }), ...(spansMillis === undefined ? {} : { spansMillis }), ...(bytes === undefined ? {} : { bytes }) };
}

const UNIT_MILLIS = { h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000, y: 365 * 86_400_000 } as const;

function readAge(entry: Entry, key: string, standard: number | undefined): number | undefined {
  const text = readText(entry, key);
  if (text === undefined) return entry.fields[key] === undefined || entry.fields[key] === null ? standard : undefined;
  if (text === 'forever') return undefined;
  const [, count, unit] = /^(\d+(?:\.\d+)?)\s*([hdwy])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return Math.round(Number(count) * UNIT_MILLIS[unit as keyof typeof UNIT_MILLIS]);
  entry.tell(key, `"${key}" must be forever or a span of time such as 90d, 12h, 8w or 1y`);
  return undefined;
}

const UNIT_BYTES = { kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 } as const;

function readSize(entry: Entry): number | undefined {
  const text = readText(entry, 'size');
  if (text === undefined || text === 'forever') return undefined;
  const [, count, unit] = /^(\d+(?:\.\d+)?)\s*([kmgt]b)$/i.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return Math.round(Number(count) * UNIT_BYTES[unit.toLowerCase() as keyof typeof UNIT_BYTES]);
  entry.tell('size', '"size" must be an amount such as 500MB or 5GB');
  return undefined;
}
