/** `GET /api/sessions/:agent/:id`: one session, what is told of it beside, and the same as OTLP. */
import { ask } from '../ask.ts';
import { parseQuery, whole } from '../parse-query.ts';
import type { Route } from '../route.ts';

export const session: Route = {
  path: '/api/sessions/:agent/:sessionId',
  summary: 'one session as a tree of spans; after=REVISION: only the turns that changed since',
  answer: (sources, { params, search }) => ask(sources, { name: 'session', query: { ...params, ...parseQuery(search, { after: whole(0, Number.MAX_SAFE_INTEGER) }) } }),
};

export const sessionOtlp: Route = {
  path: '/api/sessions/:agent/:sessionId/otlp',
  summary: 'one session as an OTLP request',
  answer: (sources, { params, search }) => ask(sources, { name: 'otlp', query: { ...params, ...parseQuery(search, {}) } }),
};

export const sessionDetails: Route = {
  path: '/api/sessions/:agent/:sessionId/details',
  summary: 'what a light answer to one session left out',
  answer: (sources, { params, search }) => ask(sources, { name: 'details', query: { ...params, ...parseQuery(search, {}) } }),
};

export const sessionCoverage: Route = {
  path: '/api/sessions/:agent/:sessionId/coverage',
  summary: 'what hooks and history told of one session, and what is missing',
  answer: (sources, { params, search }) => ask(sources, { name: 'coverage', query: { ...params, ...parseQuery(search, {}) } }),
};
