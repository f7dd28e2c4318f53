/** Whom the server refuses, what a browser is told of its answers, and what a client that misbehaves may cost. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { findPeerUser, isOwnUser, readConnections } from '#spoor/server/find-peer-user.ts';
import { isOwnRequest } from '#spoor/server/guard.ts';
import { createPeerCheck } from '#spoor/server/peer-check.ts';
import { ask } from '../support/http-ask.ts';
import { createSources, openTestServer } from '../support/server-sources.ts';

/** Sends text as it is, and gives all that came back until the connection was closed. */
async function sendRaw(t: TestContext, port: number, text: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port });
  t.after(() => socket.destroy());
  let told = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (told += chunk)).on('error', () => undefined);
  socket.write(text);
  await once(socket, 'close');
  return told;
}

test('what a browser says of who has it ask', () => {
  const host = 'localhost:4318';
  const isOwn = (headers: Record<string, string>): boolean => isOwnRequest({ host, ...headers }, 4318);
  assert.ok(isOwn({}) && isOwn({ 'sec-fetch-site': 'same-origin' }) && isOwn({ 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }));
  for (const site of ['cross-site', 'same-site', 'odd']) {
    assert.ok(!isOwn({ 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' }), site);
    assert.ok(!isOwn({ 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }), site);
    assert.ok(isOwn({ 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }), 'a link that a person followed');
  }
  assert.ok(!isOwnRequest({ host: 'localhost', 'sec-fetch-site': 'same-origin' }, 4318) && isOwnRequest({ host: 'localhost' }, 80));
});

test('pages of other sites cannot have a browser send anything, nor read an answer', async (t) => {
  const server = await openTestServer(t, createSources(t));
  const statusOf = async (headers: Record<string, string>, method = 'GET'): Promise<number> => (await ask(server, '/api/tools', { method, headers })).status;
  assert.equal(await statusOf({ 'sec-fetch-site': 'same-origin' }), 200);
  assert.equal(await statusOf({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' }), 403);
  assert.equal(await statusOf({ origin: 'https://evil.test' }, 'POST'), 403);
  assert.equal(await statusOf({ origin: 'null' }), 403);
  assert.equal(await statusOf({ host: `rebound.evil.test:${server.port}` }), 403);
  assert.equal(await statusOf({ origin: 'https://evil.test', 'access-control-request-method': 'POST' }, 'OPTIONS'), 403);
});

test('every answer says what a browser must not do with it', async (t) => {
  const server = await openTestServer(t, createSources(t));
  for (const path of ['/', '/metrics', '/health', '/api', '/api/tools', '/api/tools?x=1', '/api/none', '/some/page', '/assets/none.js']) {
    const { headers } = await ask(server, path);
    assert.match(String(headers['content-security-policy']), /^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'; base-uri 'none'; form-action 'none'$/, path);
    assert.deepEqual([headers['x-content-type-options'], headers['referrer-policy'], headers['cross-origin-opener-policy'], headers['cross-origin-resource-policy']], ['nosniff', 'no-referrer', 'same-origin', 'same-origin'], path);
    assert.equal(headers['access-control-allow-origin'], undefined);
  }
  const refused = await ask(server, '/', { headers: { host: 'evil.test' } });
  assert.ok(refused.headers['content-security-policy'] && refused.headers['x-content-type-options']);
});

test('bodies are refused where none is taken, and large headers everywhere', async (t) => {
  const server = await openTestServer(t, createSources(t));
  assert.equal((await ask(server, '/api/tools', { method: 'GET', headers: { 'content-length': '1000000000' } })).status, 413);
  assert.equal((await ask(server, '/api/tools', { method: 'GET', headers: { 'transfer-encoding': 'chunked' } })).status, 413);
  assert.equal((await ask(server, '/metrics', { method: 'POST', body: Buffer.alloc(8_000_000) }).catch(() => ({ status: 405 }))).status, 405);
  assert.equal((await ask(server, '/api/tools', { headers: { 'x-large': 'x'.repeat(20_000) } })).status, 431);
  assert.match(await sendRaw(t, server.port, `GET http://evil.test/api/tools HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`), /^HTTP\/1\.1 400 /);
  assert.equal((await ask(server, '/api/tools')).status, 200);
});

test('a client that sends its headers byte by byte is cut off, and holds up nobody', async (t) => {
  const server = await openTestServer(t, createSources(t), { limits: { headersMillis: 300, requestMillis: 300 } });
  const slow = Array.from({ length: 50 }, () => connect({ host: '127.0.0.1', port: server.port }));
  const closed = slow.map((socket) => new Promise((resolve) => socket.on('error', () => undefined).once('close', resolve).resume()));
  const drip = setInterval(() => slow.forEach((socket) => socket.writable && socket.write('x')), 50);
  t.after(() => clearInterval(drip));
  for (const socket of slow) socket.write('GET /api/tools HTTP/1.1\r\nHost: 127.0.0.1\r\nx-slow: ');
  assert.equal((await ask(server, '/api/tools')).status, 200);
  await Promise.all(closed);
});

test('no more connections are held than there may be', async (t) => {
  const server = await openTestServer(t, createSources(t), { limits: { connections: 5 } });
  const open: Socket[] = [];
  t.after(() => open.forEach((socket) => socket.destroy()));
  for (let index = 0; index < 5; index++) {
    const socket = connect({ host: '127.0.0.1', port: server.port });
    open.push(socket.on('error', () => undefined));
    await once(socket, 'connect');
  }
  // The system takes the connection, the server lets go of it.
  assert.equal(await sendRaw(t, server.port, `GET /health HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`), '');
  for (const socket of open) socket.destroy();
  const deadline = Date.now() + 10_000;
  while ((await ask(server, '/health').catch(() => undefined))?.status !== 200) assert.ok(Date.now() < deadline, 'it answers again');
});

/** A row of the system's table of connections. */
function row(local: string, remote: string, uid: number): string {
  return `   0: ${local} ${remote} 01 00000000:00000000 00:00000000 00000000  ${uid}        0 1\n`;
}

test('whose a connection is', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-peer-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const find = async (rows: string): Promise<ReturnType<typeof findPeerUser>> => {
    writeFileSync(join(folder, 'tcp'), `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n${rows}`);
    return findPeerUser(await readConnections(join(folder, 'tcp')), { peerPort: 40_000, ownPort: 4318 });
  };
  const own = row('0100007F:10DE', '0100007F:9C40', 1000);
  assert.deepEqual(await find(own + row('0100007F:9C40', '0100007F:10DE', 1001)), { uid: 1001 });
  assert.deepEqual(await find(row('0000000000000000FFFF00000100007F:9C40', '0000000000000000FFFF00000100007F:10DE', 1002)), { uid: 1002 });
  assert.equal(await find(own), 'gone');
  assert.equal(await find(row('0200007F:9C40', '0200007F:10DE', 1001)), 'unknown', 'other addresses with the same ports');
  assert.equal(findPeerUser(await readConnections(join(folder, 'none')), { peerPort: 1, ownPort: 2 }), 'unknown');
  assert.deepEqual([isOwnUser({ uid: 1000 }, 1000), isOwnUser({ uid: 0 }, 1000), isOwnUser({ uid: 1001 }, 1000), isOwnUser('gone', 1000), isOwnUser('unknown', 1000), isOwnUser({ uid: 5 }, undefined)], [true, true, false, false, true, true]);
});

test('connections that came before a reading are told by it, one that came after it is looked up anew', async () => {
  const readings = [row('0100007F:9C40', '0100007F:10DE', 1000) + row('0100007F:9C41', '0100007F:10DE', 1001), row('0100007F:9C40', '0100007F:10DE', 1001)];
  let read = 0;
  const peers = createPeerCheck({ port: 4318 }, { uid: 1000, read: async () => readings[read++] ?? '' });
  const [own, other, later] = [40_000, 40_001, 40_000].map((remotePort) => ({ remotePort }) as Socket);
  assert.ok(own && other && later);
  peers.note(own);
  peers.note(other);
  assert.deepEqual([peers.known(own), ...(await Promise.all([peers.check(own), peers.check(other)])), read], [undefined, true, false, 1]);
  peers.note(later);
  assert.deepEqual([await peers.check(later), peers.known(own), peers.known(later), read], [false, true, false, 2], "its port was somebody else's a moment ago");
});

test('the other end may be a program that asks through IPv6; where the system tells nothing nobody is refused', async () => {
  const ends = { v4: row('0100007F:10DE', '0100007F:9C40', 1000), v6: row('0000000000000000FFFF00000100007F:9C40', '0000000000000000FFFF00000100007F:10DE', 1001) };
  const check = async (read: (table: string) => string, uid?: number): Promise<boolean> => {
    const peers = createPeerCheck({ port: 4318 }, { uid, read: async (table) => read(table) });
    const socket = { remotePort: 40_000 } as Socket;
    peers.note(socket);
    return peers.check(socket);
  };
  const tables = (table: string): string => (table.endsWith('6') ? ends.v6 : ends.v4);
  assert.deepEqual([await check(tables, 1001), await check(tables, 1000), await check(() => ends.v4, 1000), await check(() => '', 1000)], [true, false, false, true]);
});

/** As nobody (65534), where this process may become anybody. */
function askAsSomebodyElse(port: number, path: string): number {
  const program = `require('node:http').get({ host: '127.0.0.1', port: ${port}, path: ${JSON.stringify(path)} }, (r) => { console.log(r.statusCode); r.resume(); })`;
  const ran = spawnSync(process.execPath, ['-e', program], { uid: 65_534, gid: 65_534, encoding: 'utf8', cwd: '/' });
  return Number(ran.stdout);
}

test('another user of this machine gets the figures for programs and nothing else', async (t) => {
  const server = await openTestServer(t, createSources(t));
  const canPlay = process.platform === 'linux' && process.getuid?.() === 0 && spawnSync(process.execPath, ['-e', ''], { uid: 65_534, gid: 65_534, cwd: '/' }).status === 0;
  if (!canPlay) return t.diagnostic('this process cannot become another user');
  // In the thread of the server nothing may wait for the other program.
  const { Worker } = await import('node:worker_threads');
  const worker = new Worker(`const { parentPort } = require('node:worker_threads'); ${askAsSomebodyElse.toString().replace(/\bspawnSync\b/, "require('node:child_process').spawnSync")}; parentPort.on('message', ([port, path]) => parentPort.postMessage(askAsSomebodyElse(port, path)));`, { eval: true });
  t.after(() => worker.terminate());
  const statusOf = async (path: string): Promise<number> => {
    worker.postMessage([server.port, path]);
    const [status] = (await once(worker, 'message')) as [number];
    return status;
  };
  for (const path of ['/metrics', '/health', '/metrics?x=1']) assert.equal(await statusOf(path), 200, path);
  for (const path of ['/api/tools', '/api/live', '/', '/x/../api/tools', '/%61pi/tools', '/api%2ftools', '/metrics/../api/tools', '//api/tools']) assert.equal(await statusOf(path), 403, path);
});
