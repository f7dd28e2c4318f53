/** `GET /api/settings`: what holds, and where each value comes from. */
import { tell } from '../ask.ts';
import type { Route } from '../route.ts';

export const settings: Route = {
  path: '/api/settings',
  summary: 'the configuration that holds, without secrets',
  answer: (sources) => tell(() => sources.readSettings()),
};
