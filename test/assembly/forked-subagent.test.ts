import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assemble } from '#spoor/assembly/assemble.ts';
import type { Fact } from '#spoor/core/fact.ts';

const SECOND = 1_000_000_000n;

test('a subagent whose history begins with a copy of what was before its call begins with the call', () => {
  const at = (second: number): Pick<Fact, 'at'> => ({ at: { unixNano: BigInt(second) * SECOND, source: 'transcript' } });
  const told = (sessionId: string, order: number): { agent: string; sessionId: string; source: 'history'; order: number } => ({ agent: 'a', sessionId, source: 'history', order });
  const copied = (sessionId: string): Fact[] => [
    { ...told(sessionId, 1), ...at(10), key: 'p', type: 'turn.started', messageId: 'p', prompt: 'x' },
    { ...told(sessionId, 2), ...at(60), key: 'm', type: 'model.answered', messageId: 'm', outcome: 'ok', callIds: ['c'], endedAt: 60n * SECOND },
    { ...told(sessionId, 3), ...at(60), key: 'c', type: 'tool.called', messageId: 'm', tool: { name: 'Agent', canonicalName: 'Agent', input: {}, callId: 'c', spawns: [{}] } },
  ];
  const facts: Fact[] = [
    ...copied('main'),
    { ...told('main', 4), ...at(90), key: 'r', type: 'tool.ended', callId: 'c', result: { outcome: 'ok' } },
    { ...told('child', 0), key: 's', type: 'session.seen', parent: { sessionId: 'main', relation: 'subagent', callId: 'c' } },
    ...copied('child'),
    { ...told('child', 5), ...at(80), key: 'own', type: 'model.answered', messageId: 'own', outcome: 'ok', callIds: [], endedAt: 80n * SECOND },
    { ...told('child', 6), ...at(80), key: 'end', type: 'turn.ended', reason: 'ok', messageIds: ['own', 'p'], endedAt: 80n * SECOND },
  ];
  const { turns } = assemble({ agent: 'a', traits: { hooksKnowCallId: true, historyWaitMillis: 1, provider: 'p' }, facts, lookup: () => undefined, isExpired: () => true });
  const spans = turns.find(({ sessionId }) => sessionId === 'child')?.spans ?? [];
  assert.deepEqual(spans.map(({ kind, startUnixNano, endUnixNano }) => [kind, startUnixNano, endUnixNano]), [['agent', 60n * SECOND, 80n * SECOND], ['chat', 60n * SECOND, 80n * SECOND]]);
});
