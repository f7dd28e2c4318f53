/** The server over real HTTP: what it gives, and whom it does not answer. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import { homeAt } from '#spoor/config/home.ts';
import { INSTRUMENTS } from '#spoor/metrics/instruments.ts';
import { createServer, PortTakenError, type SpoorServer } from '#spoor/server/create-server.ts';
import { findPortOwner } from '#spoor/server/find-port-owner.ts';
import { readServerFile, removeServerFile, saveServerFile } from '#spoor/collector/lifecycle/server-file.ts';
import { prefersOpenMetrics } from '#spoor/server/prefers-open-metrics.ts';
import { ask } from '../support/http-ask.ts';
import { createSources, openTestServer } from '../support/server-sources.ts';
import { buildSession, buildSpan, buildTurn } from '../store/builders.ts';
import { parsePrometheusText } from '../metrics/prometheus-grammar.ts';

async function openServer(t: TestContext): Promise<SpoorServer> {
  const sources = createSources(t);
  const { store, ledger, outbox } = sources;
  store.saveSession(buildSession());
  store.saveTurn(buildTurn(1), [buildSpan(1)]);
  outbox.addDestination({ name: 'phoenix', fingerprint: 'x' }, 1000);
  outbox.enqueue([buildSpan(1).spanId], 'phoenix', 5000);
  outbox.hold(new Map([['held trace', 7]]), 'phoenix', 6000);
  ledger.add('', [{ resource: {}, measurements: [{ instrument: INSTRUMENTS.turns, labels: { 'spoor.agent': 'kiro' }, value: 3 }, { instrument: INSTRUMENTS.turnDuration, labels: { 'spoor.agent': 'kiro' }, value: 4.5 }] }], 1n);
  return openTestServer(t, sources);
}

test('/metrics: the older text unless OpenMetrics is asked for, both as Prometheus reads them', async (t) => {
  const server = await openServer(t);
  const text = await ask(server, '/metrics');
  assert.deepEqual([text.status, text.type], [200, 'text/plain; version=0.0.4; charset=utf-8']);
  const valueOf = (families: ReturnType<typeof parsePrometheusText>, name: string): number | undefined => families.flatMap(({ samples }) => samples).find((sample) => sample.name === name)?.value;
  const families = parsePrometheusText(text.body, 'text');
  assert.deepEqual(['spoor_turns_total', 'spoor_turn_duration_seconds_sum', 'spoor_build_info', 'spoor_outbox_waiting_spans', 'spoor_outbox_oldest_waiting_seconds', 'spoor_outbox_held_spans'].map((name) => valueOf(families, name)), [3, 4.5, 1, 1, 3, 7]);
  // As Prometheus 2.42 asks.
  const open = await ask(server, '/metrics', { headers: { accept: 'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1' } });
  assert.equal(open.type, 'application/openmetrics-text; version=1.0.0; charset=utf-8');
  assert.equal(valueOf(parsePrometheusText(open.body, 'openmetrics'), 'spoor_turns_total'), 3);
});

test('which of the two is wanted', () => {
  const wanted = { '': false, '*/*': false, 'text/plain': false, 'application/openmetrics-text': true, 'text/plain;q=0.5,application/openmetrics-text;q=0.4': false, 'application/openmetrics-text;q=0': false, 'application/openmetrics-text;version=2.0.0': false, 'Application/OpenMetrics-Text; Version=1.0.0; q=bad': false };
  assert.deepEqual(Object.fromEntries(Object.keys(wanted).map((accept) => [accept, prefersOpenMetrics(accept)])), wanted);
});

test('/health and the page that lists the others', async (t) => {
  const server = await openServer(t);
  assert.deepEqual(JSON.parse((await ask(server, '/health')).body), { status: 'ok', version: '9.9.9', sessions: 1 });
  const page = await ask(server, '/api');
  assert.ok(page.body.includes('/metrics') && page.body.includes('/health'), page.body);
  assert.deepEqual([(await ask(server, '/api/nothing')).status, (await ask(server, '/metrics', { method: 'HEAD' })).status], [404, 200]);
});

test('a name that is not this machine\'s, and a page of somebody else\'s, are refused', async (t) => {
  const server = await openServer(t);
  const { port } = server;
  const statusOf = async (headers: Record<string, string>): Promise<number> => (await ask(server, '/metrics', { headers })).status;
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`]) assert.equal(await statusOf({ host }), 200, host);
  for (const host of ['evil.test', `evil.test:${port}`, 'localhost', `localhost:${port + 1}`, `localhost.evil.test:${port}`, `0.0.0.0:${port}`]) assert.equal(await statusOf({ host }), 403, host);
  for (const origin of ['http://evil.test', 'null', `https://localhost:${port}`, `http://localhost:${port}.evil.test`, 'http://localhost']) assert.equal(await statusOf({ origin }), 403, origin);
  for (const origin of [`http://localhost:${port}`, `http://127.0.0.1:${port}`]) assert.equal(await statusOf({ origin }), 200, origin);
  assert.equal(await statusOf({ host: `127.0.0.1:${port}@evil.test` }), 403, 'no host at all');
  for (const path of ['/', '/health', '/nothing']) assert.equal((await ask(server, path, { headers: { host: 'evil.test' } })).status, 403, path);
});

test('nothing is taken', async (t) => {
  const server = await openServer(t);
  assert.equal((await ask(server, '/metrics', { method: 'POST', body: 'x' })).status, 405);
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) assert.equal((await ask(server, '/metrics', { method })).status, 405, method);
});

test('who serves is told only while it does', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'spoor-server-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const home = homeAt(root);
  assert.equal(readServerFile(home), undefined);
  saveServerFile(home, 'http://127.0.0.1:1');
  assert.deepEqual(readServerFile(home), { pid: process.pid, url: 'http://127.0.0.1:1' });
  // A process that was killed left it, and another has its pid by now; or somebody wrote into it.
  const text = readFileSync(home.serverFile, 'utf8');
  for (const stale of [text.replace(/"started":[^}]*/, '"started":"1"'), text.replace(/"pid":\d+/, '"pid":4299999'), '{', 'null', '[]']) {
    writeFileSync(home.serverFile, stale);
    assert.equal(readServerFile(home), undefined, stale);
    removeServerFile(home);
    assert.ok(existsSync(home.serverFile), 'not ours to remove');
  }
  saveServerFile(home, 'http://127.0.0.1:2');
  removeServerFile(home);
  assert.ok(!existsSync(home.serverFile));
});

test('it listens on 127.0.0.1 alone, and a port that is taken is told with its owner', async (t) => {
  const server = await openServer(t);
  const isOpen = (host: string): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect({ host, port: server.port });
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      t.after(() => socket.destroy());
    });
  assert.deepEqual([await isOpen('127.0.0.1'), await isOpen('127.0.0.2'), await isOpen('::1')], [true, false, false]);
  await assert.rejects(() => createServer(createSources(t), { port: server.port, dashboard: '' }), PortTakenError);
  if (process.platform === 'linux') assert.equal(findPortOwner(server.port)?.pid, process.pid);
  await server.close();
  await server.close();
  assert.equal(findPortOwner(server.port), undefined);
});
