/** Opens the one database file: private, durable, in WAL mode, migrated. */
import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { Database, Statement } from '../database.ts';
import { checkSchemaVersion, migrate } from './migrate.ts';
import { loadNodeSqlite } from './node-sqlite.ts';
import { StoreOpenError } from './store-open-error.ts';

/** Another command's write (a `forget`, an import's transaction) may take this long before ours gives up. */
const BUSY_MILLIS = 10_000;

/**
 * FULL: a commit is on the disk when it returns. The limit gives back what one large transaction added to the WAL. What is deleted
 * or replaced is overwritten at once (measured: no cost), so that `forget` need not search the free pages. A new file can give its free
 * pages back one by one; one that was made without that only after a VACUUM (`spoor gc`).
 */
const PRAGMAS = `
  PRAGMA auto_vacuum = INCREMENTAL;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA foreign_keys = ON;
  PRAGMA journal_size_limit = 8388608;
  PRAGMA cache_size = -16384;
  PRAGMA temp_store = MEMORY;
  PRAGMA secure_delete = ON;
`;

/**
 * Rows come at random places of large indexes, which a small cache would read and write again and again. The log may grow to 16 MB before
 * it is taken over into the file (SQLite's own 1000 pages are 4 MB).
 */
const BULK_PRAGMAS = 'PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000';
const USUAL_PRAGMAS = 'PRAGMA synchronous = FULL; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 1000';

export interface OpenDatabase extends Database {
  /** Runs statements that give nothing back. */
  exec(sql: string): void;
  /** See `SpanWriter.inBulk`. */
  inBulk<T>(work: () => Promise<T>): Promise<T>;
  close(): void;
}

/** Opens, and makes where it is missing, the database at this path (`:memory:` too). Throws StoreOpenError with a sentence. */
export function openDatabase(path: string): OpenDatabase {
  // Ours alone before SQLite writes a byte. A file that is there is not opened by us: closing any descriptor of it would drop the
  // POSIX locks of a connection that this process has already.
  if (path !== ':memory:' && !existsSync(path)) closeSync(openSync(path, 'a', 0o600));
  const { DatabaseSync: Sqlite } = loadNodeSqlite();
  const db = new Sqlite(path);
  try {
    db.exec(`PRAGMA busy_timeout = ${BUSY_MILLIS}`);
    checkSchemaVersion(db, path);
    if (path !== ':memory:') makePrivate(path);
    db.exec(PRAGMAS);
    migrate(db, path);
  } catch (error) {
    db.close();
    throw asOpenError(error, path);
  }
  return createDatabase(db);
}

/** SQLite gives `-wal` and `-shm` the mode of the file when it makes them. */
function makePrivate(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) if (existsSync(file)) chmodSync(file, 0o600);
}

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const DAMAGED = new Set([11, 26]);

function asOpenError(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined;
  if (code === undefined || !DAMAGED.has(code)) return error;
  const message = `${path} is damaged or not a database. Move it away (spoor then starts a new one) or restore it from a backup.`;
  return new StoreOpenError('unreadable', message, error);
}

function createDatabase(db: DatabaseSync): OpenDatabase {
  const prepared = { number: new Map<string, Statement>(), bigint: new Map<string, Statement>() };
  const prepare = (text: string, integers: 'number' | 'bigint'): Statement => {
    const found = prepared[integers].get(text);
    if (found) return found;
    const statement = db.prepare(text);
    statement.setReadBigInts(integers === 'bigint');
    prepared[integers].set(text, statement);
    return statement;
  };
  return {
    sql: (text) => prepare(text, 'number'),
    sqlBig: (text) => prepare(text, 'bigint'),
    transaction: createTransaction(db),
    exec: (sql) => db.exec(sql),
    async inBulk(work) {
      db.exec(BULK_PRAGMAS);
      try {
        return await work();
      } finally {
        if (db.isOpen) db.exec(USUAL_PRAGMAS);
      }
    },
    close: () => {
      if (db.isOpen) db.close();
    },
  };
}

function createTransaction(db: DatabaseSync): Database['transaction'] {
  let depth = 0;
  return (work) => {
    const savepoint = `level${depth}`;
    db.exec(depth === 0 ? 'BEGIN IMMEDIATE' : `SAVEPOINT ${savepoint}`);
    depth += 1;
    try {
      const result = work();
      if (result instanceof Promise) throw new TypeError('A transaction is synchronous: its work must not return a promise.');
      db.exec(depth === 1 ? 'COMMIT' : `RELEASE ${savepoint}`);
      return result;
    } catch (error) {
      // A disk that fails may have rolled everything back already.
      if (db.isTransaction) db.exec(depth === 1 ? 'ROLLBACK' : `ROLLBACK TO ${savepoint}; RELEASE ${savepoint}`);
      throw error;
    } finally {
      depth -= 1;
    }
  };
}
