/** Deleting for good: turns, and whole sessions with everything that stands for them. */
import type { AgentId } from '../../core/agent-id.ts';
import type { SessionParent } from '../../core/session.ts';
import type { Database } from '../database.ts';
import { readConfigOf, removeUnusedConfigs } from './config-rows.ts';
import { removeSessionRow, removeTurnRow } from './revision.ts';
import { removeSpanRow } from './save-turn.ts';
import { refreshSession, SUBAGENT_TREE } from './session-rows.ts';
import { decodeText, encodeText } from './text.ts';

/** Whether the user had this session deleted. */
export function isForgotten(db: Database, agent: AgentId, sessionId: string): boolean {
  return db.sql('SELECT 1 FROM tombstone WHERE agent = ? AND session_id = ?').get(agent, encodeText(sessionId)) !== undefined;
}

/**
 * What a child of a forgotten session tells is its parent's too: it is forgotten as soon as it names that parent. Returns whether this
 * session is forgotten now. To be called inside a transaction.
 */
export function forgetWithParent(db: Database, child: { agent: AgentId; sessionId: string; parent?: SessionParent }): boolean {
  const { agent, sessionId, parent } = child;
  if (isForgotten(db, agent, sessionId)) return true;
  const parentId = parent?.relation === 'subagent' ? parent.sessionId : storedParent(db, agent, sessionId);
  if (parentId === undefined || !isForgotten(db, agent, parentId)) return false;
  forget(db, { agent, sessionId, atMillis: Date.now() });
  return true;
}

function storedParent(db: Database, agent: AgentId, sessionId: string): string | undefined {
  const row = db.sql(`SELECT parent_session_id FROM session WHERE agent = ? AND session_id = ? AND parent_relation = 'subagent'`).get(agent, encodeText(sessionId));
  return row && row.parent_session_id !== null ? decodeText(String(row.parent_session_id)) : undefined;
}

/** See `SpanWriter.forget`. To be called inside a transaction. */
export function forget(db: Database, owner: { agent: AgentId; sessionId: string; atMillis: number }): number {
  const { agent, atMillis } = owner;
  const names = [agent, encodeText(owner.sessionId)];
  const rows = db.sql(`${SUBAGENT_TREE} SELECT id, session_id FROM session WHERE id IN (SELECT id FROM tree)`).all(...names);
  const bury = db.sql('INSERT OR REPLACE INTO tombstone (agent, session_id, forgotten_at_millis) VALUES (?, ?, ?)');
  for (const sessionId of new Set([names[1] ?? '', ...rows.map((row) => String(row.session_id))])) {
    for (const table of ['fact', 'due']) db.sql(`DELETE FROM ${table} WHERE agent = ? AND session_id = ?`).run(agent, sessionId);
    bury.run(agent, sessionId, atMillis);
  }
  for (const row of rows) removeSession(db, Number(row.id));
  return rows.length;
}

/** See `SpanWriter.erase`. To be called inside a transaction. */
export function erase(db: Database, agent: AgentId, sessionId: string): void {
  const names = [agent, encodeText(sessionId)];
  for (const table of ['fact', 'due']) db.sql(`DELETE FROM ${table} WHERE agent = ? AND session_id = ?`).run(...names);
  for (const row of db.sql('SELECT id FROM session WHERE agent = ? AND session_id = ?').all(...names)) removeSession(db, Number(row.id));
}

/** Deletes a session's row and all that hangs on it. To be called inside a transaction. */
export function removeSession(db: Database, id: number): void {
  const spans = db.sql('SELECT id FROM span WHERE session = ? OR turn IN (SELECT id FROM turn WHERE session = ?)').all(id, id);
  for (const span of spans) removeSpanRow(db, Number(span.id));
  for (const turn of db.sql('SELECT id FROM turn WHERE session = ?').all(id)) removeTurnRow(db, Number(turn.id));
  const config = readConfigOf(db, id);
  removeSessionRow(db, id);
  if (config !== undefined) removeUnusedConfigs(db, [config]);
}

/** See `SpanWriter.removeTurn`. To be called inside a transaction. */
export function removeTurn(db: Database, rootSpanId: string): void {
  const turn = db.sql('SELECT id, session FROM turn WHERE root_span_id = ?').get(rootSpanId);
  if (!turn) return;
  const spans = db.sql('SELECT id FROM span WHERE turn = ? AND final = 0').all(turn.id ?? null);
  for (const span of spans) removeSpanRow(db, Number(span.id));
  removeTurnRow(db, Number(turn.id));
  refreshSession(db, Number(turn.session));
}
