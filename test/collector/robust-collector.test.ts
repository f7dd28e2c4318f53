/** The living collector: what others do to its store, its spool and its configuration neither ends nor holds it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Worker } from 'node:worker_threads';
import { agents } from '#spoor/agents/index.ts';
import { readCollector } from '#spoor/collector/lifecycle/pid-file.ts';
import { runCollector } from '#spoor/collector/run-collector.ts';
import type { CollectReport } from '#spoor/collector/reports.ts';
import { ringBell, takeBell } from '#spoor/spool/bell.ts';
import type { TracedHome } from '../golden/traced-home.ts';
import { waitFor } from '../support/hook-stage.ts';
import { answerRecord, history, openTraced, prompt, promptRecord, sidecarOf, spool, stop, turnMetadata } from '../support/spooled.ts';
import { spawnSpoor, spoorCommand } from '../support/spawn-spoor.ts';

interface Running {
  errors: string[];
  done: Promise<CollectReport>;
}

/** A collector in this process. */
function startCollector(traced: TracedHome, t: TestContext, lingerMillis = 60_000): Running {
  const errors: string[] = [];
  const abort = new AbortController();
  const log = { error: (text: string) => void errors.push(text), info: () => undefined };
  const done = runCollector({ home: traced.home, version: '0.1.0', environment: traced.environment, agents, log, signal: abort.signal, lingerMillis });
  t.after(async () => {
    abort.abort();
    await done;
  });
  return { errors, done };
}

/** A hook whose shell lives and does not go on. */
function writeUnfinished(traced: TracedHome, t: TestContext): string {
  const shell = spawn('sleep', ['1000'], { stdio: 'ignore' });
  t.after(() => shell.kill('SIGKILL'));
  const path = join(traced.home.spool, `kiro-${shell.pid}`);
  writeFileSync(path, `spoor-hook 1\0kiro\0${shell.pid}\0\0\0{"hook_event_name":"stop",`, { mode: 0o600 });
  return path;
}

test('a store that another process holds is waited for, and nothing is lost', async (t) => {
  const traced = openTraced(t);
  const source = `const { DatabaseSync } = process.getBuiltinModule('node:sqlite'); const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');
    const db = new DatabaseSync(workerData); db.exec('BEGIN IMMEDIATE'); parentPort.on('message', () => { db.exec('ROLLBACK'); db.close(); process.exit(); }); parentPort.postMessage('held');`;
  const holder = new Worker(source, { eval: true, workerData: traced.home.database });
  await new Promise((resolve) => holder.once('message', resolve));
  spool(traced, prompt('s', 'hi'));
  const { errors } = startCollector(traced, t);
  await waitFor('word of the held store', () => errors.some((text) => text.includes('held by another process')));
  assert.equal(readCollector(traced.home)?.alive, true);
  holder.postMessage('let go');
  await waitFor('the session', () => traced.store.readSession('kiro', 's'));
});

test('a writer that rests does not keep the collector', async (t) => {
  const traced = openTraced(t);
  const path = writeUnfinished(traced, t);
  const { done } = startCollector(traced, t, 100);
  assert.equal((await done).ran, true);
  assert.ok(existsSync(path));
});

test('collect --once beside a running collector does not wait for a hook that never ends', async (t) => {
  const traced = openTraced(t);
  const env = { HOME: traced.root, SPOOR_HOME: traced.home.root, PATH: process.env.PATH ?? '/usr/bin:/bin' };
  const [program = '', ...words] = spoorCommand;
  const collector = spawn(program, [...words, 'collect'], { env, stdio: 'ignore' });
  const ended = new Promise((resolve) => collector.once('close', resolve));
  t.after(async () => {
    collector.kill('SIGTERM');
    await ended;
  });
  await waitFor('a running collector', () => readCollector(traced.home)?.alive);
  const path = writeUnfinished(traced, t);
  spool(traced, prompt('s', 'hi'));
  const once = await spawnSpoor(['collect', '--once', '--json'], { env });
  assert.equal(once.code, 0, once.err);
  assert.equal((JSON.parse(once.out) as CollectReport).ran, false);
  assert.ok(traced.store.readSession('kiro', 's'));
  assert.ok(existsSync(path));
});

test('a destination that is written into the configuration while the collector lives is served', async (t) => {
  const traced = openTraced(t);
  startCollector(traced, t);
  await waitFor('a running collector', () => readCollector(traced.home));
  const target = join(traced.root, 'spans.jsonl');
  writeFileSync(traced.home.configFile, `destinations:\n  here:\n    path: ${JSON.stringify(target)}\n`);
  await waitFor('the destination in the store', () => traced.store.database.sql('SELECT 1 FROM destination').get());
  // What ended before a destination was there is not sent to it.
  const now = Math.floor(Date.now() / 1000) + 1;
  spool(traced, prompt('s', 'go'));
  spool(traced, stop('s'));
  history(traced, 's', [promptRecord('p1', 'go', now), answerRecord('a1', 'done')], sidecarOf('s', [turnMetadata(['p1', 'a1'], { endSeconds: now + 1, seconds: 1, credits: [0.1] })]));
  await waitFor('spans at the destination', () => existsSync(target) && readFileSync(target, 'utf8').includes('spanId'));
});

test('a bell is heard once', (t) => {
  const traced = openTraced(t);
  assert.equal(takeBell(traced.home), false);
  ringBell(traced.home);
  ringBell(traced.home);
  assert.equal(takeBell(traced.home), true);
  assert.equal(takeBell(traced.home), false);
});
