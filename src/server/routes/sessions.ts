/** `GET /api/sessions`: the list, by any filter and order, and full text. */
import type { SessionsQuery } from '../../query/api/sessions.ts';
import { ask } from '../ask.ts';
import { FILTER_FIELDS } from '../filter-fields.ts';
import { flag, oneOf, parseQuery, someOf, text, whole, type Fields } from '../parse-query.ts';
import type { Route } from '../route.ts';

/** A page is what a screen shows, several times over. */
const MOST_ROWS = 500;

export const SESSIONS_FIELDS: Fields<SessionsQuery> = {
  ...FILTER_FIELDS,
  text,
  state: someOf(['running', 'waiting', 'idle', 'done', 'failed', 'unknown']),
  hasErrors: flag,
  hasDenied: flag,
  order: oneOf(['last', 'start', 'active', 'cost', 'toolCalls', 'errors', 'tokens']),
  ascending: flag,
  limit: whole(1, MOST_ROWS),
  after: text,
};

export const sessions: Route = {
  path: '/api/sessions',
  summary: 'the list of sessions',
  answer: (sources, { search }) => ask(sources, { name: 'sessions', query: parseQuery(search, SESSIONS_FIELDS) }),
};
