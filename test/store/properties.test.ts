import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { fromJson, toJson } from '#spoor/core/json.ts';
import type { Fact } from '#spoor/core/fact.ts';
import type { Span } from '#spoor/core/span.ts';
import { openMemoryStore } from '#spoor/store/memory.ts';
import type { Store } from '#spoor/store/store.ts';
import { anySpan, anyText } from './arbitraries.ts';
import { buildSpan, buildTurn, idOf, traceOf } from './builders.ts';

/** A turn's spans as one source or another tells them: few spans, few keys, so that they meet. */
const anySave = fc.record({
  turn: fc.integer({ min: 1, max: 3 }),
  spans: fc.uniqueArray(
    fc.record({
      number: fc.integer({ min: 1, max: 7 }),
      parent: fc.option(fc.integer({ min: 1, max: 7 }), { nil: undefined }),
      trace: fc.integer({ min: 1, max: 2 }),
      outcome: fc.constantFrom<Span['outcome']>('ok', 'error', 'denied'),
      kind: fc.constantFrom<Span['kind']>('tool', 'chat'),
      final: fc.boolean(),
      text: fc.constantFrom(undefined, 'short', 'a long text '.repeat(40), 'another long text '.repeat(40)),
      keys: fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 3 }),
    }),
    { maxLength: 5, selector: ({ number }) => number },
  ),
});
type Save = { turn: number; spans: Span[] };

const anySaves: fc.Arbitrary<Save[]> = fc.array(
  anySave.map(({ turn, spans }) => ({
    turn,
    spans: spans.map(({ number, parent, trace, text, keys, ...rest }) =>
      buildSpan(number, {
        ...rest,
        ...(parent === undefined ? {} : { parentSpanId: idOf(parent) }),
        traceId: traceOf(trace),
        turnIndex: turn,
        content: text === undefined ? {} : { toolResult: text },
        keys: keys.map((key) => `k${key}`),
      }),
    ),
  })),
  { maxLength: 8 },
);

function save(store: Store, { turn, spans }: Save): Span[] {
  return store.saveTurn(buildTurn(100 + turn, { turnIndex: turn }), spans).finalised;
}

/** What the store must hold: the plainest thing that does the same. */
interface Model {
  turn: number;
  span: Span;
  changed: boolean;
}

function play(model: Map<string, Model>, { turn, spans }: Save): void {
  const present = new Set(spans.map((span) => span.spanId));
  for (const [id, row] of model) if (row.turn === turn && !row.span.final && !present.has(id)) model.delete(id);
  for (const span of spans) {
    const before = model.get(span.spanId);
    const next = { ...span, final: span.final || before?.span.final === true };
    const differs = before !== undefined && toJson(sorted(before.span)) !== toJson(sorted(next));
    model.set(span.spanId, { turn, span: next, changed: before?.changed === true || (before?.span.final === true && differs) });
  }
}

function sorted(span: Span): unknown {
  return Object.entries(span).sort(([a], [b]) => (a < b ? -1 : 1));
}

function withStore(body: (store: Store) => void): void {
  const store = openMemoryStore();
  try {
    body(store);
  } finally {
    store.close();
  }
}

