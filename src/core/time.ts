/** Moments and stretches of time. */
import { compare } from './order.ts';

/** Where a moment comes from; stands in `spoor.provenance.times`. */
export type TimeSource = 'hook' | 'transcript' | 'native' | 'estimated';

/** A moment. `resolutionNano` says how coarse the source's clock is (epoch seconds: 1_000_000_000). */
export interface Instant {
  unixNano: bigint;
  source: TimeSource;
  resolutionNano?: number;
}

export const NANOS_PER_MILLI = 1_000_000n;
export const NANOS_PER_SECOND = 1_000_000_000n;

/** Milliseconds since the epoch (fractions kept to the microsecond) → nanoseconds since the epoch. */
export function millisToNano(millis: number): bigint {
  return BigInt(Math.round(millis * 1000)) * 1000n;
}

/** Nanoseconds → milliseconds as a number, for people and for `Date`; below a microsecond is lost. */
export function nanoToMillis(nano: bigint): number {
  return Number(nano / 1000n) / 1000;
}

/** 2200-01-01. With any duration added, a moment before it still fits the 64 bits of a store's integer and of OTLP. */
const END_NANO = 7_258_118_400_000_000_000n;
/** Thirty years: nothing that an agent measures took longer. */
const LONGEST_NANO = 946_080_000_000_000_000n;

/** Whether foreign nanoseconds can be a moment: from 1970 until 2200. */
export function isMoment(unixNano: bigint): boolean {
  return unixNano >= 0n && unixNano < END_NANO;
}

/** Whether foreign nanoseconds can be a duration: not negative, and not longer than thirty years. */
export function isDuration(nano: bigint): boolean {
  return nano >= 0n && nano <= LONGEST_NANO;
}

/** The moment so many nanoseconds before another; undefined where that would be before 1970. */
export function momentBefore(unixNano: bigint, durationNano: bigint): bigint | undefined {
  return durationNano <= unixNano ? unixNano - durationNano : undefined;
}

const RFC3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/** The form that most agents write, on every line of their histories. */
const MILLISECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** RFC 3339 text → nanoseconds since the epoch; undefined when it is not one, or not from 1970 until 2200. Keeps all nine digits, which `Date` cannot. */
export function parseRfc3339(text: unknown): bigint | undefined {
  if (typeof text === 'string' && text.length === 24 && MILLISECONDS.test(text)) {
    const millis = Date.parse(text);
    if (Number.isNaN(millis)) return undefined;
    const unixNano = BigInt(millis) * NANOS_PER_MILLI;
    return isMoment(unixNano) ? unixNano : undefined;
  }
  const match = typeof text === 'string' ? RFC3339.exec(text) : null;
  if (!match) return undefined;
  const millis = Date.parse(`${match[1]}${match[3]}`);
  if (Number.isNaN(millis)) return undefined;
  const unixNano = BigInt(millis) * NANOS_PER_MILLI + BigInt((match[2] ?? '').padEnd(9, '0'));
  return isMoment(unixNano) ? unixNano : undefined;
}

/** The latest of a few moments that may be absent. Not for lists whose length is foreign: arguments stand on the stack. */
export function latest(...moments: (bigint | undefined)[]): bigint | undefined {
  return latestOf(moments);
}

/** The earliest of a few moments that may be absent. Not for lists whose length is foreign: arguments stand on the stack. */
export function earliest(...moments: (bigint | undefined)[]): bigint | undefined {
  return earliestOf(moments);
}

/** The latest of any number of moments that may be absent. */
export function latestOf(moments: Iterable<bigint | undefined>): bigint | undefined {
  let found: bigint | undefined;
  for (const moment of moments) if (moment !== undefined && (found === undefined || moment > found)) found = moment;
  return found;
}

/** The earliest of any number of moments that may be absent. */
export function earliestOf(moments: Iterable<bigint | undefined>): bigint | undefined {
  let found: bigint | undefined;
  for (const moment of moments) if (moment !== undefined && (found === undefined || moment < found)) found = moment;
  return found;
}

/** How long any of these stretches lasted (ns): what overlaps counts once. */
export function unionNano(stretches: readonly { fromNano: bigint; toNano: bigint }[]): bigint {
  let sum = 0n;
  let reached: bigint | undefined;
  for (const { fromNano, toNano } of [...stretches].sort((a, b) => compare(a.fromNano, b.fromNano))) {
    const from = reached !== undefined && reached > fromNano ? reached : fromNano;
    if (toNano > from) sum += toNano - from;
    if (reached === undefined || toNano > reached) reached = toNano;
  }
  return sum;
}
