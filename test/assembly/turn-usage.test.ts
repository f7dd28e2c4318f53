import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assemble } from '#spoor/assembly/assemble.ts';
import type { Fact, FactOf } from '#spoor/core/fact.ts';
import type { Span } from '#spoor/core/span.ts';
import type { Usage } from '#spoor/core/usage.ts';

/** A turn with these answers → its root span. */
function turnOf(answers: { usage?: Usage; isSynthetic?: boolean }[], end: Partial<FactOf<'turn.ended'>> = {}): Span {
  const base = { agent: 'a', sessionId: 's', source: 'history' as const };
  const facts: Fact[] = [
    { ...base, key: 'start', order: 0, type: 'turn.started', messageId: 't', prompt: 'x', isEndTold: true },
    ...answers.map((answer, i): Fact => ({ ...base, ...answer, key: `m:${i}`, order: 1 + i, type: 'model.answered', messageId: `m${i}`, outcome: 'ok', callIds: [] })),
    { ...base, key: 'end', order: 99, type: 'turn.ended', reason: 'ok', messageIds: ['t'], ...end },
  ];
  const [root] = assemble({ agent: 'a', traits: { hooksKnowCallId: true, historyWaitMillis: 1000, provider: 'p' }, facts, lookup: () => undefined, isExpired: () => true }).turns.flatMap(({ spans }) => spans);
  return root ?? assert.fail();
}

const told = { inputTokens: 100, outputTokens: 10 };

test('a turn says how many requests it has, and what they used together', () => {
  const { values } = turnOf([{ usage: { inputTokens: 1, cacheReadTokens: 1 } }, { usage: { inputTokens: 2, outputTokens: 3 } }, { isSynthetic: true }], { turnUsage: told });
  assert.deepEqual([values.chatCount, values.turnUsage, values.usage], [3, { inputTokens: 3, outputTokens: 3, cacheReadTokens: 1 }, undefined]);
});

test('where not every request tells, the agent’s own sum is the turn’s, else the sum of those that do', () => {
  assert.deepEqual(turnOf([{ usage: { inputTokens: 1 } }, {}], { turnUsage: told }).values.turnUsage, told);
  assert.deepEqual(turnOf([{ usage: { inputTokens: 1 } }, {}]).values.turnUsage, { inputTokens: 1 });
  assert.deepEqual(turnOf([{}], { turnUsage: told }).values.turnUsage, told, 'the one request has it as well');
  assert.equal(turnOf([{}, {}]).values.turnUsage, undefined);
});

test('of a turn without requests the sum is its own number', () => {
  const { values, provenance } = turnOf([], { turnUsage: told });
  assert.deepEqual([values.chatCount, values.usage, values.turnUsage, provenance.usage], [0, told, undefined, 'transcript']);
  assert.deepEqual([turnOf([]).values.usage, turnOf([]).provenance.usage], [undefined, undefined]);
});
