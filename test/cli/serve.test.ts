/** `spoor serve` as a process: takes over from the collector that runs, tells where it is, collects, and leaves cleanly. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { readCollector } from '#spoor/collector/lifecycle/pid-file.ts';
import { openTelemetryReader } from '#spoor/receiver/read-telemetry.ts';
import { freePort } from '../../scripts/backends/serving.ts';
import { geminiPlays } from '../agents/gemini/plays.ts';
import { createTracedHome, type TracedHome } from '../golden/traced-home.ts';
import { parsePrometheusText, type Sample } from '../metrics/prometheus-grammar.ts';
import { putStep } from '../support/play-steps.ts';
import { spawnSpoor, spoorCommand } from '../support/spawn-spoor.ts';

const DEADLINE_MILLIS = 60_000;

async function waitFor<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + DEADLINE_MILLIS;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) assert.fail(`waited too long for ${what}`);
    await delay(25);
  }
}

interface Running {
  child: ChildProcess;
  told: { out: string; err: string };
  ended: Promise<number | null>;
}

function openHome(t: TestContext): { traced: TracedHome; env: Record<string, string>; start(...words: string[]): Running } {
  const traced = createTracedHome({ hooked: false });
  const env = { PATH: process.env.PATH ?? '', HOME: traced.root, SPOOR_HOME: traced.home.root };
  const children: ChildProcess[] = [];
  t.after(async () => {
    for (const child of children) child.kill('SIGKILL');
    traced.close();
  });
  const start = (...words: string[]): Running => {
    const child = spawn(process.execPath, [...spoorCommand.slice(1), ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    const told = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (told.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (told.err += text));
    return { child, told, ended: new Promise((resolve) => child.once('close', resolve)) };
  };
  return { traced, env, start };
}

const urlOf = (running: Running): Promise<string> => waitFor('its address', () => /^http:\S+/.exec(running.told.out)?.[0]);

async function scrape(url: string): Promise<Sample[]> {
  return parsePrometheusText(await (await fetch(`${url}/metrics`)).text(), 'text').flatMap(({ samples }) => samples);
}

test('it takes over, counts a session while it is played, and leaves with nothing behind', async (t) => {
  const { traced, start } = openHome(t);
  const onDemand = start('collect');
  await waitFor('the collector', () => readCollector(traced.home)?.alive);
  const serving = start('serve', '--port', '0');
  const url = await urlOf(serving);
  assert.equal(await onDemand.ended, 0, onDemand.told.err);
  await waitFor('the other collector', () => readCollector(traced.home)?.pid === serving.child.pid || undefined);
  assert.equal(statSync(traced.home.serverFile).mode & 0o777, 0o600);

  const play = geminiPlays[0] ?? assert.fail();
  for (const step of play.steps(Date.now())) putStep(traced, 'gemini', step);
  const turns = await waitFor('two turns', async () => {
    const found = (await scrape(url)).find(({ name, labels }) => name === 'spoor_turns_total' && labels.spoor_agent === 'gemini' && labels.spoor_outcome === 'ok');
    return found?.value === 2 ? found : undefined;
  });
  assert.equal(turns.value, 2);
  const calls = (await scrape(url)).filter(({ name }) => name === 'spoor_tool_calls_total');
  assert.ok(calls.some(({ labels }) => labels.gen_ai_tool_name === 'run_shell_command'));

  serving.child.kill('SIGINT');
  assert.equal(await serving.ended, 0, serving.told.err);
  assert.deepEqual([existsSync(traced.home.serverFile), existsSync(traced.home.pidFile)], [false, false]);
  assert.equal(serving.told.out, `${url}\n`);

  const again = start('serve', '--port', '0');
  const later = await scrape(await urlOf(again));
  assert.equal(later.filter(({ name }) => name === 'spoor_turns_total').reduce((sum, { value }) => sum + value, 0), 2, 'counters go on where they were');
  again.child.kill('SIGTERM');
  assert.equal(await again.ended, 0);
});

test('an import does not make a counter jump', async (t) => {
  const { traced, env, start } = openHome(t);
  const [play] = geminiPlays;
  // The files alone: what hooks would have told was not told.
  for (const step of play?.steps(Date.now() - 86_400_000) ?? []) if (!('hook' in step)) putStep(traced, 'gemini', step);
  assert.equal((await spawnSpoor(['import'], { env })).code, 0);
  const serving = start('serve', '--port', '0');
  const samples = await scrape(await urlOf(serving));
  assert.deepEqual(samples.filter(({ name }) => name.startsWith('gen_ai') || name.endsWith('_total')), []);
  assert.equal(JSON.parse(await (await fetch(`${await urlOf(serving)}/health`)).text()).sessions, 1);
});

test('a second one, and a port that is taken, are told with who has it', async (t) => {
  const { env, start } = openHome(t);
  const first = start('serve', '--port', '0');
  const url = await urlOf(first);
  const second = await spawnSpoor(['serve', '--port', '0'], { env });
  assert.equal(second.code, 1);
  assert.ok(second.err.includes(`spoor serve runs already at ${url} (process ${first.child.pid})`), second.err);

  const other = openHome(t);
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  t.after(() => void holder.close());
  const { port } = holder.address() as AddressInfo;
  const onDemand = other.start('collect');
  await waitFor('the collector', () => readCollector(other.traced.home)?.alive);
  const taken = await spawnSpoor(['serve', '--port', String(port)], { env: other.env });
  assert.equal(taken.code, 1);
  assert.ok(taken.err.includes(`Port ${port} of 127.0.0.1 is taken by `) && taken.err.includes(`--port ${port + 1}`), taken.err);
  if (process.platform === 'linux') assert.ok(taken.err.includes(`(process ${process.pid})`), taken.err);
  assert.equal(readCollector(other.traced.home)?.pid, onDemand.child.pid, 'the collector was left alone');
});

test('a wrong port is a wrong word', async (t) => {
  const { env } = openHome(t);
  for (const port of ['x', '-1', '70000', '1.5']) assert.equal((await spawnSpoor(['serve', `--port=${port}`], { env })).code, 2, port);
});

test('telemetry is taken at the same port, and counted and kept', async (t) => {
  const { traced, start } = openHome(t);
  const serving = start('serve', '--port', '0');
  const url = await urlOf(serving);
  const body = JSON.stringify({ resourceLogs: [{ resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] }, scopeLogs: [{ logRecords: [{ eventName: 'paid' }] }] }] });
  const headers = { 'content-type': 'application/json' };
  const taken = await fetch(`${url}/v1/logs`, { method: 'POST', headers, body });
  assert.deepEqual([taken.status, await taken.text()], [200, '{}']);
  assert.equal((await fetch(`${url}/v1/logs`, { method: 'POST', headers: { ...headers, origin: 'https://page.example' }, body })).status, 403);
  assert.equal((await fetch(`${url}/health`)).status, 200);
  const reader = openTelemetryReader(traced.home.telemetryDatabase) ?? assert.fail();
  t.after(() => reader.close());
  assert.deepEqual(reader.readLogs({ limit: 5 }).map(({ service, name }) => [service, name]), [['shop', 'paid']]);
  assert.equal(statSync(traced.home.telemetryDatabase).mode & 0o777, 0o600);
  serving.child.kill('SIGTERM');
  assert.equal(await serving.ended, 0, serving.told.err);
});

test('a destination at its own port is a loop, and a token that is not there closes', async (t) => {
  const { traced, env, start } = openHome(t);
  const port = await freePort();
  writeFileSync(traced.home.configFile, `destinations:\n  own:\n    url: http://localhost:${port}\n`);
  const looping = await spawnSpoor(['serve', '--port', String(port)], { env });
  assert.equal(looping.code, 1);
  assert.match(looping.err, /The destination "own" leads to port \d+ of this machine/);

  writeFileSync(traced.home.configFile, 'receiver:\n  token: env:SPOOR_TEST_TOKEN\n');
  const missing = await spawnSpoor(['serve', '--port', '0'], { env });
  assert.equal(missing.code, 1);
  assert.match(missing.err, /receiver\.token is "env:SPOOR_TEST_TOKEN", which is not set/);

  writeFileSync(traced.home.configFile, 'receiver:\n  tokens: x\n');
  const url = await urlOf(start('serve', '--port', '0'));
  assert.equal((await fetch(`${url}/v1/logs`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })).status, 401);
  assert.equal((await fetch(`${url}/health`)).status, 200);
});
