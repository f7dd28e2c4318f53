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
import { createClaudeStage, play, spansOf, toSteps, type ClaudeStage, type Step } from '../support/claude-play.ts';
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
      { numRuns: 8, examples: name === 'turns' ? [[[50, 52]], [[74]]] : name === 'subagents' ? [[[45, 51]]] : [] },
    );
  });
}

test('hooks in the settings and in the plugin tell every event twice: one tree', (t) => {
  const steps = toSteps(join(FIXTURES, 'turns', 'home'));
  const once = createClaudeStage(t);
  play(once, steps);
  const twice = createClaudeStage(t);
  play(twice, steps.flatMap((step): Step[] => (step.hook ? [step, { ...step, atMillis: step.atMillis + 1, channel: 'plugin' }] : [step])));
  assert.equal(toTreeText(twice.store, { clocks: false }), toTreeText(once.store, { clocks: false }));
  assert.deepEqual([...spansOf(twice.store).keys()].sort(), [...spansOf(once.store).keys()].sort());
});

test('a wait for a person begins with the question and ends when the tool was let run, by its own measure', (t) => {
  const start = Date.parse('2026-01-01T10:00:00Z');
  const base = { session_id: 's1', cwd: '/w', prompt_id: 'p' };
  const tool = { tool_name: 'Bash', tool_input: { command: 'make' } };
  const hook = (seconds: number, values: object): Step => ({ atMillis: start + seconds * 1000, hook: { ...base, ...values } });
  const stage = createClaudeStage(t);
  play(stage, [
    hook(0, { hook_event_name: 'UserPromptSubmit', prompt: 'build it' }),
    hook(1, { hook_event_name: 'PreToolUse', ...tool, tool_use_id: 't1' }),
    hook(2, { hook_event_name: 'PermissionRequest', ...tool }),
    hook(12, { hook_event_name: 'PostToolUse', ...tool, tool_use_id: 't1', tool_response: { stdout: '', stderr: '' }, duration_ms: 3000 }),
    hook(12.5, { hook_event_name: 'PostToolBatch', tool_calls: [{ ...tool, tool_use_id: 't1', tool_response: '' }] }),
    hook(13, { hook_event_name: 'Stop', last_assistant_message: 'built' }),
  ]);
  const spans = [...spansOf(stage.store).values()];
  assert.deepEqual(spans.map(({ kind }) => kind).sort(), ['agent', 'permission', 'tool']);
  const wait = spans.find(({ kind }) => kind === 'permission');
  const seconds = (nano: bigint | undefined): number => Number((nano ?? 0n) / 1_000_000n) / 1000 - start / 1000;
  assert.deepEqual([seconds(wait?.startUnixNano), seconds(wait?.endUnixNano), wait?.values.decision], [2, 9, 'approved']);
});
