/** What came out: requests at a receiver on loopback, files, printed text, memory, by the name of the destination. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export interface Receiver {
  port: number;
  /** Every body a destination sent, as text: names and texts stand in protobuf as they are. */
  bodies: Map<string, string>;
  close(): Promise<void>;
}

/** A receiver that says 200; below `/echo` it says 400 and repeats what it was sent. */
export async function startReceiver(): Promise<Receiver> {
  const bodies = new Map<string, string>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks);
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString('utf8');
      const name = (request.url ?? '').split('/')[1] ?? '';
      bodies.set(name, (bodies.get(name) ?? '') + text);
      if (!name.startsWith('echo')) return void response.writeHead(200).end();
      response.writeHead(400, { 'content-type': 'text/plain' }).end(text.slice(0, 2000));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port, bodies,
    close: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
  };
}

export function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
