/** Reads how sessions stand; see `session-state.ts`. */
import type { Outcome } from '../../core/span.ts';
import type { SessionState } from '../api/sessions.ts';
import type { ReadDatabase } from '../open-reading.ts';
import { toSessionState } from './session-state.ts';

/** Of each wanted session the last of its own turns, with what is open in the family. Only open turns' spans are looked at. */
const LAST_TURNS = `SELECT wanted.value AS id, turn.closed, turn.live, turn.root_span_id,
    (SELECT outcome FROM span WHERE span_id = turn.root_span_id) AS outcome,
    (SELECT max(last_unix_nano) FROM session AS member WHERE member.root = wanted.value) / 1000000 AS last_millis,
    turn.closed = 0 AND EXISTS (SELECT 1 FROM session AS member JOIN turn AS open ON open.session = member.id JOIN span ON span.turn = open.id
      WHERE member.root = wanted.value AND open.pending > 0 AND span.kind = 'permission' AND span.end_unix_nano IS NULL) AS has_wait,
    turn.closed = 0 AND EXISTS (SELECT 1 FROM session AS member JOIN turn AS open ON open.session = member.id JOIN span ON span.turn = open.id
      WHERE member.root = wanted.value AND open.pending > 0 AND span.kind = 'tool' AND span.end_unix_nano IS NULL) AS has_call
  FROM json_each(?) AS wanted
  JOIN turn ON turn.id = (SELECT id FROM turn AS own WHERE own.session = wanted.value ORDER BY turn_index DESC, id DESC LIMIT 1)`;

/** Rows of sessions at the top → how they stand. */
export function readStates(reading: Pick<ReadDatabase, 'sql'>, roots: readonly number[], nowMillis: number): Map<number, SessionState> {
  const states = new Map<number, SessionState>(roots.map((root) => [root, 'unknown']));
  for (const row of reading.sql(LAST_TURNS).all(JSON.stringify(roots))) {
    const turn = { outcome: (row.outcome ?? 'unknown') as Outcome, isClosed: row.closed === 1, isLive: row.live === 1, hasOpenWait: row.has_wait === 1, hasOpenCall: row.has_call === 1 };
    states.set(Number(row.id), toSessionState(turn, nowMillis - Number(row.last_millis)));
  }
  return states;
}
