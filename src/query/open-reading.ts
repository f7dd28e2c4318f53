/** A connection that can only read, for the threads that answer questions. */
import type { Database, SqlValue } from '../store/database.ts';
import { loadNodeSqlite } from '../store/sqlite/node-sqlite.ts';

/** What the store's own functions read from; a transaction of it is a snapshot. */
export interface ReadDatabase extends Database {
  /** What `work` reads is of one moment: what is written meanwhile is not seen. */
  snapshot<T>(work: () => T): T;
  /** Rows one by one as arrays of their columns, integers as numbers: a third of the time of objects. */
  arrays(sql: string, ...values: SqlValue[]): Iterable<readonly SqlValue[]>;
  /** Rows one by one, integers as numbers: for more of them than should stand in memory at once. */
  iterate(sql: string, ...values: (number | string)[]): Iterable<Record<string, unknown>>;
  close(): void;
}

/** Another process may hold the file alone for a moment (a migration, `gc`). */
const BUSY_MILLIS = 5_000;

/** Enough for the inner pages of all indexes. Half a dozen threads have one each; what is not in it the system has in its own cache. */
const CACHE_KILOBYTES = 2048;

/** Opens a database of ours for reading. Throws where it is not there. */
export function openReading(path: string): ReadDatabase {
  const { DatabaseSync: Sqlite } = loadNodeSqlite();
  const db = new Sqlite(path, { readOnly: true });
  db.exec(`PRAGMA busy_timeout = ${BUSY_MILLIS}; PRAGMA query_only = ON; PRAGMA cache_size = -${CACHE_KILOBYTES}; PRAGMA temp_store = MEMORY`);
  const prepared = { number: new Map<string, ReturnType<Database['sql']>>(), bigint: new Map<string, ReturnType<Database['sql']>>() };
  const prepare = (text: string, integers: 'number' | 'bigint'): ReturnType<Database['sql']> => {
    const found = prepared[integers].get(text);
    if (found) return found;
    const statement = db.prepare(text);
    statement.setReadBigInts(integers === 'bigint');
    prepared[integers].set(text, statement);
    return statement;
  };
  const snapshot = <T>(work: () => T): T => {
    if (db.isTransaction) return work();
    db.exec('BEGIN');
    try {
      return work();
    } finally {
      db.exec('COMMIT');
    }
  };
  return {
    sql: (text) => prepare(text, 'number'),
    sqlBig: (text) => prepare(text, 'bigint'),
    iterate: (sql, ...values) => db.prepare(sql).iterate(...values),
    arrays(sql, ...values) {
      const statement = db.prepare(sql);
      statement.setReturnArrays(true);
      return statement.iterate(...values) as unknown as Iterable<readonly SqlValue[]>;
    },
    snapshot,
    transaction: snapshot,
    close: () => {
      if (db.isOpen) db.close();
    },
  };
}
