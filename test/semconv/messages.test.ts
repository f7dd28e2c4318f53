import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Span } from '#spoor/core/span.ts';
import { genAi } from '#spoor/semconv/gen-ai.ts';
import { newContext, newSpan, render } from './sample-spans.ts';

test('an answer always has a reason for its end, and a true one', () => {
  const reasonOf = (kind: 'agent' | 'chat', some: Partial<Span>): unknown => {
    const { attributes } = render(genAi, newSpan(kind, { endUnixNano: 9_000_000_000_000_000_000n, content: { answer: 'x' }, ...some }), newContext());
    return (JSON.parse(String(attributes['gen_ai.output.messages'])) as { finish_reason: string }[])[0]?.finish_reason;
  };
  assert.deepEqual((['ok', 'error', 'timeout', 'cancelled', 'unknown'] as const).map((outcome) => reasonOf('agent', { outcome })), ['stop', 'error', 'error', 'cancelled', 'unknown']);
  assert.equal(reasonOf('agent', { endUnixNano: undefined }), 'unknown');
  assert.equal(reasonOf('chat', { outcome: 'ok' }), 'unknown');
  assert.equal(reasonOf('chat', { values: { finishReasons: ['tool_call'] } }), 'tool_call');
});

test('credits leave with nine decimals', () => {
  const { attributes } = render(genAi, newSpan('agent', { values: { credits: 0.1 + 0.2, turnCredits: 1.1 * 3 } }), newContext());
  assert.deepEqual([attributes['spoor.credits'], attributes['spoor.turn.credits']], [0.3, 3.3]);
});
