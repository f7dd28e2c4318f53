/** Rows of `fact`, and their move to another session where hooks had not told which it was. */
import type { AgentId } from '../../core/agent-id.ts';
import { hashOf } from '../../core/ids.ts';
import type { Fact } from '../../core/fact.ts';
import { fromJson, toJson } from '../../core/json.ts';
import type { Database } from '../database.ts';
import { nextRevision, removeSessionRow } from './revision.ts';
import { ensureSession, refreshSession } from './session-rows.ts';
import { forgetWithParent, isForgotten, removeSession } from './forget.ts';
import { encodeText, packBody, unpackBody } from './text.ts';

/** Keeps one live fact; false when its key is there already, or its session was forgotten. */
export function addFact(db: Database, fact: Fact): boolean {
  const parent = fact.type === 'session.seen' ? fact.parent : undefined;
  if (parent ? forgetWithParent(db, { agent: fact.agent, sessionId: fact.sessionId, parent }) : isForgotten(db, fact.agent, fact.sessionId)) return false;
  const insert = db.sql(`INSERT OR IGNORE INTO fact (agent, source, key, session_id, encoding, body) VALUES (?, ?, ?, ?, ?, ?)`);
  const owner = [fact.agent, fact.source, encodeText(fact.key), encodeText(fact.sessionId)];
  return Number(insert.run(...owner, ...packBody(toJson(fact))).changes) === 1;
}

/** The facts of a session, as they came. */
export function readFacts(db: Database, agent: AgentId, sessionId: string): Fact[] {
  const rows = db.sql('SELECT encoding, body FROM fact WHERE agent = ? AND session_id = ? ORDER BY id');
  return rows.all(agent, encodeText(sessionId)).map((row) => fromJson<Fact>(unpackBody(row.encoding, row.body)));
}

export interface FactMove {
  agent: AgentId;
  from: string;
  /** Fact key → session id. */
  places: ReadonlyMap<string, string>;
}

/** See `SpanWriter.moveFacts`. To be called inside a transaction. */
export function moveFacts(db: Database, { agent, from, places }: FactMove): void {
  const facts = readFacts(db, agent, from);
  const stay = facts.some((fact) => fact.type !== 'session.seen' && !places.has(fact.key));
  let last: string | undefined;
  for (const fact of facts) {
    const to = places.get(fact.key);
    if (to === undefined || to === from) continue;
    last = to;
    // What is said of the session goes for those that stay, too.
    if (!stay || fact.type !== 'session.seen') db.sql('DELETE FROM fact WHERE agent = ? AND source = ? AND key = ?').run(agent, fact.source, encodeText(fact.key));
    addFact(db, toMoved(fact, to));
  }
  if (last !== undefined && readFacts(db, agent, from).length === 0) moveRows(db, { agent, from, to: last });
}

/** What a session's hooks say of it again and again is one fact: its key must not stand in the way of the next who says it elsewhere. */
function toMoved(fact: Fact, sessionId: string): Fact {
  return fact.type === 'session.seen' ? { ...fact, sessionId, key: `${fact.key}:${hashOf(sessionId).slice(0, 16)}` } : { ...fact, sessionId };
}

/** Spans that are final keep their ids and stand in the session they belong to; the rest is assembled anew there. */
function moveRows(db: Database, { agent, from, to }: { agent: AgentId; from: string; to: string }): void {
  db.sql('DELETE FROM due WHERE agent = ? AND session_id = ?').run(agent, encodeText(from));
  const session = db.sql('SELECT id FROM session WHERE agent = ? AND session_id = ?').get(agent, encodeText(from));
  if (!session) return;
  if (isForgotten(db, agent, to)) return removeSession(db, Number(session.id));
  const target = ensureSession(db, agent, to);
  db.sql('UPDATE turn SET session = ?, revision = ? WHERE session = ?').run(target, nextRevision(db), session.id ?? null);
  db.sql('UPDATE span SET session = ? WHERE session = ?').run(target, session.id ?? null);
  removeSessionRow(db, Number(session.id));
  refreshSession(db, target);
}
