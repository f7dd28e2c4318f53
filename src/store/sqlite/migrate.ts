/** Brings a database to the newest schema. `PRAGMA user_version` counts the migrations that were applied. */
import { readFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { StoreOpenError } from './store-open-error.ts';

/** In order; a new migration is one file and one line. An applied one is never edited. */
const migrations = ['0001-store.sql', '0002-outbox.sql', '0003-shells.sql', '0004-session-trace.sql', '0005-costs.sql', '0006-retention.sql', '0007-metrics.sql', '0008-trace-index.sql', '0009-analysis.sql', '0010-config.sql', '0011-hooks.sql', '0012-errors.sql', '0013-times.sql'];

/** "spor": `PRAGMA application_id` of our databases, so that a mistyped path never migrates someone else's file. */
const APPLICATION_ID = 0x73706f72;

/** Applies what is missing, in one transaction. Throws StoreOpenError, touching nothing, when the file is newer or not ours. */
export function migrate(db: DatabaseSync, path: string): void {
  if (checkSchemaVersion(db, path) === migrations.length) return;
  db.exec('BEGIN IMMEDIATE');
  try {
    // Read again: another process may have migrated while this one waited for the lock.
    for (const file of migrations.slice(checkSchemaVersion(db, path))) {
      db.exec(readFileSync(new URL(`migrations/${file}`, import.meta.url), 'utf8'));
    }
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${migrations.length}; COMMIT`);
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** How many migrations were applied. Throws StoreOpenError when the file is newer than this version or not ours; writes nothing. */
export function checkSchemaVersion(db: DatabaseSync, path: string): number {
  const version = readNumber(db, 'PRAGMA user_version');
  const tables = readNumber(db, 'SELECT count(*) FROM sqlite_schema');
  if (tables > 0 && readNumber(db, 'PRAGMA application_id') !== APPLICATION_ID) {
    throw new StoreOpenError('foreign', `${path} is a database of another program. Set SPOOR_HOME to a folder of its own.`);
  }
  if (version > migrations.length) {
    const versions = `it has schema ${version}, this version knows up to ${migrations.length}`;
    throw new StoreOpenError('newer', `${path} was written by a newer spoor (${versions}). Update spoor, then try again.`);
  }
  return version;
}

function readNumber(db: DatabaseSync, sql: string): number {
  return Number(Object.values(db.prepare(sql).get() ?? {})[0] ?? 0);
}
