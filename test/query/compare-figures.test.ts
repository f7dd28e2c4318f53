import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareFigures } from '#spoor/query/compare/compare-figures.ts';
import { toConfigDiff } from '#spoor/query/compare/config-diff.ts';
import { toChangeText, toDifferenceText, toFigureText, toPText } from '#spoor/query/compare/figure-text.ts';
import type { Metric } from '#spoor/query/compare/metrics.ts';
import { toCohortLabel, toSummary, type SummaryRequest } from '#spoor/query/compare/summary.ts';

const TIME: Metric = { metric: 'active', label: 'Active time', unit: 'ms', better: 'lower', scale: 'log' };
const COUNT: Metric = { metric: 'errors', label: 'Failed calls', unit: 'count', better: 'lower', scale: 'whole' };
const range = (from: number, count: number, step = 1000): Float64Array => Float64Array.from({ length: count }, (_, at) => from + at * step);

test('a clear difference: medians, the interval around their difference, and which way is better', () => {
  const found = compareFigures(TIME, range(60_000, 20), range(20_000, 20));
  assert.ok(found?.interval && found.difference !== undefined);
  assert.deepEqual([found.a.median, found.b.median, found.difference, found.u, found.verdict], [69_500, 29_500, -40_000, 400, 'better']);
  assert.ok(found.interval.low < -40_000 && found.interval.high > -40_000 && found.interval.high < 0);
  assert.match(found.sentence, /^Active time is lower in B: median 1 min 10 s in A, 29\.5 s in B \(−58 %\); by .+ with 95 % confidence; p < 0\.001\. B is better\.$/);
  assert.equal(compareFigures(TIME, range(20_000, 20), range(60_000, 20))?.verdict, 'worse');
  assert.equal(compareFigures({ ...TIME, better: 'higher' }, range(20_000, 20), range(60_000, 20))?.verdict, 'better');
  assert.equal(compareFigures({ ...TIME, better: 'neither' }, range(20_000, 20), range(60_000, 20))?.verdict, 'different');
});

test('under eight sessions on a side nothing is said, however clear it seems', () => {
  const found = compareFigures(TIME, range(60_000, 7), range(1, 100));
  assert.equal(found?.verdict, 'too-few');
  assert.equal(found.sentence, 'Active time: 7 sessions of A and 100 sessions of B are too few to tell; 8 on each side are the least.');
  assert.equal(compareFigures(TIME, Float64Array.of(), Float64Array.of(5))?.a.median, undefined);
});

test('sessions of which nobody tells are no figures; what never happened is no row', () => {
  const found = compareFigures(TIME, Float64Array.of(NaN, ...range(1000, 9)), range(1000, 9));
  assert.deepEqual([found?.a.count, found?.verdict], [9, 'no-difference']);
  assert.equal(compareFigures(TIME, Float64Array.of(NaN), Float64Array.of()), undefined);
  assert.equal(compareFigures(COUNT, new Float64Array(20), new Float64Array(30)), undefined);
});

test('medians that are both 0: the ranks decide, and the sentence says where the difference is', () => {
  const few = Float64Array.from({ length: 100 }, (_, at) => (at < 5 ? 1 : 0));
  const many = Float64Array.from({ length: 100 }, (_, at) => (at < 30 ? 2 : 0));
  const found = compareFigures(COUNT, few, many);
  assert.deepEqual([found?.difference, found?.verdict], [0, 'worse']);
  assert.match(found?.sentence ?? '', /median 0 in A, 0 in B, where larger values are more frequent/);
});

test('ranks that differ while the interval of the medians holds 0: the sentence says so', () => {
  const a = Float64Array.from({ length: 60 }, (_, at) => (at < 31 ? 10 + at / 100 : 30));
  const b = Float64Array.from({ length: 60 }, (_, at) => (at < 29 ? 10.5 + at / 100 : 31));
  const found = compareFigures(TIME, a, b);
  assert.ok(found?.pValue !== undefined && found.pValue < 0.05 && found.interval && found.interval.low <= 0 && found.interval.high >= 0);
  assert.equal(found.verdict, 'worse');
  assert.match(found.sentence, /; the medians alone are not sure \(.+, with 95 % confidence\); p < /);
});

test('both sides are counted over the same borders', () => {
  const found = compareFigures(TIME, range(1000, 9), range(5000, 30));
  assert.deepEqual(found?.a.histogram?.borders, found?.b.histogram?.borders);
  assert.deepEqual([found?.a.histogram, found?.b.histogram].map((histogram) => histogram?.counts.reduce((sum, count) => sum + count, 0)), [9, 30]);
});

