/**
 * Reading an agent's SQLite database: never written to, no file made beside it, no lock held longer than a statement. It may be
 * written to at this moment, locked, damaged, or none at all.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type * as NodeSqlite from 'node:sqlite';
import type { Problem } from '../core/problem.ts';

export type ForeignRow = Readonly<Record<string, unknown>>;

export interface ForeignDatabase {
  /** Names of its tables. */
  tables: ReadonlySet<string>;
  /** All rows of a statement. Throws what SQLite throws: `readForeignDatabase` makes a problem of it. */
  rows(sql: string, ...parameters: (string | number)[]): ForeignRow[];
}

/** A writer holds its lock for milliseconds; the collector, which is one thread, does not wait longer. */
const BUSY_MILLIS = 250;
/** An unlocked reading beside a writer that just came is done again, so often. */
const MOST_READINGS = 3;

/** `SQLite format 3` and NUL; bytes 18 and 19 are 2 for a database with a write-ahead log (sqlite.org/fileformat2.html, 1.3). */
const MAGIC = Buffer.from('SQLite format 3\0', 'latin1');
const HEADER_BYTES = 20;

/**
 * Opens the database at this path, reads, closes. Never throws: what `read` throws becomes a problem. No file, or an empty one: no
 * value and no problem.
 */
export function readForeignDatabase<T>(path: string, read: (database: ForeignDatabase) => T): { value?: T; problems: Problem[] } {
  try {
    for (let reading = 1; ; reading++) {
      const before = lookAt(path);
      if (before === undefined) return { problems: [] };
      if (before.format === 'foreign') return { problems: [{ code: 'no-database', detail: `${path}: not an SQLite database` }] };
      const value = readOnce(path, before.isQuiet, read);
      const after = before.isQuiet ? lookAt(path) : before;
      if (after?.stamp === before.stamp) return { value, problems: [] };
      if (reading === MOST_READINGS) return { problems: [{ code: 'database-busy', detail: `${path}: changed at each of ${MOST_READINGS} readings` }] };
    }
  } catch (error) {
    return { problems: [{ code: 'unreadable-database', detail: `${path}: ${toReason(error)}` }] };
  }
}

/** SQLite's own words for its code: its whole message may quote the file's. */
function toReason(error: unknown): string {
  if (!(error instanceof Error)) return 'error';
  const [words, code] = ['errstr', 'code'].map((name): unknown => (error as unknown as Record<string, unknown>)[name]);
  return typeof words === 'string' ? words : typeof code === 'string' ? code : error.name;
}

interface Look {
  format: 'sqlite' | 'foreign';
  /**
   * It would keep a log beside it but nobody has it open: then it is read as a file that does not change, for a plain reader would
   * make the log's files and leave them there.
   */
  isQuiet: boolean;
  stamp: string;
}

function lookAt(path: string): Look | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isFile() || stats.size === 0) return undefined;
  const header = Buffer.alloc(HEADER_BYTES);
  const file = openSync(path, 'r');
  try {
    readSync(file, header, 0, HEADER_BYTES, 0);
  } finally {
    closeSync(file);
  }
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  const hasLog = (log?.size ?? 0) > 0;
  const format = header.subarray(0, MAGIC.length).equals(MAGIC) ? 'sqlite' : 'foreign';
  return { format, isQuiet: header[18] === 2 && !hasLog, stamp: `${stats.ino}:${stats.size}:${stats.mtimeMs}:${hasLog}` };
}

function readOnce<T>(path: string, isQuiet: boolean, read: (database: ForeignDatabase) => T): T {
  const address = pathToFileURL(path);
  if (isQuiet) address.searchParams.set('immutable', '1');
  const db = open(address);
  try {
    db.exec('PRAGMA trusted_schema = OFF');
    const rows: ForeignDatabase['rows'] = (sql, ...parameters) => db.prepare(sql).all(...parameters);
    return read({ tables: new Set(rows("SELECT name FROM sqlite_schema WHERE type = 'table'").map((row) => String(row.name))), rows });
  } finally {
    db.close();
  }
}

function open(address: URL): DatabaseSync {
  const { DatabaseSync: Sqlite } = loadNodeSqlite();
  return new Sqlite(address, { readOnly: true, timeout: BUSY_MILLIS });
}

/** Without the warning that Node 22 prints on stderr when it is first loaded: our commands are run by agents. */
function loadNodeSqlite(): typeof NodeSqlite {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}
