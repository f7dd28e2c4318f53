/** Two cohorts ↔ the URL of the page that compares them. Pure. */
import { parseFilterParams, toFilter, toQueryString, type FilterParams } from './filter-params.ts';
import { parseSearch, stringifySearch } from './search-params.ts';

const DAY_MILLIS = 86_400_000;

export interface Cohorts {
  a: FilterParams;
  b: FilterParams;
}

/** `a` and `b` hold a query string each. Neither is there: the last seven days against those before. */
export function parseCohorts(a: string | undefined, b: string | undefined, nowMillis: number): Cohorts {
  const week = 7 * DAY_MILLIS;
  if (a === undefined && b === undefined) return { a: { from: nowMillis - 2 * week, to: nowMillis - week }, b: { from: nowMillis - week, to: nowMillis } };
  return { a: parseFilterParams(parseSearch(a ?? '')), b: parseFilterParams(parseSearch(b ?? '')) };
}

/** One cohort as it stands in the URL. */
export function stringifyCohort(params: FilterParams): string {
  return stringifySearch(params).slice(1);
}

/** Both as the server is asked. */
export function toCompareQuery({ a, b }: Cohorts, nowMillis: number): { a: string; b: string } {
  const one = (params: FilterParams): string => toQueryString(toFilter(params, nowMillis)).slice(1);
  return { a: one(a), b: one(b) };
}

/** The rest of `params` before and after a day (its first moment, Unix ms). */
export function splitAt(params: FilterParams, dayMillis: number): Cohorts {
  const { since: _since, from: _from, to: _to, ...rest } = params;
  return { a: { ...rest, to: dayMillis }, b: { ...rest, from: dayMillis } };
}

/** `agent/id` where the URL means one session, not a cohort. */
export function parseSessionRef(text: string | undefined): { agent: string; sessionId: string } | undefined {
  const match = /^([a-z][a-z0-9-]*)\/([^=]+)$/.exec(text ?? '');
  return match?.[1] !== undefined && match[2] !== undefined ? { agent: match[1], sessionId: match[2] } : undefined;
}
