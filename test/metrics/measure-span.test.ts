import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INSTRUMENTS } from '#spoor/metrics/instruments.ts';
import { measureSpan } from '#spoor/metrics/measure-span.ts';
import type { Span } from '#spoor/core/span.ts';
import { buildSpan } from '../store/builders.ts';

/** `name{label=value …} value`, sorted. */
function toLines(span: Span): string[] {
  return measureSpan(span).map(({ instrument, labels, value }) => `${instrument.name}{${Object.entries(labels).map(([name, text]) => `${name}=${text}`).sort().join(' ')}} ${value}`).sort();
}

const MODEL = 'gen_ai.provider.name=anthropic gen_ai.request.model=sonnet';

test('a model request: tokens in and out, how long it took, what it cost', () => {
  const span = buildSpan(1, {
    kind: 'chat',
    values: {
      provider: 'anthropic', requestModel: 'sonnet', usage: { inputTokens: 100, outputTokens: 20, cacheReadTokens: 60, reasoningTokens: 0 }, timeToFirstChunkNano: 250_000_000n, cost: { usd: 0.5 }, credits: 1.25,
      // Sums over others are never looked at.
      turnCredits: 9, turnCost: { usd: 9 }, turnPremiumRequests: 9,
    },
  });
  assert.deepEqual(toLines(span), [
    `gen_ai.client.operation.duration{gen_ai.operation.name=chat ${MODEL} spoor.agent=kiro} 0.5`,
    `gen_ai.client.operation.time_to_first_chunk{gen_ai.operation.name=chat ${MODEL} spoor.agent=kiro} 0.25`,
    `gen_ai.client.token.usage{gen_ai.operation.name=chat ${MODEL} gen_ai.token.type=input spoor.agent=kiro} 100`,
    `gen_ai.client.token.usage{gen_ai.operation.name=chat ${MODEL} gen_ai.token.type=output spoor.agent=kiro} 20`,
    `spoor.cost.usd{${MODEL} spoor.agent=kiro} 0.5`,
    `spoor.credits{${MODEL} spoor.agent=kiro} 1.25`,
    `spoor.model.requests{${MODEL} spoor.agent=kiro spoor.outcome=ok} 1`,
    `spoor.tokens.cache_read{${MODEL} spoor.agent=kiro} 60`,
    `spoor.tokens.reasoning{${MODEL} spoor.agent=kiro} 0`,
  ]);
});

test('a request that failed has a type of error; one without numbers has none', () => {
  assert.deepEqual(toLines(buildSpan(1, { kind: 'chat', outcome: 'error', values: {} })), ['gen_ai.client.operation.duration{error.type=_OTHER gen_ai.operation.name=chat spoor.agent=kiro} 0.5', 'spoor.model.requests{spoor.agent=kiro spoor.outcome=error} 1']);
});

test('what the agent wrote itself was no request', () => {
  assert.deepEqual(toLines(buildSpan(1, { kind: 'chat', values: { unpriced: 'no-request', usage: { inputTokens: 0 } } })), []);
});

test('a time that is a guess is not measured; the agent\'s own measure counts in its place', () => {
  const guessed = buildSpan(1, { provenance: { times: 'estimated' } });
  assert.deepEqual(toLines(guessed), ['spoor.tool.calls{gen_ai.tool.name=fs_read spoor.agent=kiro spoor.outcome=ok} 1']);
  assert.ok(toLines({ ...guessed, values: { ...guessed.values, ownDurationNano: 2_000_000_000n } }).includes('spoor.tool.duration{gen_ai.tool.name=fs_read spoor.agent=kiro spoor.outcome=ok} 2'));
});

test('turns and runs of subagents are two things; credits of a turn that has them alone count there', () => {
  const turn = buildSpan(1, { kind: 'agent', outcome: 'cancelled', values: { credits: 2 } });
  assert.deepEqual(toLines(turn), ['spoor.credits{spoor.agent=kiro} 2', 'spoor.turn.duration{spoor.agent=kiro spoor.outcome=cancelled} 0.5', 'spoor.turns{spoor.agent=kiro spoor.outcome=cancelled} 1']);
  assert.deepEqual(toLines({ ...turn, values: {}, parentSpanId: 'f'.repeat(16) }), ['spoor.subagents{spoor.agent=kiro spoor.outcome=cancelled} 1']);
});

test('a wait for a person', () => {
  assert.deepEqual(toLines(buildSpan(1, { kind: 'permission', values: { toolName: 'execute_bash', decision: 'denied' }, outcome: 'denied' })), ['spoor.permission.duration{gen_ai.tool.name=execute_bash spoor.agent=kiro spoor.permission.decision=denied} 0.5']);
});

test('foreign texts are cut, and a number that is none is not measured', () => {
  const [call] = measureSpan(buildSpan(1, { values: { toolName: `${'x'.repeat(127)}😀tail` } }));
  assert.equal(call?.labels['gen_ai.tool.name']?.length, 128);
  assert.ok(call?.labels['gen_ai.tool.name']?.isWellFormed());
  assert.deepEqual(measureSpan(buildSpan(1, { kind: 'chat', values: { usage: { inputTokens: Number.NaN, outputTokens: -1 } } })).map(({ instrument }) => instrument.name).sort(), ['gen_ai.client.operation.duration', 'spoor.model.requests']);
});

test('the buckets of the conventions', () => {
  assert.deepEqual(INSTRUMENTS.tokenUsage.bounds, [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864]);
  assert.deepEqual(INSTRUMENTS.operationDuration.bounds, [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]);
});
