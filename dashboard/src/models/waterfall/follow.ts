/** Rows follow the time window, so that bars never leave the screen sideways while rows stand still. */
import { KIND, type SpanTree } from './span-tree.ts';
import type { VisibleRows } from './visible-rows.ts';
import type { TimeWindow } from './time-scale.ts';

export interface RowRange {
  /** Positions of the first row on the screen and of the one behind the last. */
  first: number;
  behind: number;
}

/**
 * The position that should come to the top after the window changed; undefined: some row on the screen has its bar in the window, so
 * nothing moves. Rows that only hold others do not count as bars: a turn is nearly always in the window.
 */
export function rowToFollow(tree: SpanTree, visible: VisibleRows, { range, window }: { range: RowRange; window: TimeWindow }): number | undefined {
  for (let at = Math.max(0, range.first); at < Math.min(range.behind, visible.rows.length); at++) if (isBarIn(tree, visible, at, window)) return undefined;
  for (let at = 0; at < visible.rows.length; at++) if (isBarIn(tree, visible, at, window)) return Math.max(0, at - 2);
  return undefined;
}

function isBarIn(tree: SpanTree, visible: VisibleRows, position: number, { t0, t1 }: TimeWindow): boolean {
  const row = visible.rows[position] ?? 0;
  const holdsOthers = tree.kind[row] === KIND.agent && visible.collapsed[row] !== 1 && (tree.end[row] ?? 0) > row + 1;
  return !holdsOthers && (tree.start[row] ?? 0) <= t1 && (tree.finish[row] ?? 0) >= t0;
}

/** The scroll position (px) at which a row is wholly seen, as near to the present one as can be. */
export function scrollToShow(position: number, { scrollTop, height, rowHeight }: { scrollTop: number; height: number; rowHeight: number }): number {
  const top = position * rowHeight;
  return top < scrollTop ? top : Math.max(scrollTop, top + rowHeight - height);
}
