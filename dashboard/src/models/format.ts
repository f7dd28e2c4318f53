/** Numbers and times → the words of the pages. What is absent becomes an en dash, never 0. */
import { readClock } from './clock.ts';

export const ABSENT = '–';

/** ms → `2.9 ms`, `312 ms`, `4.1 s`, `2 m 05 s`, `3 h 12 m`. */
export function formatDuration(millis: number | undefined): string {
  if (millis === undefined || !Number.isFinite(millis)) return ABSENT;
  const abs = Math.abs(millis);
  if (abs < 0.9995) return abs === 0 ? '0 ms' : `${trim(millis, 2)} ms`;
  if (abs < 999.5) return `${trim(millis, abs < 9.95 ? 1 : 0)} ms`;
  if (abs < 59_950) return `${trim(millis / 1000, abs < 9995 ? 2 : 1)} s`;
  const sign = millis < 0 ? '-' : '';
  const seconds = Math.round(abs / 1000);
  if (seconds < 3600) return `${sign}${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, '0')} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 48 * 60) return `${sign}${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} m`;
  return `${sign}${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
}

/** Counts: `933`, `21,514`, `1.25 M`; of parts of one as much as is needed: `0.33`, `0.004`, `<0.001`. What is not nothing is never `0`. */
export function formatCount(count: number | undefined): string {
  if (count === undefined || !Number.isFinite(count)) return ABSENT;
  const abs = Math.abs(count);
  if (abs >= 100_000) return compact(count);
  if (Number.isInteger(count) || abs >= 0.95) return count.toLocaleString('en', { maximumFractionDigits: 1 });
  if (abs < 0.0005) return count < 0 ? '>-0.001' : '<0.001';
  return trim(count, abs < 0.1 ? 3 : 2);
}

/** Tokens: `812`, `76.5 k`, `4.2 M`. */
export function formatTokens(count: number | undefined): string {
  if (count === undefined || !Number.isFinite(count)) return ABSENT;
  return Math.abs(count) < 1000 ? String(count) : compact(count);
}

/** US dollars: `$0.0042`, `$1.25`, `$1,204`. */
export function formatUsd(usd: number | undefined): string {
  if (usd === undefined || !Number.isFinite(usd)) return ABSENT;
  const abs = Math.abs(usd);
  if (abs === 0) return '$0';
  if (abs < 0.00005) return '<$0.0001';
  if (abs < 0.1) return `$${trim(usd, 4)}`;
  return `$${usd.toLocaleString('en', { minimumFractionDigits: abs < 1000 ? 2 : 0, maximumFractionDigits: abs < 1000 ? 2 : 0 })}`;
}

/** Credits: `0.004`, `0.22`, `12.5`, `1,204`. Less than a tenth is not nothing. */
export function formatCredits(credits: number | undefined): string {
  if (credits === undefined || !Number.isFinite(credits)) return ABSENT;
  const abs = Math.abs(credits);
  if (abs === 0 || abs >= 10) return formatCount(abs === 0 ? 0 : Math.round(credits * 10) / 10);
  if (abs < 0.0005) return '<0.001';
  return trim(credits, abs < 0.1 ? 3 : 2);
}

/** A share of 1 → `4.1 %`. */
export function formatPercent(share: number | undefined, digits = 1): string {
  if (share === undefined || !Number.isFinite(share)) return ABSENT;
  return `${trim(share * 100, digits)} %`;
}

/** Relative change: 0.1 → `+10 %`, 4.2 → `×5.2`. */
export function formatChange(change: number | undefined): string {
  if (change === undefined || !Number.isFinite(change)) return ABSENT;
  if (change >= 2) return `×${trim(change + 1, 1)}`;
  const text = trim(change * 100, Math.abs(change) < 0.1 ? 1 : 0);
  return `${change > 0 ? '+' : ''}${text === '-0' ? '0' : text} %`;
}

/** Ages: `now`, `12 s ago`, `4 m ago`, `3 h ago`, `6 d ago`, then the date. */
export function formatAge(atMillis: number | undefined, nowMillis: number): string {
  if (atMillis === undefined) return ABSENT;
  const seconds = Math.max(0, Math.round((nowMillis - atMillis) / 1000));
  if (seconds < 3) return 'now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  if (seconds < 30 * 86_400) return `${Math.floor(seconds / 86_400)} d ago`;
  return formatDay(atMillis);
}

/** `21 Nov`, with the year where it is another than this one's. */
export function formatDay(atMillis: number): string {
  const date = new Date(atMillis);
  const sameYear = date.getFullYear() === new Date(readClock()).getFullYear();
  return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', ...(sameYear ? {} : { year: 'numeric' }) });
}

/** `21 Nov 14:03:07`. */
export function formatMoment(atMillis: number | undefined): string {
  if (atMillis === undefined) return ABSENT;
  return `${formatDay(atMillis)} ${new Date(atMillis).toLocaleTimeString('en-GB')}`;
}

/** `1 call`, `3 calls`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

function compact(count: number): string {
  const abs = Math.abs(count);
  const [scale, unit] = abs >= 999_500_000 ? [1e9, 'G'] : abs >= 999_500 ? [1e6, 'M'] : [1e3, 'k'];
  const scaled = count / scale;
  return `${trim(scaled, Math.abs(scaled) < 10 ? 2 : Math.abs(scaled) < 100 ? 1 : 0)} ${unit}`;
}

/** At most that many digits behind the point, no zeros at the end. */
function trim(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
