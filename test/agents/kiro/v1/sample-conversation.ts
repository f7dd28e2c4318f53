/** A V1 conversation as Kiro writes it, made from a few words. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export type Entry = Record<string, unknown>;

/** 2026-05-06T07:08:09Z. */
export const START_MILLIS = 1_778_051_289_000;

/** What the model was told. */
export function user(content: unknown, timestamp: string | null = null): Entry {
  return { additional_context: '', env_context: { env_state: { operating_system: 'linux', current_working_directory: '/home/ada/loom', environment_variables: [] } }, content, timestamp, images: null };
}

export function prompt(text: string, timestamp: string | null): Entry {
  return user({ Prompt: { prompt: text } }, timestamp);
}

export function results(...list: { id: string; status: string; content: unknown[] }[]): Entry {
  return user({ ToolUseResults: { tool_use_results: list.map(({ id, status, content }) => ({ tool_use_id: id, content, status })) } });
}

export function cancelled(words: string | null, ...ids: string[]): Entry {
  return user({ CancelledToolUses: { prompt: words, tool_use_results: ids.map((id) => ({ tool_use_id: id, content: [{ Text: 'Tool use was cancelled by the user' }], status: 'Error' })) } });
}

/** What it answered, from `at` to `at + took` (ms after the start). */
export function request(from: Entry, answer: { id: string; text?: string; tools?: { id: string; name: string; args: unknown }[] }, [at, took]: [number, number]): Entry {
  const { id, text = '', tools = [] } = answer;
  const assistant = tools.length > 0 ? { ToolUse: { message_id: id, content: text, tool_uses: tools.map((tool) => ({ ...tool, orig_name: tool.name, orig_args: tool.args })) } } : { Response: { message_id: id, content: text } };
  return {
    user: from,
    assistant,
    request_metadata: {
      request_id: `req-${id}`, message_id: id, request_start_timestamp_ms: START_MILLIS + at, stream_end_timestamp_ms: START_MILLIS + at + took,
      time_to_first_chunk: { secs: 0, nanos: 250_000_000 }, time_between_chunks: [], model_id: 'loom-model-2', context_usage_percentage: 1.5 + at / 10_000,
      chat_conversation_type: tools.length > 0 ? 'ToolUse' : 'NotToolUse', tool_use_ids_and_names: tools.map((tool) => [tool.id, tool.name]),
      total_tokens: null, uncached_input_tokens: null, output_tokens: null, cache_read_input_tokens: null, cache_write_input_tokens: null,
    },
  };
}

export function conversation(id: string, history: unknown[], more: Record<string, unknown> = {}): Record<string, unknown> {
  return { conversation_id: id, next_message: null, history, valid_history_range: [0, history.length], ...more };
}

/** Two turns: a command and a file, then a word of thanks. */
export function twoTurns(id: string): Record<string, unknown> {
  const calls = [{ id: `${id}-call-1`, name: 'execute_bash', args: { command: 'ls', summary: 'Look around' } }, { id: `${id}-call-2`, name: 'fs_write', args: { command: 'create', path: 'a.txt', file_text: 'x' } }];
  return conversation(id, [
    request(prompt('Look around.', '2026-05-06T09:08:08.9+02:00'), { id: `${id}-1`, text: 'I look.', tools: calls }, [0, 2000]),
    request(
      results({ id: `${id}-call-1`, status: 'Success', content: [{ Json: { exit_status: '2', stdout: '', stderr: 'no' } }] }, { id: `${id}-call-2`, status: 'Error', content: [{ Text: 'Disk full' }] }),
      { id: `${id}-2`, text: 'It failed.' },
      [2600, 1000],
    ),
    request(prompt('Thank you.', '2026-05-06T09:08:30+02:00'), { id: `${id}-3`, text: 'Gladly.' }, [21_100, 900]),
  ]);
}

const SCHEMA = `
  CREATE TABLE conversations (key TEXT PRIMARY KEY, value TEXT);
  CREATE TABLE conversations_v2 (key TEXT NOT NULL, conversation_id TEXT NOT NULL, value TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, PRIMARY KEY (key, conversation_id));
  CREATE TABLE state (key TEXT PRIMARY KEY, value BLOB);
  CREATE TABLE auth_kv (key TEXT PRIMARY KEY, value TEXT);
  INSERT INTO auth_kv VALUES ('token', 'secret-of-the-loom');
`;

export interface Row {
  key: string;
  id: string;
  value: unknown;
  updated: number;
}

/** Writes a database with these conversations; a text is written as it is. */
export function writeDatabase(path: string, rows: Row[], options: { wal?: boolean; older?: { key: string; value: unknown }[] } = {}): void {
  mkdirSync(dirname(path), { recursive: true });
  const db = new DatabaseSync(path);
  try {
    if (options.wal) db.exec('PRAGMA journal_mode = WAL');
    db.exec(SCHEMA);
    const toText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
    for (const { key, id, value, updated } of rows) db.prepare('INSERT INTO conversations_v2 VALUES (?, ?, ?, ?, ?)').run(key, id, toText(value), START_MILLIS, updated);
    for (const { key, value } of options.older ?? []) db.prepare('INSERT INTO conversations VALUES (?, ?)').run(key, toText(value));
  } finally {
    db.close();
  }
}
