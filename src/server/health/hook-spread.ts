/** Order statistics of how long hooks took. Pure. */
import type { Spread } from '../../query/api/figures.ts';

/** Of a few hundred numbers at most. Quantiles linear between neighbours, as numpy's default. */
export function toSpread(millis: readonly number[]): Spread {
  if (millis.length === 0) return { count: 0 };
  const sorted = millis.toSorted((a, b) => a - b);
  return { count: sorted.length, p50: quantileOf(sorted, 0.5), p95: quantileOf(sorted, 0.95), max: quantileOf(sorted, 1), sum: sorted.reduce((sum, one) => sum + one, 0) };
}

function quantileOf(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const [low = 0, high = low] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low + (high - low) * (place - Math.floor(place));
}
