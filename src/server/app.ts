/** The server's routes. Who may ask, and with what, was decided before (`create-server.ts`): nothing but GET and HEAD comes here. */
import { performance } from 'node:perf_hooks';
import { Hono, type Context } from 'hono';
import { AnswerError } from './answer-error.ts';
import { JSON_TYPE } from './ask.ts';
import { compress } from './compress.ts';
import type { Route, ServerSources } from './route.ts';
import { routes } from './routes/index.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import type { StaticFiles } from './static-files.ts';

/** No page of ours: what stands below it is answered by programs, for programs. */
const PROGRAM_PATHS = /^\/(?:api|v1|metrics|health)(?:\/|$)/;

/** `files`: the dashboard. */
export function createApp(sources: ServerSources, files: StaticFiles): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) context.header(name, value);
    // What files say of themselves stays.
    if (!context.res.headers.has('Cache-Control')) context.header('Cache-Control', 'no-store');
  });
  for (const route of routes) {
    app.get(route.path, (context) => (route.isAlsoPage && wantsPage(context) ? files.answer(context.req.raw) : answer(route, sources, context)));
  }
  app.get('/api', (context) => context.text(`spoor ${sources.version}\n\n${routes.map(({ path, summary }) => `${path}  ${summary}\n`).join('')}`));
  app.notFound((context) => {
    const { pathname } = new URL(context.req.url);
    if (PROGRAM_PATHS.test(pathname)) return context.text(`There is nothing at this address. See /api.\n`, 404);
    return files.answer(context.req.raw);
  });
  app.onError((error, context) => refuse(error, context));
  return app;
}

/** A browser that goes to an address names HTML; programs name JSON, or take anything. */
function wantsPage({ req }: Context): boolean {
  return /(?:^|,)\s*text\/html\s*(?:[;,]|$)/i.test(req.header('accept') ?? '');
}

async function answer(route: Route, sources: ServerSources, context: Context): Promise<Response> {
  const startedMillis = performance.now();
  const { contentType, body } = await route.answer(sources, {
    accept: context.req.header('accept') ?? '',
    params: context.req.param() as Record<string, string>,
    search: new URL(context.req.url).searchParams,
  });
  const answeredMillis = performance.now();
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const encoded = await compress(bytes, context.req.header('accept-encoding') ?? '');
  const timing = [`answer;dur=${(answeredMillis - startedMillis).toFixed(1)}`];
  if (encoded.encoding) timing.push(`compress;dur=${(performance.now() - answeredMillis).toFixed(1)}`);
  return context.body(encoded.body, 200, {
    'Content-Type': contentType,
    'Content-Length': String(encoded.body.byteLength),
    'Server-Timing': timing.join(', '),
    Vary: 'Accept-Encoding',
    ...(encoded.encoding ? { 'Content-Encoding': encoded.encoding } : {}),
  });
}

/** Words that are not meant for people may hold paths: they are not told. */
function refuse(error: Error, context: Context): Response {
  const known = toKnown(error);
  const { status, message, next } = known ?? new AnswerError(503, 'The store cannot be read at the moment.', 'Try again; if it stays, see: spoor doctor');
  return context.body(`${JSON.stringify({ error: message, ...(next === undefined ? {} : { next }) })}\n`, status, { 'Content-Type': JSON_TYPE });
}

/** Why the query service has no answer → a status. What is at fault there is told in a sentence of its own. */
const STATUS_OF_REASON: Readonly<Record<string, 404 | 503>> = { 'not-found': 404, timeout: 503, closed: 503 };

/** An error of ours, or one of the query service's, known by its reason. */
function toKnown(error: Error): AnswerError | undefined {
  if (error instanceof AnswerError) return error;
  const { reason } = error as { reason?: unknown };
  const status = typeof reason === 'string' && Object.hasOwn(STATUS_OF_REASON, reason) ? STATUS_OF_REASON[reason] : undefined;
  return status && new AnswerError(status, error.message);
}
