/** A page's filter ↔ its URL, so that a link shows what its sender saw. */
import type { Filter } from '../../../src/query/api/figures.ts';

/** Windows by name; all: everything there is. */
export const WINDOWS = { '24h': 24 * 3600_000, '7d': 7 * 86_400_000, '30d': 30 * 86_400_000, '90d': 90 * 86_400_000, all: undefined } as const;
export type WindowName = keyof typeof WINDOWS;
export const USUAL_WINDOW: WindowName = '7d';

export const LIST_FIELDS = ['agent', 'project', 'model', 'branch', 'tool', 'skill', 'skillVersion', 'config'] as const;
export type ListField = (typeof LIST_FIELDS)[number];

/** What the URL holds of a filter. Either `since` or a range of Unix ms. */
export type FilterParams = Partial<Record<ListField, string[]>> & { since?: WindowName; from?: number; to?: number };

/** Untrusted search params → those that mean something. */
export function parseFilterParams(raw: Record<string, unknown>): FilterParams {
  const params: FilterParams = {};
  for (const field of LIST_FIELDS) {
    const values = (Array.isArray(raw[field]) ? raw[field] : [raw[field]]).filter((value) => ['string', 'number', 'boolean'].includes(typeof value)).map(String).filter(Boolean);
    if (values.length > 0) params[field] = values;
  }
  if (typeof raw.since === 'string' && raw.since in WINDOWS) params.since = raw.since as WindowName;
  for (const end of ['from', 'to'] as const) if (Number.isFinite(Number(raw[end])) && raw[end] !== undefined && raw[end] !== '') params[end] = Number(raw[end]);
  return params;
}

/** → what is asked of the server. A window ends now: `nowMillis` rounded up to the minute, so that equal questions stay equal for a while. */
export function toFilter(params: FilterParams, nowMillis: number): Filter {
  const filter: Filter = {};
  for (const field of LIST_FIELDS) if (params[field]) filter[field] = params[field];
  if (params.from !== undefined || params.to !== undefined) return { ...filter, fromMillis: params.from, toMillis: params.to };
  const length = WINDOWS[params.since ?? USUAL_WINDOW];
  if (length === undefined) return filter;
  const minute = 60_000;
  return { ...filter, fromMillis: Math.ceil(nowMillis / minute) * minute - length };
}

/** The same restrictions from the last midnight on, where the page is looked at: what the figures of today are about. */
export function toToday({ since: _since, from: _from, to: _to, ...restrictions }: FilterParams, nowMillis: number): FilterParams {
  return { ...restrictions, from: new Date(nowMillis).setHours(0, 0, 0, 0) };
}

/** Filter and more → the query string of an API call. Keys in a fixed order: equal questions have equal URLs. */
export function toQueryString(query: object): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined && one !== '' && one !== false) search.append(name, String(one));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
