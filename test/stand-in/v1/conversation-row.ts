/** The row that Kiro V1 keeps of a conversation, in `~/.local/share/kiro-cli/data.sqlite3`. */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What the row's JSON holds. */
export interface Conversation {
  conversation_id: string;
  next_message: unknown;
  history: HistoryEntry[];
  valid_history_range: [number, number];
  latest_summary: unknown;
  model_info: Record<string, unknown>;
  user_turn_metadata: { continuation_id: string; requests: unknown[]; usage_info: { value: number; unit: string; unit_plural: string }[] };
}

/** One request: what the model was told, what it answered, and when. */
export interface HistoryEntry {
  user: Record<string, unknown>;
  assistant: Record<string, unknown>;
  request_metadata: Record<string, unknown> | null;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS conversations (key TEXT PRIMARY KEY, value TEXT);
  CREATE TABLE IF NOT EXISTS conversations_v2 (key TEXT NOT NULL, conversation_id TEXT NOT NULL, value TEXT NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, PRIMARY KEY (key, conversation_id));
  CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value BLOB);
  CREATE TABLE IF NOT EXISTS auth_kv (key TEXT PRIMARY KEY, value TEXT);
`;

/** Other agents of the same user write to the same file. */
const BUSY_MILLIS = 10_000;

export function databaseOf(home: string): string {
  return join(home, '.local', 'share', 'kiro-cli', 'data.sqlite3');
}

/** Writes the whole conversation, as the agent does each time. */
export function saveConversation(path: string, cwd: string, conversation: Conversation, nowMillis: number): void {
  withDatabase(path, (db) =>
    db
      .prepare(`INSERT INTO conversations_v2 VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`)
      .run(cwd, conversation.conversation_id, JSON.stringify(conversation), nowMillis, nowMillis),
  );
}

/** The conversation that a process resumes. Throws where there is none. */
export function loadConversation(path: string, id: string): Conversation {
  return withDatabase(path, (db) => {
    const row = db.prepare('SELECT value FROM conversations_v2 WHERE conversation_id = ?').get(id);
    return JSON.parse(String(row?.value)) as Conversation;
  });
}

function withDatabase<T>(path: string, work: (db: DatabaseSync) => T): T {
  mkdirSync(dirname(path), { recursive: true });
  const db = new DatabaseSync(path, { timeout: BUSY_MILLIS });
  try {
    db.exec(SCHEMA);
    return work(db);
  } finally {
    db.close();
  }
}
