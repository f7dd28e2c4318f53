/**
 * For each agent: stores filled by sessions of that agent, its hooks and its history together. What holds for every agent (what a dialect
 * makes of it, what arrives at a backend) is tried over this list.
 */
import { join } from 'node:path';
import type { AgentEnvironment } from '#spoor/agents/agent.ts';
import type { AgentId } from '#spoor/core/agent-id.ts';
import type { Span } from '#spoor/core/span.ts';
import type { SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { playRollouts } from '../agents/codex/play.ts';
import { copilotPlays } from '../agents/copilot/plays.ts';
import { cursorPlays } from '../agents/cursor/plays.ts';
import { geminiPlays, type Play } from '../agents/gemini/plays.ts';
import { openCodePlays } from '../agents/opencode/plays.ts';
import { piPlays } from '../agents/pi/plays.ts';
import { qwenPlays } from '../agents/qwen-code/plays.ts';
import { collectAll, createTracedHome, playScenario, type TracedHome } from '../golden/traced-home.ts';
import { findScenario } from '../stand-in/scenarios/index.ts';
import { createClaudeStage, play, toSteps, type CreateDelivery } from './claude-play.ts';
import type { Cleanup } from './stored-home.ts';
import { putStep } from './play-steps.ts';

/** A store that a play filled. */
export interface FilledStore {
  store: SqliteStore;
  /** Spans that became final and may be delivered, in order. */
  delivered: readonly Span[];
  /** The home with the agent's history. */
  environment: AgentEnvironment;
}

/** A play of an agent. Two plays of one agent may have the same session: each needs a store, and a backend, of its own. */
export interface AgentSample {
  agent: AgentId;
  name: string;
  /** Plays it to its end in a home of its own, which goes with the test. `createDelivery` makes a delivery that gets what becomes final. */
  fill(t: Cleanup, createDelivery?: CreateDelivery): Promise<FilledStore>;
}

type PlayIn = (traced: TracedHome) => void | Promise<void>;

function inTracedHome(agent: AgentId, name: string, { hooked, playIn }: { hooked: boolean; playIn: PlayIn }): AgentSample {
  return {
    agent,
    name,
    async fill(t, createDelivery) {
      const traced = createTracedHome({ hooked, ...(createDelivery ? { createDelivery } : {}) });
      t.after(() => traced.close());
      await playIn(traced);
      collectAll(traced);
      return traced;
    },
  };
}

function ofKiro(scenario: string): AgentSample {
  return inTracedHome('kiro', scenario, { hooked: true, playIn: async (traced) => void (await playScenario(findScenario(scenario), traced)) });
}

function ofPlay(agent: AgentId, { name, steps }: Play): AgentSample {
  const playIn: PlayIn = (traced) => steps(Date.now()).forEach((step) => putStep(traced, agent, step));
  return inTracedHome(agent, name, { hooked: false, playIn });
}

const CLAUDE_FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'agents', 'claude-code');

function ofClaude(fixture: string): AgentSample {
  return {
    agent: 'claude-code',
    name: fixture,
    async fill(t, createDelivery) {
      const stage = createClaudeStage(t, createDelivery);
      play(stage, toSteps(join(CLAUDE_FIXTURES, fixture, 'home')));
      return stage;
    },
  };
}

/** Every play that there is; of Kiro a few of many. The first of each agent has the most kinds of spans. */
export const agentSamples: readonly AgentSample[] = [
  ...['subagent-wolf', 'failed-tool-crow', 'mcp-lynx', 'skill-marten', 'denied-badger', 'compaction-snail'].map(ofKiro),
  ...['subagents', 'turns', 'lives'].map(ofClaude),
  inTracedHome('codex', 'a session with everything in it', { hooked: false, playIn: playRollouts }),
  ...cursorPlays.map((one) => ofPlay('cursor', one)),
  ...copilotPlays.map((one) => ofPlay('copilot', one)),
  ...geminiPlays.map((one) => ofPlay('gemini', one)),
  ...openCodePlays.map((one) => ofPlay('opencode', one)),
  ...qwenPlays.map((one) => ofPlay('qwen-code', one)),
  ...piPlays.map((one) => ofPlay('pi', one)),
];

/** One of each agent. */
export const oneSampleEach: readonly AgentSample[] = [...new Map([...agentSamples].reverse().map((sample) => [sample.agent, sample])).values()].reverse();
