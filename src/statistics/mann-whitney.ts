/**
 * Mann-Whitney U of two independent samples, two-sided: does one tend to have the larger values? As `scipy.stats.mannwhitneyu` with
 * `method='auto'`: exact where a side is small and no two values are equal, else by the normal distribution, corrected for ties and continuity.
 */
import { toUpperTail } from './normal.ts';

export interface MannWhitney {
  /** Pairs (one of a, one of b) in which a's is the larger; equal ones count half. */
  u: number;
  /** How often a difference as large as this one comes where there is none, from 0 to 1. */
  pValue: number;
}

/** Above this on both sides the normal distribution is good enough: scipy's own limit. */
const MOST_EXACT = 8;

/** Both ascending, without NaN. Undefined where a side has nothing. */
export function compareRanks(a: Float64Array, b: Float64Array): MannWhitney | undefined {
  if (a.length === 0 || b.length === 0) return undefined;
  const { rankSum, tieTerm } = rankTogether(a, b);
  const u = rankSum - (a.length * (a.length + 1)) / 2;
  const larger = Math.max(u, a.length * b.length - u);
  const isExact = tieTerm === 0 && Math.min(a.length, b.length) <= MOST_EXACT;
  const tail = isExact ? toExactTail(a.length * b.length - larger, a.length, b.length) : toNormalTail(larger, { a: a.length, b: b.length, tieTerm });
  return { u, pValue: Math.min(1, 2 * tail) };
}

/** Merges both: the sum of a's ranks (equal values share the mean of theirs), and Σ t³ − t over groups of t equal values. */
function rankTogether(a: Float64Array, b: Float64Array): { rankSum: number; tieTerm: number } {
  let [atA, atB, rankSum, tieTerm] = [0, 0, 0, 0];
  while (atA < a.length) {
    const value = Math.min(a[atA] ?? Infinity, b[atB] ?? Infinity);
    const before = atA + atB;
    const countA = countEqual(a, atA, value);
    const countB = countEqual(b, atB, value);
    const count = countA + countB;
    rankSum += countA * (before + (count + 1) / 2);
    tieTerm += count ** 3 - count;
    atA += countA;
    atB += countB;
  }
  while (atB < b.length) {
    const count = countEqual(b, atB, b[atB] ?? 0);
    tieTerm += count ** 3 - count;
    atB += count;
  }
  return { rankSum, tieTerm };
}

function countEqual(values: Float64Array, from: number, value: number): number {
  let at = from;
  while (at < values.length && values[at] === value) at += 1;
  return at - from;
}

/** The chance of a U of at least this where both are alike. */
function toNormalTail(u: number, { a, b, tieTerm }: { a: number; b: number; tieTerm: number }): number {
  const all = a + b;
  const deviation = Math.sqrt(((a * b) / 12) * (all + 1 - tieTerm / (all * (all - 1))));
  return toUpperTail((u - (a * b) / 2 - 0.5) / deviation);
}

/**
 * The chance of a U of at most `u`, which is not above the middle, where both are alike and no two values are equal. The ways to get each U
 * are the coefficients of the Gaussian binomial of a + b over a: Π (1 − q^(b+i)) ÷ (1 − q^i), i = 1 … a.
 */
function toExactTail(u: number, a: number, b: number): number {
  const [few, many] = a < b ? [a, b] : [b, a];
  const ways = new Float64Array(u + 1);
  ways[0] = 1;
  let all = 1;
  for (let i = 1; i <= few; i += 1) {
    for (let at = u; at >= many + i; at -= 1) ways[at] = (ways[at] ?? 0) - (ways[at - many - i] ?? 0);
    for (let at = i; at <= u; at += 1) ways[at] = (ways[at] ?? 0) + (ways[at - i] ?? 0);
    all *= (many + i) / i;
  }
  return ways.reduce((sum, count) => sum + count, 0) / all;
}
