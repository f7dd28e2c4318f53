import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonValue } from '@bufbuild/protobuf';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { parseProtobuf } from '#spoor/otlp/parse-protobuf.ts';
import { toOtlpJson } from '#spoor/otlp/to-json.ts';
import { toProtobuf } from '#spoor/otlp/to-protobuf.ts';
import type { TraceBatch } from '#spoor/otlp/trace.ts';
import { hexIdsToBase64, requestFromJson, requestToJson } from './official.ts';
import { anyBatch, sampleBatch, withoutAbsent } from './sample-batch.ts';

/** A batch of one span with these attributes. */
function batchWith(attributes: Record<string, unknown>): TraceBatch {
  const [group] = structuredClone(sampleBatch).resourceSpans;
  assert.ok(group?.spans[1]);
  return { resourceSpans: [{ ...group, spans: [{ ...group.spans[1], attributes: attributes as never }] }] };
}

test('the official schema reads the same out of our bytes as out of our JSON', () => {
  assert.deepEqual(requestToJson(toProtobuf(sampleBatch)), requestToJson(requestFromJson(hexIdsToBase64(JSON.parse(toOtlpJson(sampleBatch))))));
});

test('any batch: the official schema reads the same out of our bytes as out of our JSON', () => {
  fc.assert(
    fc.property(anyBatch, (batch) => {
      const viaJson = requestFromJson(hexIdsToBase64(JSON.parse(toOtlpJson(batch))));
      assert.deepEqual(requestToJson(toProtobuf(batch)), requestToJson(viaJson));
    }),
  );
});

test('any batch comes back equal', () => {
  fc.assert(
    fc.property(anyBatch, (batch) => {
      const parsed = parseProtobuf(toProtobuf(batch));
      assert.deepEqual(parsed.problems, []);
      assert.deepEqual(withoutAbsent(parsed.value), batch);
    }),
  );
});

test('what the official library writes is read', () => {
  const bytes = requestFromJson(hexIdsToBase64(JSON.parse(toOtlpJson(sampleBatch))));
  assert.deepEqual(withoutAbsent(parseProtobuf(bytes).value), sampleBatch);
});

test('a bigint is an intValue and a number a doubleValue, whatever their size', () => {
  const { value } = parseProtobuf(toProtobuf(batchWith({ int: 1n, double: 1, beyond: 2n ** 63n, negativeZero: -0, nan: Number.NaN })));
  const attributes = value?.resourceSpans[0]?.spans[0]?.attributes;
  assert.deepEqual(attributes, { int: 1n, double: 1, beyond: '9223372036854775808', negativeZero: -0, nan: Number.NaN });
});

test('attributes without a value are left out, and a key may be named __proto__', () => {
  const attributes = Object.fromEntries([['there', 'x'], ['absent', undefined], ['nothing', null]]);
  Object.defineProperty(attributes, '__proto__', { value: ['a'], enumerable: true });
  const { value } = parseProtobuf(toProtobuf(batchWith(attributes)));
  assert.deepEqual(Object.entries(value?.resourceSpans[0]?.spans[0]?.attributes ?? {}), [['there', 'x'], ['__proto__', ['a']]]);
});

test('half a surrogate pair becomes the replacement character', () => {
  const { value } = parseProtobuf(toProtobuf(batchWith({ cut: 'a\ud83d' })));
  assert.equal(value?.resourceSpans[0]?.spans[0]?.attributes.cut, 'a\ufffd');
});

test('moments outside unsigned 64 bits are cut to the edge', () => {
  const batch = structuredClone(sampleBatch);
  const span = batch.resourceSpans[0]?.spans[0];
  assert.ok(span);
  span.startUnixNano = -1n;
  span.endUnixNano = 2n ** 64n;
  const read = parseProtobuf(toProtobuf(batch)).value?.resourceSpans[0]?.spans[0];
  assert.deepEqual([read?.startUnixNano, read?.endUnixNano], [0n, 2n ** 64n - 1n]);
});

