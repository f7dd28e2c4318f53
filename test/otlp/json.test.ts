import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseOtlpJson } from '#spoor/otlp/parse-json.ts';
import { toOtlpJson } from '#spoor/otlp/to-json.ts';
import { anyBatch, sampleBatch, withoutAbsent } from './sample-batch.ts';

test('JSON has hex ids, 64-bit integers as strings, enums as integers and lowerCamelCase keys', () => {
  const json = JSON.parse(toOtlpJson(sampleBatch));
  const group = json.resourceSpans[0];
  assert.deepEqual(group.resource, { attributes: [{ key: 'service.name', value: { stringValue: 'kiro' } }] });
  assert.deepEqual(group.scopeSpans[0].scope, { name: 'spoor', version: '0.1.0' });
  const [root, child] = group.scopeSpans[0].spans;
  assert.deepEqual(
    [root.traceId, root.spanId, root.parentSpanId, root.kind, root.startTimeUnixNano, root.endTimeUnixNano, root.status],
    ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331', undefined, 1, '1763730000123456789', '1763730004000000001', undefined],
  );
  assert.deepEqual(root.attributes.slice(2, 11), [
    { key: 'yes', value: { boolValue: true } },
    { key: 'no', value: { boolValue: false } },
    { key: 'int', value: { intValue: '42' } },
    { key: 'zero', value: { intValue: '0' } },
    { key: 'negative', value: { intValue: '-7' } },
    { key: 'large', value: { intValue: '9007199254740993' } },
    { key: 'double', value: { doubleValue: 0.1 } },
    { key: 'wholeDouble', value: { doubleValue: 1 } },
    { key: 'zeroDouble', value: { doubleValue: 0 } },
  ]);
  assert.deepEqual(root.attributes[11], { key: 'list', value: { arrayValue: { values: [{ stringValue: 'a' }, { stringValue: 'b' }] } } });
  assert.deepEqual(root.events[0].timeUnixNano, '1763730001000000000');
  assert.deepEqual([child.parentSpanId, child.kind, child.status], ['b7ad6b7169203331', 3, { code: 2, message: 'throttled' }]);
});

test('any batch comes back equal, from one line', () => {
  fc.assert(
    fc.property(anyBatch, (batch) => {
      const json = toOtlpJson(batch);
      assert.ok(!/[\r\n]/.test(json));
      const parsed = parseOtlpJson(json);
      assert.deepEqual(parsed.problems, []);
      assert.deepEqual(withoutAbsent(parsed.value), batch);
    }),
  );
});

test('numbers that JSON cannot write are words, and come back', () => {
  const batch = structuredClone(sampleBatch);
  const span = batch.resourceSpans[0]?.spans[1];
  assert.ok(span);
  span.attributes = { nan: Number.NaN, more: Infinity, less: -Infinity, beyond: 2n ** 64n };
  const json = toOtlpJson(batch);
  assert.match(json, /"doubleValue":"NaN".*"doubleValue":"Infinity".*"doubleValue":"-Infinity"/);
  assert.deepEqual(parseOtlpJson(json).value?.resourceSpans[0]?.spans[1]?.attributes, { ...span.attributes, beyond: '18446744073709551616' });
});

test('half a surrogate pair becomes the replacement character', () => {
  const batch = structuredClone(sampleBatch);
  const span = batch.resourceSpans[0]?.spans[1];
  assert.ok(span);
  span.attributes = { cut: '\ude00b' };
  assert.equal(parseOtlpJson(toOtlpJson(batch)).value?.resourceSpans[0]?.spans[1]?.attributes.cut, '\ufffdb');
  assert.ok(!toOtlpJson(batch).includes('\\ud'));
});

test('what other writers write is read: bare integers, upper-case ids, nulls', () => {
  const span = {
    traceId: '0AF7651916CD43DD8448EB211C80319C',
    spanId: 'B7AD6B7169203331',
    parentSpanId: '',
    name: 'x',
    kind: 3,
    startTimeUnixNano: 5,
    endTimeUnixNano: '6',
    attributes: [{ key: 'a', value: { intValue: 7 } }, { key: 'b', value: { doubleValue: '1.5' } }, { key: 'c', value: {} }],
    events: null,
  };
  const parsed = parseOtlpJson(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }));
  assert.deepEqual(parsed.problems, []);
  assert.deepEqual(parsed.value?.resourceSpans[0]?.spans[0], {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    name: 'x',
    kind: 3,
    startUnixNano: 5n,
    endUnixNano: 6n,
    attributes: { a: 7n, b: 1.5 },
    events: [],
    links: [],
    status: { code: 0 },
  });
});

test('wrong types and unknown fields are counted and the rest is kept', () => {
  const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', kind: 'SPAN_KIND_CLIENT', name: 7, start_time_unix_nano: 1, status: [] };
  const line = { resourceSpans: [{ resource: 3, scopeSpans: [{ spans: [span, { spanId: 'x' }, 4] }] }], schema: 1 };
  const parsed = parseOtlpJson(JSON.stringify(line));
  assert.deepEqual(parsed.value?.resourceSpans[0]?.spans.map((kept) => [kept.name, kept.kind]), [['', 0]]);
  const counted = parsed.problems.map((problem) => problem.code).sort();
  assert.deepEqual(counted, ['bad-enum', 'bad-field', 'bad-field', 'bad-field', 'bad-field', 'bad-span-id', 'unknown-field', 'unknown-field']);
});

test('an integer that JSON has rounded is kept and said', () => {
  const attributes = [{ key: 'a', value: { intValue: 9_007_199_254_740_994 } }];
  const parsed = parseOtlpJson(JSON.stringify({ resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans: [] }] }] }));
  assert.equal(parsed.value?.resourceSpans[0]?.resource.a, 9_007_199_254_740_994n);
  assert.deepEqual(parsed.problems.map((problem) => problem.code), ['imprecise-integer']);
});

test('text that is no JSON object gives no value', () => {
  for (const text of ['', 'no', '[]', 'null', '"x"', '{"resourceSpans":[']) {
    const parsed = parseOtlpJson(text);
    assert.equal(parsed.value, undefined);
    assert.deepEqual(parsed.problems.map((problem) => problem.code), ['bad-json']);
  }
});

test('no JSON makes it throw', () => {
  fc.assert(fc.property(fc.json(), (text) => void parseOtlpJson(text)));
  const values = fc.anything({ withNullPrototype: false });
  fc.assert(
    fc.property(values, values, values, (a, b, c) => {
      const span = { attributes: c, events: [a], links: b, status: c, name: a };
      const request = { resourceSpans: [{ resource: { attributes: [{ key: a, value: b }] }, scopeSpans: [{ spans: [span] }, c] }, a] };
      parseOtlpJson(JSON.stringify(request, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)));
    }),
  );
});

test('the list of problems stays short', () => {
  const spans = Array.from({ length: 100_000 }, () => ({ spanId: 'x' }));
  const parsed = parseOtlpJson(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }));
  assert.deepEqual(parsed.problems, [{ code: 'bad-span-id', detail: 'A span without a valid trace id and span id was left out (100000 times)' }]);
});
