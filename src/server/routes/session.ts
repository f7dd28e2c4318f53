/** `GET /api/sessions/:agent/:id`, what a long one leaves out, and the same as OTLP. */
import { ask } from '../ask.ts';
import { parseQuery, whole } from '../parse-query.ts';
import type { Route, RouteRequest } from '../route.ts';

export const session: Route = {
  path: '/api/sessions/:agent/:sessionId',
  summary: 'one session as a tree of spans; after=REVISION: only the turns that changed since',
  answer: (sources, { params, search }) => ask(sources, { name: 'session', query: { ...toPlace({ params }), ...parseQuery(search, { after: whole(0, Number.MAX_SAFE_INTEGER) }), destinations: sources.readLinked() } }),
};

export const sessionDetails: Route = {
  path: '/api/sessions/:agent/:sessionId/details',
  summary: 'the details of all its spans, which the answer for a very long session leaves out',
  answer: (sources, request) => ask(sources, { name: 'details', query: toLone(request) }),
};

export const sessionCoverage: Route = {
  path: '/api/sessions/:agent/:sessionId/coverage',
  summary: 'what hooks and history told of it, what is missing and why',
  answer: (sources, request) => ask(sources, { name: 'coverage', query: toLone(request) }),
};

export const sessionOtlp: Route = {
  path: '/api/sessions/:agent/:sessionId/otlp',
  summary: 'one session as an OTLP request',
  answer: (sources, request) => ask(sources, { name: 'otlp', query: toLone(request) }),
};

function toPlace({ params: { agent = '', sessionId = '' } }: Pick<RouteRequest, 'params'>): { agent: string; sessionId: string } {
  return { agent, sessionId };
}

/** Nothing stands in the query string. */
function toLone(request: RouteRequest): { agent: string; sessionId: string } {
  parseQuery(request.search, {});
  return toPlace(request);
}
