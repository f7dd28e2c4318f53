/** Requests, spans and resources stay within what a backend takes, measured by the encoders themselves. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { estimateBytes } from '#spoor/collector/delivery/estimate-bytes.ts';
import { fitBatch } from '#spoor/collector/delivery/fit-batch.ts';
import type { AttributeValue } from '#spoor/core/attributes.ts';
import { toOtlpJson } from '#spoor/otlp/to-json.ts';
import { toProtobuf } from '#spoor/otlp/to-protobuf.ts';
import type { TraceBatch, WireResourceSpans, WireSpan } from '#spoor/otlp/trace.ts';
import { anyBatch, sampleBatch } from '../otlp/sample-batch.ts';

function encodedBytes(batch: TraceBatch): { 'http/json': number; 'http/protobuf': number } {
  return { 'http/json': Buffer.byteLength(toOtlpJson(batch)), 'http/protobuf': toProtobuf(batch).length };
}

/** Also what OTLP can carry only just: half surrogate pairs, control characters, numbers beyond 64 bits, a long trace state. */
const oddText = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\ud83d', '\u0000\u001f'.repeat(50), '"\\\n'.repeat(200), 'x'.repeat(20_000), 'é'.repeat(300)));
const oddValue: fc.Arbitrary<AttributeValue> = fc.oneof(oddText, fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }), fc.double(), fc.array(oddText, { maxLength: 5 }));

const oddBatch = fc.tuple(anyBatch, fc.dictionary(oddText, oddValue, { maxKeys: 5, noNullPrototype: true }), oddText).map(([batch, extra, text]): TraceBatch => ({
  resourceSpans: batch.resourceSpans.map((group) => ({
    ...group,
    resource: { ...group.resource, ...extra },
    scope: { ...group.scope, name: `${group.scope.name}${text}` },
    spans: group.spans.map((span) => ({ ...span, traceState: text, name: text, attributes: { ...span.attributes, ...extra }, links: span.links.map((link) => ({ ...link, traceState: text })), events: span.events.map((event) => ({ ...event, attributes: extra })) })),
  })),
}));

test('the estimate is never below what the encoders write', () => {
  fc.assert(fc.property(fc.oneof(anyBatch, oddBatch), (batch) => {
    const encoded = encodedBytes(batch);
    for (const protocol of ['http/json', 'http/protobuf'] as const) assert.ok(estimateBytes(batch, protocol) >= encoded[protocol], `${protocol}: ${estimateBytes(batch, protocol)} < ${encoded[protocol]}`);
  }), { numRuns: 1500 });
});

function alone(group: WireResourceSpans, spans: WireSpan[]): number {
  const { 'http/json': json, 'http/protobuf': protobuf } = encodedBytes({ resourceSpans: [{ ...group, spans }] });
  return Math.max(json, protobuf);
}

test('every span and every resource is within its limit, and none is left out', () => {
  fc.assert(fc.property(oddBatch, fc.integer({ min: 3000, max: 30_000 }), (batch, limit) => {
    const fitted = fitBatch(batch, { spanBytes: limit, resourceBytes: limit });
    const ids = (one: TraceBatch): string[] => one.resourceSpans.flatMap(({ spans }) => spans.map(({ spanId, traceId, parentSpanId }) => `${traceId} ${spanId} ${parentSpanId}`));
    assert.deepEqual(ids(fitted), ids(batch));
    for (const group of fitted.resourceSpans) {
      const empty = alone({ resource: {}, scope: { name: '' }, spans: [] }, []);
      assert.ok(alone({ ...group, spans: [] }, []) - empty <= limit, 'a resource is too large');
      for (const span of group.spans) assert.ok(alone({ resource: {}, scope: { name: '' }, spans: [] }, [span]) - empty <= limit, 'a span is too large');
    }
  }), { numRuns: 300 });
});

test('what fits is left alone, the very object', () => {
  fc.assert(fc.property(anyBatch, (batch) => assert.equal(fitBatch(batch, { spanBytes: 1e9, resourceBytes: 1e9 }), batch)));
  assert.equal(fitBatch(sampleBatch, {}), sampleBatch);
});

test('the longest texts are cut, and the others stay whole', () => {
  const [group] = sampleBatch.resourceSpans as [WireResourceSpans];
  const [span] = group.spans as [WireSpan];
  const attributes = { 'session.id': 'parallel-swapped-heron', 'gen_ai.input.messages': '👋'.repeat(100_000), 'gen_ai.output.messages': 'é"\n'.repeat(100_000), cost: 0.25, list: ['short', 'y'.repeat(150_000)] };
  const fitted = fitBatch({ resourceSpans: [{ ...group, spans: [{ ...span, attributes }] }] }, { spanBytes: 200_000 }).resourceSpans[0]?.spans[0];
  assert.ok(fitted);
  assert.equal(fitted.attributes['session.id'], 'parallel-swapped-heron');
  assert.equal(fitted.attributes.cost, 0.25);
  assert.equal(fitted.attributes['spoor.truncated'], true);
  assert.deepEqual(fitted.events, span.events);
  const bytes = alone(group, [fitted]);
  assert.ok(bytes <= 200_500 && bytes > 190_000, `it fills what there is room for: ${bytes}`);
  assert.ok(!/\p{Surrogate}/u.test(String(fitted.attributes['gen_ai.input.messages'])));
});

test('a span of countless small things keeps its name, ids and times', () => {
  const [group] = sampleBatch.resourceSpans as [WireResourceSpans];
  const [span] = group.spans as [WireSpan];
  const attributes = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`attribute.${index}`, BigInt(index)]));
  const fitted = fitBatch({ resourceSpans: [{ ...group, spans: [{ ...span, attributes }] }] }, { spanBytes: 50_000 }).resourceSpans[0]?.spans[0];
  assert.ok(fitted);
  assert.equal(fitted.name, span.name);
  assert.equal(fitted.endUnixNano, span.endUnixNano);
  assert.equal(fitted.attributes['attribute.0'], 0n);
  assert.equal(fitted.attributes['spoor.truncated'], true);
});
