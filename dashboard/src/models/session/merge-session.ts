/** What is on screen and what changed since → what is to be shown. Turns are replaced whole; all other rows keep their order. Pure. */
import type { SessionAnswer, SpanColumnsJson, SpanDetails } from '../../../../src/query/api/session.ts';

/** Row of a span that belongs to no turn of the session itself. */
const NO_TURN = -1;

/** `change` that is whole takes the place of everything. */
export function mergeSession(shown: SessionAnswer, change: SessionAnswer): SessionAnswer {
  if (!change.isPartial) return change;
  const { isPartial: _partial, removed = [], ...rest } = change;
  const gone = new Set([...removed, ...change.turns.map(({ spanId }) => spanId)]);
  // What was removed and written again is among the turns that changed.
  const parts = [...shown.turns.flatMap((turn, row) => (gone.has(turn.spanId) ? [] : [{ turn, row, from: shown }])), ...change.turns.map((turn, row) => ({ turn, row, from: change }))].sort((a, b) => a.turn.startMillis - b.turn.startMillis);
  const rows = new Map([shown, change].map((answer) => [answer, rowsByTurn(answer.spans.turn)]));
  const merged = startTree(change.startMillis);
  for (const [at, { from, row }] of parts.entries()) appendRows(merged, from, { rows: rows.get(from)?.get(row) ?? [], turn: at });
  const known = new Set(merged.spans.id);
  for (const from of [change, shown]) {
    const loose = (rows.get(from)?.get(NO_TURN) ?? []).filter((row) => !known.has(from.spans.id[row] ?? ''));
    appendRows(merged, from, { rows: loose, turn: NO_TURN });
    for (const row of loose) known.add(from.spans.id[row] ?? '');
  }
  return { ...rest, ...(shown.isLight ? { isLight: true } : {}), turns: parts.map(({ turn }) => turn), spans: merged.spans, details: merged.details, coverage: change.coverage ?? shown.coverage, config: change.config ?? shown.config };
}

interface Tree {
  startMillis: number;
  spans: SpanColumnsJson;
  details: Record<number, SpanDetails>;
}

function startTree(startMillis: number): Tree {
  return { startMillis, spans: { id: [], parent: [], kind: [], name: [], start: [], duration: [], outcome: [], turn: [] }, details: {} };
}

function rowsByTurn(turns: readonly number[]): Map<number, number[]> {
  const rows = new Map<number, number[]>();
  for (const [row, turn] of turns.entries()) {
    const list = rows.get(turn);
    if (list) list.push(row);
    else rows.set(turn, [row]);
  }
  return rows;
}

/** A parent stands before its children, so its new row is known when they come. */
function appendRows(tree: Tree, from: SessionAnswer, { rows, turn }: { rows: readonly number[]; turn: number }): void {
  const shift = from.startMillis - tree.startMillis;
  const rowOf = new Map<number, number>();
  const { spans } = from;
  for (const row of rows) {
    const next = tree.spans.id.length;
    rowOf.set(row, next);
    tree.spans.id.push(spans.id[row] ?? '');
    tree.spans.parent.push(rowOf.get(spans.parent[row] ?? -1) ?? -1);
    tree.spans.kind.push(spans.kind[row] ?? '');
    tree.spans.name.push(spans.name[row] ?? '');
    tree.spans.start.push((spans.start[row] ?? 0) + shift);
    tree.spans.duration.push(spans.duration[row] ?? -1);
    tree.spans.outcome.push(spans.outcome[row] ?? 'unknown');
    tree.spans.turn.push(turn);
    const details = from.details[row];
    if (details) tree.details[next] = shift === 0 ? details : toShifted(details, shift);
  }
}

/** All moments of them are counted from the session's start. */
function toShifted(details: SpanDetails, shift: number): SpanDetails {
  const { waits, events } = details;
  return {
    ...details,
    ...(waits ? { waits: waits.map(([start, end]) => [start + shift, end + shift]) } : {}),
    ...(events ? { events: events.map((event) => ({ ...event, at: event.at + shift })) } : {}),
  };
}
