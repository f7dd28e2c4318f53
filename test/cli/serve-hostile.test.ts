/**
 * `spoor serve` as a process, with its own limits, before those who mean it harm or do not care: pages of other sites, paths that lead out, bodies
 * that are too large or never come, a thousand who listen. Each is refused or bounded, and meanwhile everybody else is answered.
 */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { openTelemetryReader } from '#spoor/receiver/read-telemetry.ts';
import { openStream } from '../support/event-stream.ts';
import { ask } from '../support/http-ask.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { spoorCommand } from '../support/spawn-spoor.ts';

const DEADLINE_MILLIS = 60_000;
const SECRET = 'a-line-of-nobody-elses-business';
const SLOW = 40;
/** As much as the process may grow while it is attacked: twice what the receiver holds at most. */
const MOST_GROWTH_BYTES = 256 << 20;

const LOG = JSON.stringify({ resourceLogs: [{ resource: { attributes: [{ key: 'service.name', value: { stringValue: 'evil' } }] }, scopeLogs: [{ logRecords: [{ eventName: 'planted' }] }] }] });
const JSON_TYPE = { 'content-type': 'application/json' };

interface Dripping {
  sockets: Socket[];
  /** What each was told until its connection was closed. */
  ended: Promise<string>[];
}

let root = '';
let history = '';
let server = { port: 0 };
let child: ChildProcess;
let startBytes = 0;
/** They begin first and take as long as they are let. */
let slow: Record<'headers' | 'bodies', Dripping>;
const drips: NodeJS.Timeout[] = [];

before(async () => {
  root = mkdtempSync(join(tmpdir(), 'spoor-hostile-'));
  history = join(root, '.claude', 'projects');
  mkdirSync(join(root, '.spoor'), { recursive: true, mode: 0o700 });
  writeFileSync(join(root, '.spoor', 'secret.txt'), SECRET);
  mkdirSync(history, { recursive: true });
  child = spawn(process.execPath, [...spoorCommand.slice(1), 'serve', '--port', '0'], { env: { PATH: process.env.PATH ?? '', HOME: root, SPOOR_HOME: join(root, '.spoor') }, stdio: ['ignore', 'pipe', 'ignore'] });
  const [text] = (await once(child.stdout?.setEncoding('utf8') ?? assert.fail(), 'data')) as [string];
  server = { port: Number(new URL(text.trim()).port) };
  // Its threads are there before it is measured.
  for (const path of ['/api/overview', '/api/sessions']) assert.equal((await ask(server, path)).status, 200);
  startBytes = residentBytes();
  const host = `Host: 127.0.0.1:${server.port}`;
  slow = {
    headers: drip(`GET /api/tools HTTP/1.1\r\n${host}\r\nx-slow: `),
    bodies: drip(`POST /v1/logs HTTP/1.1\r\n${host}\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n`),
  };
});

after(async () => {
  for (const timer of drips) clearInterval(timer);
  for (const { sockets } of Object.values(slow ?? {})) for (const socket of sockets) socket.destroy();
  const ended = once(child, 'close');
  child.kill('SIGKILL');
  await ended;
  removeFolder(root);
});

/** So many connections that go on byte by byte. */
function drip(head: string): Dripping {
  const sockets = Array.from({ length: SLOW }, () => connect({ host: '127.0.0.1', port: server.port }));
  const ended = sockets.map((socket) => new Promise<string>((resolve) => {
    let told = '';
    socket.setEncoding('utf8').on('data', (text: string) => (told += text)).on('error', () => undefined).once('close', () => resolve(told));
    socket.write(head);
  }));
  drips.push(setInterval(() => sockets.forEach((socket) => socket.writable && socket.write(' ')), 250));
  return { sockets, ended };
}

/** 0 where the system does not tell. */
function residentBytes(): number {
  if (process.platform !== 'linux') return 0;
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
}

async function assertWell(): Promise<void> {
  assert.equal((await ask(server, '/api/sessions')).status, 200);
  assert.equal(child.exitCode, null);
  assert.ok(residentBytes() - startBytes < MOST_GROWTH_BYTES, `${((residentBytes() - startBytes) / 1e6).toFixed(0)} MB more than before`);
}

/** Names of the records that are kept. */
function keptNames(): (string | undefined)[] {
  const reader = openTelemetryReader(join(root, '.spoor', 'telemetry.db'));
  try {
    return reader?.readLogs({ limit: 100 }).map(({ name }) => name) ?? [];
  } finally {
    reader?.close();
  }
}

