/** `GET /health`: whether the store can be read; for programs. `GET /api/health`: how the tracing is; for people. */
import { tell } from '../ask.ts';
import type { Route } from '../route.ts';

export const health: Route = {
  path: '/health',
  summary: 'whether it works, as JSON; to a browser, the page of that name',
  isAlsoPage: true,
  answer({ store, version }) {
    const { sessions } = store.readTotals();
    return { contentType: 'application/json', body: `${JSON.stringify({ status: 'ok', version, sessions })}\n` };
  },
};

export const tracingHealth: Route = {
  path: '/api/health',
  summary: 'how the tracing is: hooks, spool, destinations, what was not understood',
  answer: (sources) => tell(() => sources.readHealth()),
};
