import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openPost } from '#spoor/collector/post.ts';
import { createHome, homeAt, type Home } from '#spoor/config/home.ts';
import { createLog } from '#spoor/config/log.ts';
import { buildSession, buildSpan, buildTurn } from '../store/builders.ts';
import { listShellDestinations, saveShellDestination } from '#spoor/config/shell-destinations.ts';
import { createOutbox } from '#spoor/outbox/create-outbox.ts';
import { createLedger } from '#spoor/metrics/create-ledger.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { destinationOf } from './delivery-stage.ts';

interface Stage {
  home: Home;
  store: SqliteStore;
  open(env?: Record<string, string>): ReturnType<typeof openPost>;
}

function stageOf(t: TestContext, config: string): Stage {
  const root = mkdtempSync(join(tmpdir(), 'spoor-post-'));
  const home = homeAt(root);
  createHome(home);
  writeFileSync(home.configFile, config);
  const store = openStore(home.database);
  t.after(() => {
    store.close();
    rmSync(root, { recursive: true });
  });
  const log = createLog(home, { name: 'spoor', verbose: false });
  return { home, store, open: (env = {}) => openPost({ home, store, log, environment: { env, platform: process.platform } }) };
}

const ADDED = Date.parse('2026-02-03T04:05:06Z');

test('a destination counts from when the user added it, not from when a collector first saw it', async (t) => {
  const { store, open } = stageOf(t, `destinations:\n  - { name: heron, url: 'http://127.0.0.1:9', addedAt: '2026-02-03T04:05:06Z' }\n`);
  await open().delivery().stop();
  assert.equal(createOutbox(store.database).readDestination('heron')?.addedAtMillis, ADDED);
});

test('one written by hand counts from when the file was written, and later edits do not move it', async (t) => {
  const { home, store, open } = stageOf(t, `destinations:\n  - { name: stork, url: 'http://127.0.0.1:9' }\n`);
  for (const second of [1_750_000_000, 1_760_000_000]) {
    utimesSync(home.configFile, second, second);
    await open().delivery().stop();
    assert.equal(createOutbox(store.database).readDestination('stork')?.addedAtMillis, 1_750_000_000_000);
  }
});

test('a destination whose secret is missing is noted all the same, and says what it waits for', async (t) => {
  const { store, open } = stageOf(t, `destinations:\n  - { name: crane, url: 'http://127.0.0.1:9', headers: { authorization: 'env:CRANE_KEY' } }\n`);
  const post = open();
  t.after(() => post.delivery().stop());
  assert.ok(post.isServed('crane'));
  const noted = createOutbox(store.database).readDestination('crane');
  assert.match(noted?.backoff?.error ?? '', /env:CRANE_KEY/);
  await open({ CRANE_KEY: 'k' }).delivery().stop();
});

test('what a shell keeps from all destinations is in the figures of this machine, and in no others', async (t) => {
  const { store, open } = stageOf(t, `destinations:\n  - { name: egret, url: 'http://127.0.0.1:9', metrics: true, addedAt: '2020-02-03T04:05:06Z' }\n`);
  const post = open();
  t.after(() => post.delivery().stop());
  store.saveSession(buildSession());
  const shells = [{ isDryRun: true }, { exportsNothing: true }, {}] as const;
  for (const [index, shell] of shells.entries()) {
    const span = buildSpan(index + 1, { turnIndex: index });
    store.transaction(() => {
      store.saveTurn(buildTurn(index + 1, { turnIndex: index }), [span]);
      post.enqueue([span], { endMillis: Date.now(), shell });
    });
  }
  const ledger = createLedger(store.database);
  const calls = (reader: string): number => (ledger.read(reader)?.series ?? []).filter(({ metric }) => metric === 'spoor.tool.calls').reduce((sum, { figure }) => sum + figure.sum, 0);
  assert.deepEqual([calls(''), calls('egret')], [3, 1]);
  assert.equal(createOutbox(store.database).readDestination('egret')?.waiting, 1);
});

test('what a shell described stays while spans are held for it', async (t) => {
  const { home, store, open } = stageOf(t, '');
  const destination = destinationOf(`env:${'a'.repeat(16)}`);
  saveShellDestination(home, destination);
  const post = open();
  t.after(() => post.close());
  createOutbox(store.database).hold(new Map([['trace', 2]]), destination.name, 1);
  await post.sweep();
  assert.deepEqual(listShellDestinations(home), [destination.name]);
  store.database.sql('DELETE FROM held').run();
  await post.sweep();
  assert.deepEqual(listShellDestinations(home), []);
});
