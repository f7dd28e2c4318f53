/** One session with its subagents, as assembly would have made it: exactly as many spans as were asked for. */
import { toSpanId, toTraceId } from '#spoor/core/ids.ts';
import { createDice, createWords } from '../words.ts';
import { generateConfig } from './generate-config.ts';
import { generateTurn } from './generate-turn.ts';
import { AGENTS, BRANCHES, PROJECTS, SEARCH_WORDS } from './people-and-tools.ts';
import { pickShared, toSession, toUuid, type Family, type Scene, type TurnPlan, type Workbench } from './scene.ts';

export function createWorkbench(seed: number): Workbench {
  const dice = createDice(seed);
  const words = createWords(dice);
  const results = Array.from({ length: 1500 }, () => words.code(dice.scaled(120, 5000)));
  return { seed, dice, words, results };
}

export interface FamilyPlan {
  /** Place in its store; with the seed it decides everything. */
  index: number;
  spans: number;
  startMillis: number;
  /** How much of the store's time has passed when it begins, from 0 to 1: habits change on the way. */
  progress: number;
  /** Of turns; absent: a dozen spans. */
  spansPerTurn?: number;
  /** Its last turn goes on, at work or waiting for a person. */
  open?: 'running' | 'waiting';
}

/** At least two spans: a turn and its answer. */
export function generateFamily(bench: Workbench, plan: FamilyPlan): Family {
  const { dice } = bench;
  dice.reseed(Math.imul(bench.seed + 1, 0x9e3779b1) ^ Math.imul(plan.index + 1, 0x85ebca6b));
  const kind = pickShared(dice, AGENTS);
  const scene: Scene = {
    bench,
    kind,
    project: pickShared(dice, PROJECTS).name,
    branch: dice.pick(BRANCHES),
    model: dice.pick(kind.models),
    isSubscription: kind.billing === undefined && dice.percent(35),
    isLive: dice.percent(80),
    progress: plan.progress,
    family: { sessions: [], turns: [], configs: [] },
  };
  const sessionId = toUuid(`${bench.seed}:${plan.index}`);
  const endMillis = generateTurns(scene, plan, sessionId);
  scene.family.sessions.unshift(toSession(scene, { sessionId, startMillis: plan.startMillis, endMillis: plan.open ? undefined : endMillis }));
  if (scene.isLive) scene.family.configs.push({ agent: kind.agent, sessionId, parts: generateConfig(scene) });
  return scene.family;
}

function generateTurns(scene: Scene, plan: FamilyPlan, sessionId: string): number {
  const { dice } = scene.bench;
  let at = plan.startMillis;
  let contextTokens = 14_000 + dice.below(9000);
  for (let left = plan.spans, index = 0; left > 0; index += 1) {
    const drawn = Math.max(2, Math.round(dice.lognormal(plan.spansPerTurn ?? 11, 0.7)));
    const spans = left - drawn < 2 ? left : drawn;
    left -= spans;
    const key = `${scene.bench.seed}:${plan.index}:${index}`;
    const turn: TurnPlan = { sessionId, turnIndex: index, spans, startMillis: at, contextTokens, key, traceId: toTraceId(key), spanId: toSpanId(`${key}:turn`), searchWords: index === 0 ? searchWordsOf(plan.index) : '', open: left === 0 ? plan.open : undefined };
    const done = generateTurn(scene, turn);
    contextTokens = done.contextTokens;
    at = done.endMillis + (left > 0 ? dice.lognormal(75_000, 1.4) : 0);
  }
  return at;
}

function searchWordsOf(index: number): string {
  const found = [index % 5000 === 17 ? SEARCH_WORDS.rare : '', index % 20 === 3 ? SEARCH_WORDS.some : ''].filter((word) => word !== '');
  return found.length > 0 ? `Mind the ${found.join(' and the ')}. ` : '';
}

