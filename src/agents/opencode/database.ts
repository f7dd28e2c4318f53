/**
 * OpenCode's database: `session`, `message` and `part`, the last two with a column of JSON in which neither their own id nor their session's
 * stands. Casts, for a foreign table may hold anything: SQLite gives any integer to any column, and one beyond 2^53 would throw.
 */
import { statSync } from 'node:fs';
import type { Problem } from '../../core/problem.ts';
import type { HistorySource } from '../agent.ts';
import { readForeignDatabase, type ForeignDatabase, type ForeignRow } from '../read-foreign-sqlite.ts';
import { asNumber, asText, asTitle } from '../untrusted.ts';
import { parseValues, sortMessages, type StoredConversation, type StoredMessage } from './stored.ts';

const TABLES = ['session', 'message', 'part'] as const;

/** A part holds what one tool put out, a picture perhaps; JSON beyond this would fill the collector's memory. */
const MAX_DATA_BYTES = 64 << 20;

const SESSIONS = 'SELECT CAST(id AS TEXT) AS id, CAST(parent_id AS TEXT) AS parent, CAST(time_updated AS REAL) AS updated FROM session';
const DATA = `CASE WHEN octet_length(data) <= ${MAX_DATA_BYTES} THEN CAST(data AS TEXT) END AS data`;

/** Every session of a database, with the stamp of its own rows: one that did not change is not read again whatever others did. */
export function listSessions(path: string): { sources: HistorySource[]; problems: Problem[] } {
  const { value = [], problems } = readForeignDatabase(path, (database) => {
    const missing = findMissing(database, path);
    if (missing) return [missing];
    const weights = ['message', 'part'].map((table) => new Map(database.rows(toWeights(table, 'GROUP BY session_id')).map((row) => [row.id, row])));
    return database.rows(SESSIONS).map((row) => toSource(path, row, weights.map((weight) => weight.get(row.id))));
  });
  const found = value.filter((one) => one !== undefined);
  return { sources: found.filter((one) => 'sessionId' in one), problems: [...problems, ...found.filter((one) => 'code' in one)] };
}

/** The session with this id, or undefined. */
export function findSession(path: string, sessionId: string): HistorySource | undefined {
  return readForeignDatabase(path, (database) => (findMissing(database, path) ? undefined : readSource(database, path, sessionId))).value;
}

/** The sessions that this one started, among those touched since then (Unix ms). */
export function listChildren(path: string, sessionId: string, sinceMillis: number): HistorySource[] {
  const { value = [] } = readForeignDatabase(path, (database) => {
    if (findMissing(database, path)) return [];
    const rows = database.rows('SELECT CAST(id AS TEXT) AS id FROM session WHERE parent_id = ? AND time_updated >= ?', sessionId, sinceMillis);
    return rows.flatMap(({ id }) => (typeof id === 'string' ? (readSource(database, path, id) ?? []) : []));
  });
  return value;
}

/** A session's place, in the stead of a path. */
const PLACE = /^(.*)#session=([^#]*)$/s;

/** Whether a source of ours is a row of a database. */
export function isOfDatabase({ files }: HistorySource): boolean {
  return PLACE.test(files[0]?.path ?? '');
}

/** Reads a session that `listSessions` or `findSession` gave; undefined where there is none (any more). */
export function readConversation({ files }: HistorySource): { value?: StoredConversation; problems: Problem[] } {
  const [, path = '', name = ''] = PLACE.exec(files[0]?.path ?? '') ?? [];
  const id = decodeURIComponent(name);
  return readForeignDatabase(path, (database) => {
    if (findMissing(database, path)) return undefined;
    const [row] = database.rows('SELECT CAST(parent_id AS TEXT) AS parent, CAST(title AS TEXT) AS title, CAST(directory AS TEXT) AS cwd, CAST(version AS TEXT) AS version, CAST(time_created AS REAL) AS created FROM session WHERE id = ?', id);
    if (!row) return undefined;
    const problems: Problem[] = [];
    const session = { sessionId: id, parentId: asText(row.parent), title: asTitle(row.title), cwd: asText(row.cwd), version: asText(row.version), createdMillis: asNumber(row.created) };
    return { session, messages: readMessages(database, id, problems), problems, isComplete: true };
  });
}

