/** `search.db`: which words stand in the texts of which span. Derived from the store, so that it can be thrown away and made again. */
import { chmodSync, closeSync, existsSync, openSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { loadNodeSqlite } from '../../store/sqlite/node-sqlite.ts';

/** Raised when what stands in it, or how it is made, changes: it is then made anew. */
const VERSION = 2;
/** Another process that writes (a `forget` while a server runs) may take this long. */
const BUSY_MILLIS = 30_000;

/**
 * The index keeps no texts (contentless); a row of it has the number of its span's row. Words are letters and digits without case and marks:
 * every other sign parts them (https://www.sqlite.org/fts5.html#unicode61_tokenizer), so that the words of a path or of a snake_case name are
 * found by themselves, and the whole as words in a row.
 */
const SCHEMA = `
  CREATE VIRTUAL TABLE text USING fts5 (prompt, answer, call, output, error, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2');
  -- Spans that are in it; digest: of the texts, so that a turn that is written again costs only what changed.
  CREATE TABLE doc (span INTEGER PRIMARY KEY, turn INTEGER NOT NULL, digest BLOB NOT NULL) STRICT;
  CREATE INDEX doc_turn ON doc (turn);
  CREATE TABLE state (
    version INTEGER NOT NULL,
    -- Which store it is of.
    store TEXT NOT NULL,
    -- Up to where it follows: the revision and the row of the turn that was taken in last.
    revision INTEGER NOT NULL,
    turn INTEGER NOT NULL,
    -- That turn's root span: a store that was put back from a backup has another there.
    root_span_id TEXT,
    -- Texts were taken out of it whose words still stand in the file.
    is_unclean INTEGER NOT NULL DEFAULT 0
  ) STRICT;
`;

export interface SearchState {
  revision: number;
  turn: number;
  rootSpanId?: string;
  isUnclean: boolean;
}

/** Opens it for writing; undefined where it is missing and not to be made. Whatever is no index of ours in this version, or that of another store, becomes an empty one. */
export function openSearch(path: string, storePath: string, { create = true }: { create?: boolean } = {}): DatabaseSync | undefined {
  if (!existsSync(path)) {
    if (!create) return undefined;
    closeSync(openSync(path, 'a', 0o600));
  }
  const { DatabaseSync: Sqlite } = loadNodeSqlite();
  const db = new Sqlite(path);
  try {
    db.exec(`PRAGMA busy_timeout = ${BUSY_MILLIS}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384; PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 8388608`);
    for (const file of [path, `${path}-wal`, `${path}-shm`]) if (existsSync(file)) chmodSync(file, 0o600);
    if (!isCurrent(db, storePath)) clearSearch(db, storePath);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Whether it is an index of this version and of this store. */
export function isCurrent(db: DatabaseSync, storePath: string): boolean {
  const tables = db.prepare("SELECT count(*) AS count FROM sqlite_schema WHERE name IN ('text', 'doc', 'state')").get();
  if (tables?.count !== 3) return false;
  const state = db.prepare('SELECT version, store FROM state').get();
  return state?.version === VERSION && state.store === toStoreName(storePath);
}

/** Makes it empty. Who reads meanwhile sees what was, to the end of what it reads. */
export function clearSearch(db: DatabaseSync, storePath: string): void {
  transact(db, () => {
    db.exec(`DROP TABLE IF EXISTS text; DROP TABLE IF EXISTS doc; DROP TABLE IF EXISTS state; ${SCHEMA}`);
    db.prepare('INSERT INTO state (version, store, revision, turn) VALUES (?, ?, -1, 0)').run(VERSION, toStoreName(storePath));
  });
}

/** One commit; rolled back when `work` throws. */
export function transact<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // A disk that fails may have rolled everything back already.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** What an index knows its store by. A copy of a store is another: it goes its own way. */
export function toStoreName(path: string): string {
  const { ino, birthtimeMs } = statSync(path);
  return `${ino} ${Math.floor(birthtimeMs)}`;
}

export function readState(db: DatabaseSync): SearchState {
  const row = db.prepare('SELECT revision, turn, root_span_id, is_unclean FROM state').get() ?? {};
  const state: SearchState = { revision: Number(row.revision), turn: Number(row.turn), isUnclean: row.is_unclean === 1 };
  if (typeof row.root_span_id === 'string') state.rootSpanId = row.root_span_id;
  return state;
}

/**
 * Words of texts that were taken out stand in the file until all of it is written anew (some half a second for 50 MB), and then in its log
 * until that is emptied. False: somebody reads, so that the log could not be; to be tried again.
 */
export function cleanSearch(db: DatabaseSync): boolean {
  if (readState(db).isUnclean) transact(db, () => db.exec("INSERT INTO text (text) VALUES ('optimize'); UPDATE state SET is_unclean = 0"));
  const result = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
  return result?.busy === 0;
}
