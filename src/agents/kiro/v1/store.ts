/** Kiro V1's `data.sqlite3`: each row of `conversations_v2` (older builds: `conversations`) is one session. Its other tables hold keys. */
import { statSync } from 'node:fs';
import type { Fact } from '../../../core/fact.ts';
import type { Problem } from '../../../core/problem.ts';
import type { HistorySource } from '../../agent.ts';
import { readForeignDatabase, type ForeignDatabase, type ForeignRow } from '../../read-foreign-sqlite.ts';
import { asNumber, asText } from '../../untrusted.ts';
import type { KiroStore } from '../kiro-store.ts';
import { toName } from '../names.ts';
import { earliestOf, nanoToMillis } from '../../../core/time.ts';
import { parseConversation } from './conversation.ts';
import { findDatabases, findDatabasesAt } from './find-databases.ts';
import { placeHooks, type Candidate } from './place-hooks.ts';

/** Newer: several conversations a folder. Older: the latest of each folder, without times, its id only inside the JSON. */
const NEWER = 'conversations_v2';
const OLDER = 'conversations';

/** Casts, for a foreign table may hold anything: SQLite gives any integer to any column, and one beyond 2^53 would throw. */
const NEWER_ROWS = `SELECT CAST(conversation_id AS TEXT) AS id, CAST(key AS TEXT) AS cwd, octet_length(value) AS size, CAST(updated_at AS REAL) AS updated FROM ${NEWER}`;
const OLDER_ROWS = `SELECT CASE WHEN json_valid(value) THEN CAST(value ->> '$.conversation_id' AS TEXT) END AS id, CAST(key AS TEXT) AS cwd, octet_length(value) AS size FROM ${OLDER}`;

/** A row may last have been written with the request before a tool that ran as long as this. */
const LONGEST_TURN_MILLIS = 24 * 3_600_000;

/** A conversation is a few MB at most; JSON beyond this would fill the collector's memory. */
const MAX_VALUE_BYTES = 256 << 20;

export const v1Store: KiroStore = {
  roots: findDatabases,

  discover(environment, from) {
    const problems: Problem[] = [];
    const sources = new Map<string, HistorySource>();
    for (const path of from ? findDatabasesAt(from) : findDatabases(environment)) {
      const found = readForeignDatabase(path, (database) => [...tableProblems(database, path), ...listRows(database).map((row) => toSource(row, path))]);
      problems.push(...found.problems);
      for (const one of found.value ?? []) {
        if ('code' in one) problems.push(one);
        else if (isNewer(one, sources.get(one.sessionId))) sources.set(one.sessionId, one);
      }
    }
    return { sources: [...sources.values()], problems };
  },

  find(environment, sessionId) {
    for (const path of findDatabases(environment)) {
      const { value: row } = readForeignDatabase(path, (database) => findRow(database, sessionId));
      const source = row && toSource(row, path);
      if (source && 'sessionId' in source) return source;
    }
    return undefined;
  },

  place(environment, facts, readFacts) {
    const first = earliestOf(facts.map((fact) => fact.at?.unixNano));
    const cwd = facts.find((fact) => fact.type === 'session.seen')?.cwd;
    if (first === undefined || cwd === undefined) return new Map();
    const sinceMillis = nanoToMillis(first) - LONGEST_TURN_MILLIS;
    const candidates = findDatabases(environment).flatMap((path) => readCandidates(path, { cwd, sinceMillis }));
    return placeHooks(facts, candidates.map((one) => ({ ...one, hookFacts: readFacts(one.sessionId) })));
  },

  owns: (source) => source.files.some(({ path }) => PLACE.test(path)),

  read(source) {
    const [, path, table, name] = PLACE.exec(source.files[0]?.path ?? '') ?? [];
    if (path === undefined || name === undefined) return { facts: [], problems: [], isComplete: true, hasRecords: false };
    const { value, problems } = readForeignDatabase(path, (database) => readRow(database, table === 'row' ? NEWER : OLDER, decodeURIComponent(name)));
    const text = asText(value?.value);
    if (!value || text === undefined) return { facts: [], problems, isComplete: false, hasRecords: false };
    const parsed = parseConversation(text, { sessionId: source.sessionId, cwd: asText(value.cwd), createdMillis: asNumber(value.created), writtenMillis: source.modifiedMillis });
    return { facts: parsed.facts, problems: [...problems, ...parsed.problems], isComplete: true, hasRecords: true };
  },
};

