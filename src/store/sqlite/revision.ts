/** The number that grows with each write to a turn or a session. What is removed is noted under it. To be called inside transactions. */
import type { Database } from '../database.ts';

/** The next number. */
export function nextRevision(db: Database): number {
  return Number(db.sql('UPDATE revision SET value = value + 1 RETURNING value').get()?.value);
}

/** Deletes a turn's row and notes that it went. */
export function removeTurnRow(db: Database, id: number): void {
  db.sql('INSERT INTO removed (revision, turn, root_span_id) SELECT ?, id, root_span_id FROM turn WHERE id = ?').run(nextRevision(db), id);
  db.sql('DELETE FROM turn WHERE id = ?').run(id);
}

/** Deletes a session's row and notes that it went. */
export function removeSessionRow(db: Database, id: number): void {
  db.sql('INSERT INTO removed (revision, session) VALUES (?, ?)').run(nextRevision(db), id);
  db.sql('DELETE FROM session WHERE id = ?').run(id);
}

/** What is known of a session as a whole changed. */
export function reviseSession(db: Database, id: number): void {
  db.sql('UPDATE session SET revision = ? WHERE id = ?').run(nextRevision(db), id);
}
