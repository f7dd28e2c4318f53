import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toMedianDifferenceInterval } from '#spoor/statistics/bootstrap.ts';
import { toMedian, toQuantile, toSorted } from '#spoor/statistics/order.ts';
import { createRandom, drawBeta } from '#spoor/statistics/random.ts';

/** As a bootstrap is written down: n draws with putting back, then the median. */
function resampleDifferences(a: Float64Array, b: Float64Array, resamples: number): Float64Array {
  const random = createRandom(77);
  const median = (values: Float64Array): number => toMedian(values.map(() => values[Math.floor(random() * values.length)] ?? 0).sort()) ?? 0;
  return Float64Array.from({ length: resamples }, () => median(b) - median(a)).sort();
}

for (const [left, right] of [[2, 3], [7, 8], [20, 31], [100, 64]] as const) {
  test(`the middle draw taken at once spreads as that of ${left} and ${right} draws does`, () => {
    const random = createRandom(left);
    const [a, b] = [left, right].map((count) => toSorted(Float64Array.from({ length: count }, () => Math.round(random() * 1000)))) as [Float64Array, Float64Array];
    const drawn = resampleDifferences(a, b, 20_000);
    for (const confidence of [0.5, 0.8, 0.95]) {
      const interval = toMedianDifferenceInterval(a, b, { resamples: 20_000, confidence });
      assert.ok(interval);
      const outside = (1 - confidence) / 2;
      // Two samples of 20,000: five deviations of the difference of their shares.
      const slack = 5 * Math.sqrt((2 * outside * (1 - outside)) / 20_000);
      assert.ok(interval.low >= (toQuantile(drawn, outside - slack) ?? 0) && interval.low <= (toQuantile(drawn, outside + slack) ?? 0));
      assert.ok(interval.high >= (toQuantile(drawn, 1 - outside - slack) ?? 0) && interval.high <= (toQuantile(drawn, 1 - outside + slack) ?? 0));
    }
  });
}

test('equal seeds give equal intervals, and fewer than two values none', () => {
  const [a, b] = [Float64Array.of(1, 2, 3, 4, 5), Float64Array.of(2, 4, 6, 8)];
  assert.deepEqual(toMedianDifferenceInterval(a, b, { seed: 5 }), toMedianDifferenceInterval(a, b, { seed: 5 }));
  assert.equal(toMedianDifferenceInterval(a, Float64Array.of(1)), undefined);
  assert.deepEqual(toMedianDifferenceInterval(Float64Array.of(3, 3), Float64Array.of(5, 5)), { low: 2, high: 2 });
});

test('a beta draw has the mean and the spread of its distribution', () => {
  const random = createRandom(9);
  const [alpha, beta, count] = [3, 9, 40_000];
  const draws = Float64Array.from({ length: count }, () => drawBeta(random, alpha, beta));
  const mean = draws.reduce((sum, value) => sum + value, 0) / count;
  const variance = draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
  const expected = (alpha * beta) / ((alpha + beta) ** 2 * (alpha + beta + 1));
  assert.ok(Math.abs(mean - alpha / (alpha + beta)) < 5 * Math.sqrt(expected / count));
  assert.ok(Math.abs(variance / expected - 1) < 0.05);
});
