/** A small session for tests, written as a tree. */
import type { SpanColumnsJson, SpanDetails } from '../../src/query/api/session.ts';
import { toSpanTree, type SpanTree } from '../../dashboard/src/models/waterfall/span-tree.ts';

export interface PlainSpan {
  kind: string;
  name?: string;
  /** ms [start, end]; without an end: open. */
  at: [number, number?];
  outcome?: SpanColumnsJson['outcome'][number];
  detail?: SpanDetails;
  below?: PlainSpan[];
}

/** The tree of some turns. Ids are `s0`, `s1`, … by row. */
export function buildTree(turns: PlainSpan[], nowMillis = 0): SpanTree {
  const columns: SpanColumnsJson = { id: [], parent: [], kind: [], name: [], start: [], duration: [], outcome: [], turn: [] };
  const details: Record<number, SpanDetails> = {};
  const add = (span: PlainSpan, parent: number, turn: number): void => {
    const row = columns.id.length;
    const [start, end] = span.at;
    columns.id.push(`s${row}`);
    columns.parent.push(parent);
    columns.kind.push(span.kind);
    columns.name.push(span.name ?? span.kind);
    columns.start.push(start);
    columns.duration.push(end === undefined ? -1 : end - start);
    columns.outcome.push(span.outcome ?? 'ok');
    columns.turn.push(turn);
    if (span.detail) details[row] = span.detail;
    for (const below of span.below ?? []) add(below, row, turn);
  };
  turns.forEach((turn, at) => add(turn, -1, at));
  return toSpanTree(columns, details, () => nowMillis);
}

/** A turn over [start, end] with these calls and requests. */
export function turn(start: number, end: number, below: PlainSpan[] = []): PlainSpan {
  return { kind: 'agent', name: 'claude-code', at: [start, end], below };
}
