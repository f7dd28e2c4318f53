/** Sessions of every agent that is traced, in one home: what a dialect or a backend must take. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { importInto, collectAll, playScenario, type TracedHome } from '../golden/traced-home.ts';
import { copilotPlays } from '../agents/copilot/plays.ts';
import { cursorPlays } from '../agents/cursor/plays.ts';
import { geminiPlays } from '../agents/gemini/plays.ts';
import { openCodePlays } from '../agents/opencode/plays.ts';
import { piPlays } from '../agents/pi/plays.ts';
import { qwenPlays } from '../agents/qwen-code/plays.ts';
import { findScenario } from '../stand-in/scenarios/index.ts';
import { putStep, type Step } from './play-steps.ts';

const PLAYS = [['gemini', geminiPlays], ['qwen-code', qwenPlays], ['opencode', openCodePlays], ['pi', piPlays], ['copilot', copilotPlays], ['cursor', cursorPlays]] as const;
const HISTORIES = ['claude-code/turns', 'claude-code/subagents', 'codex/paginated', 'codex/events'];

/** Plays a session or more of each, collects what hooks told and imports what only histories tell. Kiro's are the scenarios of these names. */
export async function playEveryAgent(traced: TracedHome, scenarios: readonly string[]): Promise<void> {
  for (const name of scenarios) await playScenario(findScenario(name), traced);
  for (const [agent, plays] of PLAYS) {
    // Plays of one agent may be of one session: the first of each is taken.
    const first = new Map(plays.toReversed().map((play) => [play.sessionId, play]));
    for (const play of first.values()) for (const step of play.steps(Date.now())) putStep(traced, agent, toOwnSession(step, agent));
  }
  for (const path of HISTORIES) cpSync(join(import.meta.dirname, '..', 'fixtures', 'agents', path, 'home'), traced.root, { recursive: true });
  collectAll(traced);
  await importInto(traced, traced.store);
}

/** The plays of some agents are of one session id, which those of no two programs would be. */
function toOwnSession(step: Step, agent: string): Step {
  if ('change' in step) return step;
  const own = Buffer.from(agent.padEnd(4, '-').slice(0, 4)).toString('hex');
  return JSON.parse(JSON.stringify(step).replaceAll('11112222', own)) as Step;
}
