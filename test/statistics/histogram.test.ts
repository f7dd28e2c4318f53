import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toSharedHistogram, type HistogramOptions } from '#spoor/statistics/histogram.ts';
import { toMean, toMedian, toQuantile, toSorted } from '#spoor/statistics/order.ts';

const sample = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 500 }), fc.double({ min: -10, max: 1e9, noNaN: true })), { maxLength: 50 }).map((values) => toSorted(Float64Array.from(values)));

test('every value is in one bucket, the borders rise and reach from the least to the largest', () => {
  fc.assert(
    fc.property(sample, sample, fc.constantFrom<HistogramOptions['scale']>('log', 'whole', 'linear'), fc.integer({ min: 1, max: 40 }), (a, b, scale, buckets) => {
      const histogram = toSharedHistogram([a, b], { scale, buckets });
      if (a.length + b.length === 0) return assert.equal(histogram, undefined);
      assert.ok(histogram);
      const { borders, counts } = histogram;
      for (const [index, values] of [a, b].entries()) {
        assert.equal(counts[index]?.length, borders.length - 1);
        assert.equal(counts[index]?.reduce((sum, count) => sum + count, 0), values.length);
        for (const [bucket, count] of (counts[index] ?? []).entries()) {
          const [from = NaN, to = NaN] = [borders[bucket], borders[bucket + 1]];
          const isLast = bucket === borders.length - 2;
          assert.equal(values.filter((value) => value >= from && (value < to || (isLast && value <= to))).length, count);
        }
      }
      const values = [...a, ...b];
      assert.ok((borders[0] ?? 0) <= Math.min(...values) && (borders.at(-1) ?? 0) >= Math.max(...values));
      assert.ok(borders.every((border, at) => at === 0 || border > (borders[at - 1] ?? 0) || (borders.length === 2 && border === borders[0])));
    }),
  );
});

test('counts of things have whole borders, durations evenly spaced logarithms', () => {
  assert.deepEqual(toSharedHistogram([Float64Array.of(0, 1, 1, 2), Float64Array.of(3)], { scale: 'whole' }), { borders: [0, 1, 2, 3, 4], counts: [[1, 2, 1, 0], [0, 0, 0, 1]] });
  const { borders = [], counts = [] } = toSharedHistogram([Float64Array.of(0, 1, 10, 100)], { scale: 'log', buckets: 2 }) ?? {};
  assert.deepEqual(borders.map((border) => Math.round(border * 1e6) / 1e6), [0, 1, 10, 100]);
  assert.deepEqual(counts, [[1, 1, 2]]);
});

test('order statistics over nothing are absent, and NaN is no figure', () => {
  const empty = new Float64Array();
  assert.deepEqual([toQuantile(empty, 0.5), toMedian(empty), toMean(empty)], [undefined, undefined, undefined]);
  assert.deepEqual([...toSorted(Float64Array.of(3, NaN, 1))], [1, 3]);
  assert.equal(toMean(Float64Array.of(1e16, 1, -1e16)), 1 / 3);
});
