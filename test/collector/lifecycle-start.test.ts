/** Hooks start the collector: one, detached from the agent, whatever an earlier one left behind. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { postponeStart } from '#spoor/collector/lifecycle/acquire.ts';
import { startCollector } from '#spoor/collector/lifecycle/launch.ts';
import { readCollector } from '#spoor/collector/lifecycle/pid-file.ts';
import { shimPaths } from '#spoor/hook/shim.ts';
import { toCollectorEnvironment } from '#spoor/hook/variables.ts';
import { isProcessAlive } from '#spoor/spool/process.ts';
import { readSpool } from '#spoor/spool/read-spool.ts';
import { AGENT_ENVIRONMENT, assertSilent, createHookStage, finished, type HookStage, type LogLine, readLog, standInArguments, waitFor } from '../support/hook-stage.ts';

const PAYLOAD = '{"n":1}';

let stage: HookStage;
const children: ChildProcess[] = [];
beforeEach(() => (stage = createHookStage()));
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await stage.close();
});

const lines = (what: LogLine['what']): LogLine[] => readLog(stage).filter((line) => line.what === what);
const drained = (count: number): Promise<LogLine[]> => waitFor(`${count} drained events`, () => lines('event').length >= count && lines('event'));

/** A process that is alive and nothing of ours. */
function stranger(): number {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
  children.push(child);
  return child.pid ?? assert.fail();
}

/** A pid that no process has. */
async function deadPid(): Promise<number> {
  const child = spawn('true', { stdio: 'ignore' });
  await new Promise((resolve) => child.once('exit', resolve));
  return child.pid ?? assert.fail();
}

test('the first event starts a collector, later ones find it', async () => {
  for (let i = 0; i < 5; i++) assertSilent(await stage.run(`{"n":${i}}`));
  const events = await drained(5);
  assert.deepEqual(new Set(events.map((event) => event.payload)), new Set([0, 1, 2, 3, 4].map((i) => `{"n":${i}}`)));
  assert.equal(lines('acquired').length, 1);
  const { pid = 0, version, alive } = readCollector(stage.home) ?? {};
  assert.deepEqual([pid, version, alive], [lines('acquired')[0]?.pid, '1.0.0', true]);
  assert.ok(!existsSync(stage.home.startingFile));
  for (const file of [stage.home.pidFile, stage.home.lockFile]) assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('fifty at the same instant: fifty events, one collector', async () => {
  const runs = await Promise.all(Array.from({ length: 50 }, (_, i) => stage.run(`{"n":${i}}`)));
  runs.forEach(assertSilent);
  const events = await drained(50);
  assert.equal(new Set(events.map((event) => event.payload)).size, 50);
  assert.equal(new Set(events.map((event) => event.key)).size, 50);
  assert.equal(lines('acquired').length, 1);
});

test("the agent's pipes reach their end while the collector lives on, in a session of its own", async () => {
  assertSilent(await stage.run(PAYLOAD));
  await drained(1);
  const pid = readCollector(stage.home)?.pid ?? assert.fail();
  if (process.platform !== 'linux') return;
  const [, , group, session, terminal] = statFields(pid);
  assert.deepEqual([group, session, terminal], [String(pid), String(pid), '0']);
  for (const fd of [0, 1, 2]) assert.equal(statSync(`/proc/${pid}/fd/${fd}`).rdev, statSync('/dev/null').rdev);
  assert.equal(readFileSync(`/proc/${pid}/cwd/proc/${pid}/comm`, 'utf8').length > 0, true, 'its folder is /');
});

test('descriptors that an agent leaks are not kept open', async () => {
  const child = spawn('sh', ['-c', stage.command], { env: AGENT_ENVIRONMENT, stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'] });
  assertSilent(await finished(child, PAYLOAD));
  await drained(1);
});

test('Ctrl-C on the group of the agent does not reach it', async () => {
  // The agent itself stays alive and keeps its group.
  const agent = spawn('sh', ['-c', `trap : INT; ( ${stage.command} ); echo done; while :; do sleep 1000; done`], { detached: true, env: AGENT_ENVIRONMENT });
  children.push(agent);
  agent.stdin.end(PAYLOAD);
  await new Promise((resolve) => agent.stdout.once('data', resolve));
  const interrupt = (): boolean => process.kill(-(agent.pid ?? assert.fail()), 'SIGINT');
  interrupt();
  await waitFor('the collector', () => interrupt() && readCollector(stage.home)?.alive);
  interrupt();
  await drained(1);
  assert.equal(lines('acquired').length, 1);
  process.kill(-(agent.pid ?? assert.fail()), 'SIGKILL');
});

test('it inherits what it needs and nothing else', async () => {
  const env = { HOME: stage.folder, LANG: 'C', HTTPS_PROXY: 'http://127.0.0.1:9', OTEL_EXPORTER_OTLP_HEADERS: 'key=secret', NODE_OPTIONS: '--no-deprecation' };
  assertSilent(await stage.run(PAYLOAD, { env }));
  await drained(1);
  const { PATH, ...rest } = lines('acquired')[0]?.env ?? {};
  assert.deepEqual(rest, { HOME: stage.folder, LANG: 'C', HTTPS_PROXY: 'http://127.0.0.1:9', SPOOR_HOME: stage.home.root });
  assert.ok(PATH);
  assert.deepEqual(lines('event')[0]?.env, { HOME: stage.folder, OTEL_EXPORTER_OTLP_HEADERS: 'key=secret', PPID: String(process.pid) });
});

test('a collector that was killed is replaced by the next event', async () => {
  await stage.run(PAYLOAD);
  await drained(1);
  const pid = readCollector(stage.home)?.pid ?? assert.fail();
  process.kill(pid, 'SIGKILL');
  await waitFor('its death', () => !readCollector(stage.home)?.alive);
  assertSilent(await stage.run('{"n":2}'));
  await drained(2);
  assert.equal(new Set(lines('acquired').map((line) => line.pid)).size, 2);
});

test('a hung collector: events wait, nothing is started', async () => {
  await stage.run(PAYLOAD);
  await drained(1);
  const pid = readCollector(stage.home)?.pid ?? assert.fail();
  process.kill(pid, 'SIGSTOP');
  for (let i = 0; i < 3; i++) assertSilent(await stage.run('{"n":2}'));
  assert.equal(readSpool(stage.home).events.length, 3);
  process.kill(pid, 'SIGCONT');
  await drained(4);
  assert.equal(lines('acquired').length + lines('refused').length, 1);
});

test('a pid file whose pid belongs to another process now', async () => {
  writeFileSync(stage.home.pidFile, `${stranger()} 1.0.0 1 3\n`);
  assert.equal(readCollector(stage.home)?.alive, false);
  assertSilent(await stage.run(PAYLOAD));
  await drained(1);
});

for (const text of ['', 'x', '1', '-1 1.0.0 1 1\n', '0 1.0.0 1 1\n', '99999999999 1.0.0 1 1\n', '\0\0', '$(touch /tmp/never) 1.0.0 1 1\n']) {
  test(`a pid file that says ${JSON.stringify(text)}`, async () => {
    writeFileSync(stage.home.pidFile, text);
    assert.ok(!readCollector(stage.home)?.alive);
    assertSilent(await stage.run(PAYLOAD));
    await drained(1);
  });
}

test('a starting file of a dead process is taken over', async () => {
  writeFileSync(stage.home.startingFile, `${await deadPid()}\n`);
  assertSilent(await stage.run(PAYLOAD));
  await drained(1);
});

test('a starting file of a dead process that nobody has reaped is taken over', async () => {
  const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 1000'], { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(parent);
  const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)));
  await waitFor('its death', () => !isProcessAlive(pid));
  writeFileSync(stage.home.startingFile, `${pid}\n`);
  assertSilent(await stage.run(PAYLOAD));
  await drained(1);
});

test('a starting file with a reused pid, or asking to wait, holds for a minute', async () => {
  for (const text of [`${stranger()}\n`, 'wait\n', '']) {
    const before = lines('event').length;
    if (text === 'wait\n') postponeStart(stage.home);
    else writeFileSync(stage.home.startingFile, text);
    const run = await finished(spawn('sh', [shimPaths(stage.home, 'kiro').startScript], { env: AGENT_ENVIRONMENT }), '');
    assert.equal(run.code, 0);
    assert.ok(!existsSync(stage.home.pidFile), 'nothing was started');
    const old = Date.now() / 1000 - 130;
    utimesSync(stage.home.startingFile, old, old);
    assertSilent(await stage.run(PAYLOAD));
    await drained(before + 1);
    const pid = readCollector(stage.home)?.pid ?? assert.fail();
    process.kill(pid, 'SIGTERM');
    await waitFor('its leave', () => lines('left').some((line) => line.pid === pid));
  }
});

test("without the node it was installed with, the PATH's; without any, the event waits", async () => {
  stage.install({ node: join(stage.folder, 'gone', 'node') });
  const bin = join(stage.folder, 'bin');
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, 'node'));
  assertSilent(await stage.run(PAYLOAD, { env: { PATH: `${bin}:/usr/bin:/bin` } }));
  await drained(1);
});

