/** `GET /api/skills`: what was loaded, by whom, and what came of it. */
import { ask } from '../ask.ts';
import { FILTER_FIELDS } from '../filter-fields.ts';
import { parseQuery } from '../parse-query.ts';
import type { Route } from '../route.ts';

export const skills: Route = {
  path: '/api/skills',
  summary: 'skills: activations, errors and cost in their scope',
  answer: (sources, { search }) => ask(sources, { name: 'skills', query: parseQuery(search, FILTER_FIELDS) }),
};
