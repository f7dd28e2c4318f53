/** Any neutral span, with every text a foreign source may give: NULs, halves of surrogate pairs, our own escapes. */
import fc from 'fast-check';
import type { Span } from '#spoor/core/span.ts';

/** UTF-16 units, so that broken pairs come too. */
export const anyText = fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 20 }) },
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)), maxLength: 8 }),
  fc.constantFrom('json:', 'json:"x"', '\0', 'a\0b', '\ud83d', '$n', '{"$n":"1"}', '__proto__', 'x'.repeat(5000), '\udc00'.repeat(4100)),
);

const anyNano = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
/**
 * Keys without a backslash: after an object whose key ends in one, V8's JSON.parse misreads an escape in the key at the same place of the
 * next (`JSON.parse('{"\\\\":1}'); JSON.parse('{"\\u0041":1}')` gives the key `\\`; seen in Node.js 24.21).
 */
const anyKey = anyText.filter((key) => key !== '__proto__' && !key.includes('\\'));
const anyAttributes = fc.dictionary(
  anyKey,
  fc.oneof(anyText, fc.boolean(), fc.double({ noNaN: true, noDefaultInfinity: true }).map(positiveZero), fc.bigInt(), fc.array(anyText, { maxLength: 3 })),
  { maxKeys: 4, noNullPrototype: true },
);
const anyHex = (digits: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: digits, maxLength: digits });
/** A record as JSON gives it back: with the usual prototype. */
function plainRecord<T>(members: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record(members, { noNullPrototype: true }) as fc.Arbitrary<T>;
}

const optional = { requiredKeys: [] as [] };

export const anySpan: fc.Arbitrary<Span> = fc.record(
  {
    spanId: anyHex(16),
    traceId: anyHex(32),
    parentSpanId: anyHex(16),
    kind: fc.constantFrom('agent', 'chat', 'tool', 'permission'),
    agent: fc.constant('kiro'),
    sessionId: anyText,
    turnIndex: fc.nat(),
    startUnixNano: anyNano,
    endUnixNano: anyNano,
    outcome: fc.constantFrom('ok', 'error', 'denied', 'cancelled', 'timeout', 'unknown'),
    values: fc.record(
      {
        toolName: anyText,
        responseModel: anyText,
        credits: fc.double({ noNaN: true, noDefaultInfinity: true }).map(positiveZero),
        usage: plainRecord({ inputTokens: fc.nat(), outputTokens: fc.nat() }),
        ownDurationNano: anyNano,
        finishReasons: fc.array(anyText, { maxLength: 2 }),
        files: fc.array(plainRecord({ path: anyText, operation: anyText }), { maxLength: 2 }),
      },
      { ...optional, noNullPrototype: true },
    ),
    content: fc.record(
      { prompt: anyText, answer: anyText, reasoning: anyText, toolArguments: anyText, toolResult: anyText },
      { ...optional, noNullPrototype: true },
    ),
    events: fc.array(plainRecord({ name: anyText, unixNano: anyNano, attributes: anyAttributes }), { maxLength: 2 }),
    links: fc.array(plainRecord({ traceId: anyHex(32), spanId: anyHex(16) }), { maxLength: 2 }),
    provenance: fc.constantFrom<Span['provenance']>({ times: 'hook' }, { times: 'transcript', usage: 'provider', credits: 'transcript' }),
    extra: anyAttributes,
    keys: fc.uniqueArray(anyText, { maxLength: 3 }),
    final: fc.boolean(),
    incomplete: fc.boolean(),
  },
  {
    requiredKeys: [
      'spanId', 'traceId', 'kind', 'agent', 'sessionId', 'turnIndex', 'startUnixNano', 'outcome',
      'values', 'content', 'events', 'links', 'provenance', 'extra', 'keys', 'final',
    ],
    noNullPrototype: true,
  },
);

/** JSON has no negative zero. */
function positiveZero(number: number): number {
  return number === 0 ? 0 : number;
}
