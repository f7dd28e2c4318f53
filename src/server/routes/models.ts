/** `GET /api/models`: tokens, caches, cost. */
import type { ModelsQuery } from '../../query/api/overview.ts';
import { ask } from '../ask.ts';
import { FILTER_FIELDS } from '../filter-fields.ts';
import { oneOf, parseQuery, type Fields } from '../parse-query.ts';
import type { Route } from '../route.ts';

const MODELS_FIELDS: Fields<ModelsQuery> = { ...FILTER_FIELDS, by: oneOf(['model', 'project', 'agent', 'branch']) };

export const models: Route = {
  path: '/api/models',
  summary: 'tokens by kind, cost, credits, what has no price',
  answer: (sources, { search }) => ask(sources, { name: 'models', query: parseQuery(search, MODELS_FIELDS) }),
};
