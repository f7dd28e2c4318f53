/** `GET /health`: whether the store can be read. */
import type { Route } from '../route.ts';

export const health: Route = {
  path: '/health',
  summary: 'whether it works, as JSON',
  answer({ store, version }) {
    const { sessions } = store.readTotals();
    return { contentType: 'application/json', body: `${JSON.stringify({ status: 'ok', version, sessions })}\n` };
  },
};
