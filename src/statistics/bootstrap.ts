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
  const random = createRandom(seed);
  const differences = new Float64Array(resamples);
  for (let at = 0; at < resamples; at += 1) differences[at] = drawMedian(random, b) - drawMedian(random, a);
  differences.sort();
  const outside = (1 - confidence) / 2;
  return { low: toQuantile(differences, outside) ?? 0, high: toQuantile(differences, 1 - outside) ?? 0 };
}

/** The median of one resample. Of an even number of draws it is the mean of the two in the middle; the upper one is the least of those above the lower. */
function drawMedian(random: Random, sorted: Float64Array): number {
  const count = sorted.length;
  const rank = Math.ceil(count / 2);
  const lower = drawBeta(random, rank, count - rank + 1);
  const low = valueAt(sorted, lower);
  if (count % 2 === 1) return low;
  const upper = lower + (1 - lower) * (1 - (1 - random()) ** (1 / (count - rank)));
  return (low + valueAt(sorted, upper)) / 2;
}

function valueAt(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
