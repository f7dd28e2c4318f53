/** What a series has come to, and how figures add up. Pure. */
import type { Instrument } from './instruments.ts';

/** Of a counter: its sum; of a histogram also the counts of its buckets, one more than there are bounds. */
export interface Figure {
  count: number;
  sum: number;
  buckets?: readonly number[];
}

/** Credits come with up to nine decimals, dollars with twelve: what floating point adds behind them is noise. */
const DECIMALS = 1e12;

/** One value → a figure. A value that equals a bound lies in the bucket below it. */
export function toFigure({ bounds }: Instrument, value: number): Figure {
  if (!bounds) return { count: 1, sum: value };
  const found = bounds.findIndex((bound) => value <= bound);
  const at = found === -1 ? bounds.length : found;
  return { count: 1, sum: value, buckets: Array.from({ length: bounds.length + 1 }, (_, index) => Number(index === at)) };
}

/** Both of one instrument. Buckets of another length (another version's bounds) are left as the later figure has them. */
export function addFigures(a: Figure, b: Figure): Figure {
  const sum = round(a.sum + b.sum);
  const count = a.count + b.count;
  if (!b.buckets) return { count, sum };
  if (a.buckets?.length !== b.buckets.length) return b;
  return { count, sum, buckets: b.buckets.map((one, index) => one + (a.buckets?.[index] ?? 0)) };
}

/** What came after `before`; undefined: nothing did. */
export function subtractFigures(now: Figure, before: Figure | undefined): Figure | undefined {
  if (!before || before.buckets?.length !== now.buckets?.length) return now;
  if (now.count === before.count) return undefined;
  const rest = { count: now.count - before.count, sum: round(now.sum - before.sum) };
  return now.buckets ? { ...rest, buckets: now.buckets.map((one, index) => one - (before.buckets?.[index] ?? 0)) } : rest;
}

/** Beyond this a double has no twelve decimals left to round. */
const ROUNDED_BELOW = 9e3;

function round(sum: number): number {
  return Math.abs(sum) < ROUNDED_BELOW ? Math.round(sum * DECIMALS) / DECIMALS : sum;
}
