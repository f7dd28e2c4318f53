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

const RFC3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/** The form that most agents write, on every line of their histories. */
const MILLISECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** RFC 3339 text → nanoseconds since the epoch; undefined when it is not one. Keeps all nine digits, which `Date` cannot. */
export function parseRfc3339(text: unknown): bigint | undefined {
  if (typeof text === 'string' && text.length === 24 && MILLISECONDS.test(text)) {
    const millis = Date.parse(text);
    return Number.isNaN(millis) ? undefined : BigInt(millis) * NANOS_PER_MILLI;
  }
  const match = typeof text === 'string' ? RFC3339.exec(text) : null;
  if (!match) return undefined;
  const millis = Date.parse(`${match[1]}${match[3]}`);
  if (Number.isNaN(millis)) return undefined;
  return BigInt(millis) * NANOS_PER_MILLI + BigInt((match[2] ?? '').padEnd(9, '0'));
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
