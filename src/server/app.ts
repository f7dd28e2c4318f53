/** The server's routes behind their guard. Read-only: nothing but GET and HEAD. */
import { Hono } from 'hono';
import { isOwnRequest } from './guard.ts';
import type { Route, ServerSources } from './route.ts';
import { health } from './routes/health.ts';
import { metrics } from './routes/metrics.ts';

/** One line each. */
const routes: readonly Route[] = [metrics, health];

/** `portOf`: the port it listens at, once it does. */
export function createApp(sources: ServerSources, portOf: () => number): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    if (!isOwnRequest({ host: context.req.header('host'), origin: context.req.header('origin') }, portOf())) {
      return context.text('This server answers this machine alone: ask http://127.0.0.1 at its port.\n', 403);
    }
    if (!['GET', 'HEAD'].includes(context.req.method)) return context.text('Nothing is taken here: GET only.\n', 405, { Allow: 'GET, HEAD' });
    await next();
    context.header('X-Content-Type-Options', 'nosniff');
    context.header('Cache-Control', 'no-store');
  });
  app.get('/', (context) => context.text(`spoor ${sources.version}\n\n${routes.map(({ path, summary }) => `${path}  ${summary}\n`).join('')}`));
  for (const route of routes) {
    app.get(route.path, (context) => {
      const { contentType, body } = route.answer(sources, { accept: context.req.header('accept') ?? '' });
      return context.body(body, 200, { 'Content-Type': contentType });
    });
  }
  app.notFound((context) => context.text(`There is no such page. See ${routes.map(({ path }) => path).join(', ')}.\n`, 404));
  // Its words may hold paths: they are not told.
  app.onError((_error, context) => context.text('The store cannot be read at the moment.\n', 503));
  return app;
}