test('figures as people read them', () => {
  assert.deepEqual([0.4, 999.6, 1250, 59_960, 61_000, 3_599_600, 3_600_000, 5_400_000].map((millis) => toFigureText(millis, 'ms')), ['0 ms', '1 s', '1.3 s', '1 min 0 s', '1 min 1 s', '1 h 0 min', '1 h 0 min', '1 h 30 min']);
  assert.deepEqual([toFigureText(0.0254, 'rate'), toFigureText(12_345.6, 'tokens'), toFigureText(3.14159, 'count'), toFigureText(0.0123, 'usd'), toFigureText(12.5, 'usd'), toFigureText(0.5277, 'credits')], ['2.54 %', '12,346', '3.14', '$0.012', '$12.50', '0.528']);
  assert.deepEqual([toDifferenceText(-1500, 'ms'), toDifferenceText(0.02, 'rate'), toDifferenceText(-0.5, 'usd')], ['−1.5 s', '+2 % points', '−$0.50']);
  assert.deepEqual([toChangeText(100, 72), toChangeText(10, 10.04), toChangeText(0, 5), toChangeText(3, 3), toChangeText(undefined, 3)], ['−28 %', '+0.4 %', undefined, undefined, undefined]);
  assert.deepEqual([toPText(0.0004), toPText(0.0312), toPText(1)], ['p < 0.001', 'p = 0.031', 'p = 1']);
});

test('what most sessions of a side worked with is compared with what most of the other did', () => {
  const part = (name: string, hash: string): { kind: 'skill'; name: string; hash: string } => ({ kind: 'skill', name, hash });
  const a = [{ parts: [part('review', '1'), part('old', 'x')], sessions: 5 }, { parts: [part('review', '2'), part('rare', 'y')], sessions: 2 }];
  const b = [{ parts: [part('review', '2'), part('new', 'z')], sessions: 3 }];
  assert.deepEqual(toConfigDiff(a, b), { onlyA: [part('old', 'x')], onlyB: [part('new', 'z')], changed: [{ kind: 'skill', name: 'review', a: '1', b: '2' }] });
  assert.deepEqual(toConfigDiff([], b), { onlyA: [], onlyB: [], changed: [] });
});

const REQUEST: SummaryRequest = { sessions: { a: 40, b: 30 }, shared: 0, metrics: [], config: { onlyA: [], onlyB: [], changed: [] }, configured: { a: 40, b: 30 }, mixes: [], isByModel: false };

test('the summary says what changed, what stayed, and what may be behind it', () => {
  const metric = compareFigures(TIME, range(60_000, 20), range(20_000, 20));
  assert.ok(metric);
  assert.deepEqual(toSummary({ ...REQUEST, metrics: [metric] }), ['Better in B: active time (−58 %).', 'Most sessions of both worked with the same config.']);
  assert.deepEqual(toSummary({ ...REQUEST, configured: { a: 0, b: 30 }, shared: 1, mixes: [{ what: 'model', a: new Map([['large', 0.9], ['small', 0.1]]), b: new Map([['small', 1]]) }] }), [
    'No figure differs more than it would by chance.',
    'What one side worked with is not known: config is taken when a session begins while it is traced, not from history.',
    '1 session is on both sides, which makes them more alike than they are: choose filters that part them.',
    'The model is not the same: large in 90 % of A and 0 % of B. That alone may make a difference.',
  ]);
  assert.deepEqual(toSummary({ ...REQUEST, sessions: { a: 0, b: 9 } }), ['One side has no session: widen its filter.']);
  assert.match(toSummary({ ...REQUEST, sessions: { a: 7, b: 9 } })[0] ?? '', /^7 sessions on a side are too few/);
  const changed = { onlyA: [], onlyB: [{ kind: 'skill' as const, name: 'ship', hash: '' }], changed: [{ kind: 'instructions', name: 'CLAUDE.md', a: '', b: '' }] };
  assert.equal(toSummary({ ...REQUEST, config: changed, configured: { a: 30, b: 30 } })[1], 'Config: changed: CLAUDE.md; only in B: skill ship (known of 30 sessions of A and 30 of B).');
});

test('a cohort is called by its filter', () => {
  assert.equal(toCohortLabel({}), 'all sessions');
  assert.equal(toCohortLabel({ agent: ['kiro', 'codex'], tool: ['Bash'], fromMillis: Date.parse('2026-03-01T10:00:00Z'), config: ['0123456789abcdef'] }), 'kiro or codex, with Bash, config 01234567, from 2026-03-01');
});
