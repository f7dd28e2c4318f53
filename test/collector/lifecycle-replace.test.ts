/** Leaving, being replaced, and the moments in between: with real processes. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { acquireCollector, type CollectorLease } from '#spoor/collector/lifecycle/acquire.ts';
import { tryLock } from '#spoor/collector/lifecycle/lock.ts';
import { readCollector } from '#spoor/collector/lifecycle/pid-file.ts';
import { compareVersions } from '#spoor/collector/lifecycle/versions.ts';
import { shimPaths } from '#spoor/hook/shim.ts';
import { isProcessAlive } from '#spoor/spool/process.ts';
import { AGENT_ENVIRONMENT, assertSilent, createHookStage, finished, type HookStage, type LogLine, readLog, standInArguments, waitFor } from '../support/hook-stage.ts';

let stage: HookStage;
const leases: CollectorLease[] = [];
beforeEach(() => (stage = createHookStage()));
afterEach(async () => {
  for (const lease of leases.splice(0)) lease.release();
  await stage.close();
});

const lines = (what: LogLine['what']): LogLine[] => readLog(stage).filter((line) => line.what === what);

async function acquire(version: string, waitMillis?: number): Promise<CollectorLease> {
  const { lease } = await acquireCollector(stage.home, { version, waitMillis });
  assert.ok(lease);
  leases.push(lease);
  return lease;
}

test('versions are ordered as semver orders them', () => {
  const ordered = ['0.1.0', '0.2.0-alpha', '0.2.0-alpha.1', '0.2.0-alpha.beta', '0.2.0-beta.2', '0.2.0-beta.11', '0.2.0', '0.9.0', '0.10.0', '1.0.0', '10.0.0'];
  for (const [i, a] of ordered.entries()) for (const [j, b] of ordered.entries()) assert.equal(Math.sign(compareVersions(a, b)), Math.sign(i - j), `${a} ${b}`);
  assert.equal(compareVersions('1.0.0+build', '1.0.0'), 0);
});

test('the lock is one, and given back', () => {
  const lock = tryLock(stage.home.lockFile);
  assert.equal(lock?.isInPlace(), true);
  assert.equal(tryLock(stage.home.lockFile), undefined);
  lock?.release();
  lock?.release();
  assert.equal(lock?.isInPlace(), false);
  const next = tryLock(stage.home.lockFile);
  next?.release();
  assert.ok(next);
});

test('an equal and an older version step back, an equal one in the same process too', async () => {
  assertSilent(await stage.run('{"n":1}'));
  const running = await waitFor('the collector', () => readCollector(stage.home));
  for (const version of ['1.0.0', '0.9.9', '1.0.0-rc.1']) {
    const { refusal } = await acquireCollector(stage.home, { version });
    assert.deepEqual([refusal?.reason, refusal?.running?.pid], ['running', running.pid]);
  }
});

test('who takes over asks an equal one to leave, and never a newer one', async () => {
  assertSilent(await stage.run('{"n":1}'));
  await waitFor('the collector', () => readCollector(stage.home));
  const { refusal } = await acquireCollector(stage.home, { version: '0.9.9', takesOver: true });
  assert.equal(refusal?.reason, 'running');
  const { lease } = await acquireCollector(stage.home, { version: '1.0.0', takesOver: true });
  assert.ok(lease);
  leases.push(lease);
  await waitFor('the other to have left', () => lines('left').length === 1);
  assert.equal(readCollector(stage.home)?.pid, process.pid);
});

test('the hook of a newer version replaces an older collector; no event is lost or told twice', async () => {
  for (let i = 0; i < 5; i++) assertSilent(await stage.run(`{"n":${i}}`));
  await waitFor('the first collector', () => lines('acquired').length === 1);
  stage.install({ version: '1.10.0' });
  await Promise.all(Array.from({ length: 20 }, async (_, i) => assertSilent(await stage.run(`{"n":${5 + i}}`))));
  await waitFor('every event', () => lines('event').length >= 25);
  await waitFor('the older to leave', () => lines('left').some((line) => line.version === '1.0.0'));
  assert.equal(new Set(lines('event').map((line) => line.payload)).size, 25);
  assert.equal(lines('event').length, 25);
  await waitFor('the newer', () => lines('acquired').length === 2);
  assert.equal(readCollector(stage.home)?.version, '1.10.0');
  assert.deepEqual(lines('acquired').map((line) => line.version), ['1.0.0', '1.10.0']);
});

test('the hook of an older version leaves a newer collector alone, and does not even start a process', async () => {
  stage.install({ version: '1.10.0' });
  assertSilent(await stage.run('{"n":1}'));
  await waitFor('the collector', () => lines('event').length === 1);
  stage.install({ version: '1.9.0' });
  const { startScript } = shimPaths(stage.home, 'kiro');
  const run = await finished(spawn('sh', ['-x', startScript], { env: AGENT_ENVIRONMENT }), '');
  assert.doesNotMatch(run.err, /env -i/);
  assertSilent(await stage.run('{"n":2}'));
  await waitFor('the second event', () => lines('event').length === 2);
  assert.deepEqual(readLog(stage).filter((line) => line.version !== '1.10.0'), []);
});

test('an older collector that hangs is not killed: the newer gives up with a sentence', async () => {
  assertSilent(await stage.run('{"n":1}'));
  const { pid } = await waitFor('the collector', () => readCollector(stage.home));
  process.kill(pid, 'SIGSTOP');
  const { refusal } = await acquireCollector(stage.home, { version: '2.0.0', waitMillis: 100 });
  assert.equal(refusal?.reason, 'stuck');
  assert.match(refusal.sentence, new RegExp(`process ${pid}.*spoor collect`));
  assert.ok(readCollector(stage.home)?.alive);
});

test('one that leaves is waited for; one that stays after all is found', async () => {
  const lease = await acquire('1.0.0');
  lease.leave();
  assert.ok(!existsSync(stage.home.pidFile));
  const child = spawn(process.execPath, [stage.entry, ...standInArguments(stage, '1.0.0', 60_000)], { env: { SPOOR_HOME: stage.home.root }, stdio: 'ignore' });
  const exit = new Promise((resolve) => child.once('exit', resolve));
  writeFileSync(stage.home.startingFile, `${child.pid}\n`);
  lease.stay();
  await exit;
  assert.deepEqual(readLog(stage).map((line) => [line.what, line.detail]), [['refused', 'running']]);
  assert.ok(!existsSync(stage.home.startingFile));

  lease.leave();
  assertSilent(await stage.run('{"n":1}'));
  await waitFor('the starter', () => existsSync(stage.home.startingFile));
  assert.deepEqual(lines('acquired'), []);
  lease.release();
  await waitFor('its successor', () => lines('event').length === 1);
});

test('a lease is lost with its home, and a lost pid file comes back', async () => {
  const lease = await acquire('1.0.0');
  assert.ok(lease.isHeld());
  rmSync(stage.home.pidFile);
  assert.ok(lease.isHeld());
  assert.match(readFileSync(stage.home.pidFile, 'utf8'), new RegExp(`^${process.pid} 1\\.0\\.0 `));
  renameSync(stage.home.root, `${stage.home.root}.moved`);
  assert.ok(!lease.isHeld());
  renameSync(`${stage.home.root}.moved`, stage.home.root);
  assert.ok(lease.isHeld());
  rmSync(stage.home.lockFile);
  assert.ok(!lease.isHeld());
});

test('property: with collectors that leave at once, every event is found without another one coming', async () => {
  let count = 0;
  const gapsMillis = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 120 })), { minLength: 5, maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(gapsMillis, fc.integer({ min: 0, max: 30 }), async (gaps, lingerMillis) => {
      stage.install({ lingerMillis });
      const runs = gaps.map(async (gap, i) => {
        await delay(gaps.slice(0, i).reduce((sum, each) => sum + each, gap));
        assertSilent(await stage.run(`{"n":${count++}}`));
      });
      await Promise.all(runs);
      await waitFor('the last event', () => lines('event').length >= count);
    }),
    { numRuns: 12 },
  );
  assert.equal(new Set(lines('event').map((line) => line.payload)).size, count);
  assert.equal(lines('event').length, count);
  // The stand-in tells an event before it removes it.
  await waitFor('the spool to be empty', () => readdirSync(stage.home.spool).length === 0);
  assert.ok(lines('acquired').length > 3, 'collectors came and went');
  assertNeverTwo();
});

test('property: collectors that are killed at any moment lose nothing', async () => {
  let count = 0;
  const killed: number[] = [];
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 150 }), fc.integer({ min: 1, max: 10 }), async (waitMillis, events) => {
      await Promise.all(Array.from({ length: events }, async () => assertSilent(await stage.run(`{"n":${count++}}`))));
      await delay(waitMillis);
      const running = readCollector(stage.home);
      if (!running?.alive) return;
      process.kill(running.pid, 'SIGKILL');
      killed.push(running.pid);
    }),
    { numRuns: 15 },
  );
  // A process that dies still looks alive for a moment: an event of that moment waits for the next one.
  await waitFor('the dead to be gone', () => !killed.some(isProcessAlive));
  assertSilent(await stage.run(`{"n":${count++}}`));
  await waitFor('all events', () => new Set(lines('event').map((line) => line.key)).size === count);
  assert.equal(new Set(lines('event').map((line) => line.payload)).size, count);
});

if (spawnSync('ps', ['-o', 'lstart=', '-p', String(process.pid)]).status === 0) {
  test('without /proc the start script asks ps whether the pid is still the same process', async () => {
    stage.install({ platform: 'darwin' });
    const { stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(process.pid)], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } });
    const { startScript } = shimPaths(stage.home, 'kiro');
    const start = (): Promise<unknown> => finished(spawn('sh', [startScript], { env: AGENT_ENVIRONMENT }), '');
    writeFileSync(stage.home.pidFile, `${process.pid} 1.0.0 ${stdout.trim().replaceAll(/\s+/g, '_')} 3\n`);
    await start();
    assert.ok(!existsSync(stage.home.startingFile));
    assert.deepEqual(readLog(stage), []);
    writeFileSync(stage.home.pidFile, `${process.pid} 1.0.0 Thu_Jan_1_00:00:00_1970 3\n`);
    await start();
    await waitFor('a collector', () => lines('acquired').length === 1);
  });
}

/** Between one's `acquired` and its `left` nobody else says anything but that it was refused. */
function assertNeverTwo(): void {
  let current: number | undefined;
  for (const { what, pid } of readLog(stage)) {
    if (what === 'refused') continue;
    if (what === 'acquired') assert.equal(current, undefined);
    else assert.equal(pid, current);
    current = what === 'left' ? undefined : pid;
  }
}
