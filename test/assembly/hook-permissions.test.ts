/** Hooks that name the call that a person is asked about, and tell the answer, too. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assemble } from '#spoor/assembly/assemble.ts';
import type { Fact } from '#spoor/core/fact.ts';

const START = 1_790_000_000_000_000_000n;
const traits = { hooksKnowCallId: true, hooksKnowTurnKey: true, historyWaitMillis: 1000, provider: 'p' };
const at = (millis: number): Fact['at'] => ({ unixNano: START + BigInt(millis) * 1_000_000n, source: 'hook' });
const base = { agent: 'x', sessionId: 's', source: 'hook' as const, order: 0 };
const tool = { callId: 'c', name: 'bash', canonicalName: 'bash', input: {} };

for (const [turnKey, what] of [['t', 'of a named turn'], [undefined, 'of the turn that runs']] as const) {
  test(`a wait ${what} has both its ends and its decision`, () => {
    const facts: Fact[] = [
      { ...base, turnKey, key: '1', at: at(0), type: 'turn.started', prompt: 'go' },
      { ...base, turnKey, key: '2', at: at(10), type: 'tool.started', tool },
      { ...base, turnKey, key: '3', at: at(20), type: 'permission.asked', askId: 'a', callIds: ['c'] },
      { ...base, turnKey, key: '4', at: at(70), type: 'permission.answered', askId: 'a', decision: 'approved' },
      { ...base, turnKey, key: '5', at: at(90), type: 'tool.ended', tool, callId: 'c', result: { outcome: 'ok' } },
      { ...base, turnKey, key: '6', at: at(99), type: 'turn.ended', reason: 'ok' },
    ];
    const history: Fact[] = [
      { ...base, source: 'history', turnKey, key: 'h1', order: 1, at: at(0), type: 'turn.started', messageId: 'm0', prompt: 'go' },
      { ...base, source: 'history', turnKey, key: 'h2', order: 2, type: 'model.answered', messageId: 'm1', outcome: 'ok', callIds: ['c'] },
      { ...base, source: 'history', turnKey, key: 'h3', order: 3, type: 'tool.called', tool, messageId: 'm1' },
    ];
    for (const all of [facts, [...facts, ...history]]) {
      const { turns } = assemble({ agent: 'x', traits, facts: all, lookup: () => undefined, isExpired: () => true });
      const waits = turns.flatMap(({ spans }) => spans).filter(({ kind }) => kind === 'permission');
      assert.deepEqual(waits.map(({ startUnixNano, endUnixNano, values, provenance }) => [startUnixNano - START, (endUnixNano ?? 0n) - START, values.decision, provenance.times]), [[20_000_000n, 70_000_000n, 'approved', 'hook']]);
    }
  });
}
