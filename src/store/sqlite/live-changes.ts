/** What was written since a revision, for those who follow the store live. Each question is answered by an index. */
import type { AgentId } from '../../core/agent-id.ts';
import type { Database } from '../database.ts';

/** The session at the top of a family. */
export interface ChangedFamily {
  agent: AgentId;
  sessionId: string;
}

export interface StoreChanges {
  /** The newest there is. */
  revision: number;
  /** Families of which a session or a turn was written, each once. Absent: more than `most`. */
  families?: ChangedFamily[];
  /** Turns or sessions were removed as well. */
  hasRemoved: boolean;
}

/** The newest revision. */
export function readRevision(db: Database): number {
  return Number(db.sql('SELECT value FROM revision').get()?.value ?? 0);
}

/** Twice as many turns as families are looked at: one that was written often stands there once. */
const CHANGED = `
  SELECT DISTINCT root.agent AS agent, root.session_id AS session_id
  FROM (
    SELECT session FROM (SELECT session FROM turn WHERE revision > ? ORDER BY revision LIMIT ?)
    UNION
    SELECT id FROM (SELECT id FROM session WHERE revision > ? ORDER BY revision LIMIT ?)
  ) AS written
  JOIN session AS own ON own.id = written.session
  JOIN session AS root ON root.id = own.root
  LIMIT ?`;

/** What was written behind this revision. `most`: of more families none is named. */
export function readChanges(db: Database, since: number, most: number): StoreChanges {
  const revision = readRevision(db);
  const scanned = most * 2;
  const counts = db.sql('SELECT (SELECT count(*) FROM (SELECT 1 FROM turn WHERE revision > ? LIMIT ?)) AS turns, (SELECT count(*) FROM (SELECT 1 FROM session WHERE revision > ? LIMIT ?)) AS sessions, EXISTS (SELECT 1 FROM removed WHERE revision > ?) AS removed').get(since, scanned + 1, since, scanned + 1, since);
  const hasRemoved = Number(counts?.removed) === 1;
  if (Number(counts?.turns) > scanned || Number(counts?.sessions) > scanned) return { revision, hasRemoved };
  const rows = db.sql(CHANGED).all(since, scanned, since, scanned, most + 1);
  if (rows.length > most) return { revision, hasRemoved };
  return { revision, hasRemoved, families: rows.map((row) => ({ agent: String(row.agent), sessionId: String(row.session_id) })) };
}

/** Open permissions of turns that hooks tell of: a person is waited for. */
const WAITING = `
  SELECT DISTINCT root.agent AS agent, root.session_id AS session_id
  FROM turn
  JOIN span ON span.turn = turn.id AND span.kind = 'permission' AND span.end_unix_nano IS NULL
  JOIN session AS own ON own.id = turn.session
  JOIN session AS root ON root.id = own.root
  WHERE turn.settled = 0 AND turn.live = 1
  ORDER BY root.agent, root.session_id`;

/** Families in which a call waits for a person now. */
export function readWaiting(db: Database): ChangedFamily[] {
  return db.sql(WAITING).all().map((row) => ({ agent: String(row.agent), sessionId: String(row.session_id) }));
}
