/**
 * Agents whose own telemetry comes to `spoor serve` beside their hooks and their history: one tree, equal to the one without it but for its
 * clocks. What the model served says what must be there, as in every live test.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { claudeCode } from './agents/claude-code.ts';
import { codex } from './agents/codex.ts';
import { gemini } from './agents/gemini.ts';
import { toExpectedLines, toFoundLines } from './expected-trace.ts';
import type { ExportedSpan } from './exported-span.ts';
import type { LiveAgent } from './live-agent.ts';
import type { Ability } from './scenarios.ts';
import { findMissing, openStage, type LiveStage } from './stage.ts';
import { playRuns, toScenario } from './test-agent.ts';

/** Agents send what they have when they end; a turn's spans are final some seconds later. */
const DEADLINE_MILLIS = 30_000;
const ABILITIES: readonly Ability[] = ['one tool', 'failing tools', 'a denied tool', 'a subagent', 'a resumed session'];

for (const agent of [claudeCode, codex, gemini]) for (const ability of ABILITIES) testNative(agent, ability);

function testNative(agent: LiveAgent, ability: Ability): void {
  if (agent.cannot[ability] !== undefined) return;
  test(`${agent.title}: ${ability}, with its own telemetry`, { skip: findMissing(agent) }, async (t) => {
    const scenario = toScenario(agent, ability);
    const stage = await openStage(agent, scenario);
    t.after(() => stage.close());
    await stage.serve();
    await stage.install('--native');
    const [ended] = await playRuns(stage, scenario);
    const spans = await collectTimed(stage);
    assert.deepEqual(toFoundLines(agent, spans), toExpectedLines(agent, scenario, stage.model.served), ended?.err);
    const chats = spans.filter(({ operation }) => operation === 'chat');
    assert.deepEqual(chats.filter(({ times }) => times !== 'native').map(({ span }) => span.name), [], 'the clock of each request is its telemetry\'s');
    const imported = await stage.importAlone();
    assert.deepEqual(toSums(imported), toSums(spans), 'the tokens without it');
  });
}

/** Until telemetry has told of every request, for half a minute at most. */
async function collectTimed(stage: LiveStage): Promise<ExportedSpan[]> {
  for (const deadline = performance.now() + DEADLINE_MILLIS; ; await delay(200)) {
    const spans = await stage.collect();
    const chats = spans.filter(({ operation }) => operation === 'chat');
    if ((chats.length > 0 && chats.every(({ times }) => times === 'native')) || performance.now() > deadline) return spans;
  }
}

function toSums(spans: readonly ExportedSpan[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { tokens = {} } of spans) for (const [name, count] of Object.entries(tokens)) sums[name] = (sums[name] ?? 0) + (count ?? 0);
  return sums;
}
