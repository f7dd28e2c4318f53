/**
 * The IDE's database, `globalStorage/state.vscdb`: a table of keys and JSON, many gigabytes perhaps. A conversation is the row
 * `composerData:<id>` and a row `bubbleId:<id>:<bubble>` for each piece of it. Only ranges of the index over the keys are walked through,
 * and of a row only those fields leave SQLite that are read here: most of a piece is the context that was sent with it. A table of
 * headers, which newer builds have, tells which conversations are subagents of which. CASTs: SQLite takes a BLOB for JSON of its own.
 */
import { statSync } from 'node:fs';
import type { Problem } from '../../../core/problem.ts';
import type { SessionParent } from '../../../core/session.ts';
import type { HistorySource } from '../../agent.ts';
import { readForeignDatabase, type ForeignDatabase } from '../../read-foreign-sqlite.ts';
import { asNumber, asRecord, asText } from '../../untrusted.ts';

const TABLE = 'cursorDiskKV';
const HEADERS = 'composerHeaders';
const COMPOSER = 'composerData:';
const BUBBLE = 'bubbleId:';

/** One row; JSON beyond this would fill the collector's memory. */
const MAX_ROW_BYTES = 64 << 20;
/** So many rows are in memory at once. */
const ROWS_AT_ONCE = 200;
/** Up to here a row is parsed sooner than SQLite takes it apart. */
const SMALL_BYTES = 64 << 10;

/** The field itself, of a row whose text is JSON. */
function toFields(names: readonly string[]): string {
  return `json_object(${names.map((name) => `'${name}', json_extract(text, '$.${name}')`).join(', ')})`;
}

const COMPOSER_FIELDS = [
  'name', 'createdAt', 'lastUpdatedAt', 'status', 'modelConfig', 'unifiedMode', 'forceMode', 'workspaceIdentifier', 'createdOnBranch', 'contextUsagePercent', 'contextTokenLimit',
  'contextTokensUsed', 'subagentInfo', 'fullConversationHeadersOnly', 'conversation', 'isDraft',
] as const;
const BUBBLE_FIELDS = [
  'type', 'text', 'createdAt', 'requestId', 'serverBubbleId', 'thinking', 'toolFormerData', 'tokenCount', 'modelInfo', 'timingInfo', 'turnDurationMs', 'workspaceUris',
] as const;

const VALUE = `CASE WHEN octet_length(value) <= ${MAX_ROW_BYTES} THEN CAST(value AS TEXT) END AS text`;

interface Header {
  modifiedMillis?: number;
  parent?: SessionParent;
}

/** Every conversation of a database in which something was said, with stamps of their own rows: a row that is written gets a new number. */
export function listComposers(path: string): { sources: HistorySource[]; problems: Problem[] } {
  const { value = [], problems } = readForeignDatabase(path, (database) => {
    if (!database.tables.has(TABLE)) return [];
    const headers = readHeaders(database);
    const bubbles = new Map(database.rows(`SELECT substr(key, ${BUBBLE.length + 1}, instr(substr(key, ${BUBBLE.length + 1}), ':') - 1) AS id, COUNT(*) AS count, MAX(rowid) AS newest FROM ${TABLE} WHERE key >= ? AND key < ? GROUP BY 1`, BUBBLE, toEnd(BUBBLE)).map((row) => [row.id, row]));
    const rows = database.rows(`SELECT substr(key, ${COMPOSER.length + 1}) AS id, rowid AS number, octet_length(value) AS size FROM ${TABLE} WHERE key >= ? AND key < ?`, COMPOSER, toEnd(COMPOSER));
    return rows.flatMap((row) => {
      const id = asText(row.id);
      return id === undefined ? [] : (toSource(database, path, { id, row, bubbles: bubbles.get(id), header: headers.get(id) }) ?? []);
    });
  });
  return { sources: value, problems };
}

