/** `telemetry.db`: a file of its own, so that what others send holds up neither the store nor its backup. */
import { chmodSync, closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { loadNodeSqlite } from '../store/sqlite/node-sqlite.ts';
import { StoreOpenError } from '../store/sqlite/store-open-error.ts';

/** In order; a new migration is one file and one line. An applied one is never edited. */
const migrations = ['0001-telemetry.sql'];

/** "sptl": `PRAGMA application_id` of these files, so that no other is ever migrated. */
const APPLICATION_ID = 0x7370746c;

/** A `spoor gc` beside may hold it this long. */
const BUSY_MILLIS = 10_000;

/**
 * FULL: what was answered with 200 outlives a power cut. Rows come at random places of the index by trace, which a small cache would read and
 * write again and again; the log may grow to 16 MB before it is taken over into the file.
 */
const PRAGMAS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA journal_size_limit = 33554432;
  PRAGMA wal_autocheckpoint = 4000;
  PRAGMA cache_size = -32768;
  PRAGMA temp_store = MEMORY;
`;

/** Opens it, made and migrated as needed. Throws StoreOpenError with a sentence, or an error of SQLite. */
export function openTelemetryDatabase(path: string): DatabaseSync {
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
  const { DatabaseSync: Sqlite } = loadNodeSqlite();
  const db = new Sqlite(path);
  try {
    db.exec(`PRAGMA busy_timeout = ${BUSY_MILLIS}`);
    if (readVersion(db, path) === 0) db.exec('PRAGMA auto_vacuum = INCREMENTAL');
    chmodSync(path, 0o600);
    db.exec(PRAGMAS);
    migrate(db, path);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Opens it to read only; undefined: nothing was ever received. Throws as `openTelemetryDatabase`, also where it is older than this version. */
export function openTelemetryReadOnly(path: string): DatabaseSync | undefined {
  if (!existsSync(path)) return undefined;
  const { DatabaseSync: Sqlite } = loadNodeSqlite();
  const db = new Sqlite(path, { readOnly: true });
  try {
    db.exec(`PRAGMA busy_timeout = ${BUSY_MILLIS}`);
    if (readVersion(db, path) === migrations.length) return db;
    db.close();
    return undefined;
  } catch (error) {
    db.close();
    throw error;
  }
}

function migrate(db: DatabaseSync, path: string): void {
  if (readVersion(db, path) === migrations.length) return;
  db.exec('BEGIN IMMEDIATE');
  try {
    for (const file of migrations.slice(readVersion(db, path))) db.exec(readFileSync(new URL(`migrations/${file}`, import.meta.url), 'utf8'));
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${migrations.length}; COMMIT`);
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** How many migrations were applied. Throws StoreOpenError where the file is newer than this version or not ours. */
function readVersion(db: DatabaseSync, path: string): number {
  const version = readNumber(db, 'PRAGMA user_version');
  if (readNumber(db, 'SELECT count(*) FROM sqlite_schema') > 0 && readNumber(db, 'PRAGMA application_id') !== APPLICATION_ID) {
    throw new StoreOpenError('foreign', `${path} is a database of another program. Move it away, or set SPOOR_HOME to another folder.`);
  }
  if (version > migrations.length) throw new StoreOpenError('newer', `${path} was written by a newer spoor. Update spoor, then try again.`);
  return version;
}

function readNumber(db: DatabaseSync, sql: string): number {
  return Number(Object.values(db.prepare(sql).get() ?? {})[0] ?? 0);
}