const PATHS = ['/', '/api/sessions', '/api/overview', '/api/settings', '/api/live', '/metrics', '/health', '/sessions', '/v1/traces'];

test('a name that was turned to this machine (DNS rebinding) opens nothing', async () => {
  for (const host of [`evil.example:${server.port}`, 'evil.example', `127.0.0.1.evil.example:${server.port}`, `localhost:${server.port + 1}`, `127.0.0.1@evil.example:${server.port}`, `[::ffff:127.0.0.1]:${server.port}`]) {
    for (const path of PATHS) {
      const { status, body } = await ask(server, path, { headers: { host } });
      assert.ok([400, 403].includes(status) && !body.includes('<html'), `${host} ${path}: ${status}`);
    }
  }
  const planted = await ask(server, '/v1/logs', { method: 'POST', headers: { ...JSON_TYPE, host: `evil.example:${server.port}` }, body: LOG });
  assert.equal(planted.status, 403);
  await assertWell();
});

test("another site's page can have a browser send nothing, nor read, nor listen", async () => {
  // What needs no leave of the server (CORS-safelisted), and what does.
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/json', 'application/x-protobuf']) {
    for (const path of ['/v1/logs', '/v1/traces', '/v1/metrics', '/api/sessions', '/api/settings', '/']) {
      const { status, headers } = await ask(server, path, { method: 'POST', headers: { 'content-type': type, origin: 'https://evil.example' }, body: LOG });
      assert.deepEqual([status, headers['access-control-allow-origin']], [403, undefined], `${type} ${path}`);
    }
  }
  const foreign: readonly Record<string, string>[] = [{ origin: 'null' }, { origin: `http://localhost:${server.port + 1}` }, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }];
  for (const headers of foreign) {
    for (const path of ['/api/sessions', '/api/live', '/v1/logs']) assert.equal((await ask(server, path, { method: path === '/v1/logs' ? 'POST' : 'GET', headers: { ...JSON_TYPE, ...headers }, ...(path === '/v1/logs' ? { body: LOG } : {}) })).status, 403, `${JSON.stringify(headers)} ${path}`);
  }
  const preflight = await ask(server, '/v1/logs', { method: 'OPTIONS', headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' } });
  assert.deepEqual([preflight.status, preflight.headers['access-control-allow-origin'], preflight.headers['access-control-allow-methods']], [403, undefined, undefined]);
  assert.deepEqual(keptNames(), [], 'nothing of it was taken');
  await assertWell();
});

test('no path leads to a file that is not the dashboard\'s', async () => {
  const [up, target] = ['../', 'secret.txt'];
  const spelt = [
    ...[1, 4, 12].map((times) => `/${up.repeat(times)}etc/passwd`), `/assets/${up.repeat(12)}etc/passwd`, `/..%2f${'..%2f'.repeat(12)}etc%2fpasswd`, `/assets/${'%2e%2e/'.repeat(12)}etc/passwd`, `/%252e%252e/%252e%252e/etc/passwd`,
    `/assets/${'..\\'.repeat(12)}etc\\passwd`, `/assets/${'..%5c'.repeat(12)}etc%5cpasswd`, '//etc/passwd', '/assets//etc/passwd', '/%00', '/assets/x.js%00.html', '/assets/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd', '/%ff%fe', '/assets/..;/..;/etc/passwd',
    `${join(root, '.spoor', target)}`, `/${up.repeat(12)}${join(root, '.spoor', target)}`, `/assets/${encodeURIComponent(`${up.repeat(12)}${join(root, '.spoor', target)}`)}`, `file://${join(root, '.spoor', target)}`,
    `/api/sessions/claude-code/${encodeURIComponent(`${up.repeat(12)}etc/passwd`)}`, `/api/sessions/${encodeURIComponent(up.repeat(6))}/x`, '/../package.json', '/../cli/main.js', '/dashboard/../../package.json',
  ];
  for (const path of spelt) {
    const { status, body } = await ask(server, path);
    assert.ok([200, 400, 404].includes(status), `${path}: ${status}`);
    assert.ok(!body.includes('root:') && !body.includes(SECRET) && !body.includes('"dependencies"') && !body.includes('runCommandLine'), path);
    // What is answered is the page for every address, and nothing else.
    if (status === 200) assert.match(body, /<div id="root">/, path);
  }
  await assertWell();
});

