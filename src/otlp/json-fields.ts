/** Reading JSON objects of strangers field by field: wrong types and unknown fields are counted, never thrown. */
import * as tags from './generated/tags.ts';
import type { ProblemCounter } from './problem-counter.ts';

export type JsonObject = Record<string, unknown>;
export type MessageName = keyof typeof tags;

const OFFICIAL_FIELDS = new Map(Object.entries(tags).map(([name, fields]) => [name, new Set(Object.keys(fields))]));

/** The value as an object of this message, its unknown fields counted; anything else is counted and becomes an empty object. */
export function toObject(value: unknown, message: MessageName, problems: ProblemCounter): JsonObject {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    problems.add('bad-field', `${message.toLowerCase()} is not an object`);
    return {};
  }
  const official = OFFICIAL_FIELDS.get(message);
  for (const key of Object.keys(value)) {
    if (!official?.has(key)) problems.add('unknown-field', `${message.toLowerCase()} has an unknown field`);
  }
  return value as JsonObject;
}

/** The value as a list; anything else is counted and becomes an empty list. */
export function toList(value: unknown, problems: ProblemCounter): unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  problems.add('bad-field', 'A field that should be a list is none');
  return [];
}

/** The records in a list; what is no object is none: it is counted, and left out. */
export function toRecords(value: unknown, problems: ProblemCounter): unknown[] {
  return toList(value, problems).filter((item) => {
    const isRecord = typeof item === 'object' && item !== null && !Array.isArray(item);
    if (!isRecord) problems.add('bad-record', 'A record that is no object was left out');
    return isRecord;
  });
}

/** The value as text; anything else is counted and becomes ''. */
export function toText(value: unknown, problems: ProblemCounter): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  problems.add('bad-field', 'A field that should be text is none');
  return '';
}

/** A 64-bit integer, which JSON has as a string of digits or as a number. Undefined (and counted) when it is neither. */
export function toInteger(value: unknown, problems: ProblemCounter): bigint | undefined {
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return BigInt(value);
  if (typeof value === 'number' && Number.isInteger(value)) {
    if (!Number.isSafeInteger(value)) problems.add('imprecise-integer', 'An integer above 2^53 was sent as a JSON number: its last digits are lost');
    return BigInt(value);
  }
  problems.add('bad-field', 'A field that should be an integer is none');
  return undefined;
}

/** A double, which JSON has as a number or as "NaN", "Infinity", "-Infinity" or digits. Undefined (and counted) otherwise. */
export function toDouble(value: unknown, problems: ProblemCounter): number | undefined {
  if (typeof value === 'number') return value;
  const parsed = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  if (!Number.isNaN(parsed) || value === 'NaN') return parsed;
  problems.add('bad-field', 'A field that should be a number is none');
  return undefined;
}
