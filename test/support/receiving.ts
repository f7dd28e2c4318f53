/** A receiver behind real HTTP on loopback, with a folder of its own. */
import { createServer, request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createReceiver, type Receiver, type ReceiverOptions } from '#spoor/receiver/receiver.ts';
import { openTelemetryReader, type TelemetryReader } from '#spoor/receiver/read-telemetry.ts';
import { createReceiverRoute } from '#spoor/server/routes/otlp-receiver.ts';
import { isOwnRequest } from '#spoor/server/guard.ts';
import { removeFolder } from './remove-folder.ts';

export interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Receiving {
  url: string;
  port: number;
  /** `telemetry.db` */
  path: string;
  receiver: Receiver;
  /** What went wrong and was told. */
  troubles: string[];
  send(path: string, body: Uint8Array | string, options?: SendOptions): Promise<Answered>;
  /** What is kept now. */
  read<T>(look: (reader: TelemetryReader) => T): T;
}

export interface SendOptions {
  method?: string;
  headers?: OutgoingHttpHeaders;
}

/** Listens when it resolves; gone, with its folder, when the test is over. */
export async function startReceiving(t: TestContext, options: Partial<ReceiverOptions> = {}): Promise<Receiving> {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-receiving-'));
  const path = join(folder, 'telemetry.db');
  const troubles: string[] = [];
  const receiver = createReceiver({ path, agents: [], takeFacts: () => undefined, tellTrouble: (sentence) => void troubles.push(sentence), ...options });
  const route = createReceiverRoute(receiver);
  const server = createServer((request, response) => {
    if (!isOwnRequest(request.headers, (server.address() as AddressInfo).port)) route.refuse?.(request, response, { status: 403, message: 'This server answers this machine alone.' });
    else if (route.isOwn(request.url ?? '')) route.serve(request, response);
    else response.writeHead(418).end('the app');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  t.after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await receiver.close();
    removeFolder(folder);
  });
  return {
    url: `http://127.0.0.1:${port}`, port, path, receiver, troubles,
    send: (to, body, how) => sendTo(port, to, body, how),
    read(look) {
      const reader = openTelemetryReader(options.path ?? path);
      if (!reader) throw new Error('Nothing was received yet.');
      try {
        return look(reader);
      } finally {
        reader.close();
      }
    },
  };
}

/** One request on a connection of its own. The content type is JSON for text and protobuf for bytes, unless a header says otherwise. */
export function sendTo(port: number, path: string, body: Uint8Array | string, { method = 'POST', headers = {} }: SendOptions = {}): Promise<Answered> {
  const contentType = typeof body === 'string' ? 'application/json' : 'application/x-protobuf';
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, host: '127.0.0.1', path, method, agent: false, headers: { 'content-type': contentType, ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}
