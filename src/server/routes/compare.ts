/** `GET /api/compare?a=FILTER&b=FILTER`, each a query string of its own; and `/api/compare/sessions?a=AGENT/ID&b=AGENT/ID`. */
import { AnswerError } from '../answer-error.ts';
import { ask } from '../ask.ts';
import { FILTER_FIELDS } from '../filter-fields.ts';
import { nested, parseQuery, text } from '../parse-query.ts';
import type { Route } from '../route.ts';

export const compare: Route = {
  path: '/api/compare',
  summary: 'two cohorts of sessions',
  answer: (sources, { search }) => {
    const { a = {}, b = {} } = parseQuery(search, { a: nested(FILTER_FIELDS), b: nested(FILTER_FIELDS) });
    return ask(sources, { name: 'compare', query: { a, b } });
  },
};

export const compareSessions: Route = {
  path: '/api/compare/sessions',
  summary: 'two sessions, and where they part',
  answer: (sources, { search }) => {
    const { a, b } = parseQuery(search, { a: text, b: text });
    return ask(sources, { name: 'compareSessions', query: { a: toPlace('a', a), b: toPlace('b', b) } });
  },
};

/** `kiro/0b1c…`. A session's id may hold slashes, an agent's holds none. */
function toPlace(name: string, place = ''): { agent: string; sessionId: string } {
  const slash = place.indexOf('/');
  if (slash < 1 || slash === place.length - 1) throw new AnswerError(400, `"${name}" names no session.`, `Write ${name}=AGENT/ID, as in ${name}=kiro/0b1c.`);
  return { agent: place.slice(0, slash), sessionId: place.slice(slash + 1) };
}
