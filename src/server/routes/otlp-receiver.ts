/** Telemetry at the server's own port. It stands before the app, for the app would read bodies of which the receiver knows how to bound them. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refuse, type Receiver } from '../../receiver/receiver.ts';
import { isTelemetryPath } from '../../receiver/request-head.ts';
import { isOwnRequest } from '../guard.ts';

/** Hands every request below `/v1/` to the receiver, once it is from this machine; all others go to who listened before. The receiver stays its owner's. */
export function mountReceiver(server: Server, receiver: Pick<Receiver, 'receive'>): void {
  const others = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (!isTelemetryPath(request.url)) return others.forEach((listener) => Reflect.apply(listener, server, [request, response]));
    const { port } = server.address() as AddressInfo;
    const { host, origin } = request.headers;
    if (isOwnRequest({ host, origin }, port)) receiver.receive(request, response);
    else refuse(request, response, { status: 403, message: 'This server answers this machine alone: ask http://127.0.0.1 at its port.' });
  });
}
