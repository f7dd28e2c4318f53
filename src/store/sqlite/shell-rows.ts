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

/** Of the turn that the span stands in. */
export function readShellOf(db: Database, spanId: string): ShellSettings | undefined {
  return toSettings(db.sql('SELECT settings FROM span JOIN turn ON turn.id = span.turn JOIN shell ON shell.key = turn.shell WHERE span_id = ?').get(spanId));
}

/** Names of destinations that shells described and that turns still open may go to. */
export function readAwaitedDestinations(db: Database): string[] {
  const rows = db.sql(`SELECT DISTINCT settings ->> '$.destination' AS name FROM turn JOIN shell ON shell.key = turn.shell
    WHERE turn.settled = 0 AND turn.live = 1 AND settings ->> '$.destination' IS NOT NULL`);
  return rows.all().map((row) => String(row.name));
}

function toSettings(row: SqlRow | undefined): ShellSettings | undefined {
  return row && fromJson<ShellSettings>(String(row.settings));
}