test('an installation that was removed: the event waits', async () => {
  const gone = join(stage.folder, 'gone.mjs');
  copyFileSync(stage.entry, gone);
  stage.install({ entry: gone });
  rmSync(gone);
  assertSilent(await stage.run(PAYLOAD));
  rmSync(shimPaths(stage.home, 'kiro').startScript);
  assertSilent(await stage.run(PAYLOAD));
  assert.equal(readSpool(stage.home).events.length, 2);
  assert.deepEqual(readLog(stage), []);
});

test('where there is no setsid and no /proc, it still gets a session of its own', async () => {
  stage.install({ platform: 'darwin' });
  for (let i = 0; i < 20; i++) assertSilent(await stage.run(`{"n":${i}}`));
  await drained(20);
  assert.equal(lines('acquired').length, 1);
  const pid = readCollector(stage.home)?.pid ?? assert.fail();
  if (process.platform === 'linux') assert.deepEqual(statFields(pid).slice(2, 5), [String(pid), String(pid), '0']);
});

test('the command line starts one too, and finds the one that runs', async () => {
  const options = { node: process.execPath, entry: [stage.entry, ...standInArguments(stage, '1.0.0', 60_000)], env: toCollectorEnvironment(AGENT_ENVIRONMENT, stage.home.root) };
  const first = await startCollector(stage.home, options);
  assert.equal(first?.alive, true);
  assert.deepEqual(await startCollector(stage.home, options), first);
  assert.equal(await startCollector(createlessHome(), { ...options, node: '/nonexistent/node' }), undefined);
});

function createlessHome() {
  return { ...stage.home, pidFile: join(stage.folder, 'no.pid') };
}

/** Fields of /proc/<pid>/stat from the third (state) on. */
function statFields(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}
