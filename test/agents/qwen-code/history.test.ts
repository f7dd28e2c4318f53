import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { qwenHistory } from '#spoor/agents/qwen-code/history.ts';

const SESSION = 'aaaaaaaa-1111-4111-8111-111111111111';

test('of a session that stands in two folders the file that was written last counts', (t) => {
  const home = mkdtempSync(join(tmpdir(), 'spoor-qwen-history-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const put = (project: string, prompts: number, minute: number): string => {
    const path = join(home, '.qwen', 'projects', project, 'chats', `${SESSION}.jsonl`);
    mkdirSync(dirname(path), { recursive: true });
    const lines = Array.from({ length: prompts }, (_, index) => ({ uuid: `u${index}`, sessionId: SESSION, type: 'user', message: { role: 'user', parts: [{ text: 'a' }] } }));
    writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    utimesSync(path, minute * 60, minute * 60);
    return path;
  };
  const environment = { home, env: {}, platform: 'linux' } as const;
  for (const [old, own] of [['a', 'b'], ['b', 'a']] as const) {
    put(old, 1, 1);
    const path = put(own, 2, 2);
    const { sources } = qwenHistory.discover(environment);
    assert.deepEqual(sources.map(({ files }) => files.map((file) => file.path)), [[path]]);
    assert.equal(qwenHistory.find(environment, SESSION)?.files[0]?.path, path);
    assert.equal(qwenHistory.read(sources[0] ?? { sessionId: '', files: [], modifiedMillis: 0 }).facts.filter(({ type }) => type === 'turn.started').length, 2);
  }
});
