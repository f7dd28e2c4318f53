/** Whether an agent still works on a session, where only its hooks' processes tell. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { hasLivingProcess } from '#spoor/collector/expiry.ts';
import type { Fact } from '#spoor/core/fact.ts';

const at = { unixNano: BigInt(Date.now()) * 1_000_000n, source: 'hook' as const };
const base = { agent: 'kiro', sessionId: 's', source: 'hook' as const, order: 0 };
const seen = (agentPid: number): Fact => ({ ...base, type: 'session.seen', key: `seen:${agentPid}`, agentPid });
const calls = (count: number): Fact[] => Array.from({ length: count }, (_, i) => ({ ...base, type: 'turn.started', key: `call:${i}`, at }) as Fact);
const gone = (): number => spawnSync('true').pid;

test('a process that lives works on it', () => {
  assert.equal(hasLivingProcess('s', [seen(process.pid), ...calls(1)]), true);
  assert.equal(hasLivingProcess('s', [seen(gone()), seen(process.pid), ...calls(1)]), true);
});

test('one that ran several hooks and is gone was the agent', () => assert.equal(hasLivingProcess('s', [seen(gone()), ...calls(2)]), false));

test('processes that ran one hook each may have been shells in between: their end tells nothing', () => {
  assert.equal(hasLivingProcess('s', [seen(gone()), ...calls(1)]), undefined);
  assert.equal(hasLivingProcess('s', [seen(gone()), seen(gone()), seen(gone()), ...calls(3)]), undefined);
});

test('without a process or a call nobody can tell', () => {
  assert.equal(hasLivingProcess('s', calls(3)), undefined);
  assert.equal(hasLivingProcess('s', [seen(process.pid)]), undefined);
  assert.equal(hasLivingProcess('s', [{ ...seen(process.pid), sessionId: 'other' }, ...calls(3)]), undefined);
});
