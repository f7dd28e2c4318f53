/** Rows of `shell`: what the shells said in which agents ran. */
import { fromJson, toJson } from '../../core/json.ts';
import type { ShellSettings } from '../../core/shell.ts';
import type { Database, SqlRow } from '../database.ts';

/** Equal keys say the same: one that is there stays. */
export function saveShell(db: Database, key: string, settings: ShellSettings): void {
  db.sql('INSERT OR IGNORE INTO shell (key, settings) VALUES (?, ?)').run(key, toJson(settings));
}

export function readShell(db: Database, key: string): ShellSettings | undefined {
  return toSettings(db.sql('SELECT settings FROM shell WHERE key = ?').get(key));
}

/** Of the turn that the span stands in; of an envelope, the first turn below it. */
export function readShellOf(db: Database, spanId: string): ShellSettings | undefined {
  const key = readShellKeyOf(db, spanId);
  return key === undefined ? undefined : readShell(db, key);
}

export function readShellKeyOf(db: Database, spanId: string): string | undefined {
  const key = db.sql(`SELECT coalesce(turn.shell, envelope.shell) AS key FROM span
    LEFT JOIN turn ON turn.id = span.turn LEFT JOIN envelope ON envelope.span = span.id WHERE span_id = ?`).get(spanId)?.key;
  return key === null || key === undefined ? undefined : String(key);
}

const OPEN_TURNS = 'SELECT turn.shell FROM turn WHERE turn.settled = 0 AND turn.live = 1';
/** An envelope goes wherever what stands below it went. */
const OPEN_ENVELOPES = `SELECT turn.shell FROM envelope JOIN trace_place ON trace_place.envelope = envelope.span
  JOIN span ON span.trace_id = trace_place.trace_id JOIN turn ON turn.id = span.turn WHERE envelope.due_millis IS NOT NULL`;

/** Names of destinations that shells described and that turns or envelopes still open may go to. */
export function readAwaitedDestinations(db: Database): string[] {
  const rows = db.sql(`SELECT DISTINCT settings ->> '$.destination' AS name FROM shell WHERE key IN (${OPEN_TURNS} UNION ${OPEN_ENVELOPES})
    AND settings ->> '$.destination' IS NOT NULL`);
  return rows.all().map((row) => String(row.name));
}

function toSettings(row: SqlRow | undefined): ShellSettings | undefined {
  return row && fromJson<ShellSettings>(String(row.settings));
}
