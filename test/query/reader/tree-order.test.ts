/** The order of a tree, for any spans: foreign ones may name parents that are missing, themselves, or each other. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { toTreeOrder } from '#spoor/query/reader/tree-order.ts';

const anySpans = fc.array(fc.record({ parent: fc.integer({ min: -2, max: 30 }), start: fc.integer({ min: 0, max: 5 }), rank: fc.integer({ min: 0, max: 3 }) }), { maxLength: 30 });

it('has each span once, parents before children, siblings by start', () => {
  fc.assert(
    fc.property(anySpans, (spans) => {
      const ids = spans.map((_, index) => `s${index}`);
      const parentIds = spans.map(({ parent }) => (parent < 0 ? null : `s${parent}`));
      const { order, parents, tops } = toTreeOrder({ ids, parentIds, starts: spans.map(({ start }) => start), ranks: spans.map(({ rank }) => rank) });
      assert.deepEqual([...order].sort((a, b) => a - b), spans.map((_, index) => index));
      const last = new Map<number, number>();
      for (const [place, parent] of parents.entries()) {
        assert.ok(parent < place);
        assert.equal(tops[place], parent < 0 ? place : tops[parent]);
        if (parent >= 0) assert.equal(ids[order[parent] ?? -1], parentIds[order[place] ?? -1]);
        const start = spans[order[place] ?? -1]?.start ?? 0;
        if (parent >= 0) assert.ok(start >= (last.get(parent) ?? 0));
        last.set(parent, start);
      }
      // Only what has no parent here, or closes a ring, stands at the top.
      const roots = [...parents].filter((parent) => parent < 0).length;
      const orphans = parentIds.filter((parent, index) => parent === null || parent === ids[index] || !ids.includes(parent)).length;
      assert.ok(roots >= orphans);
    }),
    { numRuns: 1000 },
  );
});

it('takes a chain of any length', () => {
  const ids = Array.from({ length: 100_000 }, (_, index) => `s${index}`);
  const { parents } = toTreeOrder({ ids, parentIds: ids.map((_, index) => (index === 0 ? null : `s${index - 1}`)), starts: new Float64Array(ids.length), ranks: new Uint8Array(ids.length) });
  assert.equal(parents.at(-1), 99_998);
});
