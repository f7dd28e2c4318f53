/** The live stream over real HTTP and a real store: what is told, to how many, and what it costs when they misbehave. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChangeSource } from '#spoor/server/live/changes.ts';
import { createLive, type Live } from '#spoor/server/live/create-live.ts';
import { createStoreSource } from '#spoor/server/live/store-source.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { ask } from '../support/http-ask.ts';
import { openStream } from '../support/event-stream.ts';
import { createSources, openTestServer } from '../support/server-sources.ts';
import { buildSession, buildSpan, buildTurn } from '../store/builders.ts';

interface Stage {
  url: string;
  port: number;
  live: Live;
  /** Another connection than the server's: as another process. */
  writer: SqliteStore;
}

async function openStage(t: TestContext, options: { maxClients?: number } = {}): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-live-'));
  const writer = openStore(join(folder, 'spoor.db'));
  const store = openStore(join(folder, 'spoor.db'));
  const live = createLive({ source: createStoreSource(store), version: '9.9.9', ...options });
  const server = await openTestServer(t, createSources(t), { rawRoutes: [live] });
  t.after(async () => {
    live.close();
    await server.close();
    store.close();
    writer.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { url: `${server.url}/api/live`, port: server.port, live, writer };
}

function write({ writer }: Stage, sessionId: string, index = 1): void {
  writer.transaction(() => {
    writer.saveSession(buildSession({ sessionId }));
    writer.saveTurn(buildTurn(index, { sessionId }), [buildSpan(index, { sessionId })]);
  });
}

test('what another connection wrote is told, with the session at the top of its family', async (t) => {
  const stage = await openStage(t);
  const stream = await openStream(t, stage.url);
  assert.deepEqual([stream.status, stream.headers['content-type'], stream.headers['cache-control']], [200, 'text/event-stream', 'no-store']);
  const hello = await stream.wait('hello', ({ event }) => event === 'hello');
  assert.deepEqual(hello.data, { version: '9.9.9', revision: 0 });
  assert.deepEqual((await stream.wait('who waits', ({ event }) => event === 'waiting')).data, { sessions: [] });
  write(stage, 'first');
  const changed = await stream.wait('the change', ({ event }) => event === 'changed');
  assert.deepEqual(changed.data.sessions, [{ agent: buildSession().agent, sessionId: 'first' }]);
  assert.equal(changed.id, String(changed.data.revision));
  stage.writer.saveSession(buildSession({ sessionId: 'child', parent: { sessionId: 'first', relation: 'subagent' } }));
  const after = await stream.wait('the subagent', ({ event, data }) => event === 'changed' && Number(data.revision) > Number(changed.data.revision));
  assert.deepEqual(after.data.sessions, [{ agent: buildSession().agent, sessionId: 'first' }]);
});

test('many changes are few events, and none is lost', async (t) => {
  const stage = await openStage(t);
  const stream = await openStream(t, stage.url);
  await stream.wait('hello', ({ event }) => event === 'hello');
  const startedMillis = performance.now();
  for (let index = 0; index < 200; index++) {
    write(stage, `s${index}`);
    stage.live.poke();
    if (index % 10 === 9) await delay(5);
  }
  await stream.wait('the last', ({ data }) => JSON.stringify(data.sessions ?? []).includes('"s199"'));
  const told = stream.events.filter(({ event }) => event === 'changed');
  const named = new Set(told.flatMap(({ data }) => (data.sessions as { sessionId: string }[]).map(({ sessionId }) => sessionId)));
  assert.equal(named.size, 200);
  const most = 2 + Math.ceil((performance.now() - startedMillis) / 100);
  assert.ok(told.length <= most, `${told.length} events, at most ${most}`);
});

test('who was away is told what he missed; too much is told as such', async (t) => {
  const stage = await openStage(t);
  write(stage, 'before');
  const first = await openStream(t, stage.url);
  const { id = '' } = await first.wait('hello', ({ event }) => event === 'hello');
  first.close();
  write(stage, 'meanwhile');
  const again = await openStream(t, stage.url, { 'last-event-id': id });
  assert.deepEqual((await again.wait('what was missed', ({ event }) => event === 'changed')).data.sessions, [{ agent: buildSession().agent, sessionId: 'meanwhile' }]);
  const other = await openStream(t, stage.url, { 'last-event-id': '999999' });
  assert.equal((await other.wait('that it is another store', ({ event }) => event === 'changed')).data.isAll, true);
  const wrong = await openStream(t, stage.url, { 'last-event-id': '1; DROP' });
  await wrong.wait('who waits', ({ event }) => event === 'waiting');
  for (let index = 0; index < 300; index++) write(stage, `many${index}`);
  const late = await openStream(t, stage.url, { 'last-event-id': id });
  const missed = await late.wait('that it was much', ({ event }) => event === 'changed');
  assert.deepEqual([missed.data.isAll, missed.data.sessions], [true, []]);
});

test('what is removed is told, and in whom a call waits for a person', async (t) => {
  const stage = await openStage(t);
  const stream = await openStream(t, stage.url);
  await stream.wait('hello', ({ event }) => event === 'hello');
  const waiting = buildSpan(2, { sessionId: 'asks', kind: 'permission', parentSpanId: buildSpan(1).spanId, endUnixNano: undefined, final: false } as Parameters<typeof buildSpan>[1]);
  const turn = buildTurn(1, { sessionId: 'asks', live: true, settled: false, closed: false });
  stage.writer.transaction(() => {
    stage.writer.saveSession(buildSession({ sessionId: 'asks' }));
    stage.writer.saveTurn(turn, [buildSpan(1, { sessionId: 'asks' }), waiting]);
  });
  const asked = await stream.wait('who waits', ({ event, data }) => event === 'waiting' && (data.sessions as object[]).length > 0);
  assert.deepEqual(asked.data.sessions, [{ agent: buildSession().agent, sessionId: 'asks' }]);
  const place = stream.events.length;
  stage.writer.removeTurn(turn.rootSpanId);
  const gone = await stream.wait('the removal', ({ event, data }) => event === 'changed' && data.hasRemoved === true, place);
  assert.ok(gone);
  assert.deepEqual((await stream.wait('nobody', ({ event }) => event === 'waiting', place)).data, { sessions: [] });
});

test('how far an import is goes to all', async (t) => {
  const stage = await openStage(t);
  const [a, b] = [await openStream(t, stage.url), await openStream(t, stage.url)];
  stage.live.tellImport({ done: 3, total: 10, leftMillis: 500 });
  stage.live.tellImport(undefined);
  for (const stream of [a, b]) {
    await stream.wait('its end', ({ event, data }) => event === 'import' && data.isDone === true);
    assert.deepEqual(stream.events.filter(({ event }) => event === 'import').map(({ data }) => data), [{ done: 3, total: 10, leftMillis: 500 }, { isDone: true }]);
  }
});

test('a page that is opened while an import runs is told at once, one that was away also when it is over', async (t) => {
  const stage = await openStage(t);
  stage.live.tellImport({ done: 0, total: 7 });
  const during = await openStream(t, stage.url);
  assert.deepEqual((await during.wait('how far it is', ({ event }) => event === 'import')).data, { done: 0, total: 7 });
  stage.live.tellImport(undefined);
  const away = await openStream(t, stage.url, { 'last-event-id': '0' });
  assert.deepEqual((await away.wait('that it is over', ({ event }) => event === 'import')).data, { isDone: true });
  const later = await openStream(t, stage.url);
  await later.wait('who waits', ({ event }) => event === 'waiting');
  assert.deepEqual(later.events.filter(({ event }) => event === 'import'), []);
});

test('of 1,000 clients a bounded number is listened to, the others are told to come later, and everybody else is answered', async (t) => {
  const stage = await openStage(t);
  const streams = await Promise.all(Array.from({ length: 1000 }, () => openStream(t, stage.url)));
  const open = streams.filter(({ status }) => status === 200);
  const refused = streams.filter(({ status }) => status === 503);
  assert.deepEqual([open.length, refused.length, stage.live.clients()], [64, 936, 64]);
  assert.ok(refused.every(({ headers }) => Number(headers['retry-after']) > 0));
  assert.equal((await ask(stage, '/api/tools')).status, 200);
  write(stage, 'told to all');
  await Promise.all(open.map((stream) => stream.wait('the change', ({ event }) => event === 'changed')));
  for (const stream of streams) stream.close();
  const deadline = Date.now() + 10_000;
  while (stage.live.clients() > 0) {
    assert.ok(Date.now() < deadline, 'they are let go of');
    await delay(5);
  }
  assert.equal((await openStream(t, stage.url)).status, 200);
});

test('a client that does not read is dropped', async (t) => {
  const stage = await openStage(t);
  const socket = connect({ host: '127.0.0.1', port: stage.port });
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  socket.pause().on('error', () => undefined);
  socket.write(`GET /api/live HTTP/1.1\r\nHost: 127.0.0.1:${stage.port}\r\n\r\n`);
  const reading = await openStream(t, stage.url);
  await reading.wait('hello', ({ event }) => event === 'hello');
  const deadline = Date.now() + 20_000;
  // What the system itself takes in for a socket comes first.
  while (stage.live.clients() > 1) {
    assert.ok(Date.now() < deadline, 'it is dropped');
    for (let index = 0; index < 2000; index++) stage.live.tellImport({ done: index, total: 1e15, leftMillis: 1e15 });
    await delay(1);
  }
  assert.equal(reading.isOver(), false, 'who reads stays');
});

test('while nobody listens the store is not looked at, and one that cannot be read ends nothing', async (t) => {
  let looked = 0;
  let isBroken = false;
  const source: ChangeSource = {
    version: () => {
      looked += 1;
      if (isBroken) throw new Error('disk I/O error');
      return looked;
    },
    revision: () => 1,
    readSince: () => ({ revision: looked, sessions: [], hasRemoved: false }),
    readWaiting: () => [],
  };
  const live = createLive({ source, version: '1' });
  const server = await openTestServer(t, createSources(t), { rawRoutes: [live] });
  t.after(() => live.close());
  live.poke();
  assert.equal(looked, 0);
  const stream = await openStream(t, `${server.url}/api/live`);
  await stream.wait('a change', ({ event }) => event === 'changed');
  isBroken = true;
  const place = stream.events.length;
  live.poke();
  assert.equal((await openStream(t, `${server.url}/api/live`)).status, 200);
  isBroken = false;
  await stream.wait('the next change', ({ event }) => event === 'changed', place);
  assert.equal((await ask(server, '/api/live', { method: 'POST' })).status, 405);
});
