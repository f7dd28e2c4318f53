import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareRanks } from '#spoor/statistics/mann-whitney.ts';
import { toSorted } from '#spoor/statistics/order.ts';

const sample = fc.array(fc.oneof(fc.integer({ min: 0, max: 12 }), fc.double({ noNaN: true, noDefaultInfinity: true })), { minLength: 1, maxLength: 40 }).map((values) => toSorted(Float64Array.from(values)));

test('U counts the pairs in which the first sample is larger, equal ones as half', () => {
  fc.assert(
    fc.property(sample, sample, (a, b) => {
      let pairs = 0;
      for (const x of a) for (const y of b) pairs += x > y ? 1 : x === y ? 0.5 : 0;
      assert.equal(compareRanks(a, b)?.u, pairs);
    }),
  );
});

test('the other way round p is the same and U the rest of the pairs', () => {
  fc.assert(
    fc.property(sample, sample, (a, b) => {
      const [one, other] = [compareRanks(a, b), compareRanks(b, a)];
      assert.ok(one && other);
      assert.equal(one.u + other.u, a.length * b.length);
      assert.ok(Math.abs(one.pValue - other.pValue) < 1e-12);
      assert.ok(one.pValue >= 0 && one.pValue <= 1);
    }),
  );
});

test('exact p of small samples is the share of all orders in which U lies as far out', () => {
  for (const [few, many] of [[1, 4], [2, 3], [3, 3], [3, 4]] as const) {
    const all = few + many;
    const us: number[] = [];
    for (let chosen = 0; chosen < 2 ** all; chosen += 1) {
      const places = Array.from({ length: all }, (_, at) => at).filter((at) => (chosen >> at) & 1);
      if (places.length === few) us.push(places.reduce((sum, at) => sum + at + 1, 0) - (few * (few + 1)) / 2);
    }
    const [a, b] = [Float64Array.from({ length: few }, (_, at) => at * 2 + 1.5), Float64Array.from({ length: many }, (_, at) => at * 2)];
    const found = compareRanks(a, b);
    assert.ok(found);
    const outer = Math.max(found.u, few * many - found.u);
    const share = (2 * us.filter((u) => u >= outer).length) / us.length;
    assert.ok(Math.abs(found.pValue - Math.min(1, share)) < 1e-14);
  }
});

test('one small side against many is exact, finite and quick to work out', () => {
  const many = Float64Array.from({ length: 30_000 }, (_, at) => at + 0.5);
  const few = Float64Array.from({ length: 8 }, (_, at) => 29_000 + at * 100);
  const found = compareRanks(few, many);
  assert.ok(found && found.pValue > 0 && found.pValue < 1e-6);
});

test('an empty side has no U', () => {
  assert.equal(compareRanks(new Float64Array(), Float64Array.of(1)), undefined);
  assert.equal(compareRanks(Float64Array.of(1), new Float64Array()), undefined);
});
