/** Requests as no browser sends them: any header, any path. */
import { request, type IncomingHttpHeaders } from 'node:http';

export interface Told {
  status: number;
  type: string;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
  body: string;
}

export interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** `fetch` does not let a program choose its Host, and mends paths. */
export function ask({ port }: { port: number }, path: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Told> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', headers: response.headers, bytes, body: bytes.toString() });
      });
    });
    sent.on('error', reject).end(body);
  });
}
