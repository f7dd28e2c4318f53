/** How sure a difference of two medians is: its bootstrap interval, by percentiles. */
import { toQuantile } from './order.ts';
import { createRandom, drawBeta, type Random } from './random.ts';

export interface BootstrapOptions {
  /** Absent: 2,000, with which the ends of an interval of 95 % lie between the 1.8th and the 3.2th percentile nineteen times of twenty. */
  resamples?: number;
  /** Absent: 0.95. */
  confidence?: number;
  /** Equal seeds, equal intervals. Absent: always the same. */
  seed?: number;
}

/**
 * The interval of median(b) − median(a), each resampled on its own. Both ascending, without NaN; undefined where a side has fewer than two.
 *
 * A resample is n places drawn evenly out of n, and its median is the value at the middle one of these places. The middle one of n even draws
 * is beta-distributed, so it is drawn at once instead of after n draws: the same distribution, and no slower for many sessions than for few.
 */
export function toMedianDifferenceInterval(a: Float64Array, b: Float64Array, options: BootstrapOptions = {}): { low: number; high: number } | undefined {
  const { resamples = 2000, confidence = 0.95, seed = 1 } = options;
  if (a.length < 2 || b.length < 2) return undefined;
  const shares = findShares({ a: a.length, b: b.length, resamples, seed });
  const differences = new Float64Array(resamples);
  for (let at = 0, from = 0; at < resamples; at += 1, from += DRAWN) differences[at] = toResampledMedian(b, shares, from) - toResampledMedian(a, shares, from + 2);
  differences.sort();
  const outside = (1 - confidence) / 2;
  return { low: toQuantile(differences, outside) ?? 0, high: toQuantile(differences, 1 - outside) ?? 0 };
}

interface Draws {
  /** How many values each side has. */
  a: number;
  b: number;
  resamples: number;
  seed: number;
}

/** Of each resample: the lower and the upper share of b, then those of a. */
const DRAWN = 4;
/** Figures of the same sessions are compared one after the other: what is drawn depends on how many there are, not on their values. */
const MOST_KNOWN = 4;
const known = new Map<string, Float64Array>();

function findShares(draws: Draws): Float64Array {
  const key = `${draws.a} ${draws.b} ${draws.resamples} ${draws.seed}`;
  const found = known.get(key) ?? drawShares(draws);
  known.delete(key);
  known.set(key, found);
  const [oldest] = known.keys();
  if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
  return found;
}

function drawShares({ a, b, resamples, seed }: Draws): Float64Array {
  const random = createRandom(seed);
  const shares = new Float64Array(resamples * DRAWN);
  for (let from = 0; from < shares.length; from += DRAWN) {
    shares.set(drawMiddle(random, b), from);
    shares.set(drawMiddle(random, a), from + 2);
  }
  return shares;
}

/** Where the middle draws of n lie, as shares of all. Of an even number there are two; the upper one is the least of those above the lower. */
function drawMiddle(random: Random, count: number): [lower: number, upper: number] {
  const rank = Math.ceil(count / 2);
  const lower = drawBeta(random, rank, count - rank + 1);
  return [lower, count % 2 === 1 ? lower : lower + (1 - lower) * (1 - (1 - random()) ** (1 / (count - rank)))];
}

/** The median of one resample: of an even number of draws the mean of the two in the middle. */
function toResampledMedian(sorted: Float64Array, shares: Float64Array, from: number): number {
  return (valueAt(sorted, shares[from] ?? 0) + valueAt(sorted, shares[from + 1] ?? 0)) / 2;
}

function valueAt(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
