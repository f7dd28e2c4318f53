/**
 * Golden trees: each scenario is played by the stand-in with real hook processes, and what the store then holds is compared with a
 * reviewed text. `SPOOR_UPDATE_GOLDEN=1` rewrites the texts; their diff is reviewed as code.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import type { Played } from '../stand-in/played.ts';
import { scenarios } from '../stand-in/scenarios/index.ts';
import { collectAll, createTracedHome, importInto, playScenario, readGolden } from './traced-home.ts';
import { toTreeText } from './tree-text.ts';

/** A turn that failed before its first answer: the history keeps that it was, but not its prompt. */
const WITHOUT_PROMPT = new Set(['error-moth', 'error-silent-moth', 'cancelled-traceless-goose']);
/** The next request failed, and the history then calls the calls before it cancelled; only the hooks saw them succeed. */
const KNOWN_BETTER_LIVE = new Set(['error-later-moth']);

const folder = join(import.meta.dirname, 'kiro');

/** Credits of every span, added up as a backend would. */
function creditsOf(store: SqliteStore): number {
  const spans = store.listSessions({}).flatMap(({ agent, sessionId }) => store.readSpans(agent, sessionId));
  return spans.reduce((sum, span) => sum + (span.values.credits ?? 0), 0);
}

/** What the sidecars themselves say, each turn once: a rewound session's sidecar repeats its parent's. */
function countCredits(played: Played): number {
  const turns = new Map<string, number>();
  for (const { sidecar } of played.sessions) {
    const { session_state: state } = JSON.parse(readFileSync(sidecar, 'utf8')) as { session_state: { conversation_metadata: { user_turn_metadatas: { message_ids: string[]; metering_usage: { value: number }[] }[] } } };
    for (const turn of state.conversation_metadata.user_turn_metadatas) turns.set(turn.message_ids[0] ?? '', turn.metering_usage.reduce((sum, one) => sum + one.value, 0));
  }
  return [...turns.values()].reduce((sum, credits) => sum + credits, 0);
}

for (const scenario of scenarios) {
  describe(`${scenario.name}: ${scenario.shows}`, () => {
    test('collected while it plays: as in the golden file, and equal to an import', async (t) => {
      const traced = createTracedHome({ hooked: !scenario.name.startsWith('installed-midway') });
      t.after(() => traced.close());
      const played = await playScenario(scenario, traced, () => traced.pipeline.step());
      assert.deepEqual(played.hookRuns.filter((run) => run.stdout !== '' || run.stderr !== '' || run.exitCode !== 0), []);
      collectAll(traced);
      const text = toTreeText(traced.store, { clocks: true });
      const path = join(folder, `${scenario.name}.txt`);
      if (process.env.SPOOR_UPDATE_GOLDEN) writeFileSync(path, text);
      assert.equal(text, readGolden(path));
      assert.deepEqual(traced.pipeline.problems.list(), []);
      assert.equal(creditsOf(traced.store).toFixed(9), countCredits(played).toFixed(9), 'credits as a count of the raw files');

      const live = toTreeText(traced.store, { clocks: false });
      await importInto(traced, traced.store);
      assert.equal(toTreeText(traced.store, { clocks: true }), text, 'a re-import changes nothing');
      const empty = openStore(':memory:');
      t.after(() => empty.close());
      await importInto(traced, empty);
      const imported = toTreeText(empty, { clocks: false });
      if (KNOWN_BETTER_LIVE.has(scenario.name)) return assert.equal(imported, live.replaceAll(' ok call=', ' cancelled call='));
      const expected = WITHOUT_PROMPT.has(scenario.name) ? live.replaceAll(/ "(Fly|Hover|March)\."/g, '') : live;
      assert.equal(imported, expected, 'an import into an empty store gives the same tree');
    });

    test('collected once, after it was played: the same tree, every span once', async (t) => {
      const traced = createTracedHome({ hooked: !scenario.name.startsWith('installed-midway') });
      t.after(() => traced.close());
      await playScenario(scenario, traced);
      collectAll(traced);
      assert.equal(toTreeText(traced.store, { clocks: true }), readGolden(join(folder, `${scenario.name}.txt`)));
      assert.equal(new Set(traced.delivered.map((span) => span.spanId)).size, traced.delivered.length, 'nothing is delivered twice');
    });
  });
}
