/** The files of a folder over HTTP on loopback, from memory. */
import { globSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, sep } from 'node:path';

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

export interface FolderServer {
  /** Without a slash at its end. */
  url: string;
  close(): Promise<void>;
}

/** The files as they are now; `/` is `index.html`. Throws where there is none. */
export async function serveFolder(folder: string): Promise<FolderServer> {
  const files = new Map(globSync('**/*.*', { cwd: folder }).map((path) => [`/${path.split(sep).join('/')}`, readFileSync(join(folder, path))]));
  if (!files.has('/index.html')) throw new Error(`There is no index.html in ${folder}.`);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = pathname === '/' ? '/index.html' : pathname;
    const file = files.get(path);
    response.writeHead(file ? 200 : 404, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}
