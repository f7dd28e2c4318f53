/** An HTTP server on loopback that keeps every request as it came, and answers as told. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RawRequest } from './sigv4.ts';

export interface RawAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

export interface RawServer {
  /** `http://127.0.0.1:<port>` */
  url: string;
  requests: RawRequest[];
  /** What it answers from now on; 200 with nothing before. */
  answer(to: (request: RawRequest) => RawAnswer): void;
  stop(): Promise<void>;
}

/** Starts one on a free port. */
export async function startRawServer(): Promise<RawServer> {
  const requests: RawRequest[] = [];
  let toAnswer = (_request: RawRequest): RawAnswer => ({ status: 200 });
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
      const request = { method: incoming.method ?? '', path: incoming.url ?? '', headers, body: Buffer.concat(chunks) };
      requests.push(request);
      const { status, headers: own = {}, body = '' } = toAnswer(request);
      outgoing.writeHead(status, own).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer: (to) => void (toAnswer = to),
    stop: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}
