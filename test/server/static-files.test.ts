/** The dashboard's files as a browser asks for them, and as an attacker does. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import type { SpoorServer } from '#spoor/server/create-server.ts';
import { ask } from '../support/http-ask.ts';
import { createSources, openTestServer } from '../support/server-sources.ts';

const SCRIPT = 'console.log("a script long enough to be worth it");\n'.repeat(50);
const SECRET = 'not for anybody';

async function openBuilt(t: TestContext): Promise<SpoorServer> {
  const root = mkdtempSync(join(tmpdir(), 'spoor-static-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, 'dashboard');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(root, 'secret.txt'), SECRET);
  writeFileSync(join(folder, 'index.html'), '<!doctype html><div id="root"></div>');
  writeFileSync(join(folder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  writeFileSync(join(folder, 'assets', 'index-C0ffee_1.js'), SCRIPT);
  writeFileSync(join(folder, 'assets', 'index-C0ffee_1.js.gz'), gzipSync(SCRIPT));
  writeFileSync(join(folder, 'assets', 'index-C0ffee_1.js.br'), brotliCompressSync(SCRIPT));
  symlinkSync(join(root, 'secret.txt'), join(folder, 'linked.txt'));
  symlinkSync(root, join(folder, 'above'));
  return openTestServer(t, createSources(t), { dashboard: folder });
}

test('files have their types; those with a hash in their name are kept for good, the page is asked for again', async (t) => {
  const server = await openBuilt(t);
  const page = await ask(server, '/');
  assert.deepEqual([page.status, page.type, page.headers['cache-control']], [200, 'text/html; charset=utf-8', 'no-cache']);
  const script = await ask(server, '/assets/index-C0ffee_1.js');
  assert.deepEqual([script.type, script.headers['cache-control'], script.body], ['text/javascript; charset=utf-8', 'public, max-age=31536000, immutable', SCRIPT]);
  assert.equal((await ask(server, '/favicon.svg')).type, 'image/svg+xml');
  const again = await ask(server, '/', { headers: { 'if-none-match': String(page.headers.etag) } });
  assert.deepEqual([again.status, again.body], [304, '']);
  const head = await ask(server, '/assets/index-C0ffee_1.js', { method: 'HEAD' });
  assert.deepEqual([head.status, head.body, head.headers['content-length']], [200, '', String(SCRIPT.length)]);
});

test('what the build made smaller is given to who can read it', async (t) => {
  const server = await openBuilt(t);
  const get = (encodings: string): ReturnType<typeof ask> => ask(server, '/assets/index-C0ffee_1.js', { headers: { 'accept-encoding': encodings } });
  const [brotli, gzip, plain, none] = [await get('gzip, deflate, br, zstd'), await get('gzip'), await get('identity'), await get('gzip;q=0, br;q=0.0')];
  assert.deepEqual([brotli.headers['content-encoding'], gzip.headers['content-encoding'], plain.headers['content-encoding'], none.headers['content-encoding']], ['br', 'gzip', undefined, undefined]);
  assert.deepEqual([brotliDecompressSync(brotli.bytes).toString(), gunzipSync(gzip.bytes).toString(), plain.body], [SCRIPT, SCRIPT, SCRIPT]);
  assert.equal((await ask(server, '/assets/index-C0ffee_1.js.gz')).status, 404, 'not by its own name');
});

test('every other address is a page of the dashboard, but no file and no program\'s', async (t) => {
  const server = await openBuilt(t);
  for (const path of ['/sessions', '/sessions/kiro/0b1c', '/compare?a=x&b=y', '/sessions/claude-code/a.b/c', '/apix']) assert.match((await ask(server, path)).body, /id="root"/, path);
  for (const path of ['/assets/gone-12345678.js', '/gone.css', '/api/gone', '/v1/traces', '/health/gone', '/metrics/x']) assert.equal((await ask(server, path)).status, 404, path);
});

test('no path leads out of the folder', async (t) => {
  const server = await openBuilt(t);
  for (const path of ['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/%2e%2e%2fsecret.txt', '/assets/../../secret.txt', '/..%5csecret.txt', '/linked.txt', '/above/secret.txt', '/assets/%00', '/index.html%00.js', '/%', '/%ff', '//etc/passwd', '/C:/windows/win.ini']) {
    const { status, body } = await ask(server, path);
    assert.ok(!body.includes(SECRET) && !body.includes('root:'), path);
    assert.ok(status === 404 || body.includes('id="root"'), `${path} ${status}`);
  }
});

test('without a build a page says what to do', async (t) => {
  const server = await openTestServer(t, createSources(t));
  const page = await ask(server, '/sessions');
  assert.deepEqual([page.status, page.type], [503, 'text/html; charset=utf-8']);
  assert.match(page.body, /npm run build/);
});

test('the address that programs ask whether it works is a page to a browser', async (t) => {
  const server = await openBuilt(t);
  const [page, ...others] = await Promise.all(['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', '*/*', 'application/json', 'text/htmlx'].map((accept) => ask(server, '/health', { headers: { accept } })));
  assert.deepEqual([page?.status, page?.type], [200, 'text/html; charset=utf-8']);
  for (const { status, type } of others) assert.deepEqual([status, type], [200, 'application/json']);
});
