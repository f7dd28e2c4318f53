/** The HTTP server, on loopback. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { createApp } from './app.ts';
import type { ServerSources } from './route.ts';

/** The only address: what is served is not for other machines. */
const HOST = '127.0.0.1';

export interface SpoorServer {
  /** `http://127.0.0.1:<port>` */
  url: string;
  port: number;
  /** For the receiver, which stands before the app. */
  http: Server;
  /** Takes no more requests and ends those under way. Idempotent. */
  close(): Promise<void>;
}

/** Thrown where another program listens at the port. */
export class PortTakenError extends Error {}

/** Listens when it resolves. `port` 0: one that is free. Throws PortTakenError, or an error of the system's. */
export async function createServer(sources: ServerSources, { port }: { port: number }): Promise<SpoorServer> {
  let ownPort = port;
  const server = createAdaptorServer({ fetch: createApp(sources, () => ownPort).fetch, hostname: HOST }) as Server;
  await listen(server, port);
  ownPort = (server.address() as AddressInfo).port;
  return {
    url: `http://${HOST}:${ownPort}`,
    port: ownPort,
    http: server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
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
