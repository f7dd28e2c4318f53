/** Words for numbers: what is absent is a dash, and nothing is rounded into another unit. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toCostRank } from '../../../dashboard/src/models/cost-rank.ts';
import { ABSENT, formatAge, formatChange, formatCount, formatCredits, formatDuration, formatPercent, formatTokens, formatUsd } from '../../../dashboard/src/models/format.ts';
import { formatCost } from '../../../dashboard/src/models/waterfall/format.ts';

test('durations', () => {
  const cases: [number | undefined, string][] = [[undefined, ABSENT], [0, '0 ms'], [0.25, '0.25 ms'], [2.94, '2.9 ms'], [312.4, '312 ms'], [999.6, '1 s'], [4100, '4.1 s'], [59_940, '59.9 s'], [59_960, '1 m 00 s'], [125_000, '2 m 05 s'], [3_599_600, '1 h 00 m'], [11_520_000, '3 h 12 m'], [259_200_000, '3 d 0 h'], [-24_000, '-24 s'], [-125_000, '-2 m 05 s']];
  for (const [millis, text] of cases) assert.equal(formatDuration(millis), text, String(millis));
});

test('property: a duration never shows sixty of a unit', () => {
  fc.assert(fc.property(fc.double({ min: 0, max: 1e10, noNaN: true }), (millis) => assert.doesNotMatch(formatDuration(millis), /\b60 (?:s|m)\b|\b1000 ms/)));
});

test('counts, tokens, dollars, shares', () => {
  assert.deepEqual([0, 933, 21_514, 1_250_000].map(formatCount), ['0', '933', '21,514', '1.25 M']);
  assert.deepEqual([0.33, 0.04, 0.004, 0.0001, -0.0001, 1.25, 0.98].map(formatCount), ['0.33', '0.04', '0.004', '<0.001', '>-0.001', '1.3', '1'], 'what is not nothing is never 0');
  assert.deepEqual([812, 76_500, 999_600, 4_200_000, 2e9].map(formatTokens), ['812', '76.5 k', '1 M', '4.2 M', '2 G']);
  assert.deepEqual([0, 0.00001, 0.0042, 1.25, 99.999, 1204.4].map(formatUsd), ['$0', '<$0.0001', '$0.0042', '$1.25', '$100.00', '$1,204']);
  assert.deepEqual([0, 0.0001, 0.02, 0.219, 12.34, 1204.4, undefined].map(formatCredits), ['0', '<0.001', '0.02', '0.22', '12.3', '1,204.4', ABSENT]);
  assert.deepEqual([0.041, 1, undefined].map((share) => formatPercent(share)), ['4.1 %', '100 %', ABSENT]);
  assert.deepEqual([0.1, -0.2, 0, 4.2, -0.001].map(formatChange), ['+10 %', '-20 %', '0 %', '×5.2', '-0.1 %']);
});

test('ages', () => {
  const now = Date.UTC(2026, 10, 21, 12);
  assert.deepEqual([0, 12_000, 240_000, 10_800_000, 518_400_000].map((age) => formatAge(now - age, now)), ['now', '12 s ago', '4 m ago', '3 h ago', '6 d ago']);
});

test('costs beside a bar tell small amounts as everywhere', () => {
  assert.equal(formatCost({ credits: 0.004 }), '0.004 cr');
  assert.equal(formatCost({ credits: 0.00001, premiumRequests: 0.33 }), '<0.001 cr + 0.33 premium');
  assert.equal(formatCost({ credits: 12.34 }), '12.3 cr');
  assert.equal(formatCost({}), undefined);
});

test('what has dollars comes before what is counted in credits, and what nobody told is nowhere', () => {
  const ranks = [{ usd: 0.01 }, { equivalentUsd: 2 }, { credits: 900 }, { premiumRequests: 3 }].map((cost) => toCostRank(cost) ?? Number.NaN);
  assert.deepEqual([...ranks].sort((a, b) => b - a), [ranks[1], ranks[0], ranks[2], ranks[3]]);
  assert.equal(toCostRank({}), undefined);
  assert.ok((toCostRank({ premiumRequests: 300 }) ?? 0) < (toCostRank({ credits: 5 }) ?? 0), 'as the server orders sessions');
  assert.ok((toCostRank({ usd: 0, credits: 5 }) ?? 0) > (toCostRank({ credits: 1 }) ?? 0));
});
