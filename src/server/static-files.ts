/** The dashboard's files, as its build left them. Read once, and served from memory: a path of a request never becomes a path of a disk. */
import { createHash } from 'node:crypto';
import { type Dirent, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { acceptsEncoding } from './compress.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

/** What the build may leave beside a file, best first. */
const ENCODINGS = [{ suffix: '.br', name: 'br' }, { suffix: '.gz', name: 'gzip' }] as const;

/** Files below it have a hash of their content in their name: another content has another name. */
const HASHED = /^\/assets\/.+[.-][\w-]{8,}\.\w+$/;
const FOREVER = 'public, max-age=31536000, immutable';
/** Kept, but asked for each time: a new version is there at once. */
const ASK_AGAIN = 'no-cache';

const INDEX = '/index.html';
/** A file of the dashboard is asked for by its name; every other address is a page of it. */
const FILE_NAME = /\/[^/]*\.[^/.]+$/;

export interface StaticFiles {
  /** A file, the page for addresses that are none, or a page that says that there is no dashboard. */
  answer(request: Request): Response;
}

interface StaticFile {
  bytes: Buffer<ArrayBuffer>;
  type: string;
  etag: string;
  /** Ready-made, by encoding. */
  encoded: Map<string, Buffer<ArrayBuffer>>;
}

/** Reads what stands in this folder; a folder that is not there has nothing. Links are not followed. Never throws. */
export function loadStaticFiles(folder: string): StaticFiles {
  const files = readTree(folder);
  return {
    answer(request) {
      const path = toPath(request.url);
      const asked = path === undefined ? undefined : files.get(path);
      if (path !== undefined && asked) return answerFile(path, asked, request);
      const page = files.get(INDEX);
      if (!page) return new Response(NO_DASHBOARD, { status: 503, headers: { 'Content-Type': TYPES['.html'] ?? '' } });
      const isPage = path !== undefined && !FILE_NAME.test(path);
      return isPage ? answerFile(INDEX, page, request) : new Response('There is no such file.\n', { status: 404, headers: { 'Content-Type': 'text/plain; charset=utf-8' } });
    },
  };
}

/** The path as it was meant; undefined: it cannot be meant. */
function toPath(url: string): string | undefined {
  try {
    const path = decodeURIComponent(new URL(url).pathname);
    return path === '/' ? INDEX : path;
  } catch {
    return undefined;
  }
}

function answerFile(path: string, file: StaticFile, request: Request): Response {
  const headers = new Headers({ 'Content-Type': file.type, ETag: file.etag, Vary: 'Accept-Encoding', 'Cache-Control': HASHED.test(path) ? FOREVER : ASK_AGAIN });
  const known = request.headers.get('if-none-match')?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (known?.includes(file.etag)) return new Response(null, { status: 304, headers });
  const accepted = request.headers.get('accept-encoding') ?? '';
  const encoding = ENCODINGS.find(({ name }) => file.encoded.has(name) && acceptsEncoding(accepted, name))?.name;
  const body = (encoding && file.encoded.get(encoding)) ?? file.bytes;
  if (encoding) headers.set('Content-Encoding', encoding);
  headers.set('Content-Length', String(body.byteLength));
  return new Response(request.method === 'HEAD' ? null : body, { headers });
}

/** By the address that each is asked for. */
function readTree(folder: string): Map<string, StaticFile> {
  const bytes = new Map<string, Buffer<ArrayBuffer>>();
  for (const path of listFiles(folder)) bytes.set(`/${path.replaceAll('\\', '/')}`, readFileSync(join(folder, path)));
  const files = new Map<string, StaticFile>();
  for (const [path, body] of bytes) {
    const type = TYPES[extname(path)];
    if (type === undefined) continue;
    const encoded = new Map(ENCODINGS.flatMap(({ suffix, name }) => {
      const ready = bytes.get(`${path}${suffix}`);
      return ready ? [[name, ready] as const] : [];
    }));
    files.set(path, { bytes: body, type, encoded, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` });
  }
  return files;
}

/** Paths below the folder. Folder by folder: `readdirSync` with `recursive` goes through links. */
function listFiles(root: string, below = ''): string[] {
  return listEntries(join(root, below)).flatMap((entry) => {
    const path = join(below, entry.name);
    if (entry.isDirectory()) return listFiles(root, path);
    return entry.isFile() ? [path] : [];
  });
}

function listEntries(folder: string): Dirent[] {
  try {
    return lstatSync(folder).isDirectory() ? readdirSync(folder, { withFileTypes: true }) : [];
  } catch {
    return [];
  }
}

const NO_DASHBOARD = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>spoor: no dashboard</title>
<h1>The dashboard is not built</h1>
<p>This server works, but the dashboard's files are not there. In a checkout run <code>npm run build</code>; else install spoor again. Then start it anew.</p>
<p>Meanwhile: <a href="/metrics">/metrics</a>, <a href="/api/health">/api/health</a>, and <code>spoor sessions</code> in a terminal.</p>
</html>
`;
