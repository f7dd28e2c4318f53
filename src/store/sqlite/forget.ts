/** Deleting for good: turns, and whole sessions with everything that stands for them. */
import type { AgentId } from '../../core/agent-id.ts';
import type { Database } from '../database.ts';
import { removeSpanRow } from './save-turn.ts';
import { refreshSession, SUBAGENT_TREE } from './session-rows.ts';
import { encodeText } from './text.ts';

/** Whether the user had this session deleted. */
export function isForgotten(db: Database, agent: AgentId, sessionId: string): boolean {
  return db.sql('SELECT 1 FROM tombstone WHERE agent = ? AND session_id = ?').get(agent, encodeText(sessionId)) !== undefined;
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

/** Deletes a session's row and all that hangs on it. To be called inside a transaction. */
export function removeSession(db: Database, id: number): void {
  const spans = db.sql('SELECT id FROM span WHERE session = ? OR turn IN (SELECT id FROM turn WHERE session = ?)').all(id, id);
  for (const span of spans) removeSpanRow(db, Number(span.id));
  db.sql('DELETE FROM turn WHERE session = ?').run(id);
  db.sql('DELETE FROM session WHERE id = ?').run(id);
}

/** See `SpanWriter.removeTurn`. To be called inside a transaction. */
export function removeTurn(db: Database, rootSpanId: string): void {
  const turn = db.sql('SELECT id, session FROM turn WHERE root_span_id = ?').get(rootSpanId);
  if (!turn) return;
  const spans = db.sql('SELECT id FROM span WHERE turn = ? AND final = 0').all(turn.id ?? null);
  for (const span of spans) removeSpanRow(db, Number(span.id));
  db.sql('DELETE FROM turn WHERE id = ?').run(turn.id ?? null);
  refreshSession(db, Number(turn.session));
}