/** The conversation with this id, or undefined. */
export function findComposer(path: string, sessionId: string): HistorySource | undefined {
  return readForeignDatabase(path, (database) => {
    if (!database.tables.has(TABLE)) return undefined;
    const [row] = database.rows(`SELECT rowid AS number, octet_length(value) AS size FROM ${TABLE} WHERE key = ?`, COMPOSER + sessionId);
    if (!row) return undefined;
    const start = `${BUBBLE}${sessionId}:`;
    const [bubbles] = database.rows(`SELECT COUNT(*) AS count, MAX(rowid) AS newest FROM ${TABLE} WHERE key >= ? AND key < ?`, start, toEnd(start));
    return toSource(database, path, { id: sessionId, row, bubbles, header: readHeaders(database, sessionId).get(sessionId) });
  }).value;
}

/** The conversations that this one started, with the calls that did: from the table of headers, where there is one. */
export function listChildComposers(path: string, sessionId: string): { sessionId: string; callId?: string }[] {
  return readForeignDatabase(path, (database) => {
    const children = [...readHeaders(database)].filter(([, { parent }]) => parent?.sessionId === sessionId);
    return children.map(([id, { parent }]) => ({ sessionId: id, ...(parent?.callId === undefined ? {} : { callId: parent.callId }) }));
  }).value ?? [];
}

/** A conversation's place, in the stead of a path. */
const PLACE = /^(.*)#composer=([^#]*)$/s;

/** Whether a source of ours is a conversation of a database. */
export function isOfDatabase({ files }: HistorySource): boolean {
  return PLACE.test(files[0]?.path ?? '');
}

/** A stored conversation as it stands. Texts are JSON; undefined where there is no such row, or one that is none. */
export interface StoredComposer {
  text?: string;
  /** Calls with each piece's text, in this order; a piece that is not there any more is left out. */
  readBubbles(ids: readonly string[], onBubble: (id: string, text: string | undefined) => void): void;
  /** All pieces in the order in which they were written. */
  readAll(onBubble: (id: string, text: string | undefined) => void): void;
}

/** Opens the database for a source that `listComposers` or `findComposer` gave, and closes it behind `read`. */
export function readComposer<T>({ files }: HistorySource, read: (composer: StoredComposer) => T): { value?: T; problems: Problem[] } {
  const [, path = '', name = ''] = PLACE.exec(files[0]?.path ?? '') ?? [];
  const id = decodeURIComponent(name);
  return readForeignDatabase(path, (database) => {
    if (!database.tables.has(TABLE)) return undefined;
    const [row] = database.rows(`SELECT CASE WHEN json_valid(text) THEN ${toFields(COMPOSER_FIELDS)} END AS text FROM (SELECT ${VALUE} FROM ${TABLE} WHERE key = ?)`, COMPOSER + id);
    return row && read(toStored(database, id, asText(row.text)));
  });
}

function toStored(database: ForeignDatabase, id: string, text: string | undefined): StoredComposer {
  const start = `${BUBBLE}${id}:`;
  const query = (count: number): string => `SELECT key, CASE WHEN size <= ${SMALL_BYTES} THEN text WHEN json_valid(text) THEN ${toFields(BUBBLE_FIELDS)} END AS text FROM (SELECT key, octet_length(value) AS size, ${VALUE} FROM ${TABLE} WHERE key IN (${Array.from({ length: count }, () => '?').join(', ')}))`;
  const readBubbles: StoredComposer['readBubbles'] = (ids, onBubble) => {
    for (let at = 0; at < ids.length; at += ROWS_AT_ONCE) {
      const some = ids.slice(at, at + ROWS_AT_ONCE);
      const rows = new Map(database.rows(query(some.length), ...some.map((bubble) => start + bubble)).map((row) => [row.key, row.text]));
      for (const bubble of some) if (rows.has(start + bubble)) onBubble(bubble, asText(rows.get(start + bubble)));
    }
  };
  return {
    ...(text === undefined ? {} : { text }), readBubbles,
    readAll(onBubble) {
      const ids = database.rows(`SELECT substr(key, ${start.length + 1}) AS id FROM ${TABLE} WHERE key >= ? AND key < ? ORDER BY rowid`, start, toEnd(start)).flatMap((row) => asText(row.id) ?? []);
      readBubbles(ids, onBubble);
    },
  };
}

