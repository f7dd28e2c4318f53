/** Traces of sessions with real processes: hooks start the collector, agents come and go, and each session gets its own span once. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readCollector } from '#spoor/collector/lifecycle/pid-file.ts';
import { createHome, homeAt } from '#spoor/config/home.ts';
import { VERSION } from '#spoor/core/version.ts';
import { saveShim } from '#spoor/hook/save-shim.ts';
import { toHookCommand } from '#spoor/hook/shim.ts';
import { playSession } from '../stand-in/play-session.ts';
import { mcp, shell, turn } from '../stand-in/script.ts';
import { startOtlpBackend, type OtlpBackend, type ReceivedSpan } from '../support/otlp-backend.ts';
import { spawnSpoor, spoorCommand } from '../support/spawn-spoor.ts';

interface Ground {
  whole: OtlpBackend;
  byTurn: OtlpBackend;
  /** Plays a session to its end; its agent is then gone. */
  play(seed: string): Promise<void>;
  collectOnce(): Promise<void>;
}

/** A home with our hooks, and a destination of each grouping that was there before the first of them. */
async function openGround(t: TestContext): Promise<Ground> {
  const root = mkdtempSync(join(tmpdir(), 'spoor-session-trace-'));
  const home = homeAt(join(root, '.spoor'));
  createHome(home);
  const [whole, byTurn] = await Promise.all([startOtlpBackend(), startOtlpBackend()]);
  writeFileSync(home.configFile, `destinations:\n  - { name: whole, url: '${whole.url}', trace: session, mcpSpan: child }\n  - { name: turns, url: '${byTurn.url}' }\n`, { mode: 0o600 });
  saveShim(home, { agent: 'kiro', version: VERSION, node: process.execPath, entry: [spoorCommand.at(-1) as string, 'collect'] });
  const hook = { command: toHookCommand(home, 'kiro'), timeout_ms: 10_000 };
  mkdirSync(join(root, '.kiro', 'agents'), { recursive: true });
  const hooks = Object.fromEntries(['agentSpawn', 'userPromptSubmit', 'preToolUse', 'postToolUse', 'stop'].map((event) => [event, [hook]]));
  writeFileSync(join(root, '.kiro', 'agents', 'ibis.json'), JSON.stringify({ name: 'ibis', tools: ['*'], hooks }));
  const env = { PATH: process.env.PATH ?? '', HOME: root, SPOOR_HOME: home.root };
  const collectOnce = async (): Promise<void> => assert.equal((await spawnSpoor(['collect', '--once'], { env })).code, 0);
  t.after(async () => {
    const collector = readCollector(home);
    if (collector?.alive) process.kill(collector.pid, 'SIGKILL');
    await Promise.all([whole.stop(), byTurn.stop()]);
    rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });
  await collectOnce();
  const play = async (seed: string): Promise<void> => {
    const steps = [0, 1].map((n) => turn(`Wade ${n} ${seed}`, [{ tools: [shell(`wade ${n}`, 'ok\n', { durationMillis: 20 }), mcp('reeds', 'count', { n }, { found: n }, { durationMillis: 20 })], credits: 0.01 }, { text: `Waded ${n}`, credits: 0.005 }]));
    await playSession({ seed, agentName: 'ibis', folder: 'marsh', steps }, { home: root, sessionEnvironment: { HOME: root, PATH: env.PATH }, pace: 0.2 });
  };
  return { whole, byTurn, play, collectOnce };
}

function envelopesOf(backend: OtlpBackend): ReceivedSpan[] {
  return backend.spans().filter(({ name }) => name.startsWith('agent_session'));
}

function checkTrees(backend: OtlpBackend, sessions: number): void {
  assert.deepEqual(backend.problems, []);
  const spans = backend.spansById();
  assert.equal(new Set([...spans.values()].map(({ traceId }) => traceId)).size, sessions);
  const roots = [...spans.values()].filter(({ parentSpanId }) => parentSpanId === undefined);
  assert.deepEqual(roots.map(({ name }) => name), Array(sessions).fill('agent_session kiro'));
  for (const { parentSpanId } of spans.values()) assert.ok(parentSpanId === undefined || spans.has(parentSpanId));
  assert.equal([...spans.values()].filter(({ name, kind }) => name === 'tools/call count' && kind === 3).length, sessions * 2);
}

test('a session is closed when its agent has gone, by the collector that its hooks started', async (t) => {
  const { whole, byTurn, play } = await openGround(t);
  await play('ibis-1');
  await whole.waitUntil(() => envelopesOf(whole).length > 0);
  checkTrees(whole, 1);
  assert.equal(envelopesOf(whole).length, 1);
  await byTurn.waitUntil(() => byTurn.spans().filter(({ name }) => name.startsWith('invoke_agent')).length === 2);
  assert.equal(envelopesOf(byTurn).length, 0);
  assert.equal(new Set(byTurn.spans().map(({ traceId }) => traceId)).size, 2);
});

test('when collect --once returns, what is over is closed and delivered, a collector running or not', async (t) => {
  const { whole, play, collectOnce } = await openGround(t);
  for (const count of [1, 2, 3]) {
    await play(`ibis-${count}`);
    await collectOnce();
    assert.equal(envelopesOf(whole).length, count);
    checkTrees(whole, count);
  }
});
