/** What the page Sessions shows ↔ its URL. */
import type { SessionOrder, SessionsQuery, SessionState } from '../../../src/query/api/sessions.ts';
import { parseFilterParams, toFilter, toQueryString, type FilterParams } from './filter-params.ts';

/** In the order in which one looks for them. */
export const STATES: readonly SessionState[] = ['waiting', 'running', 'idle', 'done', 'failed', 'unknown'];

export const ORDERS: readonly { value: SessionOrder; label: string }[] = [
  { value: 'last', label: 'last activity' },
  { value: 'start', label: 'start' },
  { value: 'active', label: 'active time' },
  { value: 'cost', label: 'cost' },
  { value: 'toolCalls', label: 'calls' },
  { value: 'errors', label: 'errors' },
  { value: 'tokens', label: 'tokens' },
];

export interface SessionsParams extends FilterParams {
  /** Full text. */
  q?: string;
  state?: SessionState[];
  errors?: boolean;
  denied?: boolean;
  order?: SessionOrder;
  /** Only with the order `start`. */
  asc?: boolean;
}

/** Untrusted search params → those that mean something. */
export function parseSessionsParams(raw: Record<string, unknown>): SessionsParams {
  const params: SessionsParams = parseFilterParams(raw);
  if (['string', 'number', 'boolean'].includes(typeof raw.q) && String(raw.q).trim() !== '') params.q = String(raw.q);
  const states = (Array.isArray(raw.state) ? raw.state : [raw.state]).filter((value): value is SessionState => STATES.includes(value as SessionState));
  if (states.length > 0) params.state = states;
  for (const name of ['errors', 'denied', 'asc'] as const) if (isTrue(raw[name])) params[name] = true;
  const order = ORDERS.find(({ value }) => value === raw.order)?.value;
  if (order !== undefined) params.order = order;
  return params;
}

/** → what the server is asked, without the place in the list. */
export function toSessionsQuery(params: SessionsParams, nowMillis: number): SessionsQuery {
  const query: SessionsQuery = toFilter(params, nowMillis);
  if (params.q !== undefined) query.text = params.q.trim();
  if (params.state) query.state = params.state;
  if (params.errors) query.hasErrors = true;
  if (params.denied) query.hasDenied = true;
  if (params.order !== undefined && params.order !== 'last') query.order = params.order;
  if (params.order === 'start' && params.asc) query.ascending = true;
  return query;
}

/** What a click on a column's head changes: the order, or, where both ways exist, its direction. */
export function toggleOrder({ order = 'last', asc }: SessionsParams, clicked: SessionOrder): Pick<SessionsParams, 'order' | 'asc'> {
  if (clicked === order && clicked === 'start') return { order: 'start', asc: asc ? undefined : true };
  return { order: clicked === 'last' ? undefined : clicked, asc: undefined };
}

/** The cohort that a filter leaves, as the page Compare takes it: a query string without `?`. What restricts nothing is `since=all`. */
export function toCohort({ q: _text, state: _state, errors: _errors, denied: _denied, order: _order, asc: _asc, ...filter }: SessionsParams): string {
  return toQueryString({ since: '7d', ...filter }).slice(1);
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true' || value === 1;
}
