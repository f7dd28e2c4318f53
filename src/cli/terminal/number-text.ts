/** Numbers for people. */
import type { CostSum } from '../../core/cost.ts';
import { roundCredits } from '../../core/credits.ts';

/** Credits: two decimals, or two significant digits below 0.1; absent stays absent. */
export function toCreditsText(told: number | undefined): string | undefined {
  if (told === undefined) return undefined;
  const credits = roundCredits(told);
  if (credits === 0 || Math.abs(credits) >= 0.1) return credits.toFixed(2);
  const digits = Math.min(6, 1 - Math.floor(Math.log10(Math.abs(credits))));
  return credits.toFixed(digits).replace(/(\.\d\d.*?)0+$/, '$1');
}

/** US dollars: `$12.40`, two significant digits below ten cents: `$0.0046`. */
export function toUsdText(usd: number): string {
  if (usd === 0 || usd >= 0.1) return `$${usd.toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ',')}`;
  if (usd < 1e-6) return '<$0.000001';
  return `$${usd.toFixed(Math.min(6, 1 - Math.floor(Math.log10(usd))))}`;
}

/** What is charged, what is not in brackets, and a mark for what has no price: `$1.20`, `($3.40)`, `$1.20 +?`, `?`. */
export function toCostCell(cost: CostSum | undefined): string {
  if (!cost) return '';
  const { usd, equivalentUsd, unpriced } = cost;
  const sums = [usd === undefined ? undefined : toUsdText(usd), equivalentUsd === undefined ? undefined : `(${toUsdText(equivalentUsd)})`].filter((text) => text !== undefined);
  if (sums.length === 0) return unpriced ? '?' : '';
  return `${sums.join(' ')}${unpriced ? ' +?' : ''}`;
}

/** `1 turn`, `3 turns`, `1,204 tools`. */
export function toCountText(count: number, noun: string): string {
  return `${toGroupedText(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `21,514` */
export function toGroupedText(count: number): string {
  return count.toLocaleString('en-US');
}

/** Bytes: `305 MB`, `1.2 kB`, `12 B`. */
export function toBytesText(bytes: number): string {
  const steps = [
    [1e9, 'GB'],
    [1e6, 'MB'],
    [1e3, 'kB'],
  ] as const;
  for (const [size, unit] of steps) {
    if (bytes >= size) return `${(bytes / size).toFixed(bytes < 10 * size ? 1 : 0)} ${unit}`;
  }
  return `${bytes} B`;
}
