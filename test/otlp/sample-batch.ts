/** Trace batches for tests: one written by hand with every kind of value, and any that fast-check can think of. */
import fc from 'fast-check';
import type { AttributeValue, Attributes } from '#spoor/core/attributes.ts';
import type { TraceBatch, WireResourceSpans, WireScope, WireSpan } from '#spoor/otlp/trace.ts';

/** A root with an event and a link, and a failed child. */
export const sampleBatch: TraceBatch = {
  resourceSpans: [
    {
      resource: { 'service.name': 'kiro' },
      scope: { name: 'spoor', version: '0.1.0' },
      spans: [
        {
          traceId: '0af7651916cd43dd8448eb211c80319c',
          spanId: 'b7ad6b7169203331',
          name: 'invoke_agent kiro_default',
          kind: 1,
          startUnixNano: 1_763_730_000_123_456_789n,
          endUnixNano: 1_763_730_004_000_000_001n,
          attributes: {
            text: 'grüße 👋 "quoted"\n',
            empty: '',
            yes: true,
            no: false,
            int: 42n,
            zero: 0n,
            negative: -7n,
            large: 9_007_199_254_740_993n,
            double: 0.1,
            wholeDouble: 1,
            zeroDouble: 0,
            list: ['a', 'b'],
            emptyList: [],
          },
          events: [{ name: 'compaction', unixNano: 1_763_730_001_000_000_000n, attributes: { reason: 'limit' } }],
          links: [{ traceId: 'ffffffffffffffffffffffffffffffff', spanId: '00000000000000aa', attributes: { relation: 'fork' } }],
          status: { code: 0 },
        },
        {
          traceId: '0af7651916cd43dd8448eb211c80319c',
          spanId: '00f067aa0ba902b7',
          parentSpanId: 'b7ad6b7169203331',
          name: 'chat claude-sonnet-4.5',
          kind: 3,
          startUnixNano: 1_763_730_000_200_000_000n,
          endUnixNano: 1_763_730_000_900_000_000n,
          attributes: {},
          events: [],
          links: [],
          status: { code: 2, message: 'throttled' },
        },
      ],
    },
  ],
};

/** A record with the prototype that object literals have, without keys whose value is undefined. */
function record<T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record(model).map((found) => dropAbsent(found as T));
}

const hexDigits = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length }).filter((id) => !/^0+$/.test(id));

const time = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });

/** Well-formed text: half a surrogate pair cannot go over the wire. */
const text = fc.string({ unit: 'grapheme' });

const value: fc.Arbitrary<AttributeValue> = fc.oneof(
  text,
  fc.boolean(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  // JSON has no negative zero.
  fc.double().map((double) => (Object.is(double, -0) ? 0 : double)),
  fc.array(text, { maxLength: 4 }),
);

const attributes: fc.Arbitrary<Attributes> = fc.dictionary(text, value, { maxKeys: 6, noNullPrototype: true });

const span: fc.Arbitrary<WireSpan> = record<WireSpan>({
  traceId: hexDigits(32),
  spanId: hexDigits(16),
  parentSpanId: fc.option(hexDigits(16), { nil: undefined }),
  name: text,
  kind: fc.constantFrom(0, 1, 2, 3, 4, 5),
  startUnixNano: time,
  endUnixNano: time,
  attributes,
  events: fc.array(record<WireSpan['events'][number]>({ name: text, unixNano: time, attributes }), { maxLength: 2 }),
  links: fc.array(record<WireSpan['links'][number]>({ traceId: hexDigits(32), spanId: hexDigits(16), attributes }), { maxLength: 2 }),
  status: record<WireSpan['status']>({ code: fc.constantFrom(0, 1, 2), message: fc.option(text.filter((message) => message !== ''), { nil: undefined }) }),
});

const group: fc.Arbitrary<WireResourceSpans> = record<WireResourceSpans>({
  resource: attributes,
  scope: record<WireScope>({ name: text, version: fc.option(text.filter((version) => version !== ''), { nil: undefined }) }),
  spans: fc.array(span, { maxLength: 3 }),
});

/** Any batch that OTLP can carry. */
export const anyBatch: fc.Arbitrary<TraceBatch> = record<TraceBatch>({ resourceSpans: fc.array(group, { maxLength: 3 }) });

/** A key with the value undefined and a key that is not there are equal on the wire, but not for deepEqual. */
export function dropAbsent<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, item]) => item !== undefined)) as T;
}

/** The same for every part of a decoded batch that may hold such a key. */
export function withoutAbsent(batch: TraceBatch | undefined): TraceBatch | undefined {
  return (
    batch && {
      resourceSpans: batch.resourceSpans.map((group) => ({
        ...group,
        scope: dropAbsent(group.scope),
        spans: group.spans.map((span) => ({ ...dropAbsent(span), status: dropAbsent(span.status) })),
      })),
    }
  );
}
