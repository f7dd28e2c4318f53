/** Where nothing ran for long: such a gap is folded into a chip, so that the axis shows work and not a lunch break. */
import type { SpanTree } from './span-tree.ts';

/** Below half a minute a gap is part of the picture. */
export const IDLE_GAP_MILLIS = 30_000;

/** Gaps in order, apart from each other, inside [first, last]. Times in ms after the session's start. */
export interface TimeFold {
  first: number;
  last: number;
  gapStart: Float64Array;
  gapEnd: Float64Array;
  /** ms between `first` and each gap's start that are in no gap. */
  activeBefore: Float64Array;
  /** ms between `first` and `last` that are in no gap. */
  activeMillis: number;
}

export interface FoldOptions {
  /** Rows [from, to) only: one turn. */
  from?: number;
  to?: number;
  /** True time: nothing is folded. */
  isTrueTime?: boolean;
}

/** Gaps of at least `IDLE_GAP_MILLIS` in which no span runs. */
export function toTimeFold(tree: SpanTree, { from = 0, to = tree.count, isTrueTime = false }: FoldOptions = {}): TimeFold {
  const outer = toOuterRows(tree, from, to);
  const first = outer.length > 0 ? (tree.start[outer[0] ?? 0] ?? 0) : 0;
  const starts: number[] = [];
  const ends: number[] = [];
  let last = first;
  for (const row of outer) {
    const start = tree.start[row] ?? 0;
    if (!isTrueTime && start - last >= IDLE_GAP_MILLIS) {
      starts.push(last);
      ends.push(start);
    }
    last = Math.max(last, tree.finish[row] ?? 0);
  }
  const activeBefore = new Float64Array(starts.length);
  let folded = 0;
  starts.forEach((start, gap) => {
    activeBefore[gap] = start - first - folded;
    folded += (ends[gap] ?? start) - start;
  });
  return { first, last, gapStart: Float64Array.from(starts), gapEnd: Float64Array.from(ends), activeBefore, activeMillis: last - first - folded };
}

/** ms between `first` and a moment that are in no gap; before `first` and behind `last` time goes on. */
export function activeAt(fold: TimeFold, time: number): number {
  const gap = lastGapBefore(fold, time);
  if (gap < 0) return time - fold.first;
  return (fold.activeBefore[gap] ?? 0) + Math.max(0, time - (fold.gapEnd[gap] ?? 0));
}

/** How many gaps lie before a moment; inside one its share of it. */
export function gapsAt(fold: TimeFold, time: number): number {
  const gap = lastGapBefore(fold, time);
  if (gap < 0) return 0;
  const start = fold.gapStart[gap] ?? 0;
  const length = (fold.gapEnd[gap] ?? start) - start;
  return gap + Math.min(1, (time - start) / length);
}

/** The last gap that starts before a moment; -1: none. */
function lastGapBefore(fold: TimeFold, time: number): number {
  let [low, high] = [0, fold.gapStart.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((fold.gapStart[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Rows that are not wholly inside their parent, by start: no other can end a gap. */
function toOuterRows(tree: SpanTree, from: number, to: number): number[] {
  const rows: number[] = [];
  for (let row = from; row < to; row++) {
    const parent = tree.parent[row] ?? -1;
    const isInside = parent >= from && (tree.start[parent] ?? 0) <= (tree.start[row] ?? 0) && (tree.finish[parent] ?? 0) >= (tree.finish[row] ?? 0);
    if (!isInside) rows.push(row);
  }
  return rows.sort((a, b) => (tree.start[a] ?? 0) - (tree.start[b] ?? 0));
}
