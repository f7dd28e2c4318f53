/** The built dashboard with answers made up by a test: for what a page draws. What the real server says is tested with the real one. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

/** Path without `/api` → its answer. `*` at the end stands for any rest. */
export type MadeUpAnswers = Readonly<Record<string, (request: { path: string; search: URLSearchParams }) => object>>;

export interface DashboardServer {
  url: string;
  /** Sends an event to every page that listens. */
  emit(event: string, data: object): void;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const FOLDER = join(import.meta.dirname, '..', '..', 'dist', 'dashboard');

export async function serveDashboard(answers: MadeUpAnswers): Promise<DashboardServer> {
  const listeners = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/api/live') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n');
      listeners.add(response);
    } else if (pathname.startsWith('/api/')) answer(response, find(answers, pathname.slice('/api'.length)), { path: pathname, search: searchParams });
    else serveFile(response, pathname);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    emit: (event, data) => {
      for (const response of listeners) response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function find(answers: MadeUpAnswers, path: string): MadeUpAnswers[string] | undefined {
  const pattern = Object.keys(answers).find((one) => one === path || (one.endsWith('*') && path.startsWith(one.slice(0, -1))));
  return pattern === undefined ? undefined : answers[pattern];
}

function answer(response: ServerResponse, make: MadeUpAnswers[string] | undefined, request: { path: string; search: URLSearchParams }): void {
  const body = make ? make(request) : { error: `Nothing is made up for ${request.path}.` };
  response.writeHead(make ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function serveFile(response: ServerResponse, pathname: string): void {
  const path = join(FOLDER, pathname);
  const file = extname(pathname) !== '' && existsSync(path) ? path : join(FOLDER, 'index.html');
  response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', 'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:" }).end(readFileSync(file));
}
