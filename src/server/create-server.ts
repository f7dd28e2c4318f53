/** The HTTP server, on loopback: who may ask, what a connection may cost, and which route answers. */
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { createApp } from './app.ts';
import { isOwnRequest } from './guard.ts';
import { createPeerCheck, type PeerCheck } from './peer-check.ts';
import type { RawRoute } from './raw-route.ts';
import type { ServerSources } from './route.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { loadStaticFiles } from './static-files.ts';

/** The only address: what is served is not for other machines. */
const HOST = '127.0.0.1';

/** What a connection may cost. Each is far above what a browser, or an exporter of spans, needs. */
export interface ServerLimits {
  /** Until the headers of a request are there: a client that sends them byte by byte is cut off. */
  headersMillis: number;
  /** Until its body is there. */
  requestMillis: number;
  /** How long an idle connection is kept. Exporters send every few seconds. */
  idleMillis: number;
  headerBytes: number;
  connections: number;
}

const LIMITS: ServerLimits = { headersMillis: 10_000, requestMillis: 60_000, idleMillis: 65_000, headerBytes: 16_384, connections: 2_000 };

/** How often Node.js looks for requests that are late. */
const CHECK_MILLIS = 1_000;

export interface SpoorServer {
  /** `http://127.0.0.1:<port>` */
  url: string;
  port: number;
  /** Takes no more requests and ends those under way. Idempotent. */
  close(): Promise<void>;
}

/** Thrown where another program listens at the port. */
export class PortTakenError extends Error {}

export interface ServerOptions {
  /** 0: one that is free. */
  port: number;
  /** The folder of the dashboard's files. */
  dashboard: string;
  rawRoutes?: readonly RawRoute[];
  limits?: Partial<ServerLimits>;
}

/** Listens when it resolves. Throws PortTakenError, or an error of the system's. */
export async function createServer(sources: ServerSources, options: ServerOptions): Promise<SpoorServer> {
  const limits = { ...LIMITS, ...options.limits };
  const own = { port: options.port };
  const peers = createPeerCheck(own);
  const server = createHttpServer(
    {
      headersTimeout: limits.headersMillis, requestTimeout: limits.requestMillis, keepAliveTimeout: limits.idleMillis,
      connectionsCheckingInterval: Math.min(CHECK_MILLIS, limits.headersMillis), maxHeaderSize: limits.headerBytes,
    },
    createListener(sources, options, { own, peers }),
  );
  server.on('connection', peers.note);
  server.maxConnections = limits.connections;
  await listen(server, options.port);
  own.port = (server.address() as AddressInfo).port;
  return {
    url: `http://${HOST}:${own.port}`,
    port: own.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Gate {
  /** Its port stands there when it listens. */
  own: { port: number };
  peers: PeerCheck;
}

function createListener(sources: ServerSources, { dashboard, rawRoutes = [] }: ServerOptions, { own, peers }: Gate): (request: IncomingMessage, response: ServerResponse) => void {
  const listenApp = getRequestListener(createApp(sources, loadStaticFiles(dashboard)).fetch, { hostname: HOST });
  return (request, response) => {
    const path = /^[^?#]*/.exec(request.url ?? '')?.[0] ?? '';
    const raw = rawRoutes.find((route) => route.isOwn(path));
    if (!isOwnRequest(request.headers, own.port)) return raw?.refuse ? raw.refuse(request, response, NOT_OWN) : refuse(response, NOT_OWN.status, NOT_OWN.message);
    if (!path.startsWith('/')) return refuse(response, 400, 'Ask for a path of this server.');
    if (!raw && !METHODS.includes(request.method ?? '')) return refuse(response, 405, 'Nothing is taken here: GET only.', { Allow: METHODS.join(', ') });
    if (!raw?.takesBody && hasBody(request)) return refuse(response, 413, 'Nothing is taken here: send no body.');
    const isOpen = raw ? !raw.isPrivate : OPEN_PATHS.includes(path);
    const serve = (isOwn: boolean): void => {
      if (!isOwn) return refuse(response, 403, 'This server tells of sessions, and it tells the user alone who started it.');
      if (raw) return raw.serve(request, response);
      void listenApp(request, response);
    };
    const isKnown = isOpen ? true : peers.known(request.socket);
    if (isKnown !== undefined) serve(isKnown);
    else void peers.check(request.socket).then(serve);
  };
}

const NOT_OWN = { status: 403, message: 'This server answers this machine alone: ask http://127.0.0.1 at its port.' };
const METHODS = ['GET', 'HEAD'];

/** Asked for by services that run as somebody else, exactly so: everything else may hold what the store holds. */
const OPEN_PATHS = ['/metrics', '/health'];

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** The connection goes with it: a body that nobody reads would stand in its way. */
function refuse(response: ServerResponse, status: number, sentence: string, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { ...SECURITY_HEADERS, 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store', Connection: 'close', ...headers }).end(`${sentence}\n`);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => reject(error.code === 'EADDRINUSE' ? new PortTakenError(`port ${port} is taken`) : error);
    server.once('error', fail);
    server.listen({ port, host: HOST }, () => {
      server.off('error', fail);
      resolve();
    });
  });
}
