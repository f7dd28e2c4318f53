/** A home with our hooks, a destination on loopback, sessions that play in it, and somebody who kills. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readCollector } from '#spoor/collector/lifecycle/pid-file.ts';
import { createHome, homeAt, type Home } from '#spoor/config/home.ts';
import { VERSION } from '#spoor/core/version.ts';
import { saveShim } from '#spoor/hook/save-shim.ts';
import { toHookCommand } from '#spoor/hook/shim.ts';
import type { HookRun } from '../stand-in/hook-runner.ts';
import { playSession } from '../stand-in/play-session.ts';
import { mcp, read, shell, turn, type SessionScript } from '../stand-in/script.ts';
import { startMetricsBackend, type MetricsBackend } from '../support/metrics-backend.ts';
import { startOtlpBackend, type OtlpBackend } from '../support/otlp-backend.ts';
import { spawnSpoor, spoorCommand } from '../support/spawn-spoor.ts';

const EVENTS = ['agentSpawn', 'userPromptSubmit', 'preToolUse', 'postToolUse', 'stop'];

export interface HuntingGround {
  /** The user's home folder. */
  root: string;
  home: Home;
  backend: OtlpBackend;
  /** Gets one trace a session. */
  whole: OtlpBackend;
  /** Gets what was counted, as `backend` gets the spans. */
  metrics: MetricsBackend;
  env: Record<string, string>;
  /** Every hook that ran. */
  runs: HookRun[];
  /** Hook processes that run now. */
  running: Set<number>;
  killed: Set<number>;
  close(): Promise<void>;
}

/** Makes one. A collector has seen the destination before the first hook: every turn ends after it was added. */
export async function openHuntingGround(): Promise<HuntingGround> {
  const root = mkdtempSync(join(tmpdir(), 'spoor-kill-'));
  const home = homeAt(join(root, '.spoor'));
  createHome(home);
  const [backend, whole, metrics] = await Promise.all([startOtlpBackend(), startOtlpBackend(), startMetricsBackend()]);
  writeFileSync(home.configFile, `destinations:\n  - { name: sink, url: '${backend.url}', metrics: { url: '${metrics.url}', interval: 1s } }\n  - { name: whole, url: '${whole.url}', trace: session, mcpSpan: child }\n`, { mode: 0o600 });
  // The built program: a shim starts its entry with node and nothing before it.
  saveShim(home, { agent: 'kiro', version: VERSION, node: process.execPath, entry: [spoorCommand.at(-1) as string, 'collect'] });
  const hook = { command: toHookCommand(home, 'kiro'), timeout_ms: 10_000 };
  mkdirSync(join(root, '.kiro', 'agents'), { recursive: true });
  writeFileSync(join(root, '.kiro', 'agents', 'prey.json'), JSON.stringify({ name: 'prey', tools: ['*'], hooks: Object.fromEntries(EVENTS.map((event) => [event, [hook]])) }));
  const env = { PATH: process.env.PATH ?? '', HOME: root, SPOOR_HOME: home.root };
  assert.equal((await spawnSpoor(['collect', '--once'], { env })).code, 0);
  const close = async (): Promise<void> => {
    const collector = readCollector(home);
    if (collector?.alive) process.kill(collector.pid, 'SIGKILL');
    await Promise.all([backend.stop(), whole.stop(), metrics.close()]);
    rmSync(root, { recursive: true, force: true });
  };
  return { root, home, backend, whole, metrics, env, runs: [], running: new Set(), killed: new Set(), close };
}

function sessionScript(seed: string): SessionScript {
  const steps = [0, 1, 2].map((n) =>
    turn(`Prompt ${n} of ${seed}`, [
      { tools: [shell(`count ${seed} ${n}`, 'ok\n', { durationMillis: 60 }), shell(`count ${seed} ${n} again`, 'ok\n', { durationMillis: 30 }), read('a.txt', 'a')], durationMillis: 80, credits: 0.01 },
      { tools: [mcp('herd', 'find', { n, seed }, { found: n }, { durationMillis: 40 })], durationMillis: 50, credits: 0.02 },
      { text: `Answer ${n}`, durationMillis: 60, credits: 0.005 },
    ]),
  );
  return { seed, agentName: 'prey', folder: 'project', steps };
}

/** Plays one session after the other until `isOver`. */
export async function playUntil(ground: HuntingGround, lane: number, isOver: () => boolean): Promise<void> {
  const { root, env, running } = ground;
  for (let n = 0; !isOver(); n++) {
    const onHookStart = ({ pid }: Pick<HookRun, 'pid'>): void => void (pid !== undefined && running.add(pid));
    const played = await playSession(sessionScript(`lane-${lane}-${n}`), { home: root, sessionEnvironment: { HOME: root, PATH: env.PATH }, pace: 0.5, onHookStart });
    ground.runs.push(...played.hookRuns);
    for (const { pid } of played.hookRuns) if (pid !== undefined) running.delete(pid);
  }
}

/** `kill -9` at random moments: as often a collector (it delivers, too) as a hook. Returns how many of each. */
export async function killMany(ground: HuntingGround, count: number, random: () => number): Promise<{ hooks: number; collectors: number }> {
  const kills = { hooks: 0, collectors: 0 };
  while (kills.hooks + kills.collectors < count) {
    await sleep(20 + random() * 180);
    const collector = readCollector(ground.home);
    const hooks = [...ground.running].filter((pid) => !ground.killed.has(pid)).slice(-3);
    const isCollector = random() < 0.5 && collector?.alive === true;
    const pid = isCollector ? collector.pid : hooks[Math.floor(random() * hooks.length)];
    if (pid === undefined || !tryKill(pid)) continue;
    ground.killed.add(pid);
    kills[isCollector ? 'collectors' : 'hooks'] += 1;
  }
  return kills;
}

function tryKill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

/** Collects until nothing is left in the spool, open or undelivered; gives what is left at the deadline. */
export async function collectAll({ env }: HuntingGround, deadlineMillis: number): Promise<number> {
  for (;;) {
    assert.equal((await spawnSpoor(['collect', '--once'], { env })).code, 0);
    const status = JSON.parse((await spawnSpoor(['status', '--json'], { env })).out) as { spool: { waiting: number }; store: { pending: number }; destinations: { waiting: number }[] };
    const left = status.spool.waiting + status.store.pending + status.destinations.reduce((sum, one) => sum + one.waiting, 0);
    if (left === 0 || Date.now() > deadlineMillis) return left;
  }
}
