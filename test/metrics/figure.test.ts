import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addFigures, subtractFigures, toFigure, type Figure } from '#spoor/metrics/figure.ts';
import type { Instrument } from '#spoor/metrics/instruments.ts';

const histogram: Instrument = { name: 'h', unit: 's', description: '', bounds: [1, 2, 5] };
const counter: Instrument = { name: 'c', unit: '1', description: '' };

function sumOf(instrument: Instrument, values: readonly number[]): Figure | undefined {
  return values.map((value) => toFigure(instrument, value)).reduce<Figure | undefined>((sum, one) => (sum ? addFigures(sum, one) : one), undefined);
}

test('a value that equals a bound lies below it', () => {
  assert.deepEqual([0, 1, 1.5, 5, 5.1].map((value) => toFigure(histogram, value).buckets), [[1, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]);
  assert.deepEqual(toFigure(counter, 0.5), { count: 1, sum: 0.5 });
});

test('dollars add up without the noise of floating point', () => {
  assert.equal(sumOf(counter, [0.1, 0.2, 0.000000300001])?.sum, 0.300000300001);
});

test('in whatever parts it is taken, the parts are the whole', () => {
  const values = fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(values, values, fc.constantFrom(histogram, counter), (first, second, instrument) => {
      const [before, all] = [sumOf(instrument, first), sumOf(instrument, [...first, ...second])];
      assert.ok(before && all);
      assert.deepEqual(subtractFigures(all, before), sumOf(instrument, second));
      assert.equal(subtractFigures(all, all), undefined);
      assert.equal(all.buckets?.reduce((sum, one) => sum + one, 0) ?? all.count, first.length + second.length);
    }),
  );
});
