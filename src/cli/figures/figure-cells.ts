/** Figures as cells of a table; what is not known, and nothing, is an empty cell. Pure. */
import { millisToNano } from '../../core/time.ts';
import type { CostFigures } from '../../query/api/figures.ts';
import { toCreditsText, toGroupedText, toUsdText } from '../terminal/number-text.ts';
import { toDurationText } from '../terminal/time-text.ts';

export function toCountCell(count: number | undefined): string {
  return count === undefined || count === 0 ? '' : toGroupedText(count);
}

/** `2.1s` */
export function toMillisCell(millis: number | undefined): string {
  return millis === undefined ? '' : toDurationText(millisToNano(Math.round(millis)));
}

/** 0.125 → `12.5%` */
export function toRateCell(rate: number | undefined): string {
  return rate === undefined || rate === 0 ? '' : `${Number((rate * 100).toFixed(rate < 0.1 ? 1 : 0))}%`;
}

/** 1_234_567 → `1.2M` */
export function toTokensCell(tokens: number | undefined): string {
  if (tokens === undefined || tokens === 0) return '';
  const [value, unit] = tokens >= 999_950_000 ? [tokens / 1e9, 'G'] : tokens >= 999_950 ? [tokens / 1e6, 'M'] : tokens >= 1000 ? [tokens / 1e3, 'k'] : [tokens, ''];
  return `${unit === '' ? value : value.toFixed(1)}${unit}`;
}

/** `$1.20`, in brackets what was not charged, `?` where requests have no price; credits and premium requests behind. */
export function toMoneyCell({ usd, equivalentUsd, credits, premiumRequests, unpriced = [] }: CostFigures): string {
  return [
    usd === undefined ? '' : toUsdText(usd), equivalentUsd === undefined ? '' : `(${toUsdText(equivalentUsd)})`, unpriced.length > 0 ? '?' : '',
    credits === undefined ? '' : `${toCreditsText(credits)} cr`, premiumRequests === undefined ? '' : `${Number(premiumRequests.toFixed(2))} PR`,
  ].filter(Boolean).join(' ');
}

/** 0.1 → `+10%` */
export function toChangeCell(change: number | undefined): string {
  return change === undefined || Math.abs(change) < 0.005 ? '' : `${change > 0 ? '+' : '−'}${Math.min(999, Math.round(Math.abs(change) * 100))}%`;
}
