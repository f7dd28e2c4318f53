import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dialect, RenderContext } from '#spoor/semconv/dialect.ts';
import { genAi } from '#spoor/semconv/gen-ai.ts';
import { toTraceBatch } from '#spoor/otlp/to-trace-batch.ts';
import { newContext, newSpan, turn } from '../semconv/sample-spans.ts';

const other: RenderContext = newContext({ session: { agent: 'kiro', sessionId: 'session-2', cwd: '/elsewhere' } });

test('spans of one session share one resource, in the order they came', () => {
  const context = newContext();
  const items = [
    ...turn.map((span) => ({ span, context })),
    { span: newSpan('chat', { spanId: '00000000000000c1' }), context: other },
    { span: newSpan('chat', { spanId: '00000000000000c2' }), context: { ...context } },
  ];
  const { resourceSpans } = toTraceBatch(items, genAi);
  assert.deepEqual(resourceSpans.map((group) => group.resource['spoor.session.cwd']), ['/home/ada/project', '/elsewhere']);
  const ids = resourceSpans.map((group) => group.spans.map((span) => span.spanId.slice(-2)));
  assert.deepEqual(ids, [['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'a8', 'a9', 'c2'], ['c1']]);
  assert.deepEqual(resourceSpans[0]?.scope, { name: 'spoor', version: '0.1.0' });
});

test('a span goes over the wire with its ids, times, events and links', () => {
  const [root, chat] = toTraceBatch(turn.map((span) => ({ span, context: newContext() })), genAi).resourceSpans[0]?.spans ?? [];
  assert.deepEqual({ ...root, attributes: {} }, {
    traceId: '0000000000000000000000000000000b',
    spanId: '00000000000000a1',
    parentSpanId: undefined,
    name: 'invoke_agent spoor-traced',
    kind: 1,
    startUnixNano: 1_763_730_000_000_000_000n,
    endUnixNano: 1_763_730_009_000_000_000n,
    attributes: {},
    events: [{ name: 'compaction', unixNano: 1_763_730_000_000_000_005n, attributes: { 'kiro.compaction.strategy': 'summary', tokens: 12n } }],
    links: [{ traceId: '0000000000000000000000000000000c', spanId: '00000000000000f1', attributes: {} }],
    status: { code: 0 },
  });
  assert.equal(chat?.parentSpanId, '00000000000000a1');
});

test('a span that is still open ends where the caller says, never before its start, and is marked', () => {
  const span = newSpan('tool', { endUnixNano: undefined, startUnixNano: 100n });
  const ends = [undefined, 250n, 50n].map((pendingEnd) => {
    const [wire] = toTraceBatch([{ span, context: newContext() }], genAi, pendingEnd).resourceSpans[0]?.spans ?? [];
    return [wire?.endUnixNano, wire?.attributes['spoor.pending']];
  });
  assert.deepEqual(ends, [[100n, true], [250n, true], [100n, true]]);
});

test('a resource is rendered once for each context', () => {
  let rendered = 0;
  const counting: Dialect = { ...genAi, toResource: (context) => ((rendered += 1), genAi.toResource(context)) };
  const context = newContext();
  toTraceBatch(Array.from({ length: 50 }, () => ({ span: newSpan('tool'), context })), counting);
  assert.equal(rendered, 1);
  assert.deepEqual(toTraceBatch([], genAi), { resourceSpans: [] });
});
