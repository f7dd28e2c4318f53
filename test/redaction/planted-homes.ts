/** Homes with planted sessions of every agent in them, collected by the real collector code. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AgentId } from '#spoor/core/agent-id.ts';
import { agents } from '#spoor/agents/index.ts';
import { copilotPlays } from '../agents/copilot/plays.ts';
import { cursorPlays } from '../agents/cursor/plays.ts';
import { geminiPlays } from '../agents/gemini/plays.ts';
import { openCodePlays } from '../agents/opencode/plays.ts';
import { piPlays } from '../agents/pi/plays.ts';
import { qwenPlays } from '../agents/qwen-code/plays.ts';
import { collectAll, importInto, playScenario, type TracedHome } from '../golden/traced-home.ts';
import { scenarios } from '../stand-in/scenarios/index.ts';
import { playV3 } from '../stand-in/v3/play.ts';
import { v3Scenarios } from '../stand-in/v3/scenarios.ts';
import { putStep, type Step } from '../support/play-steps.ts';
import type { Planter } from './plant.ts';

export interface PlantedCase {
  name: string;
  agent: AgentId;
  /** Hooks told of all that it holds, as they do of a session that is traced. */
  isLive?: true;
  /** Puts everything down, and has it collected and imported. `env`: what the agent's shell says. */
  fill(traced: TracedHome, planter: Planter, env: Readonly<Record<string, string>>): Promise<void>;
}

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'agents');

/** Every fixture, every play that is written down step by step, and sessions of the stand-in of all Kiros. */
export function listPlantedCases(): PlantedCase[] {
  return [...listFixtures(), ...listPlays(), ...listScenarios()];
}

function listFixtures(): PlantedCase[] {
  return agents.flatMap(({ id }) => readdirSync(join(FIXTURES, id)).filter((name) => existsSync(join(FIXTURES, id, name, 'home'))).map((name): PlantedCase => ({
    name: `${id}: ${name}`, agent: id,
    async fill(traced, planter, env) {
      const folder = join(FIXTURES, id, name);
      copyPlanted(join(folder, 'home'), traced.root, planter);
      const payloads = join(folder, 'payloads.jsonl');
      const hooks = existsSync(payloads) ? readFileSync(payloads, 'utf8').split('\n').filter(Boolean) : [];
      for (const line of hooks) putStep(traced, id, { hook: planter.plant(JSON.parse(line) as object), env });
      await collect(traced);
    },
  })));
}

function copyPlanted(from: string, to: string, planter: Planter): void {
  for (const path of readdirSync(from, { recursive: true, encoding: 'utf8' }).filter((one) => statSync(join(from, one)).isFile())) {
    const target = join(to, path);
    mkdirSync(dirname(target), { recursive: true });
    const text = readFileSync(join(from, path), 'utf8');
    if (text.includes('\0')) cpSync(join(from, path), target);
    else writeFileSync(target, plantFile(text, planter));
  }
}

/** A JSON document, or one a line. */
function plantFile(text: string, planter: Planter): string {
  try {
    return JSON.stringify(planter.plant(JSON.parse(text)));
  } catch {
    return text.split('\n').map((line) => {
      try {
        return JSON.stringify(planter.plant(JSON.parse(line)));
      } catch {
        return line;
      }
    }).join('\n');
  }
}

function listPlays(): PlantedCase[] {
  const all = [['gemini', geminiPlays], ['qwen-code', qwenPlays], ['opencode', openCodePlays], ['pi', piPlays], ['copilot', copilotPlays], ['cursor', cursorPlays]] as const;
  return all.flatMap(([agent, plays]) => plays.map((play): PlantedCase => ({
    name: `${agent}: ${play.name}`, agent, isLive: true,
    async fill(traced, planter, env) {
      for (const step of play.steps(Date.now())) putStep(traced, agent, plantStep(step, planter, env));
      await collect(traced);
    },
  })));
}

function plantStep(step: Step, planter: Planter, env: Readonly<Record<string, string>>): Step {
  if ('hook' in step) return { hook: planter.plant(step.hook), env: { ...step.env, ...env } };
  if ('line' in step) return { line: [step.line[0], planter.plant(step.line[1])] };
  return 'file' in step ? { file: [step.file[0], planter.plant(step.file[1])] } : step;
}

const V2_AND_V1 = ['mcp-lynx', 'subagent-wolf', 'skill-marten', 'failed-tool-crow', 'denied-badger', 'compaction-snail', 'classic-hare'];

function listScenarios(): PlantedCase[] {
  const played = scenarios.filter(({ name }) => V2_AND_V1.includes(name)).map((scenario): PlantedCase => ({
    name: `kiro: ${scenario.name}`, agent: 'kiro',
    async fill(traced, planter) {
      traced.installHooks();
      await playScenario(plantScript(scenario, planter), traced);
      await collect(traced);
    },
  }));
  const third = v3Scenarios.slice(0, 2).map((scenario): PlantedCase => ({
    name: `kiro: ${scenario.name}`, agent: 'kiro',
    async fill(traced, planter) {
      for (const session of plantScript(scenario, planter).sessions) await playV3(session, { home: traced.root });
      await collect(traced);
    },
  }));
  return [...played, ...third];
}

/** `seed` and the like are no texts of a session. */
function plantScript<T extends { sessions: readonly object[] }>(scenario: T, planter: Planter): T {
  return { ...scenario, sessions: scenario.sessions.map((session) => ('steps' in session ? { ...session, steps: planter.plant(session.steps) } : session)) };
}

async function collect(traced: TracedHome): Promise<void> {
  collectAll(traced);
  await importInto(traced, traced.store);
}
