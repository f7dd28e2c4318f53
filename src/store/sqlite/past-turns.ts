/** The past in the order of time, a page at a time: for sending it again. */
import { isPendingDigest } from '../../core/ids.ts';
import { millisToNano } from '../../core/time.ts';
import type { Database, SqlRow, SqlValue } from '../database.ts';
import type { PastFilter, PastTurn, PastTurns } from '../past.ts';
import { SUBAGENT_TREE } from './session-rows.ts';
import { decodeText, encodeText } from './text.ts';

/** The store's members for the past. */
export function createPastMembers(db: Database): PastTurns {
  return {
    readPastTurns: (filter, after, limit) => readPastTurns(db, filter, { after, limit }),
    countPast: (filter) => countPast(db, filter),
  };
}

/** What a filter asks of `turn JOIN session`. */
function toConditions({ agent, session, sinceMillis, untilMillis }: PastFilter): { tree: string; where: string; values: SqlValue[]; treeValues: SqlValue[] } {
  const conditions = ['1'];
  const values: SqlValue[] = [];
  if (agent !== undefined) {
    conditions.push('session.agent = ?');
    values.push(agent);
  }
  if (sinceMillis !== undefined) {
    conditions.push('turn.start_unix_nano >= ?');
    values.push(millisToNano(sinceMillis));
  }
  if (untilMillis !== undefined) {
    conditions.push('turn.start_unix_nano < ?');
    values.push(millisToNano(untilMillis));
  }
  if (session) conditions.push('session.id IN (SELECT id FROM tree)');
  return { tree: session ? SUBAGENT_TREE : '', treeValues: session ? [session.agent, encodeText(session.sessionId)] : [], where: conditions.join(' AND '), values };
}

/** Children end before their parents: the order in which everything goes out. */
const SPANS = `SELECT turn, span_id, trace_id, span.start_unix_nano, session.agent, session.session_id FROM span JOIN session ON session.id = span.session
  WHERE turn IN (SELECT value FROM json_each(?)) AND final = 1 AND kind <> 'session' ORDER BY turn, span.end_unix_nano, span.start_unix_nano DESC, span.id DESC`;

function readPastTurns(db: Database, filter: PastFilter, { after, limit }: { after: PastTurn['place'] | undefined; limit: number }): PastTurn[] {
  const { tree, treeValues, where, values } = toConditions(filter);
  const page = db.sqlBig(`${tree} SELECT turn.id, turn.start_unix_nano, turn.settled, turn.live, turn.digest, session.agent, session.session_id
    FROM turn JOIN session ON session.id = turn.session WHERE (turn.start_unix_nano, turn.id) > (?, ?) AND ${where}
    ORDER BY turn.start_unix_nano, turn.id LIMIT ?`).all(...treeValues, after?.startUnixNano ?? -(2n ** 63n), after?.turn ?? 0, ...values, limit);
  const turns = new Map(page.map((row) => [row.id, toPastTurn(row)]));
  const ids = JSON.stringify(page.map(({ id }) => Number(id)));
  for (const row of db.sqlBig(SPANS).all(ids)) {
    turns.get(row.turn ?? null)?.spans.push({
      spanId: String(row.span_id),
      traceId: String(row.trace_id),
      agent: String(row.agent),
      sessionId: decodeText(String(row.session_id)),
      startUnixNano: row.start_unix_nano as bigint,
    });
  }
  return [...turns.values()];
}

function toPastTurn(row: SqlRow): PastTurn {
  return {
    place: { startUnixNano: row.start_unix_nano as bigint, turn: Number(row.id) },
    agent: String(row.agent),
    sessionId: decodeText(String(row.session_id)),
    isOpen: row.settled === 0n,
    isLive: row.live === 1n,
    isTextPending: isPendingDigest(String(row.digest)),
    spans: [],
  };
}

function countPast(db: Database, filter: PastFilter): { spans: number; turns: number; sessions: number; openSessions: number } {
  const { tree, treeValues, where, values } = toConditions(filter);
  const row = db.sql(`${tree === '' ? 'WITH' : `${tree},`} chosen AS (SELECT turn.id, turn.settled, session.root FROM turn JOIN session ON session.id = turn.session WHERE ${where})
    SELECT count(*) AS turns, count(DISTINCT root) AS sessions, count(DISTINCT CASE WHEN settled = 0 THEN root END) AS open,
    (SELECT count(*) FROM chosen JOIN span ON span.turn = chosen.id WHERE span.final = 1 AND kind <> 'session') AS spans FROM chosen`).get(...treeValues, ...values);
  return { spans: Number(row?.spans), turns: Number(row?.turns), sessions: Number(row?.sessions), openSessions: Number(row?.open) };
}
