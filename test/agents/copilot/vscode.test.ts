/** Copilot in VS Code: transcripts without models and tokens, and the database that may have them. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { copilotHistory } from '#spoor/agents/copilot/history.ts';
import type { FactOf } from '#spoor/core/fact.ts';

const FIXTURE = join(import.meta.dirname, '..', '..', 'fixtures', 'agents', 'copilot', 'vscode', 'home', '.vscode-server', 'data', 'User');
const SESSION = 'dddd1111-2222-4333-8444-555566667777';

/** As the extension makes it. */
const SCHEMA = `
  CREATE TABLE spans (span_id TEXT PRIMARY KEY, trace_id TEXT NOT NULL, parent_span_id TEXT, name TEXT NOT NULL, start_time_ms INTEGER NOT NULL, end_time_ms INTEGER NOT NULL,
    status_code INTEGER NOT NULL DEFAULT 0, status_message TEXT, operation_name TEXT, provider_name TEXT, agent_name TEXT, conversation_id TEXT, request_model TEXT, response_model TEXT,
    input_tokens INTEGER, output_tokens INTEGER, cached_tokens INTEGER, reasoning_tokens INTEGER, tool_name TEXT, tool_call_id TEXT, tool_type TEXT, chat_session_id TEXT, turn_index INTEGER, ttft_ms REAL);
  CREATE TABLE span_attributes (span_id TEXT NOT NULL, key TEXT NOT NULL, value TEXT, PRIMARY KEY (span_id, key));`;

function openHome(t: TestContext): { home: string; user: string } {
  const home = mkdtempSync(join(tmpdir(), 'spoor-vscode-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const user = join(home, '.config', 'Code', 'User');
  cpSync(FIXTURE, user, { recursive: true });
  return { home, user };
}

function writeTraces(user: string): string {
  const folder = join(user, 'globalStorage', 'github.copilot-chat');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'agent-traces.db');
  const db = new DatabaseSync(path);
  db.exec(SCHEMA);
  const add = db.prepare('INSERT INTO spans (span_id, trace_id, name, start_time_ms, end_time_ms, operation_name, provider_name, conversation_id, chat_session_id, request_model, response_model, input_tokens, output_tokens, cached_tokens, ttft_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const at = (millis: number): number => Date.parse('2026-03-02T12:00:00.000Z') + millis;
  const chat = (id: string, from: number, to: number, own: boolean): void => void add.run(id, 't', 'chat m', at(from), at(to), 'chat', 'github', own ? SESSION : null, own ? null : SESSION, 'gpt-5.5', 'gpt-5.5-2026', 100, 10, 60, 120.5);
  chat('s1', 130, 1010, true);
  chat('s2', 1300, 2010, false);
  // A title, which stands in no transcript.
  chat('s3', 20_000, 20_500, true);
  add.run('s4', 't', 'execute_tool', at(1100), at(1200), 'execute_tool', null, SESSION, null, null, null, null, null, null, null);
  db.prepare('INSERT INTO span_attributes VALUES (?, ?, ?)').run('s1', 'gen_ai.usage.cache_creation.input_tokens', '7');
  db.prepare('INSERT INTO span_attributes VALUES (?, ?, ?)').run('s1', 'copilot_chat.copilot_usage_nano_aiu', '250000000');
  db.close();
  return path;
}

function answersOf(home: string): FactOf<'model.answered'>[] {
  const source = copilotHistory.find({ home, env: {}, platform: 'linux' }, SESSION);
  assert.ok(source);
  const { facts, problems } = copilotHistory.read(source);
  assert.deepEqual(problems, []);
  return facts.filter((fact) => fact.type === 'model.answered');
}

test('an answer has the model, the tokens and the times of the request that ended when it came', (t) => {
  const { home, user } = openHome(t);
  assert.deepEqual(answersOf(home).map(({ usage, requestModel }) => [usage, requestModel]), [[undefined, undefined], [undefined, undefined], [undefined, undefined]]);
  writeTraces(user);
  const [first, second, third] = answersOf(home);
  assert.deepEqual(first?.usage, { inputTokens: 100, outputTokens: 10, cacheReadTokens: 60, cacheCreationTokens: 7 });
  assert.deepEqual([first?.requestModel, first?.responseModel, first?.provider, first?.credits], ['gpt-5.5', 'gpt-5.5-2026', 'github', 0.25]);
  assert.deepEqual([second?.usage?.inputTokens, second?.credits, second?.timeToFirstChunkNano], [100, undefined, 120_500_000n]);
  assert.equal(third?.usage, undefined, 'its request was not kept');
});

test('one discovery finds them with their requests; what the database has no transcript of is no session', (t) => {
  const { home, user } = openHome(t);
  writeTraces(user);
  for (const from of [undefined, home, join(user, 'workspaceStorage'), join(user, 'workspaceStorage', '0a1b2c', 'GitHub.copilot-chat', 'transcripts', `${SESSION}.jsonl`)]) {
    const { sources, problems } = copilotHistory.discover({ home, env: {}, platform: 'linux' }, from);
    assert.deepEqual([sources.map(({ sessionId, files }) => [sessionId, files.length]), problems], [[[SESSION, 3]], []], from);
  }
});

test('a database that is none is a problem only of who is read', (t) => {
  const { home, user } = openHome(t);
  writeFileSync(writeTraces(user), 'no database at all');
  assert.equal(answersOf(home).length, 3);
});
