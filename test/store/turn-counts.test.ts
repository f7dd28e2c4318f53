/** What is counted of spans at hand is what SQL counts of the stored ones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Span } from '#spoor/core/span.ts';
import { openMemoryStore } from '#spoor/store/memory.ts';
import { packTurn } from '#spoor/store/sqlite/pack-turn.ts';
import { COUNT_COLUMNS } from '#spoor/store/sqlite/turn-counts.ts';
import { anySpan } from './arbitraries.ts';
import { buildTurn } from './builders.ts';

/** Up to 15 digits: more of them older versions of SQLite read to a neighbouring number. */
const amount = fc.oneof(fc.integer({ min: 0, max: 1e9 }).map((value) => value / 1e6), fc.constantFrom(0.1, 0.2, 1e-9, 3));
const anyCosts = fc.record(
  {
    credits: amount,
    turnCredits: amount,
    turnPremiumRequests: amount,
    turnCost: fc.record({ usd: amount, equivalentUsd: amount, unpriced: fc.array(fc.record({ model: fc.string(), reason: fc.constant('no-usage' as const), chats: fc.nat() }), { maxLength: 2 }) }, { requiredKeys: [], noNullPrototype: true }),
  },
  { requiredKeys: [], noNullPrototype: true },
);
const anySpans: fc.Arbitrary<Span[]> = fc.uniqueArray(fc.tuple(anySpan, anyCosts), { maxLength: 8, selector: ([{ spanId }]) => spanId }).map((drawn) => drawn.map(([span, costs]): Span => ({ ...span, sessionId: 's', keys: [], values: { ...span.values, ...costs } })));

test('property: a turn that is inserted has the counts of one that is saved', () => {
  fc.assert(
    fc.property(anySpans, fc.boolean(), (spans, hasRoot) => {
      const turn = { ...buildTurn(1), sessionId: 's', ...(hasRoot && spans[0] ? { rootSpanId: spans[0].spanId } : {}) };
      const [inserted, saved] = [openMemoryStore(), openMemoryStore()];
      inserted.transaction(() => assert.ok(inserted.insertTurn(packTurn(turn, spans, 'whole'))));
      saved.transaction(() => saved.saveTurn(turn, spans));
      const [a, b] = [inserted, saved].map((store) => store.database.sqlBig(`SELECT ${COUNT_COLUMNS.join(', ')} FROM turn`).all());
      assert.deepEqual(a, b);
      inserted.close();
      saved.close();
    }),
    { numRuns: 150 },
  );
});
