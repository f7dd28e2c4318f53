/** A figure in its unit → words. */
import type { MetricComparison } from '../../../../src/query/api/compare.ts';
import { formatCount, formatCredits, formatDuration, formatPercent, formatTokens, formatUsd } from '../../models/format.ts';

export const FORMATS: Readonly<Record<MetricComparison['unit'], (value: number | undefined) => string>> = {
  ms: formatDuration,
  count: formatCount,
  rate: formatPercent,
  usd: formatUsd,
  credits: formatCredits,
  tokens: (value) => formatTokens(value === undefined ? undefined : Math.round(value)),
};

/** With its sign. */
export function formatDifference(unit: MetricComparison['unit'], value: number | undefined): string {
  if (value === undefined) return '–';
  return `${value > 0 ? '+' : ''}${FORMATS[unit](value)}`;
}
