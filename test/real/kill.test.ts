/**
 * 200 random `kill -9` among hooks and collectors (which deliver) while sessions play. Afterwards every span that a finished hook
 * or the history tells of is in the store exactly once, and every one that is final and live is at the backend at least once.
 * Not part of `npm test`: it takes a minute. SPOOR_SEED repeats a run's choices (not its timing).
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { agents } from '#spoor/agents/index.ts';
import { importHistory } from '#spoor/collector/import-history.ts';
import { readCollector } from '#spoor/collector/lifecycle/pid-file.ts';
import { scrubFact } from '#spoor/collector/scrub-fact.ts';
import { createHome, homeAt } from '#spoor/config/home.ts';
import { VERSION } from '#spoor/core/version.ts';
import { saveShim } from '#spoor/hook/save-shim.ts';
import { toHookCommand } from '#spoor/hook/shim.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import type { HookRun } from '../stand-in/hook-runner.ts';
import { playSession } from '../stand-in/play-session.ts';
import { mcp, read, shell, turn, type SessionScript } from '../stand-in/script.ts';
import { startOtlpBackend } from '../support/otlp-backend.ts';
import { spawnSpoor, spoorCommand } from '../support/spawn-spoor.ts';

const KILLS = 200;
const EVENTS = ['agentSpawn', 'userPromptSubmit', 'preToolUse', 'postToolUse', 'stop'];

/** A small generator with a seed: the choices of a failed run can be made again. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function sessionScript(seed: string): SessionScript {
  const steps = [0, 1, 2].map((n) =>
    turn(`Prompt ${n} of ${seed}`, [
      { tools: [shell(`count ${seed} ${n}`, 'ok\n', { durationMillis: 60 }), shell(`count ${seed} ${n} again`, 'ok\n', { durationMillis: 30 }), read('a.txt', 'a')], durationMillis: 80, credits: 0.01 },
      { tools: [mcp('herd', 'find', { n, seed }, { found: n }, { durationMillis: 40 })], durationMillis: 50, credits: 0.02 },
      { text: `Answer ${n}`, durationMillis: 60, credits: 0.005 },
    ]),
  );
  return { seed, folder: 'project', steps };
}

/** What tells two spans apart for good: call ids, answers, prompts. */
function namesOf(store: SqliteStore): string[] {
  return store.listSessions({}).flatMap(({ sessionId }) =>
    store.readSpans('kiro', sessionId).map((span) => `${sessionId} ${span.kind} ${span.values.toolCallId ?? span.values.responseId ?? `turn ${span.turnIndex}`} ${span.outcome}`),
  ).sort();
}