/** Sends for as long as it is let: the status, or undefined where the connection was cut. */
function pour(path: string, headers: Record<string, string>, bytes: number): Promise<{ status?: number; sent: number }> {
  return new Promise((resolve) => {
    let sent = 0;
    const chunk = Buffer.alloc(1 << 20, ' ');
    const asked = request({ host: '127.0.0.1', port: server.port, path, method: 'POST', headers, agent: false }, (response) => {
      response.resume();
      resolve({ status: response.statusCode, sent });
      asked.destroy();
    });
    asked.on('error', () => resolve({ sent }));
    const write = (): void => {
      while (sent < bytes) {
        sent += chunk.length;
        if (!asked.write(chunk)) return void asked.once('drain', write);
      }
      asked.end();
    };
    write();
  });
}

test('what is too large is refused before it is there: by its length, as it comes, unpacked; in headers, paths and bodies', async () => {
  const told = await ask(server, '/v1/traces', { method: 'POST', headers: { ...JSON_TYPE, 'content-length': String(10 ** 12) }, body: '' }).catch(() => ({ status: 413 }));
  assert.equal(told.status, 413);
  const poured = await pour('/v1/logs', JSON_TYPE, 1 << 30);
  assert.ok((poured.status ?? 413) === 413 && poured.sent < 512 << 20, JSON.stringify(poured));
  for (const path of ['/api/sessions', '/', '/health']) {
    const elsewhere = await pour(path, JSON_TYPE, 256 << 20);
    assert.ok([undefined, 404, 405, 413].includes(elsewhere.status) && elsewhere.sent < 128 << 20, `${path} ${JSON.stringify(elsewhere)}`);
  }
  const bomb = gzipSync(Buffer.alloc(256 << 20));
  for (const path of ['/v1/logs', '/v1/traces', '/v1/metrics']) assert.equal((await ask(server, path, { method: 'POST', headers: { ...JSON_TYPE, 'content-encoding': 'gzip' }, body: bomb })).status, 413, path);
  assert.equal((await ask(server, '/api/sessions', { headers: { 'x-large': 'x'.repeat(20_000) } })).status, 431);
  assert.equal((await ask(server, `/api/sessions?q=${'x'.repeat(20_000)}`)).status, 431);
  assert.equal((await ask(server, '/v1/logs', { method: 'POST', headers: JSON_TYPE, body: `${'['.repeat(100_000)}${']'.repeat(100_000)}` })).status, 400);
  await assertWell();
});

test('of 1,000 that listen a bounded number is taken, all of those are told, and everybody else is answered', async (t) => {
  const url = `http://127.0.0.1:${server.port}/api/live`;
  const streams = await Promise.all(Array.from({ length: 1000 }, () => openStream(t, url)));
  const open = streams.filter(({ status }) => status === 200);
  const refused = streams.filter(({ status }) => status === 503);
  assert.deepEqual([open.length, refused.length], [64, 936]);
  assert.ok(refused.every(({ headers }) => Number(headers['retry-after']) > 0));
  await assertWell();
  const folder = join(history, '-home-ada-shop');
  mkdirSync(folder, { recursive: true });
  const sessionId = '6f2d1f8e-31c4-4a0b-8b7e-1d1a4f5c9e10';
  writeFileSync(join(folder, `${sessionId}.jsonl`), `${JSON.stringify({ parentUuid: null, isSidechain: false, userType: 'external', cwd: '/home/ada/shop', sessionId, version: '2.1.300', gitBranch: 'main', type: 'user', message: { role: 'user', content: 'who listens?' }, uuid: '0b7e1d1a-4f5c-4e10-8b7e-6f2d1f8e31c4', timestamp: new Date().toISOString() })}\n`);
  await Promise.all(open.map((stream) => stream.wait('the new session', ({ event, data }) => event === 'changed' && JSON.stringify(data.sessions).includes(sessionId))));
  for (const stream of streams) stream.close();
  const deadline = Date.now() + DEADLINE_MILLIS;
  for (let again = await openStream(t, url); again.status !== 200; again = await openStream(t, url)) {
    assert.ok(Date.now() < deadline, 'there is room again');
    await delay(10);
  }
  await assertWell();
});

test('headers and bodies that come byte by byte hold up nobody, and are given up', async () => {
  await assertWell();
  await Promise.all(slow.headers.ended);
  for (const told of await Promise.all(slow.bodies.ended)) assert.match(told, /^HTTP\/1\.1 408 /);
  assert.equal((await ask(server, '/v1/logs', { method: 'POST', headers: JSON_TYPE, body: LOG })).status, 200);
  assert.deepEqual(keptNames(), ['planted']);
  await assertWell();
});
