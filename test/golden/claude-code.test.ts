/** Claude Code's fixtures, played: hooks and a growing history give the tree of the import, with the same ids, whatever hooks are lost. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { claudeCode } from '#spoor/agents/claude-code/agent.ts';
import { importHistory } from '#spoor/collector/import-history.ts';
import { scrubFact } from '#spoor/collector/scrub-fact.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { createClaudeStage, play, spansOf, toSteps, type ClaudeStage } from '../support/claude-play.ts';
import { toTreeText } from './tree-text.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'agents', 'claude-code');

async function importInto(store: SqliteStore, { environment, now }: ClaudeStage): Promise<void> {
  await importHistory({ store, environment, agents: [claudeCode], scrub: scrubFact, nowMillis: () => now + 86_400_000 });
}

/** No hook tells of what Claude Code asks itself behind a turn. */
const IMPORT_ONLY = new Set(['asides']);

for (const name of readdirSync(FIXTURES).filter((one) => !IMPORT_ONLY.has(one))) {
  const steps = toSteps(join(FIXTURES, name, 'home'));

  test(`${name}: live and import are one tree, and every span is delivered once`, async (t) => {
    const stage = createClaudeStage(t);
    play(stage, steps);
    const store = openStore(':memory:');
    t.after(() => store.close());
    await importInto(store, stage);
    assert.equal(toTreeText(stage.store, { clocks: false }), toTreeText(store, { clocks: false }));
    const [live, imported] = [spansOf(stage.store), spansOf(store)];
    assert.deepEqual([...live.keys()].sort(), [...imported.keys()].sort());
    assert.deepEqual(stage.delivered.map(({ spanId }) => spanId).sort(), [...live.keys()].sort());
    for (const span of stage.delivered) assert.equal(span.parentSpanId, live.get(span.spanId)?.parentSpanId, 'delivered in its place');
  });

  test(`${name}: lost hooks change nothing of the tree`, async (t) => {
    const whole = createClaudeStage(t);
    play(whole, steps);
    const expected = toTreeText(whole.store, { clocks: false });
    // The first hook of each session stays: without any nothing is known of it live.
    const known = new Set<unknown>();
    const hooks = steps.flatMap(({ hook }, index) => (hook && known.size === known.add(hook.agent_id ?? hook.session_id).size ? [index] : []));
    await fc.assert(
      fc.asyncProperty(fc.subarray(hooks), async (lost) => {
        const stage = createClaudeStage(t);
        play(stage, steps, (index) => lost.includes(index));
        // Nothing tells the collector of a last turn whose hooks are all lost: an import finds it.
        await importInto(stage.store, stage);
        stage.pipeline.step({ all: true });
        assert.equal(toTreeText(stage.store, { clocks: false }), expected);
      }),
      { numRuns: 8 },
    );
  });
}