test(`${KILLS} kills while sessions play: nothing is lost, nothing is there twice`, async (t) => {
  const seed = Number(process.env.SPOOR_SEED ?? Date.now() % 1_000_000);
  const random = createRandom(seed);
  t.diagnostic(`SPOOR_SEED=${seed}`);
  const root = mkdtempSync(join(tmpdir(), 'spoor-kill-'));
  const home = homeAt(join(root, '.spoor'));
  createHome(home);
  const backend = await startOtlpBackend();
  t.after(async () => {
    const running = readCollector(home);
    if (running?.alive) process.kill(running.pid, 'SIGKILL');
    await backend.stop();
    rmSync(root, { recursive: true, force: true });
  });
  writeFileSync(home.configFile, `destinations:\n  - name: sink\n    url: ${backend.url}\n`, { mode: 0o600 });
  // The built program: a shim starts its entry with node and nothing before it.
  saveShim(home, { agent: 'kiro', version: VERSION, node: process.execPath, entry: [spoorCommand.at(-1) as string, 'collect'] });
  const hook = { command: toHookCommand(home, 'kiro'), timeout_ms: 10_000 };
  mkdirSync(join(root, '.kiro', 'agents'), { recursive: true });
  writeFileSync(join(root, '.kiro', 'agents', 'prey.json'), JSON.stringify({ name: 'prey', tools: ['*'], hooks: Object.fromEntries(EVENTS.map((event) => [event, [hook]])) }));

  const env = { PATH: process.env.PATH ?? '', HOME: root, SPOOR_HOME: home.root };
  // The destination is older than every turn: a collector has seen it before the first hook.
  assert.equal((await spawnSpoor(['collect', '--once'], { env })).code, 0);

  const running = new Set<number>();
  const killed = new Set<number>();
  const runs: HookRun[] = [];
  let kills = { hooks: 0, collectors: 0 };
  let isPlaying = true;
  const play = async (lane: number): Promise<void> => {
    for (let n = 0; isPlaying; n++) {
      const script = { ...sessionScript(`lane-${lane}-${n}`), agentName: 'prey' };
      const played = await playSession(script, { home: root, sessionEnvironment: { HOME: root, PATH: env.PATH }, pace: 0.5, onHookStart: ({ pid }) => void (pid !== undefined && running.add(pid)) });
      runs.push(...played.hookRuns);
      for (const { pid } of played.hookRuns) if (pid !== undefined) running.delete(pid);
    }
  };
  const lanes = [play(0), play(1), play(2)];
  while (kills.hooks + kills.collectors < KILLS) {
    await sleep(20 + random() * 180);
    const collector = readCollector(home);
    const hooks = [...running].filter((pid) => !killed.has(pid)).slice(-3);
    const pid = random() < 0.5 && collector?.alive ? collector.pid : hooks[Math.floor(random() * hooks.length)];
    if (pid === undefined) continue;
    try {
      process.kill(pid, 'SIGKILL');
      killed.add(pid);
      if (pid === collector?.pid) kills = { ...kills, collectors: kills.collectors + 1 };
      else kills = { ...kills, hooks: kills.hooks + 1 };
    } catch {
      // It was over before.
    }
  }
  isPlaying = false;
  await Promise.all(lanes);
  t.diagnostic(`${kills.hooks} hooks and ${kills.collectors} collectors killed, ${runs.length} hooks run`);

  // Deadlines of turns whose stop hook was killed pass by themselves; what the history tells needs none.
  let left = Infinity;
  for (const deadline = Date.now() + 60_000; left > 0 && Date.now() < deadline; ) {
    assert.equal((await spawnSpoor(['collect', '--once'], { env })).code, 0);
    const status = JSON.parse((await spawnSpoor(['status', '--json'], { env })).out) as { spool: { waiting: number }; store: { pending: number }; destinations: { waiting: number }[] };
    left = status.spool.waiting + status.store.pending + status.destinations.reduce((sum, one) => sum + one.waiting, 0);
  }
  assert.equal(left, 0, 'everything was collected, closed and delivered in the end');

  const store = openStore(home.database);
  t.after(() => store.close());
  const told = openStore(':memory:');
  t.after(() => told.close());
  await importHistory({ store: told, environment: { home: root, env: {}, platform: process.platform }, agents, scrub: scrubFact, nowMillis: () => Date.now() + 3_600_000 });
  assert.deepEqual(namesOf(store), namesOf(told), 'the store holds exactly what the history tells');

  const finished = runs.filter((run) => run.exitCode === 0 && run.pid !== undefined && !killed.has(run.pid));
  assert.deepEqual(finished.filter((run) => run.stdout !== '' || run.stderr !== ''), []);
  const facts = store.readFacts('kiro', store.listSessions({}).map((session) => session.sessionId));
  const kinds = { userPromptSubmit: 'turn.started', preToolUse: 'tool.started', postToolUse: 'tool.ended', stop: 'turn.ended' } as const;
  for (const [event, type] of Object.entries(kinds)) {
    const kept = facts.filter((fact) => fact.type === type && fact.source === 'hook').length;
    const most = runs.filter((run) => run.event === event).length;
    const least = finished.filter((run) => run.event === event).length;
    assert.ok(kept >= least && kept <= most, `${event}: ${least} finished of ${most}, ${kept} kept`);
  }
  const received = backend.spansById();
  const live = store.listSessions({}).flatMap(({ sessionId }) => {
    const turns = new Set(store.readTurns('kiro', [sessionId]).filter((one) => one.live).map((one) => one.turnIndex));
    return store.readSpans('kiro', sessionId).filter((span) => turns.has(span.turnIndex));
  });
  assert.ok(live.length > 0);
  assert.deepEqual(live.filter((span) => !received.has(span.spanId)).map((span) => [span.sessionId, span.kind, span.spanId]), []);
  assert.deepEqual(backend.problems, []);
});
