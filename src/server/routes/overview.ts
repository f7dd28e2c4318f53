/** `GET /api/overview`: what is going on, with how the tracing is. The query service gives the figures, this thread the rest. */
import { ask, withField } from '../ask.ts';
import { FILTER_FIELDS } from '../filter-fields.ts';
import { parseQuery } from '../parse-query.ts';
import type { Route } from '../route.ts';

export const overview: Route = {
  path: '/api/overview',
  summary: 'what runs, what waits for a person, today and this week',
  async answer(sources, { search }) {
    const { contentType, body } = await ask(sources, { name: 'overview', query: parseQuery(search, FILTER_FIELDS) });
    const { version: _version, problems: _problems, receiver: _receiver, ...summary } = sources.readHealth();
    return { contentType, body: withField(body, 'health', summary) };
  },
};
