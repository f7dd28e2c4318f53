/** Rows of `session`: one per native session, tied by parent links that may be told in any order. */
import type { AgentId } from '../../core/agent-id.ts';
import type { Session, SessionParent } from '../../core/session.ts';
import type { Database, SqlRow, SqlValue } from '../database.ts';
import { addModelPart } from './config-rows.ts';
import { nextRevision, reviseSession } from './revision.ts';
import { toColumnNano } from './span-row.ts';
import { decodeText, encodeText } from './text.ts';

/** The session's row, made if it is not there: a turn may be stored before anything else is known of its session. */
export function ensureSession(db: Database, agent: AgentId, sessionId: string, parent?: SessionParent): number {
  const found = db.sql('SELECT id FROM session WHERE agent = ? AND session_id = ?').get(agent, encodeText(sessionId));
  if (found) return Number(found.id);
  const insert = db.sql(`INSERT INTO session (agent, session_id, parent_session_id, parent_relation, root)
    VALUES (?, ?, ?, ?, (SELECT coalesce(max(id), 0) + 1 FROM session)) RETURNING id`);
  const row = insert.get(agent, encodeText(sessionId), parent ? encodeText(parent.sessionId) : null, parent?.relation ?? null);
  const id = Number(row?.id);
  refreshRoots(db, id);
  reviseSession(db, id);
  return id;
}

/** Keeps what is told; what is not told now stays as it was, since an agent deletes its history and the store is an archive. */
export function saveSession(db: Database, session: Session): void {
  const id = ensureSession(db, session.agent, session.sessionId, session.parent);
  const before = db.sqlBig('SELECT * FROM session WHERE id = ?').get(id);
  const told = toColumns(session);
  const news = Object.entries(told).filter(([column, value]) => value !== null && value !== before?.[column]);
  if (news.length === 0) return;
  const assignments = news.map(([column]) => `${column} = ?`).join(', ');
  db.sql(`UPDATE session SET ${assignments} WHERE id = ?`).run(...news.map(([, value]) => value), id);
  if (news.some(([column]) => column === 'parent_session_id' || column === 'parent_relation')) refreshRoots(db, id);
  if (session.model !== undefined && news.some(([column]) => column === 'model')) addModelPart(db, id, session.model);
  reviseSession(db, id);
  refreshSession(db, id);
}

function toColumns(session: Session): Record<string, SqlValue> {
  const text = (value: string | undefined): SqlValue => (value === undefined ? null : encodeText(value));
  const nano = (value: bigint | undefined): SqlValue => (value === undefined ? null : toColumnNano(value));
  return {
    parent_session_id: text(session.parent?.sessionId),
    parent_relation: session.parent?.relation ?? null,
    title: text(session.title),
    cwd: text(session.cwd),
    agent_name: text(session.agentName),
    agent_version: text(session.agentVersion),
    model: text(session.model),
    start_unix_nano: nano(session.startUnixNano),
    end_unix_nano: nano(session.endUnixNano),
  };
}

/** A row of `session`, read with bigints → session. */
export function fromSessionRow(row: SqlRow): Session {
  const session: Session = { agent: String(row.agent), sessionId: decodeText(String(row.session_id)) };
  const text = (column: string): string | undefined => (row[column] === null ? undefined : decodeText(String(row[column])));
  const parent = text('parent_session_id');
  if (parent !== undefined) session.parent = { sessionId: parent, relation: row.parent_relation as SessionParent['relation'] };
  const known = {
    title: text('title'),
    cwd: text('cwd'),
    agentName: text('agent_name'),
    agentVersion: text('agent_version'),
    model: text('model'),
    startUnixNano: (row.start_unix_nano ?? undefined) as bigint | undefined,
    endUnixNano: (row.end_unix_nano ?? undefined) as bigint | undefined,
  };
  return Object.assign(session, Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)));
}

/** Sets when something last happened in a session: in its newest turn, else what it says of itself. */
export function refreshSession(db: Database, id: number): void {
  db.sql(`UPDATE session SET last_unix_nano = coalesce((SELECT max(last_unix_nano) FROM turn WHERE session = session.id),
    end_unix_nano, start_unix_nano, 0) WHERE id = ?`).run(id);
}

/** A session and its subagents', down to the last, as rows `tree(id)`. */
export const SUBAGENT_TREE = `WITH RECURSIVE tree (id) AS (
  SELECT id FROM session WHERE agent = ? AND session_id = ?
  UNION SELECT child.id FROM tree JOIN session AS parent ON parent.id = tree.id JOIN session AS child
    ON child.agent = parent.agent AND child.parent_session_id = parent.session_id AND child.parent_relation = 'subagent'
)`;

/** Parents may become known after their children: finds the top again for a session and all below it. */
function refreshRoots(db: Database, id: number): void {
  const session = db.sql('SELECT agent, session_id FROM session WHERE id = ?').get(id);
  const below = db.sql(`${SUBAGENT_TREE} SELECT id FROM tree`).all(session?.agent ?? null, session?.session_id ?? null);
  const update = db.sql('UPDATE session SET root = ?, revision = ? WHERE id = ? AND root <> ?');
  for (const row of below) {
    const root = findRoot(db, Number(row.id));
    update.run(root, nextRevision(db), row.id ?? null, root);
  }
}

/** Up the subagent links. Links that form a ring (foreign data) have their oldest row for a top, so that they are listed once. */
function findRoot(db: Database, id: number): number {
  const parentOf = db.sql(`SELECT parent.id FROM session AS child JOIN session AS parent
    ON parent.agent = child.agent AND parent.session_id = child.parent_session_id
    WHERE child.id = ? AND child.parent_relation = 'subagent'`);
  const path = [id];
  for (;;) {
    const top = path.at(-1) ?? id;
    const parent = parentOf.get(top);
    if (!parent) return top;
    const next = Number(parent.id);
    const ring = path.indexOf(next);
    if (ring >= 0) return path.slice(ring).reduce((a, b) => Math.min(a, b));
    path.push(next);
  }
}