/** The end of a range of keys that begin so: they end with `:`. */
function toEnd(start: string): string {
  return `${start.slice(0, -1)};`;
}

/** What the headers tell, by conversation. Their values are small. */
function readHeaders(database: ForeignDatabase, sessionId?: string): Map<string, Header> {
  if (!database.tables.has(HEADERS)) return new Map();
  const columns = new Set(database.rows(`SELECT name FROM pragma_table_info('${HEADERS}')`).map((row) => String(row.name)));
  if (!columns.has('composerId')) return new Map();
  const updated = columns.has('lastUpdatedAt') ? 'CAST(lastUpdatedAt AS REAL)' : 'NULL';
  const info = columns.has('value') ? "CASE WHEN json_valid(CAST(value AS TEXT)) THEN json_extract(CAST(value AS TEXT), '$.subagentInfo') END" : 'NULL';
  const rows = database.rows(`SELECT CAST(composerId AS TEXT) AS id, ${updated} AS updated, ${info} AS info FROM ${HEADERS}${sessionId === undefined ? '' : ' WHERE composerId = ?'}`, ...(sessionId === undefined ? [] : [sessionId]));
  return new Map(rows.map((row) => [String(row.id), { modifiedMillis: asNumber(row.updated), parent: toParent(parseObject(row.info)) }]));
}

/** `subagentInfo` → the conversation that started it, and by which call. */
export function toParent(info: unknown): SessionParent | undefined {
  const values = asRecord(info);
  const sessionId = asText(values?.parentComposerId) ?? asText(values?.rootParentConversationId);
  const callId = asText(values?.toolCallId);
  return sessionId === undefined ? undefined : { sessionId, relation: 'subagent', ...(callId === undefined ? {} : { callId }) };
}

function parseObject(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

interface Found {
  id: string;
  row: Readonly<Record<string, unknown>>;
  bubbles?: Readonly<Record<string, unknown>> | undefined;
  header?: Header | undefined;
}

/** None of a conversation in which nothing was said. Builds without headers tell its time, and whose it is, in its row alone. */
function toSource(database: ForeignDatabase, path: string, { id, row, bubbles, header }: Found): HistorySource | undefined {
  const count = asNumber(bubbles?.count) ?? 0;
  const isTold = count > 0 && header?.modifiedMillis !== undefined;
  const [told] = isTold ? [] : database.rows(`SELECT CASE WHEN json_valid(text) THEN json_object('updated', json_extract(text, '$.lastUpdatedAt'), 'created', json_extract(text, '$.createdAt'), 'info', json_extract(text, '$.subagentInfo'), 'inline', json_array_length(text, '$.conversation')) END AS text FROM (SELECT ${VALUE} FROM ${TABLE} WHERE key = ?)`, COMPOSER + id);
  const values = asRecord(parseObject(told?.text));
  if (count === 0 && !((asNumber(values?.inline) ?? 0) > 0)) return undefined;
  const stats = statSync(path, { throwIfNoEntry: false });
  const modifiedMillis = header?.modifiedMillis ?? asNumber(values?.updated) ?? asNumber(values?.created) ?? stats?.mtimeMs ?? 0;
  const parent = header?.parent ?? toParent(values?.info);
  return {
    sessionId: id,
    // The number of its newest row stands in the place of an inode: a row that is written again gets the next one.
    files: [{ path: `${path}#composer=${encodeURIComponent(id)}`, size: (asNumber(row.size) ?? 0) + count, modifiedMillis, inode: Math.max(asNumber(row.number) ?? 0, asNumber(bubbles?.newest) ?? 0) }],
    modifiedMillis,
    ...(parent && parent.sessionId !== id ? { parent } : {}),
  };
}
