/** Cursor's two databases as it lays them out: the IDE's keys and values, and a chat store of `cursor-agent`. */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Where the IDE has its database, from a home on Linux. */
export const STATE = '.config/Cursor/User/globalStorage/state.vscdb';

export interface SampleComposer {
  id: string;
  composer?: Record<string, unknown>;
  /** In the order of the conversation. A null stands for a row that was emptied. */
  bubbles: ({ id: string } & Record<string, unknown> | null)[];
  /** `subagentInfo`, for the table of headers. */
  subagentInfo?: Record<string, unknown>;
}

/** Opens the IDE's database of this home, made if it is not there. `headers`: as newer builds have it. */
export function openState(home: string, { headers = true }: { headers?: boolean } = {}): DatabaseSync {
  const path = join(home, STATE);
  mkdirSync(dirname(path), { recursive: true });
  const db = new DatabaseSync(path);
  db.exec('PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS ItemTable (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB); CREATE TABLE IF NOT EXISTS cursorDiskKV (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB)');
  if (headers) db.exec('CREATE TABLE IF NOT EXISTS composerHeaders (composerId TEXT PRIMARY KEY, workspaceId TEXT, createdAt INTEGER, lastUpdatedAt INTEGER, isArchived INTEGER, isSubagent INTEGER, recency INTEGER, checkpointAt INTEGER, value TEXT)');
  return db;
}

/** Writes a conversation as the IDE does: each row anew. */
export function putComposer(db: DatabaseSync, { id, composer = {}, bubbles, subagentInfo }: SampleComposer): void {
  const put = db.prepare('INSERT INTO cursorDiskKV VALUES (?, ?)');
  const told = bubbles.filter((bubble) => bubble !== null);
  const row = { _v: 18, composerId: id, createdAt: 1_790_000_000_000, lastUpdatedAt: 1_790_000_100_000, fullConversationHeadersOnly: told.map((bubble) => ({ bubbleId: bubble.id, type: bubble.type })), ...(subagentInfo ? { subagentInfo } : {}), ...composer };
  put.run(`composerData:${id}`, Buffer.from(JSON.stringify(row)));
  for (const { id: bubbleId, ...bubble } of told) put.run(`bubbleId:${id}:${bubbleId}`, Buffer.from(JSON.stringify({ _v: 3, bubbleId, richText: '{}', context: { fileSelections: ['much'] }, ...bubble })));
  const hasHeaders = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'composerHeaders'").get() !== undefined;
  if (hasHeaders) db.prepare('INSERT OR REPLACE INTO composerHeaders VALUES (?, ?, ?, ?, 0, ?, 0, NULL, ?)').run(id, 'w', row.createdAt, Number(row.lastUpdatedAt), subagentInfo ? 1 : 0, JSON.stringify({ type: 'head', composerId: id, ...(subagentInfo ? { subagentInfo } : {}) }));
}

export interface SampleChat {
  id: string;
  meta?: Record<string, unknown>;
  messages: readonly object[];
  workspace?: string;
}

/** Writes a chat store, or a newer root into one that is there. Gives its path. */
export function putChat(home: string, { id, meta = {}, messages, workspace = '/home/ann/pond' }: SampleChat): string {
  const path = join(home, '.cursor', 'chats', createHash('md5').update(workspace).digest('hex'), id, 'store.db');
  mkdirSync(dirname(path), { recursive: true });
  const db = new DatabaseSync(path);
  db.exec('PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS blobs (id TEXT PRIMARY KEY, data BLOB); CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT)');
  const put = (data: Buffer): Buffer => {
    const hash = createHash('sha256').update(data).digest();
    db.prepare('INSERT OR REPLACE INTO blobs VALUES (?, ?)').run(hash.toString('hex'), data);
    return hash;
  };
  const ids = messages.map((message) => put(Buffer.from(JSON.stringify(message))));
  const root = put(Buffer.concat([...ids.flatMap((hash) => [toField(1, hash)]), toField(9, Buffer.from(`file://${workspace}`)), Buffer.from([10 << 3, 1])]));
  const told = { agentId: id, latestRootBlobId: root.toString('hex'), name: 'New Agent', mode: 'default', createdAt: 1_790_000_000_000, ...meta };
  db.prepare("INSERT OR REPLACE INTO meta VALUES ('0', ?)").run(Buffer.from(JSON.stringify(told)).toString('hex'));
  db.close();
  return path;
}

/** A length-delimited protobuf field. */
function toField(number: number, data: Buffer): Buffer {
  const length = data.length < 128 ? [data.length] : [(data.length & 0x7f) | 0x80, data.length >> 7];
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...length]), data]);
}
