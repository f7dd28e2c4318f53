/**
 * Golden trees of Kiro's V3 engine, played by the stand-in with real hook processes. Both kinds of hooks are installed, and each scenario
 * is played by a build that runs hook files alone, by one that runs the agent's hooks as well (each event is then told twice), and by
 * the IDE's spelling: one tree. `SPOOR_UPDATE_GOLDEN=1` rewrites the texts.
 */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { findHookFile, planHookFile } from '#spoor/agents/kiro/install-hook-file.ts';
import { toHookCommand } from '#spoor/hook/shim.ts';
import type { Span } from '#spoor/core/span.ts';
import { openStore } from '#spoor/store/sqlite/open-store.ts';
import type { HookRun } from '../stand-in/hook-runner.ts';
import { playV3, type V3PlayOptions } from '../stand-in/v3/play.ts';
import { v3Scenarios } from '../stand-in/v3/scenarios.ts';
import type { V3Scenario } from '../stand-in/v3/script.ts';
import { collectAll, createTracedHome, importInto, readGolden, type TracedHome } from './traced-home.ts';
import { toTreeText } from './tree-text.ts';

const folder = join(import.meta.dirname, 'kiro-v3');

/** A killed process leaves no record of the call that ran: only its hook tells of it. */
const KNOWN_BETTER_LIVE = new Set(['cancelled-mouse']);

function createV3Home(t: TestContext): TracedHome {
  const traced = createTracedHome({ hooked: true });
  t.after(() => traced.close());
  const path = findHookFile(traced.environment) ?? assert.fail();
  const plan = planHookFile(path, toHookCommand(traced.home, 'kiro'));
  assert.ok(plan && 'after' in plan && plan.after);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, plan.after);
  return traced;
}

/** Plays all sessions of the scenario at once. */
async function play(scenario: V3Scenario, traced: TracedHome, more: Partial<V3PlayOptions> = {}): Promise<HookRun[]> {
  const played = await Promise.all(scenario.sessions.map((session) => playV3(session, { home: traced.root, ...more })));
  const runs = played.flatMap((one) => one.runs);
  assert.deepEqual(runs.filter((run) => run.stdout !== '' || run.stderr !== '' || run.exitCode !== 0), [], 'every hook is silent and leaves with 0');
  return runs;
}

function allSpans({ store }: TracedHome): Span[] {
  return store.listSessions({}).flatMap((session) => store.readSpans('kiro', session.sessionId));
}

const WAYS: Record<string, Partial<V3PlayOptions>> = {
  'hook files alone': {},
  "the agent's hooks as well: every event twice": { runsAgentHooks: true },
  "the IDE's spelling": { isCamel: true },
  'stop hooks behind the end of the turn': { stopsLate: true },
};

for (const scenario of v3Scenarios) {
  const path = join(folder, `${scenario.name}.txt`);
  describe(`${scenario.name}: ${scenario.shows}`, () => {
    for (const [way, more] of Object.entries(WAYS)) {
      test(`collected while it plays, ${way}`, async (t) => {
        const traced = createV3Home(t);
        const runs = await play(scenario, traced, { ...more, onHookStart: () => void traced.pipeline.step() });
        assert.equal(runs.some((run) => run.event === 'UserPromptSubmit'), more.runsAgentHooks === true, 'our hook file has no prompt hook');
        collectAll(traced);
        const text = toTreeText(traced.store, { clocks: true });
        if (process.env.SPOOR_UPDATE_GOLDEN && way === 'hook files alone') writeFileSync(path, text);
        assert.equal(text, readGolden(path));
        assert.deepEqual(traced.pipeline.problems.list(), []);
        assert.equal(new Set(traced.delivered.map((span) => span.spanId)).size, traced.delivered.length, 'nothing is delivered twice');
        assert.deepEqual(new Set(traced.delivered.map((span) => span.spanId)), new Set(allSpans(traced).map((span) => span.spanId)), 'everything is delivered');

        await importInto(traced, traced.store);
        assert.equal(toTreeText(traced.store, { clocks: true }), text, 'a re-import changes nothing');
        if (KNOWN_BETTER_LIVE.has(scenario.name)) return;
        const empty = openStore(':memory:');
        t.after(() => empty.close());
        await importInto(traced, empty);
        assert.equal(toTreeText(empty, { clocks: false }), toTreeText(traced.store, { clocks: false }), 'an import into an empty store gives the same tree');
      });
    }

    test('collected once, after it was played: the same tree', async (t) => {
      const traced = createV3Home(t);
      await play(scenario, traced, { runsAgentHooks: true });
      collectAll(traced);
      assert.equal(toTreeText(traced.store, { clocks: true }), readGolden(path));
    });
  });
}
