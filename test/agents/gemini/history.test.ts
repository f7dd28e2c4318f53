import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { geminiHistory } from '#spoor/agents/gemini/history.ts';

const SESSION = 'aaaaaaaa-1111-4111-8111-111111111111';
const CHAT = 'chats/session-2026-03-01T10-00-aaaaaaaa.jsonl';

test('of a session that stands in the folder of a hash and in that of a name the one that goes on counts', (t) => {
  const home = mkdtempSync(join(tmpdir(), 'spoor-gemini-history-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const put = (project: string, prompts: number, minute: number): string => {
    const path = join(home, '.gemini', 'tmp', project, CHAT);
    mkdirSync(dirname(path), { recursive: true });
    const lines = [{ sessionId: SESSION, projectHash: 'h' }, ...Array.from({ length: prompts }, (_, index) => ({ id: `u${index}`, type: 'user', content: [{ text: 'a' }] }))];
    writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    utimesSync(path, minute * 60, minute * 60);
    return path;
  };
  const environment = { home, env: {}, platform: 'linux' } as const;
  for (const [old, own] of [['0f3a', 'shop'], ['shop', '0f3a']] as const) {
    put(old, 1, 1);
    const path = put(own, 2, 2);
    const { sources } = geminiHistory.discover(environment);
    assert.deepEqual(sources.map(({ files }) => files.map((file) => file.path)), [[path]]);
    assert.equal(geminiHistory.find(environment, SESSION)?.files[0]?.path, path);
    assert.equal(geminiHistory.read(sources[0] ?? { sessionId: '', files: [], modifiedMillis: 0 }).facts.filter(({ type }) => type === 'turn.started').length, 2);
  }
});
