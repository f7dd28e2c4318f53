/** `spoor status` over a home as it is on disk. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createCollectorActions } from '#spoor/cli/collector-actions.ts';
import type { Status } from '#spoor/collector/reports.ts';
import { createHome } from '#spoor/config/home.ts';
import { createLog } from '#spoor/config/log.ts';
import { VERSION } from '#spoor/core/version.ts';
import { createOutbox } from '#spoor/outbox/create-outbox.ts';
import { openStore } from '#spoor/store/sqlite/open-store.ts';
import { createCliWorld, keepStory, NOW_MILLIS, type CliWorld } from '../support/cli-context.ts';
import { spoorCommand } from '../support/spawn-spoor.ts';
import { storySession, toStory } from '../support/story.ts';

function createHomeWorld(t: TestContext, configYaml = ''): CliWorld {
  const world = createCliWorld(t, { env: { GIVEN: 'x' } });
  world.context.collector = createCollectorActions(world.context);
  mkdirSync(world.context.home.root, { recursive: true });
  if (configYaml) writeFileSync(world.context.home.configFile, configYaml);
  return world;
}

async function readJson({ run }: CliWorld): Promise<Status> {
  return JSON.parse((await run('status', '--json')).out) as Status;
}

test('a configured destination is shown before anything was delivered, with what it waits for', async (t) => {
  const world = createHomeWorld(t, `destinations:
  - {name: plain, url: "http://127.0.0.1:1", headers: {authorization: "env:GIVEN"}}
  - {name: locked, url: "http://127.0.0.1:1", headers: {authorization: "env:MY_TOKEN", x-key: "file:/nowhere/key"}}
`);
  const { out, err, code } = await world.run('status');
  assert.deepEqual([code, err], [0, '']);
  assert.match(out, /^delivery {3}plain: nothing delivered yet$/m);
  assert.match(out, /^ {11}locked: nothing delivered yet · waits for MY_TOKEN, \/nowhere\/key$/m);
  assert.doesNotMatch(out, /nothing leaves/);
  assert.match(out, /^config {5}destination "locked": header "authorization" refers to env:MY_TOKEN, which is not set$/m);
  assert.match(out, /→ mend .*\/config\.yaml/);
});

test('config problems are read as they are now, with their line; without a usable destination it says so', async (t) => {
  const world = createHomeWorld(t, 'userId: me\ncolour: blue\n');
  const { out } = await world.run('status');
  assert.match(out, /^delivery {3}no destination that can be used: nothing leaves this machine$/m);
  assert.match(out, /^config {5}config\.yaml:2: unknown key "colour"/m);
  writeFileSync(world.context.home.configFile, 'userId: me\n');
  const mended = await world.run('status');
  assert.doesNotMatch(mended.out, /colour|^config/m);
  assert.match(mended.out, /no destination: nothing leaves this machine/);
});

test('the last error of any log is told with its age', async (t) => {
  const world = createHomeWorld(t);
  assert.doesNotMatch((await world.run('status')).out, /last error/);
  for (const [name, atMillis, message] of [['spoor', NOW_MILLIS - 7_200_000, 'older'], ['kiro', NOW_MILLIS - 3_600_000, 'the newest one'], ['spoor', NOW_MILLIS - 3_700_000, 'in between']] as const) {
    createLog(world.context.home, { name, verbose: false, nowMillis: () => atMillis }).error(message);
  }
  assert.match((await world.run('status')).out, /^last error 1h ago: the newest one\n {11}→ spoor logs kiro$/m);
  assert.deepEqual((await readJson(world)).lastError, { atMillis: NOW_MILLIS - 3_600_000, log: 'kiro', message: 'the newest one' });
});

test('a destination that left the configuration keeps its spans quietly', async (t) => {
  const world = createHomeWorld(t);
  const { context } = world;
  await keepStory(context, storySession, toStory());
  const store = openStore(context.home.database);
  const spans = store.readSpans(storySession.agent, storySession.sessionId).slice(0, 3).map(({ spanId }) => spanId);
  const outbox = createOutbox(store.database);
  outbox.addDestination({ name: 'former', fingerprint: 'http://old' }, 0);
  outbox.enqueue(spans, 'former', 0);
  outbox.saveBackoff('former', { failures: 3, nextAttemptMillis: 1, error: 'refused the connection' });
  store.close();
  const { out } = await world.run('status');
  assert.match(out, /^ {11}former: no longer configured, 3 spans kept$/m);
  assert.doesNotMatch(out, /does not take spans|refused the connection/);
  assert.doesNotMatch((await world.run()).out, /former/);
});

test('our own troubles are told apart from records of agents that were not understood', async (t) => {
  const world = createHomeWorld(t);
  const store = openStore(world.context.home.database);
  store.addProblems('spoor', [{ code: 'bad-destination', detail: 'x: there is no dialect y' }, { code: 'config-syntax', detail: 'config.yaml:1: old' }]);
  store.addProblems('kiro', [{ code: 'unknown-record', detail: 'first' }, { code: 'unknown-record', detail: 'newest' }]);
  store.close();
  const status = await readJson(world);
  assert.deepEqual(status.problems, [{ agent: 'kiro', code: 'unknown-record', detail: 'newest', count: 2 }]);
  assert.deepEqual(status.deliveryProblems, [{ code: 'bad-destination', detail: 'x: there is no dialect y', count: 1 }]);
  const { out } = await world.run('status');
  assert.match(out, /^config {5}1× bad-destination: x: there is no dialect y$/m);
  assert.match(out, /^problems {3}2× kiro unknown-record: newest$/m);
  assert.doesNotMatch(out, /config\.yaml:1: old/);
  assert.match((await world.run()).out, /2 records of agents' data were not understood/);
});

test('the size of the store holds its log; no hook, no promise of a collector', async (t) => {
  const world = createHomeWorld(t);
  const store = openStore(world.context.home.database);
  store.addProblems('kiro', [{ code: 'x', detail: 'y' }]);
  const status = await readJson(world);
  const { database } = world.context.home;
  assert.equal(status.store.bytes, statSync(database).size + statSync(`${database}-wal`).size);
  store.close();
  assert.match((await world.run('status')).out, /^collector {2}not running$/m);
});

test('collect --once says after a while for which collector it waits', async (t) => {
  const world = createHomeWorld(t);
  const { home } = world.context;
  createHome(home);
  openStore(home.database).close();
  const lifecycle = import.meta.resolve('#spoor/collector/lifecycle/pid-file.ts');
  const script = `const { writePidFile } = await import(${JSON.stringify(lifecycle)}); writePidFile(${JSON.stringify(home)}, ${JSON.stringify(VERSION)}); console.log('there'); setInterval(() => {}, 1000)`;
  const hung = spawn(process.execPath, [...spoorCommand.slice(1, -1), '--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => hung.kill('SIGKILL'));
  await once(hung.stdout, 'data');
  // One that hangs leaves the spool as it is: a whole event, for which it is waited until somebody takes it. One that is half there is given up
  // after as long as it takes until something is said.
  writeFileSync(join(home.spool, 'kiro-4200001'), 'spoor-hook 1\0kiro\x004200001\0\0\0{}');
  let told = '';
  world.context.stderr.write = async (text) => {
    told += text;
    hung.kill('SIGKILL');
  };
  await world.context.collector.collectOnce();
  assert.equal(told, `Waiting for the collector that runs (process ${hung.pid}) …\n`);
});

test('a full queue is shouted about, and what is not in a sample is counted', async (t) => {
  const world = createHomeWorld(t, 'destinations: {small: {url: "http://127.0.0.1:1", sample: 0.5}}\n');
  const store = openStore(world.context.home.database);
  const outbox = createOutbox(store.database);
  outbox.addDestination({ name: 'small', fingerprint: 'http://127.0.0.1:1' }, NOW_MILLIS);
  outbox.hold(new Map([['a'.repeat(32), 5], ['b'.repeat(32), 2]]), 'small', NOW_MILLIS);
  outbox.noteSampledOut('small', 9);
  store.close();
  assert.match((await world.run('status')).out, /^delivery {3}small: nothing delivered yet · queue full, 7 held since [\d-]+T[\d:]+Z · 9 not in its sample$/m);
  assert.match((await world.run()).out, /the queue of small is full: 7 spans stay in the store until there is room/);
  const [small] = (await readJson(world)).destinations;
  assert.deepEqual([small?.held, small?.sampledOut], [{ spans: 7, sinceMillis: NOW_MILLIS }, 9]);
});
