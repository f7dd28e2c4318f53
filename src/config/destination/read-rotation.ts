/** `rotate: {maxBytes: 100000000, maxFiles: 5}` of a file. */
import type { FileRotation } from '../../exporters/exporter.ts';
import { openEntry, readNumber, type Entry } from './entry.ts';
import type { Place } from './parse-scope.ts';

const KEYS = ['maxBytes', 'maxFiles'] as const;
/** A request has up to 4 MB. */
const LEAST_BYTES = 1000;
const DEFAULT_BYTES = 100_000_000;
const DEFAULT_FILES = 10;

/** Undefined: the file grows for ever. A number that cannot be meant is told, and the usual one counts. */
export function readRotation(entry: Entry, { file, path, subject, problems }: Place): FileRotation | undefined {
  const value = entry.fields.rotate;
  if (value === undefined || value === null) return undefined;
  const rotate = openEntry(file, { path: [...path, 'rotate'], value, subject: `${subject}: rotate`, keys: KEYS }, problems);
  if (!rotate) return undefined;
  const maxBytes = readNumber(rotate, 'maxBytes', { from: LEAST_BYTES, to: 1e12 }) ?? DEFAULT_BYTES;
  const maxFiles = readNumber(rotate, 'maxFiles', { from: 1, to: 10_000 }) ?? DEFAULT_FILES;
  return { maxBytes: Math.floor(maxBytes), maxFiles: Math.floor(maxFiles) };
}
