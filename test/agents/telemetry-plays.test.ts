/**
 * Hooks, history and telemetry of played sessions: with any part of the telemetry, in any order, the tree is the one that hooks and history give;
 * hooks and telemetry without a history double no call and no request.
 */
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { findAgent } from '#spoor/agents/index.ts';
import type { Agent } from '#spoor/agents/agent.ts';
import { assemble } from '#spoor/assembly/assemble.ts';
import { scrubFact } from '#spoor/collector/scrub-fact.ts';
import type { Fact } from '#spoor/core/fact.ts';
import type { Span } from '#spoor/core/span.ts';
import { priceTurn } from '#spoor/processors/price.ts';
import { collectAll, createTracedHome } from '../golden/traced-home.ts';
import { createClaudeStage, play as playClaude, toSteps } from '../support/claude-play.ts';
import { putStep } from '../support/play-steps.ts';
import { speak } from '../support/telemetry-speakers.ts';
import { playRollouts } from './codex/play.ts';
import { copilotPlays } from './copilot/plays.ts';
import { geminiPlays, type Play } from './gemini/plays.ts';
import { openCodePlays } from './opencode/plays.ts';
import { qwenPlays } from './qwen-code/plays.ts';

const PLAYS: readonly (readonly [string, readonly Pick<Play, 'name' | 'steps'>[]])[] = [['gemini', geminiPlays], ['qwen-code', qwenPlays], ['copilot', copilotPlays], ['opencode', openCodePlays]];
const CLAUDE_CASES = join(import.meta.dirname, '..', 'fixtures', 'agents', 'claude-code');

interface Told {
  hooks: Fact[];
  history: Fact[];
}

for (const [id, plays] of PLAYS) {
  for (const { name, steps } of plays) {
    testPlayed(id, name, (t) => {
      const traced = createTracedHome({ hooked: false });
      t.after(() => traced.close());
      for (const step of steps(Date.now())) putStep(traced, id, step);
      collectAll(traced);
      return readTold(id, { home: traced.root, readFacts: (ids) => traced.store.readFacts(id, ids) });
    });
  }
}

testPlayed('codex', 'its rollouts', (t) => {
  const traced = createTracedHome({ hooked: false });
  t.after(() => traced.close());
  playRollouts(traced);
  return readTold('codex', { home: traced.root, readFacts: (ids) => traced.store.readFacts('codex', ids) });
});

for (const name of ['turns', 'subagents']) {
  testPlayed('claude-code', name, (t) => {
    const stage = createClaudeStage(t);
    const source = join(CLAUDE_CASES, name, 'home');
    cpSync(source, stage.root, { recursive: true });
    playClaude(stage, toSteps(source));
    return readTold('claude-code', { home: stage.root, readFacts: (ids) => stage.store.readFacts('claude-code', ids) });
  });
}

function readTold(id: string, { home, readFacts }: { home: string; readFacts(ids: string[]): Fact[] }): Told {
  const { history } = findAgent(id) as Agent;
  const environment = { home, env: {}, platform: process.platform };
  const sources = history?.discover(environment).sources ?? [];
  const told = sources.flatMap((source) => history?.read(source).facts ?? []).map(scrubFact);
  return { hooks: readFacts(sources.map(({ sessionId }) => sessionId)).filter(({ source }) => source === 'hook'), history: told };
}

function testPlayed(id: string, name: string, play: (t: TestContext) => Told): void {
  test(`${id}: ${name}: hooks, history and any telemetry are one tree`, (t) => {
    const agent = findAgent(id) as Agent;
    const { hooks, history } = play(t);
    assert.ok(hooks.length > 0 && history.length > 0);
    const { source, records } = speak(id, history);
    const native = agent.telemetry?.parse(source, records).value?.map(scrubFact) ?? [];
    const plain = toLines(assembleAll(agent, [...hooks, ...history]));
    fc.assert(
      fc.property(fc.shuffledSubarray(native), (some) => {
        assert.deepEqual(toLines(assembleAll(agent, [...some, ...hooks, ...history])), plain);
      }),
      { numRuns: 15 },
    );
    assertNothingDoubled(agent, hooks, native);
  });
}

/** Without a history: what hooks told stays what it was, and each request of the telemetry is there once at most. */
function assertNothingDoubled(agent: Agent, hooks: readonly Fact[], native: readonly Fact[]): void {
  const spans = assembleAll(agent, [...hooks, ...native]);
  assert.equal(new Set(spans.map(({ spanId }) => spanId)).size, spans.length);
  // Models number their calls anew in every turn of Codex.
  const isUnique = agent.traits.hooksKnowCallId && agent.id !== 'codex';
  const calls = spans.filter(({ kind, values }) => kind === 'tool' && values.toolCallId !== undefined);
  const ids = calls.map(({ sessionId, turnIndex, values }) => `${values.toolCallId}${isUnique ? '' : ` ${sessionId} ${turnIndex}`}`);
  assert.deepEqual(ids.filter((call, index) => ids.indexOf(call) !== index), [], 'a call stands there twice');
  const requests = new Set(native.flatMap((fact) => (fact.type === 'model.answered' ? [`${fact.sessionId} ${fact.messageId}`] : [])));
  const alone = assembleAll(agent, hooks).filter(({ kind }) => kind === 'chat').length;
  assert.ok(spans.filter(({ kind }) => kind === 'chat').length <= requests.size + alone);
}

function assembleAll(agent: Agent, facts: readonly Fact[]): Span[] {
  return assemble({ agent: agent.id, traits: agent.traits, facts, lookup: () => undefined, isExpired: () => true, price: priceTurn }).turns.flatMap(({ spans }) => spans);
}

/** Permissions apart: who decided, and when, is what telemetry adds. */
function toLines(spans: readonly Span[]): string[] {
  return spans.filter(({ kind }) => kind !== 'permission').map(({ spanId, parentSpanId, kind, outcome, values, content, sessionId, turnIndex }) => {
    const { usage, chatCount, toolName, toolCallId, turnCost, cost } = values;
    return JSON.stringify({ sessionId, turnIndex, kind, spanId, parentSpanId, outcome, usage, chatCount, toolName, toolCallId, turnCost, cost, content });
  }).sort();
}