function readMessages(database: ForeignDatabase, sessionId: string, problems: Problem[]): StoredMessage[] {
  const messages = new Map<string, StoredMessage>();
  for (const { id, data } of database.rows(`SELECT CAST(id AS TEXT) AS id, ${DATA} FROM message WHERE session_id = ?`, sessionId)) {
    const values = typeof id === 'string' ? parseData(data, 'a message', problems) : undefined;
    if (typeof id === 'string' && values) messages.set(id, { id, values, parts: [] });
  }
  for (const { id, message, data } of database.rows(`SELECT CAST(id AS TEXT) AS id, CAST(message_id AS TEXT) AS message, ${DATA} FROM part WHERE session_id = ? ORDER BY id`, sessionId)) {
    const parts = messages.get(String(message))?.parts;
    const values = typeof id === 'string' && parts ? parseData(data, 'a part', problems) : undefined;
    if (typeof id === 'string' && values) parts?.push({ id, values });
  }
  return sortMessages([...messages.values()]);
}

function parseData(data: unknown, place: string, problems: Problem[]): Record<string, unknown> | undefined {
  if (data !== null) return parseValues(data, place, problems);
  problems.push({ code: 'record-too-large', detail: `${place} of more than ${MAX_DATA_BYTES >> 20} MiB` });
  return undefined;
}

/** A database without the tables of a session: older or newer than this reader, or somebody else's. */
function findMissing(database: ForeignDatabase, path: string): Problem | undefined {
  const missing = TABLES.filter((name) => !database.tables.has(name));
  return missing.length === 0 ? undefined : { code: 'unknown-database', detail: `${path}: no table ${missing.join(', ')}` };
}

/** How much a session has in this table, and when that last changed. */
function toWeights(table: string, rest: string): string {
  return `SELECT CAST(session_id AS TEXT) AS id, COUNT(*) AS count, MAX(CAST(time_updated AS REAL)) AS updated, SUM(octet_length(data)) AS size FROM ${table} ${rest}`;
}

function readSource(database: ForeignDatabase, path: string, sessionId: string): HistorySource | undefined {
  const [row] = database.rows(`${SESSIONS} WHERE id = ?`, sessionId);
  const weights = ['message', 'part'].map((table) => database.rows(toWeights(table, 'WHERE session_id = ?'), sessionId)[0]);
  const source = row && toSource(path, row, weights);
  return source && 'sessionId' in source ? source : undefined;
}

/** None of a session without a message: it was opened, and nothing was said in it. */
function toSource(path: string, row: ForeignRow, weights: (ForeignRow | undefined)[]): HistorySource | Problem | undefined {
  const sessionId = asText(row.id);
  if (sessionId === undefined) return { code: 'no-session-id', detail: `${path}: a session without an id` };
  if (!weights[0] || weights[0].count === 0) return undefined;
  const sum = (name: string): number => weights.reduce((total, weight) => total + (asNumber(weight?.[name]) ?? 0), 0);
  const modifiedMillis = Math.max(...[row, ...weights].map((one) => asNumber(one?.updated) ?? 0));
  const parent = asText(row.parent);
  return {
    sessionId,
    // The count, for a row that goes while another grows by as much.
    files: [{ path: `${path}#session=${encodeURIComponent(sessionId)}`, size: sum('size') + sum('count'), modifiedMillis, inode: statSync(path, { throwIfNoEntry: false })?.ino ?? 0 }],
    modifiedMillis,
    ...(parent === undefined ? {} : { parent: { sessionId: parent, relation: 'subagent' } }),
  };
}
