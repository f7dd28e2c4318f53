/** Where the time of turns went in which subagents ran: what those tell stands in turns of their own, so that it takes all of a family to say. */
import { ABSENT } from '../../store/summary-layout.ts';
import type { ReadDatabase } from '../open-reading.ts';
import { readTurnsByRoot } from '../reader/read-session-rows.ts';
import { toOwnShares } from '../reader/session-figures.ts';
import type { Columns } from './columns.ts';

const ALL = 'SELECT DISTINCT root FROM session WHERE root <> id';
const WITH_SUBAGENTS = 'SELECT value AS root FROM json_each(?) WHERE EXISTS (SELECT 1 FROM session WHERE root = value AND id <> value)';
const CHANGED = `SELECT member.root FROM turn JOIN session AS member ON member.id = turn.session WHERE turn.revision > ?
  UNION SELECT root FROM session WHERE revision > ?`;

/** Rows of `session` at the top of what changed since a revision. */
export function readChangedRoots(db: ReadDatabase, since: number): number[] {
  return db.sql(CHANGED).all(since, since).map(({ root }) => Number(root));
}

/** Sets `model`, `tool` and `wait` of the turns of these sessions, where they have subagents. `among` absent: of all. */
export function nestShares(columns: Columns, db: ReadDatabase, among?: Iterable<number>): void {
  const rows = among ? db.sql(WITH_SUBAGENTS).all(JSON.stringify([...among])) : db.sql(ALL).all();
  for (const { root } of rows) {
    // One family at a time: the summaries of a hundred are forty megabytes that stay. Which turns go on is asked of none, only where their time went.
    const turns = readTurnsByRoot(db, [Number(root)], 0).get(Number(root)) ?? [];
    if (!turns.some(({ isOwn, summary }) => !isOwn && summary?.above)) continue;
    for (const [{ id, summary }, { model, tool, wait }] of toOwnShares(turns)) if (summary) setShares(columns, id, { model, tool, wait });
  }
}

function setShares({ turns: { of }, turnOf }: Columns, id: number, { model, tool, wait }: { model: number; tool: number; wait: number | undefined }): void {
  const at = turnOf.get(id);
  if (at === undefined) return;
  [of.model[at], of.tool[at], of.wait[at]] = [model, tool, wait ?? ABSENT];
}