/** A row of the older table has no time of its own: it never replaces one that has. */
function isNewer(source: HistorySource, known: HistorySource | undefined): boolean {
  const isOlderTable = PLACE.exec(source.files[0]?.path ?? '')?.[2] === 'older-row';
  return !known || (!isOlderTable && source.modifiedMillis > known.modifiedMillis);
}

/** Conversations of a folder that were written since then. What is wrong with them is told when they are read as history. */
function readCandidates(path: string, { cwd, sinceMillis }: { cwd: string; sinceMillis: number }): Omit<Candidate, 'hookFacts'>[] {
  const { value = [] } = readForeignDatabase(path, (database) => {
    if (!database.tables.has(NEWER)) return listRows(database).filter((row) => row.cwd === cwd);
    return database.rows(`${NEWER_ROWS} WHERE key = ? AND updated_at >= ?`, cwd, sinceMillis).map((row): Row => ({ ...row, table: NEWER }));
  });
  return value.flatMap((row) => {
    const source = toSource(row, path);
    if (!('sessionId' in source)) return [];
    let facts: Fact[] | undefined;
    return [{ sessionId: source.sessionId, modifiedMillis: source.modifiedMillis, readRow: () => (facts ??= v1Store.read(source).facts) }];
  });
}

/** A row's place, in the stead of a path: the database, which table, and the row's name in it. */
const PLACE = /^(.*)#(row|older-row)=([^#]*)$/s;

interface Row extends ForeignRow {
  table: string;
}

function listRows(database: ForeignDatabase): Row[] {
  const rows = (table: string, sql: string): Row[] => (database.tables.has(table) ? database.rows(sql).map((row) => ({ ...row, table })) : []);
  return [...rows(NEWER, NEWER_ROWS), ...rows(OLDER, OLDER_ROWS)];
}

/** One id may stand under several folders, where it was resumed: the newest holds it all. Older rows are searched only if there are no newer. */
function findRow(database: ForeignDatabase, sessionId: string): Row | undefined {
  if (database.tables.has(NEWER)) {
    const [row] = database.rows(`${NEWER_ROWS} WHERE conversation_id = ? ORDER BY updated_at DESC LIMIT 1`, sessionId);
    return row && { ...row, table: NEWER };
  }
  return listRows(database).find((row) => row.id === sessionId);
}

function readRow(database: ForeignDatabase, table: string, name: string): ForeignRow | undefined {
  if (!database.tables.has(table)) return undefined;
  if (table === OLDER) return database.rows(`SELECT CAST(value AS TEXT) AS value, CAST(key AS TEXT) AS cwd FROM ${OLDER} WHERE key = ?`, name)[0];
  return database.rows(
    `SELECT CAST(value AS TEXT) AS value, CAST(key AS TEXT) AS cwd, CAST(created_at AS REAL) AS created FROM ${NEWER}
    WHERE conversation_id = ? ORDER BY updated_at DESC LIMIT 1`,
    name,
  )[0];
}

/** The stamp is the row's own, so that a conversation that did not change is not read again whatever others did. */
function toSource(row: Row, path: string): HistorySource | Problem {
  const sessionId = asText(row.id);
  const size = asNumber(row.size) ?? 0;
  if (sessionId === undefined) return { code: 'no-session-id', detail: `${path}: a row of ${row.table} without its conversation's id` };
  if (size > MAX_VALUE_BYTES) return { code: 'record-too-large', detail: `${path}: a conversation of ${size >> 20} MiB` };
  const stats = statSync(path, { throwIfNoEntry: false });
  const modifiedMillis = asNumber(row.updated) ?? stats?.mtimeMs ?? 0;
  const place = row.table === NEWER ? `row=${encodeURIComponent(sessionId)}` : `older-row=${encodeURIComponent(asText(row.cwd) ?? '')}`;
  return { sessionId, forgets: true, files: [{ path: `${path}#${place}`, size, modifiedMillis, inode: stats?.ino ?? 0 }], modifiedMillis };
}

/** A database without conversations, or with a table of them that we do not know: an engine newer than this reader, or somebody else's file. */
function tableProblems(database: ForeignDatabase, path: string): Problem[] {
  const named = [...database.tables].filter((name) => name.startsWith(OLDER));
  if (named.length === 0) return [{ code: 'unknown-database', detail: `${path}: no table of conversations` }];
  return named.filter((name) => name !== NEWER && name !== OLDER).map((name) => ({ code: 'unknown-table', detail: `${path}: table ${toName(name)}` }));
}