describe('store properties', () => {
  it('gives back any span exactly', () => {
    fc.assert(
      fc.property(anySpan, (span) =>
        withStore((store) => {
          store.saveTurn(buildTurn(1, { sessionId: span.sessionId }), [span]);
          assert.deepStrictEqual(store.readSpan(span.spanId), { ...span, changed: false });
          assert.deepStrictEqual(store.readSpans('kiro', span.sessionId), [{ ...span, changed: false }]);
          for (const key of span.keys) assert.equal(store.lookup('kiro', key)?.spanId, span.spanId);
          assert.equal(store.saveTurn(buildTurn(1, { sessionId: span.sessionId }), [span]).written, 0);
        }),
      ),
      { numRuns: 300 },
    );
  });

  it('gives back any fact exactly', () => {
    fc.assert(
      fc.property(anyText, anyText, fc.jsonValue(), (key, sessionId, input) =>
        withStore((store) => {
          const value = JSON.parse(JSON.stringify(input).replaceAll('-0', '0')) as unknown;
          const tool = { name: 'x', canonicalName: 'x', input: { value, $n: key, $$n: 1 } };
          const fact: Fact = { agent: 'kiro', sessionId, source: 'hook', key, order: 0, type: 'tool.started', tool };
          assert.equal(store.addFacts([fact, fact]), 1);
          assert.deepStrictEqual(store.readFacts('kiro', [sessionId]), [fact]);
        }),
      ),
      { numRuns: 200 },
    );
  });

  it('ends in the state of the last saves, whatever is repeated', () => {
    fc.assert(
      fc.property(anySaves, fc.infiniteStream(fc.boolean()), (saves, repeats) =>
        withStore((store) => {
          const model = new Map<string, Model>();
          for (const one of saves) {
            save(store, one);
            play(model, one);
            if (repeats.next().value === true) assert.deepEqual(store.saveTurn(buildTurn(100 + one.turn, { turnIndex: one.turn }), one.spans), { finalised: [], written: 0 });
          }
          const expected = [...model.values()].map(({ span, changed }) => ({ ...span, changed }));
          const byId = (a: Span, b: Span): number => (a.spanId < b.spanId ? -1 : 1);
          assert.deepStrictEqual(store.readSpans('kiro', 's1').sort(byId), expected.sort(byId));
          checkCounts(store, expected);
        }),
      ),
      { numRuns: 300 },
    );
  });

  it('never gives a key to another span once its span is final', () => {
    fc.assert(
      fc.property(anySaves, (saves) =>
        withStore((store) => {
          const fixed = new Map<string, string>();
          for (const one of saves) {
            save(store, one);
            for (const [key, spanId] of fixed) assert.equal(store.lookup('kiro', key)?.spanId, spanId);
            for (const key of one.spans.flatMap((span) => span.keys)) {
              const known = store.lookup('kiro', key);
              assert.ok(known, 'every key of a saved span resolves');
              if (store.readSpan(known.spanId)?.final) fixed.set(key, known.spanId);
            }
          }
        }),
      ),
      { numRuns: 300 },
    );
  });

  it('finalises each span once, no parent before its child', () => {
    fc.assert(
      fc.property(anySaves, (saves) =>
        withStore((store) => {
          const seen = new Set<string>();
          for (const one of saves) {
            const finalised = save(store, one);
            finalised.forEach((span, index) => {
              assert.equal(seen.has(span.spanId), false);
              const later = finalised.slice(index + 1);
              assert.equal(later.some((other) => isAncestor(span, other, one.spans)), false);
            });
            for (const span of finalised) seen.add(span.spanId);
          }
        }),
      ),
      { numRuns: 300 },
    );
  });

  it('keeps any value through JSON', () => {
    const anyValue = fc.letrec((tie) => ({
      value: fc.oneof(anyText, fc.bigInt(), fc.boolean(), fc.integer(), fc.constant(null), fc.array(tie('value'), { maxLength: 3 }), tie('object')),
      object: fc.dictionary(fc.oneof(anyText, fc.constantFrom('$n', '$$n')).filter((key) => key !== '__proto__'), tie('value'), { maxKeys: 3, noNullPrototype: true }),
    })).value;
    fc.assert(fc.property(anyValue, (value) => assert.deepStrictEqual(fromJson(toJson(value)), value)), { numRuns: 500 });
  });
});

/** Whether `above` is an ancestor of `span`, by links that do not form a ring. */
function isAncestor(above: Span, span: Span, spans: readonly Span[]): boolean {
  const byId = new Map(spans.map((one) => [one.spanId, one]));
  const path = new Set<string>();
  let next: Span | undefined = span;
  let found = false;
  while (next) {
    if (path.has(next.spanId)) return false;
    path.add(next.spanId);
    next = next.parentSpanId === undefined ? undefined : byId.get(next.parentSpanId);
    if (next?.spanId === above.spanId) found = true;
  }
  return found;
}

/** The list's counts are those of the spans. */
function checkCounts(store: Store, spans: readonly Span[]): void {
  const [summary] = store.listSessions({});
  const count = (matches: (span: Span) => boolean): number => spans.filter(matches).length;
  assert.equal(summary?.toolCalls ?? 0, count((span) => span.kind === 'tool'));
  assert.equal(summary?.modelCalls ?? 0, count((span) => span.kind === 'chat'));
  assert.equal(summary?.errors ?? 0, count((span) => span.kind === 'tool' && (span.outcome === 'error' || span.outcome === 'timeout')));
  assert.equal(summary?.denied ?? 0, count((span) => span.kind === 'tool' && span.outcome === 'denied'));
}
