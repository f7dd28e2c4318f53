/** Order statistics and histograms, and durations by group. */
import { toQuantile as toSortedQuantile } from '../../statistics/order.ts';
import type { Histogram } from '../api/tools.ts';
import type { Spread } from '../api/figures.ts';
import { NO_DURATION } from './durations.ts';
import { takeWholes } from './scratch.ts';

/** Numbers (ms) → their order statistics. Puts `values` in order. */
export function toSpread(values: Float64Array): Spread {
  const count = values.length;
  if (count === 0) return { count };
  const sum = values.reduce((total, value) => total + value, 0);
  values.sort();
  return { count, p50: toSortedQuantile(values, 0.5), p95: toSortedQuantile(values, 0.95), max: values[count - 1], sum };
}

/** Linear between neighbours, as numpy's default; undefined over nothing. Puts `values` in order. */
export function toQuantile(values: Float64Array, share: number): number | undefined {
  return toSortedQuantile(values.sort(), share);
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

/** Durations by group, as they stand in the columns: copies, which may be reordered. */
export interface Grouped {
  of(group: number): Uint32Array;
  /** Of all groups from one up to another, which is left out: the same memory as theirs. */
  within(from: number, to: number): Uint32Array;
}

/** Pairs of group and duration, as they are met: the first `count` of each column. */
export interface Pairs {
  groups: Uint32Array;
  durations: Uint32Array;
  count: number;
}

/** `room`: there will be no more of them. Good for one question. */
export function createTimes(room: number): Pairs {
  return { groups: takeWholes(room), durations: takeWholes(room), count: 0 };
}

/** What is not told is left out. */
export function addTime(times: Pairs, group: number, duration: number): void {
  if (duration === NO_DURATION) return;
  times.groups[times.count] = group;
  times.durations[times.count++] = duration;
}

/** Pairs of group and duration → the durations of each group, by counting. */
export function toGrouped({ groups, durations, count, size }: Pairs & { size: number }): Grouped {
  const ends = new Uint32Array(size + 1);
  for (let at = 0; at < count; at++) ends[(groups[at] ?? 0) + 1] = (ends[(groups[at] ?? 0) + 1] ?? 0) + 1;
  for (let group = 0; group < size; group++) ends[group + 1] = (ends[group + 1] ?? 0) + (ends[group] ?? 0);
  const next = ends.slice();
  const sorted = takeWholes(count);
  for (let at = 0; at < count; at++) {
    const group = groups[at] ?? 0;
    const place = next[group] ?? 0;
    sorted[place] = durations[at] ?? 0;
    next[group] = place + 1;
  }
  const within = (from: number, to: number): Uint32Array => sorted.subarray(ends[from], ends[to]);
  return { of: (group) => within(group, group + 1), within };
}
