/**
 * Hooks and history of an agent's session, put down step by step: collected at every step, or once at the end, or with its history alone,
 * it is the same tree with the same ids; nothing is final before it is over, and everything is delivered once.
 */
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import type { Span } from '#spoor/core/span.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { collectAll, createTracedHome, importInto, type TracedHome } from '../golden/traced-home.ts';
import { toTreeText } from '../golden/tree-text.ts';
import { putStep, type Step } from '../support/play-steps.ts';
import { copilotPlays } from './copilot/plays.ts';
import { cursorPlays } from './cursor/plays.ts';
import { geminiPlays } from './gemini/plays.ts';
import { openCodePlays } from './opencode/plays.ts';
import { piPlays } from './pi/plays.ts';
import { qwenPlays } from './qwen-code/plays.ts';

function openHome(t: TestContext): TracedHome {
  const traced = createTracedHome({ hooked: false });
  t.after(() => traced.close());
  return traced;
}

function spansOf(store: SqliteStore): Span[] {
  return store.listSessions({}).flatMap(({ agent, sessionId }) => store.readSpans(agent, sessionId));
}

function keysOf(store: SqliteStore): string[] {
  return spansOf(store).map((span) => `${span.spanId} ${span.parentSpanId ?? ''} ${span.kind} ${span.sessionId}`).sort();
}

for (const [agent, plays] of [['gemini', geminiPlays], ['qwen-code', qwenPlays], ['opencode', openCodePlays], ['pi', piPlays], ['copilot', copilotPlays], ['cursor', cursorPlays]] as const) {
  for (const play of plays) {
    describe(`${agent}: ${play.name}`, () => {
      const steps = (): Step[] => play.steps(Date.now());

      test('collected at every step, once at the end, and imported: one tree, one set of ids', async (t) => {
        const [stepped, once] = [openHome(t), openHome(t)];
        const all = steps();
        for (const step of all) {
          putStep(stepped, agent, step);
          stepped.pipeline.step({ all: true });
          putStep(once, agent, step);
        }
        collectAll(stepped);
        collectAll(once);
        const tree = toTreeText(once.store, { clocks: true });
        assert.equal(toTreeText(stepped.store, { clocks: true }), tree);
        assert.equal(toTreeText(once.store, { clocks: true, costs: false }).replaceAll(/ times=(hook|transcript|estimated)/g, ''), play.tree);
        assert.ok(!tree.includes('incomplete') && !tree.includes('OPEN') && !tree.includes('NOT FINAL'), tree);
        assert.deepEqual([...stepped.pipeline.problems.list(), ...once.pipeline.problems.list()], []);
        for (const { delivered, store } of [stepped, once]) assert.deepEqual(delivered.map(({ spanId }) => spanId).sort(), spansOf(store).map(({ spanId }) => spanId).sort(), 'everything is delivered once');

        const imported = openStore(':memory:');
        t.after(() => imported.close());
        await importInto(once, imported);
        assert.deepEqual(keysOf(imported), keysOf(once.store));
        if (!play.isPlacedLate) assert.deepEqual(keysOf(stepped.store), keysOf(once.store));
        assert.equal(toTreeText(imported, { clocks: false, costs: play.importedTree === undefined }), play.importedTree ?? toTreeText(once.store, { clocks: false }));
        await importInto(once, once.store);
        assert.equal(toTreeText(once.store, { clocks: true }), tree, 'a re-import changes nothing');
      });

      test('nothing of a turn but calls that are over is final before the turn is', (t) => {
        const traced = openHome(t);
        // A subagent that is over is over.
        const early = (): string[] => traced.delivered.filter(({ kind, sessionId }) => kind !== 'tool' && sessionId === play.sessionId).map(({ kind }) => kind);
        const all = steps();
        for (const step of all.slice(0, play.stepsBeforeEnd)) {
          putStep(traced, agent, step);
          traced.pipeline.step({ all: true });
        }
        assert.deepEqual(early(), []);
        traced.passTime(20_000);
        traced.pipeline.step({ all: true });
        assert.deepEqual(early(), [], 'nor while a long call runs');
      });
    });
  }
}
