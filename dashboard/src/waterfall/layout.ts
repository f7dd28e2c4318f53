/** What the waterfall draws, worked out from the answer and the state in steps that are kept as long as what they come from. */
import type { SessionAnswer } from '../../../src/query/api/session.ts';
import { readClock } from '../models/clock.ts';
import { toContextFill } from '../models/waterfall/context-fill.ts';
import type { Matches } from '../models/waterfall/filter-match.ts';
import type { SerialGroup } from '../models/waterfall/parallel.ts';
import { goesOn } from '../models/active-time.ts';
import { isTurnOpen, toTurnEnd } from '../models/session/turn-end.ts';
import { toSpanTree, type OpenUntil, type SpanTree } from '../models/waterfall/span-tree.ts';
import { toSums, type RowSums } from '../models/waterfall/sums.ts';
import { fitAll, type TimeWindow } from '../models/waterfall/time-scale.ts';
import { toTimeFold, type TimeFold } from '../models/waterfall/time-fold.ts';
import type { VisibleRows } from '../models/waterfall/visible-rows.ts';

/** What follows from the answer alone. */
export interface SessionLayout {
  answer: SessionAnswer;
  tree: SpanTree;
  sums: Map<number, RowSums>;
  contextFill: Float32Array;
  rowOfId: ReadonlyMap<string, number>;
}

/** All that the view draws from. */
export interface Layout extends SessionLayout {
  fold: TimeFold;
  visible: VisibleRows;
  /** Rows on the axis: one turn, or all. */
  from: number;
  to: number;
  matches?: Matches;
  serialGroups: ReadonlyMap<number, SerialGroup>;
}

export function toSessionLayout(answer: SessionAnswer): SessionLayout {
  const tree = toSpanTree(answer.spans, answer.details, openUntil(answer, readClock()));
  tree.lost = toLost(answer, tree);
  return { answer, tree, sums: toSums(tree), contextFill: toContextFill(tree), rowOfId: new Map(tree.id.map((id, row) => [id, row])) };
}

/** How far open spans are drawn: see `toTurnEnd`. What is of no turn goes as far as the session. */
export function openUntil(answer: SessionAnswer, nowMillis: number): OpenUntil {
  const { session, startMillis, endMillis, turns } = answer;
  const ends = turns.map((turn) => toTurnEnd(turn, answer, nowMillis) - startMillis);
  return (turn) => ends[turn] ?? Math.max(endMillis, session.lastMillis) - startMillis;
}

/** What is of no turn ends when the session does. */
function toLost(answer: SessionAnswer, { open, turn }: SpanTree): Set<number> {
  const isOpen = answer.turns.map((one) => isTurnOpen(one, answer));
  return new Set(Array.from(open).filter((row) => !(isOpen[turn[row] ?? -1] ?? goesOn(answer.session.state))));
}

/** The fold of the rows on the axis. */
export function toFold(tree: SpanTree, root: number | undefined, isTrueTime: boolean): TimeFold {
  return toTimeFold(tree, root === undefined ? { isTrueTime } : { from: root, to: tree.end[root] ?? tree.count, isTrueTime });
}

/** The window that a state asks for: without an end to the end; all, where nothing is in it; undefined where it asks for none. */
export function toWindow(fold: TimeFold, { t0, t1 }: Partial<TimeWindow>): TimeWindow | undefined {
  if (t0 === undefined) return undefined;
  const all = fitAll(fold);
  const end = t1 ?? all.t1;
  return end > t0 && end > all.t0 && t0 < all.t1 ? { t0: Math.max(t0, all.t0), t1: Math.min(end, all.t1) } : all;
}

/** The turn a row is in. */
export function turnOf(tree: SpanTree, row: number): number {
  let top = row;
  while ((tree.parent[top] ?? -1) >= 0) top = tree.parent[top] ?? -1;
  return top;
}
