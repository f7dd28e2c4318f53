/** Whether a person sat before a Copilot CLI that has left. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { isHeadless } from '#spoor/agents/copilot/is-headless.ts';

const SESSION = 'cccc1111-2222-4333-8444-000000000001';

const began = (initialPrompt?: string): object => ({ type: 'hook.start', data: { hookType: 'sessionStart', input: { source: 'new', initialPrompt } } });
const ended = (reason: string): object => ({ type: 'hook.start', data: { hookType: 'sessionEnd', input: { reason } } });
/** A tool may put out such a line. */
const quoted = { type: 'tool.execution_complete', data: { hookType: 'sessionEnd', text: '"hookType":"sessionEnd"', input: { reason: 'user_exit' } } };

function judge(t: TestContext, lines: readonly object[], payload: object = { session_id: SESSION }): boolean {
  const home = mkdtempSync(join(tmpdir(), 'spoor-copilot-'));
  t.after(() => rmSync(home, { recursive: true }));
  const folder = join(home, '.copilot', 'session-state', SESSION);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'events.jsonl'), ['no JSON "hookType":"sessionEnd"', ...lines.map((line) => JSON.stringify(line))].join('\n'));
  return isHeadless({ agent: 'copilot', key: 'k', payload: JSON.stringify(payload), truncated: false, at: { unixNano: 0n, source: 'hook' }, order: 1, env: { HOME: home } }, []);
}

test('a session that a prompt began and no person ended was answered once', (t) => {
  assert.equal(judge(t, [began('mend it'), quoted, ended('complete')]), true);
  assert.equal(judge(t, [began('mend it'), ended('error')], { session_id: 'a-subagent', parent_agent_id: SESSION }), true);
  assert.equal(judge(t, [began('mend it'), ended('complete')], { sessionId: SESSION }), true);
  assert.equal(judge(t, [began(), ended('user_exit'), began('and again'), ended('complete')]), true);
});

test('a person sat before one that they ended, that was killed, or that nobody prompted', (t) => {
  assert.equal(judge(t, [began('mend it'), ended('user_exit')]), false);
  assert.equal(judge(t, [began('mend it')]), false);
  assert.equal(judge(t, [began(), ended('complete')]), false);
  assert.equal(judge(t, [began('mend it'), ended('complete'), began(), ended('complete')]), false);
  assert.equal(judge(t, [began('mend it'), ended('complete')], { session_id: '../../etc' }), false);
  assert.equal(judge(t, [began('mend it'), ended('complete')], {}), false);
});
