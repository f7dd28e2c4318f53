/**
 * Identity. Ids are hashes of native keys, so that a live event, a re-read history and an import meet in one span
 * however often and in whatever order they come.
 */
import { createHash, hash } from 'node:crypto';
import { compare } from './order.ts';
import { NANOS_PER_SECOND } from './time.ts';

/** A hash of some words as lower-case hex. The words are joined with NUL, which no native id holds. */
export function hashOf(...words: string[]): string {
  return hash('sha256', words.join('\0'), 'hex');
}

/** Characters. A call into the hash costs as much as hashing some hundred of them: short words go together. */
const BATCH = 16_384;
const LONG_WORD = 4_096;

/** The same of many words or of long ones, of which no copy is made: each counts with its length. 32 hex digits. */
export function digestOf(words: Iterable<string>): string {
  const digest = createHash('sha256');
  let batch = '';
  for (const word of words) {
    batch += `${word.length}:`;
    if (word.length < LONG_WORD) batch += word;
    else {
      digest.update(batch).update(word);
      batch = '';
    }
    if (batch.length < BATCH) continue;
    digest.update(batch);
    batch = '';
  }
  digest.update(batch);
  return digest.digest('hex').slice(0, 32);
}

/** The digest of a turn of which the outline is stored and the long texts are still to come: equal to that of no turn that is whole. */
export function toPendingDigest(outline: string): string {
  return PENDING + outline;
}

export function isPendingDigest(digest: string): boolean {
  return digest.startsWith(PENDING);
}

const PENDING = 'pending:';

/** 16 hex digits, never all zero (OTLP forbids it). */
export function toSpanId(key: string): string {
  return hashOf('span', key).slice(0, 16).replace(/^0{16}$/, '0000000000000001');
}

/** 32 hex digits, never all zero. */
export function toTraceId(key: string): string {
  return hashOf('trace', key).slice(0, 32).replace(/^0{32}$/, '00000000000000000000000000000001');
}

/**
 * The trace id of a session: the second it began, in 8 hex digits (AWS X-Ray reads a trace's age there:
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html), then 24 of a hash of the words that name it.
 */
export function toSessionTraceId(startUnixNano: bigint, ...words: string[]): string {
  const seconds = BigInt.asUintN(32, startUnixNano / NANOS_PER_SECOND).toString(16).padStart(8, '0');
  return seconds + hashOf('session', ...words).slice(0, 24).replace(/^0{24}$/, '000000000000000000000001');
}

/** The span id of a call's wait for a person. `index`: the how-manieth of this call. */
export function toPermissionSpanId(callSpanId: string, index = 0): string {
  return toSpanId(index === 0 ? `permission:${callSpanId}` : `permission:${callSpanId}:${index}`);
}

/** Deeper than foreign JSON is taken in (see `isTooDeep`), and within any stack. */
const MAX_DEPTH = 500;

/** JSON with sorted keys: equal values give equal text. Used to compare tool inputs of two sources. What lies 500 levels deep is left out. */
export function canonicalJson(value: unknown): string {
  return toCanonical(value, 0);
}

function toCanonical(value: unknown, depth: number): string {
  if (value === undefined) return 'null';
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (depth === MAX_DEPTH) return Array.isArray(value) ? '[]' : '{}';
  if (Array.isArray(value)) return `[${value.map((item) => toCanonical(item, depth + 1)).join(',')}]`;
  const entries = Object.entries(value as Record<string, unknown>)
    .filter(([, v]) => v !== undefined)
    .sort(([a], [b]) => compare(a, b));
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${toCanonical(v, depth + 1)}`).join(',')}}`;
}
