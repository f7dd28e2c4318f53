/** One figure of the sessions of two cohorts → what can be said of the difference. Pure. */
import { toMedianDifferenceInterval } from '../../statistics/bootstrap.ts';
import { toSharedHistogram } from '../../statistics/histogram.ts';
import { compareRanks } from '../../statistics/mann-whitney.ts';
import { toMean, toMedian, toQuantile, toSorted } from '../../statistics/order.ts';
import type { CohortFigures, MetricComparison } from '../api/compare.ts';
import type { Histogram } from '../api/tools.ts';
import { toChangeText, toDifferenceText, toFigureText, toPText } from './figure-text.ts';
import type { Metric } from './metrics.ts';

/** Of fewer sessions on a side nothing is said: one of them more or less could turn it round. */
export const LEAST_SESSIONS = 8;
/** How often a difference like this one may come by chance for it to count. */
export const MOST_CHANCE = 0.05;

/** NaN: nobody told of that session. Undefined where no session of either has a figure. */
export function compareFigures(metric: Metric, a: Float64Array, b: Float64Array): MetricComparison | undefined {
  const [sortedA, sortedB] = [toSorted(a), toSorted(b)];
  if (sortedA.length + sortedB.length === 0 || isAllZero(sortedA, sortedB)) return undefined;
  const { metric: name, label, unit, better, scale } = metric;
  const histogram = toSharedHistogram([sortedA, sortedB], { scale });
  const of = (sorted: Float64Array, side: number): CohortFigures => toCohortFigures(sorted, histogram && { borders: histogram.borders, counts: histogram.counts[side] ?? [] });
  const [figuresA, figuresB] = [of(sortedA, 0), of(sortedB, 1)];
  const found: Omit<MetricComparison, 'verdict' | 'sentence'> = { metric: name, label, unit, better, a: figuresA, b: figuresB };
  if (figuresA.median !== undefined && figuresB.median !== undefined) found.difference = figuresB.median - figuresA.median;
  const interval = toMedianDifferenceInterval(sortedA, sortedB);
  if (interval) found.interval = interval;
  const ranks = compareRanks(sortedA, sortedB);
  if (ranks) [found.u, found.pValue] = [ranks.u, ranks.pValue];
  const verdict = toVerdict(found);
  return { ...found, verdict, sentence: toSentence(found, verdict) };
}

/** Nothing of the kind ever happened: no row worth a look. */
function isAllZero(...sides: readonly Float64Array[]): boolean {
  return sides.every((sorted) => (sorted[0] ?? 0) === 0 && (sorted[sorted.length - 1] ?? 0) === 0);
}

function toCohortFigures(sorted: Float64Array, histogram: Histogram | undefined): CohortFigures {
  const figures: CohortFigures = { count: sorted.length };
  const [median, p95, mean] = [toMedian(sorted), toQuantile(sorted, 0.95), toMean(sorted)];
  if (median !== undefined) Object.assign(figures, { median, p95, mean });
  if (histogram && sorted.length > 0) figures.histogram = histogram;
  return figures;
}

type Found = Omit<MetricComparison, 'verdict' | 'sentence'>;

/** By the ranks of all sessions: medians can be equal where one side has far more large values, and are less sure where figures spread widely. */
function toVerdict(found: Found): MetricComparison['verdict'] {
  const { a, b, pValue, better } = found;
  if (a.count < LEAST_SESSIONS || b.count < LEAST_SESSIONS) return 'too-few';
  if (pValue === undefined || pValue >= MOST_CHANCE) return 'no-difference';
  if (better === 'neither') return 'different';
  return (better === 'lower') === isLargerInB(found) ? 'worse' : 'better';
}

function isLargerInB({ a, b, u = 0 }: Found): boolean {
  return u < (a.count * b.count) / 2;
}

function toSentence(found: Found, verdict: MetricComparison['verdict']): string {
  const { label, unit, a, b, interval, difference, pValue = 1 } = found;
  if (verdict === 'too-few') return `${label}: ${toCountText(a.count, 'A')} and ${toCountText(b.count, 'B')} are too few to tell; ${LEAST_SESSIONS} on each side are the least.`;
  const medians = `median ${toFigureText(a.median ?? 0, unit)} in A, ${toFigureText(b.median ?? 0, unit)} in B`;
  if (verdict === 'no-difference') return `${label}: no difference that these sessions can show (${medians}; ${toPText(pValue)}).`;
  const change = toChangeText(a.median, b.median);
  const ends = interval && `${toDifferenceText(interval.low, unit)} to ${toDifferenceText(interval.high, unit)}`;
  const isOpen = interval !== undefined && interval.low <= 0 && interval.high >= 0;
  const range = !ends || difference === 0 ? '' : isOpen ? `; the medians alone are not sure (${ends}, with 95 % confidence)` : `; by ${ends}, with 95 % confidence`;
  const where = difference === 0 ? `, where ${isLargerInB(found) ? 'larger' : 'smaller'} values are more frequent` : '';
  const direction = isLargerInB(found) ? 'higher' : 'lower';
  const judgement = verdict === 'better' ? 'B is better' : verdict === 'worse' ? 'B is worse' : 'B is another';
  return `${label} is ${direction} in B: ${medians}${change === undefined ? '' : ` (${change})`}${where}${range}; ${toPText(pValue)}. ${judgement}.`;
}

function toCountText(count: number, side: string): string {
  return `${count} session${count === 1 ? '' : 's'} of ${side}`;
}
