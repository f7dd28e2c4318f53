/**
 * The chats of `cursor-agent`: `chats/<hash of the folder>/<session>/store.db`, with a table `meta` (one row, JSON as hex digits) and a table
 * `blobs`, in which messages are JSON and their list is the root (see `root.ts`). Beside it newer builds keep `meta.json`. Several megabytes,
 * most of it old roots: only what the newest one lists is read.
 */
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isTooDeep } from '../../../core/json.ts';
import type { Problem } from '../../../core/problem.ts';
import type { HistoryReading, HistorySource } from '../../agent.ts';
import { stampOf } from '../../history-files.ts';
import { hasManyBrackets } from '../../jsonl.ts';
import { createProblemList } from '../../problem-list.ts';
import { readForeignDatabase, type ForeignDatabase } from '../../read-foreign-sqlite.ts';
import { readRegularFile } from '../../regular-file.ts';
import { asRecord, asText } from '../../untrusted.ts';
import { isSafeId } from '../places.ts';
import { toFacts } from '../turn-facts.ts';
import { createMessageReader } from './messages.ts';
import { parseRoot } from './root.ts';

const STORE = 'store.db';
const META = 'meta.json';
/** A few hundred bytes in truth. */
const MAX_META_BYTES = 1 << 18;
/** One message; the largest hold what a tool put out. */
const MAX_BLOB_BYTES = 64 << 20;
/** So many messages are in memory at once. */
const ROWS_AT_ONCE = 200;

type Values = Record<string, unknown>;

/** All chats of a folder of chats. */
export function listChats(chats: string): HistorySource[] {
  return listFolders(chats).flatMap((workspace) => listFolders(join(chats, workspace)).flatMap((session) => toSource(join(chats, workspace), session) ?? []));
}

/** The chat with this id, which is untrusted. */
export function findChat(chats: string, sessionId: string): HistorySource | undefined {
  if (!isSafeId(sessionId)) return undefined;
  for (const workspace of listFolders(chats)) {
    const source = toSource(join(chats, workspace), sessionId);
    if (source) return source;
  }
  return undefined;
}

/** The chat whose store this path is. */
export function chatAt(path: string): HistorySource | undefined {
  return basename(path) === STORE ? toSource(dirname(dirname(path)), basename(dirname(path))) : undefined;
}

/** Whether a source of ours is a chat store. */
export function isChat({ files }: HistorySource): boolean {
  return basename(files[0]?.path ?? '') === STORE;
}

function listFolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory() && isSafeId(entry.name)).map(({ name }) => name).sort();
  } catch {
    return [];
  }
}

function toSource(folder: string, sessionId: string): HistorySource | undefined {
  if (!isSafeId(sessionId)) return undefined;
  const path = join(folder, sessionId, STORE);
  // What was written last may stand in the log alone.
  const files = [path, `${path}-wal`, join(folder, sessionId, META)].flatMap((file) => stampOf(file) ?? []);
  if (files[0]?.path !== path || files[0].size === 0) return undefined;
  return { sessionId, files, modifiedMillis: Math.max(...files.map((file) => file.modifiedMillis)) };
}

/** Reads a chat that `listChats`, `findChat` or `chatAt` gave. */
export function readChat(source: HistorySource): HistoryReading {
  const list = createProblemList();
  const path = source.files[0]?.path ?? '';
  const beside = readMetaFile(join(dirname(path), META));
  const { value, problems } = readForeignDatabase(path, (database) => readMessages(database, source, { path, beside, note: (told) => list.add(told) }));
  list.add(problems);
  return { facts: value ?? [], problems: list.list, isComplete: problems.length === 0, hasRecords: value !== undefined };
}

interface Reading {
  path: string;
  beside: Values;
  note(problems: Problem[]): void;
}

function readMessages(database: ForeignDatabase, { sessionId, parent, modifiedMillis }: HistorySource, { path, beside, note }: Reading): HistoryReading['facts'] | undefined {
  const missing = ['meta', 'blobs'].filter((name) => !database.tables.has(name));
  if (missing.length > 0) {
    note([{ code: 'unknown-database', detail: `${path}: no table ${missing.join(', ')}` }]);
    return undefined;
  }
  const [row] = database.rows("SELECT CAST(value AS TEXT) AS value FROM meta WHERE key = '0'");
  const meta = parseHex(row?.value);
  const rootId = asText(meta?.latestRootBlobId);
  if (!meta) note([{ code: 'bad-json', detail: `${path}: its meta row is no JSON object in hex digits` }]);
  // Nothing was said in it yet.
  if (!meta || rootId === undefined) return undefined;
  const [blob] = database.rows(`SELECT data FROM blobs WHERE id = ? AND octet_length(data) <= ${MAX_BLOB_BYTES}`, rootId);
  const root = blob?.data instanceof Uint8Array ? parseRoot(blob.data) : undefined;
  if (!root) {
    note([{ code: 'unknown-record', detail: `${path}: its root is no list of messages` }]);
    return undefined;
  }
  const reader = createMessageReader({ sessionId, meta, beside, workspaceUri: root.workspaceUri, parent, modifiedMillis });
  eachBlob(database, root.messageIds, (id, text) => note(addMessage(reader, id, text)));
  return toFacts(reader.finish());
}

function addMessage(reader: ReturnType<typeof createMessageReader>, id: string, text: string | undefined): Problem[] {
  if (text === undefined) return [{ code: 'missing-record', detail: 'messages that the root lists and that are not there' }];
  try {
    const values = asRecord(JSON.parse(text));
    if (values && (!hasManyBrackets(text) || !isTooDeep(values))) return reader.add(id, values);
    return [{ code: values ? 'too-deep' : 'bad-json', detail: values ? 'a message nests deeper than 200 levels' : 'a message is no JSON object' }];
  } catch {
    // Newer builds encrypt some.
    return [{ code: 'bad-json', detail: 'a message is no JSON object' }];
  }
}

/** Each in the order of the ids, which may repeat; undefined for one that is not there, or is too large. */
function eachBlob(database: ForeignDatabase, ids: readonly string[], onBlob: (id: string, text: string | undefined) => void): void {
  for (let at = 0; at < ids.length; at += ROWS_AT_ONCE) {
    const some = ids.slice(at, at + ROWS_AT_ONCE);
    const rows = database.rows(`SELECT CAST(id AS TEXT) AS id, CASE WHEN octet_length(data) <= ${MAX_BLOB_BYTES} THEN CAST(data AS TEXT) END AS text FROM blobs WHERE id IN (${some.map(() => '?').join(', ')})`, ...some);
    const texts = new Map(rows.map((row) => [row.id, asText(row.text)]));
    for (const id of some) onBlob(id, texts.get(id));
  }
}

function parseHex(value: unknown): Values | undefined {
  const hex = asText(value);
  if (hex === undefined) return undefined;
  try {
    // Some tools write it as it is.
    return asRecord(JSON.parse(/^[0-9a-f]+$/i.test(hex) ? Buffer.from(hex, 'hex').toString('utf8') : hex));
  } catch {
    return undefined;
  }
}

/** It is rewritten now and then: what cannot be read is not there. */
function readMetaFile(path: string): Values {
  try {
    return asRecord(JSON.parse(readRegularFile(path, MAX_META_BYTES).toString('utf8'))) ?? {};
  } catch {
    return {};
  }
}