test('lists and maps that our attributes cannot hold become JSON text, bytes become base64', () => {
  const values: Record<string, JsonValue> = {
    numbers: { arrayValue: { values: [{ intValue: '1' }, { doubleValue: 0.5 }, { boolValue: true }] } },
    map: { kvlistValue: { values: [{ key: 'a', value: { stringValue: 'x' } }, { key: 'big', value: { intValue: '9223372036854775807' } }] } },
    bytes: { bytesValue: 'AAEC' },
  };
  const attributes = Object.entries(values).map(([key, value]) => ({ key, value }));
  const span = { traceId: 'CvdlGRbNQ92ESOshHIAxnA==', spanId: 't61rcWkgMzE=', attributes };
  const bytes = requestFromJson({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
  const parsed = parseProtobuf(bytes);
  assert.deepEqual(parsed.problems, []);
  assert.deepEqual(parsed.value?.resourceSpans[0]?.spans[0]?.attributes, {
    numbers: '[1,0.5,true]',
    map: '{"a":"x","big":"9223372036854775807"}',
    bytes: 'AAEC',
  });
});

test('unknown fields are skipped and counted, known ones without a place are no problem', () => {
  const span = new BinaryWriter()
    .uint32((1 << 3) | 2).bytes(Buffer.alloc(16, 1))
    .uint32((2 << 3) | 2).bytes(Buffer.alloc(8, 2))
    .uint32((3 << 3) | 2).string('vendor=state')
    .uint32((10 << 3) | 0).uint32(4)
    .uint32((16 << 3) | 5).fixed32(257)
    .uint32((99 << 3) | 2).string('from the future')
    .uint32((99 << 3) | 2).string('twice')
    .uint32((5 << 3) | 0).uint32(1)
    .finish();
  const bytes = new BinaryWriter().uint32(10).fork().uint32(18).fork().uint32(18).bytes(span).join().join().finish();
  const parsed = parseProtobuf(bytes);
  assert.equal(parsed.value?.resourceSpans[0]?.spans.length, 1);
  assert.deepEqual(parsed.problems, [
    { code: 'unknown-field', detail: 'span has an unknown field 99 (2 times)' },
    { code: 'unknown-field', detail: 'span has an unknown field 5' },
  ]);
});

test('a span or a link with an impossible id is left out and counted', () => {
  const batch = structuredClone(sampleBatch);
  const [root, child] = batch.resourceSpans[0]?.spans ?? [];
  assert.ok(root?.links[0] && child);
  root.links[0].spanId = '0000000000000000';
  child.traceId = '0af7';
  const parsed = parseProtobuf(toProtobuf(batch));
  assert.deepEqual(parsed.value?.resourceSpans[0]?.spans.map((span) => [span.spanId, span.links]), [[root.spanId, []]]);
  assert.deepEqual(parsed.problems.map((problem) => problem.code), ['bad-link-id', 'bad-span-id']);
});

test('values nested without end are cut off', () => {
  let value = new BinaryWriter().uint32(10).string('deep').finish();
  for (let depth = 0; depth < 1000; depth += 1) value = new BinaryWriter().uint32(42).fork().uint32(10).bytes(value).join().finish();
  const span = new BinaryWriter()
    .uint32(10).bytes(Buffer.alloc(16, 1)).uint32(18).bytes(Buffer.alloc(8, 2))
    .uint32(74).fork().uint32(10).string('k').uint32(18).bytes(value).join()
    .finish();
  const bytes = new BinaryWriter().uint32(10).fork().uint32(18).fork().uint32(18).bytes(span).join().join().finish();
  const parsed = parseProtobuf(bytes);
  assert.deepEqual(parsed.problems.map((problem) => problem.code), ['too-deep']);
  assert.equal(parsed.value?.resourceSpans[0]?.spans.length, 1);
});

test('bytes that are no request give no value', () => {
  const whole = toProtobuf(sampleBatch);
  for (const bytes of [Buffer.from('{"resourceSpans":[]}'), whole.subarray(0, whole.length - 3), Buffer.from([10, 255, 255, 255, 255, 15]), Buffer.from([0, 0])]) {
    const parsed = parseProtobuf(bytes);
    assert.equal(parsed.value, undefined);
    assert.equal(parsed.problems.at(-1)?.code, 'bad-protobuf');
  }
  assert.deepEqual(parseProtobuf(new Uint8Array()), { value: { resourceSpans: [] }, problems: [] });
});

test('a field that reaches over its message is not believed', () => {
  const field = new BinaryWriter().uint32((3 << 3) | 2).string('abcdef').finish();
  const bytes = Buffer.concat([Buffer.from([10, field.length - 2]), field]);
  assert.deepEqual(parseProtobuf(bytes), { problems: [{ code: 'bad-protobuf', detail: 'Not an OTLP trace request: a field ends beyond its message.' }] });
});

test('no bytes make it throw', () => {
  const whole = Buffer.from(toProtobuf(sampleBatch));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void parseProtobuf(bytes)));
  fc.assert(
    fc.property(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 }), (at, byte) => {
      const broken = Buffer.from(whole);
      broken[at] = byte;
      parseProtobuf(broken);
    }),
  );
});
