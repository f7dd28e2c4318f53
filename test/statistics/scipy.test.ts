/** Against scipy's own answers; the fixture is written by `scripts/make-statistics-fixtures.py`. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { toMedianDifferenceInterval } from '#spoor/statistics/bootstrap.ts';
import { compareRanks } from '#spoor/statistics/mann-whitney.ts';
import { toUpperTail } from '#spoor/statistics/normal.ts';
import { toMean, toMedian, toQuantile, toSorted } from '#spoor/statistics/order.ts';

interface Case {
  kind: string;
  a: number[];
  b: number[];
  u: number;
  p: number;
  quantiles: { a: number[]; b: number[] };
  means: number[];
  interval?: number[];
  /** Percentiles of scipy's bootstrap distribution: around its 2.5th and around its 97.5th. */
  ends?: number[];
}

const fixture = JSON.parse(readFileSync(new URL('../fixtures/statistics/scipy.json', import.meta.url), 'utf8')) as { cases: Case[]; tails: { z: number; p: number }[] };

test('there are fifty cases, small and large, with ties and without', () => {
  assert.equal(fixture.cases.length, 50);
});

for (const [index, one] of fixture.cases.entries()) {
  const [a, b] = [toSorted(Float64Array.from(one.a)), toSorted(Float64Array.from(one.b))];
  test(`case ${index + 1}, ${one.kind} of ${a.length} and ${b.length}: U, p and quantiles are scipy's`, () => {
    const found = compareRanks(a, b);
    assert.equal(found?.u, one.u);
    assert.ok(Math.abs((found?.pValue ?? 2) - one.p) < 1e-12, `${found?.pValue} for ${one.p}`);
    for (const [values, quantiles] of [[a, one.quantiles.a], [b, one.quantiles.b]] as const) {
      for (const [at, share] of [0.05, 0.5, 0.95].entries()) closeTo(toQuantile(values, share), quantiles[at]);
      closeTo(toMedian(values), quantiles[1]);
    }
    closeTo(toMean(a), one.means[0]);
    closeTo(toMean(b), one.means[1]);
  });

  test(`case ${index + 1}: the ends of the bootstrap interval lie where 2,000 resamples put them in scipy's distribution of 40,000`, () => {
    const interval = toMedianDifferenceInterval(a, b);
    if (!one.ends) return assert.equal(interval, undefined);
    assert.ok(interval);
    const [lowFrom = NaN, , lowTo = NaN, highFrom = NaN, , highTo = NaN] = one.ends;
    assert.ok(interval.low >= lowFrom - 1e-9 && interval.low <= lowTo + 1e-9, `low ${interval.low} in ${lowFrom} … ${lowTo}`);
    assert.ok(interval.high >= highFrom - 1e-9 && interval.high <= highTo + 1e-9, `high ${interval.high} in ${highFrom} … ${highTo}`);
  });
}

test('the tail of the normal distribution is scipy\'s to twelve digits', () => {
  for (const { z, p } of fixture.tails) assert.ok(Math.abs(toUpperTail(z) - p) <= p * 1e-12, `${z}: ${toUpperTail(z)} for ${p}`);
});

function closeTo(value: number | undefined, expected: number | undefined): void {
  assert.ok(value !== undefined && expected !== undefined && Math.abs(value - expected) <= Math.abs(expected) * 1e-12, `${value} for ${expected}`);
}
