/** The window of time of a page in words. */
import { USUAL_WINDOW, type FilterParams } from './filter-params.ts';
import { formatDay, formatMoment } from './format.ts';

/** `last 7 days`, `since 3 Nov`, `3 Nov to 9 Nov`, `all time`. */
export function toWindowText({ since, from, to }: FilterParams): string {
  if (from !== undefined && to !== undefined) return `${formatDay(from)} to ${formatDay(to)}`;
  if (from !== undefined) return `since ${formatDay(from)}`;
  if (to !== undefined) return `until ${formatDay(to)}`;
  const name = since ?? USUAL_WINDOW;
  if (name === 'all') return 'all time';
  return name === '24h' ? 'last 24 hours' : `last ${name.slice(0, -1)} days`;
}

/** To the second: `3 Nov 09:00:00 to 9 Nov 00:00:00`; of one end alone `since …`, `until …`. */
export function toRangeText({ from, to }: Pick<FilterParams, 'from' | 'to'>): string {
  if (from !== undefined && to !== undefined) return `${formatMoment(from)} to ${formatMoment(to)}`;
  return from === undefined ? `until ${formatMoment(to)}` : `since ${formatMoment(from)}`;
}
