/** Order statistics of many numbers, exact, without sorting all of them. */
import type { Histogram } from '../api/tools.ts';
import type { Spread } from '../api/figures.ts';

/** Numbers (ms) → their order statistics. Changes the order of `values`. */
export function toSpread(values: Float64Array): Spread {
  const count = values.length;
  if (count === 0) return { count };
  let sum = 0;
  let max = -Infinity;
  for (const value of values) {
    sum += value;
    if (value > max) max = value;
  }
  const p95 = selectQuantile(values, 0.95);
  return { count, p50: selectQuantile(values, 0.5), p95, max, sum };
}

/** Linear between neighbours, as numpy's default; undefined over nothing. Changes the order of `values`. */
export function toQuantile(values: Float64Array, share: number): number | undefined {
  return values.length === 0 ? undefined : selectQuantile(values, share);
}

function selectQuantile(values: Float64Array, share: number): number {
  const place = share * (values.length - 1);
  const below = Math.floor(place);
  moveTo(values, below);
  const low = values[below] ?? 0;
  if (below === place) return low;
  let next = Infinity;
  for (let at = below + 1; at < values.length; at++) if ((values[at] ?? 0) < next) next = values[at] ?? 0;
  return low + (next - low) * (place - below);
}

/** Below this many a sort is as quick. */
const FEW = 64;

/** Puts the number that would stand at `wanted` in order there: smaller ones before it, larger ones behind (Hoare's quickselect, the median of three as pivot). */
function moveTo(values: Float64Array, wanted: number): void {
  let [from, to] = [0, values.length - 1];
  while (to - from > FEW) {
    const [a, b, c] = [values[from] ?? 0, values[(from + to) >> 1] ?? 0, values[to] ?? 0];
    const pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    let [low, high] = [from, to];
    while (low <= high) {
      while ((values[low] ?? 0) < pivot) low += 1;
      while ((values[high] ?? 0) > pivot) high -= 1;
      if (low > high) break;
      const swap = values[low] ?? 0;
      values[low++] = values[high] ?? 0;
      values[high--] = swap;
    }
    if (wanted <= high) to = high;
    else if (wanted >= low) from = low;
    else return;
  }
  values.subarray(from, to + 1).sort();
}

/** Borders ascending, one more than buckets; a bucket holds its lower border and not its upper one. What lies beyond the last goes into one more. Empty ones at the end are left out. */
export function toHistogram(values: Float64Array, borders: readonly number[]): Histogram {
  const counts = borders.map(() => 0);
  let max = -Infinity;
  for (const value of values) {
    let [low, high] = [0, borders.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((borders[middle] ?? 0) <= value) low = middle;
      else high = middle - 1;
    }
    counts[low] = (counts[low] ?? 0) + 1;
    if (value > max) max = value;
  }
  const used = counts.findLastIndex((count) => count > 0) + 1;
  if (used === 0) return { borders: [], counts: [] };
  const last = borders[used] ?? Math.max(max, borders[used - 1] ?? 0);
  return { borders: [...borders.slice(0, used), last], counts: counts.slice(0, used) };
}

/** Values by group: `of(group)` is a copy of its own that may be reordered. */
export interface Grouped {
  of(group: number): Float64Array;
}

/** Pairs of group and value → the values of each group, by counting. Of `groups` the first `count` count. */
export function toGrouped({ groups, values, count, size }: { groups: Uint32Array; values: Float64Array; count: number; size: number }): Grouped {
  const ends = new Uint32Array(size + 1);
  for (let at = 0; at < count; at++) ends[(groups[at] ?? 0) + 1] = (ends[(groups[at] ?? 0) + 1] ?? 0) + 1;
  for (let group = 0; group < size; group++) ends[group + 1] = (ends[group + 1] ?? 0) + (ends[group] ?? 0);
  const next = ends.slice();
  const sorted = new Float64Array(count);
  for (let at = 0; at < count; at++) {
    const group = groups[at] ?? 0;
    const place = next[group] ?? 0;
    sorted[place] = values[at] ?? 0;
    next[group] = place + 1;
  }
  return { of: (group) => sorted.subarray(ends[group], ends[group + 1]) };
}
