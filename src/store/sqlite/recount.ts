/** Errors of turns that an older version counted otherwise (migration 0012): failed requests as well, and turns that failed. */
import type { Database, SqlRow } from '../database.ts';
import { CALL, ERROR, TIMEOUT } from '../summary-layout.ts';
import { fromTurnSummary } from '../turn-summary.ts';
import { nextRevision } from './revision.ts';

/** Looked at in one go; most have no errors. */
const PAGE_TURNS = 200;
const PAGE = `SELECT id, errors, tool_calls, denied, dropped FROM turn WHERE id > ? AND id <= ? ORDER BY id LIMIT ${PAGE_TURNS}`;
const COUNT = "SELECT count(*) FILTER (WHERE kind = 'tool' AND outcome IN ('error', 'timeout')) AS errors FROM span WHERE turn = ?";
/** Values of `turn.dropped` from this on: its spans went. */
const WITHOUT_SPANS = 2;

/**
 * Counts errors anew, until `performance.now()` has passed `untilMillis`; a later call goes on where this one stopped. To be called inside a
 * transaction. False: all are counted.
 */
export function recountErrors(db: Database, untilMillis: number): boolean {
  const place = db.sql('SELECT after, last FROM recount').get();
  if (!place) return false;
  for (let after = Number(place.after); ; ) {
    const page = db.sql(PAGE).all(after, place.last ?? 0);
    for (const row of page) {
      recount(db, row);
      after = Number(row.id);
      if (performance.now() < untilMillis || (page.length < PAGE_TURNS && row === page.at(-1))) continue;
      db.sql('UPDATE recount SET after = ?').run(after);
      return true;
    }
    if (page.length === PAGE_TURNS) continue;
    db.sql('DELETE FROM recount').run();
    return false;
  }
}

function recount(db: Database, row: SqlRow): void {
  // What is counted now was always counted: no turn has more than before.
  if (row.errors === 0) return;
  const errors = Number(row.dropped) < WITHOUT_SPANS ? Number(db.sql(COUNT).get(row.id ?? null)?.errors) : (countInSummary(db, Number(row.id)) ?? toMost(row));
  if (errors !== row.errors) db.sql('UPDATE turn SET errors = ?, revision = ? WHERE id = ?').run(errors, nextRevision(db), row.id ?? null);
}

/** Undefined: there is no summary, or one that nobody can read. */
function countInSummary(db: Database, id: number): number | undefined {
  const text = db.sql('SELECT summary FROM turn WHERE id = ?').get(id)?.summary;
  const calls = typeof text === 'string' ? fromTurnSummary(text)?.calls : undefined;
  return calls?.reduce((count, value, at) => count + Number(at % CALL.length === CALL.outcome && (value === ERROR || value === TIMEOUT)), 0);
}

/** Nothing tells any more which of them were calls: no more than were called and not denied. */
function toMost({ errors, tool_calls: calls, denied }: SqlRow): number {
  return Math.max(0, Math.min(Number(errors), Number(calls) - Number(denied)));
}
