/** Rows follow the time window, so that bars never leave the screen sideways while rows stand still. */
import { KIND, type SpanTree } from './span-tree.ts';
import type { VisibleRows } from './visible-rows.ts';
import type { TimeWindow } from './time-scale.ts';

/** Shares of the time shown: before the first bar, and (times the second) behind the last, where its label stands. */
const ROWS_AIR = 0.015;
const LABEL_AIR = 6;

/** Within so many rows the screen moves on row by row. */
const NEAR_ROWS = 3;

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
  return !isHolder(tree, visible, row) && (tree.start[row] ?? 0) <= t1 && (tree.finish[row] ?? 0) >= t0;
}

/** An agent span whose inside is on show; and the call that started it. */
function isHolder(tree: SpanTree, visible: VisibleRows, row: number): boolean {
  const isOpen = visible.collapsed[row] !== 1 && (tree.end[row] ?? 0) > row + 1;
  return isOpen && (tree.kind[row] === KIND.agent || tree.kind[row + 1] === KIND.agent);
}

/** The time of the rows on the screen, with some air: bars have the size they need wherever one scrolls to. undefined: there are no rows. */
export function windowOfRows(tree: SpanTree, visible: VisibleRows, range: RowRange): TimeWindow | undefined {
  const all: TimeWindow = { t0: Infinity, t1: -Infinity };
  const bars: TimeWindow = { t0: Infinity, t1: -Infinity };
  for (let at = Math.max(0, range.first); at < Math.min(range.behind, visible.rows.length); at++) {
    const row = visible.rows[at] ?? 0;
    for (const window of isHolder(tree, visible, row) ? [all] : [all, bars]) {
      window.t0 = Math.min(window.t0, tree.start[row] ?? 0);
      window.t1 = Math.max(window.t1, tree.finish[row] ?? 0);
    }
  }
  const { t0, t1 } = bars.t1 >= bars.t0 ? bars : all;
  return t1 >= t0 ? { t0: t0 - (t1 - t0) * ROWS_AIR, t1: t1 + Math.max(1, (t1 - t0) * ROWS_AIR * LABEL_AIR) } : undefined;
}

/** The scroll position (px) at which a row is wholly seen: as near to the present one as can be, but what is far away comes to the middle. */
export function scrollToShow(position: number, { scrollTop, height, rowHeight }: { scrollTop: number; height: number; rowHeight: number }): number {
  const top = position * rowHeight;
  const beyond = Math.max(scrollTop - top, top + rowHeight - height - scrollTop);
  if (beyond > NEAR_ROWS * rowHeight) return Math.max(0, top - (height - rowHeight) / 2);
  return top < scrollTop ? top : Math.max(scrollTop, top + rowHeight - height);
}
