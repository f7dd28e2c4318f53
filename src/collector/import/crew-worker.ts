/** One thread of the crew: takes orders, gives prepared families. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Agent, AgentEnvironment } from '../../agents/agent.ts';
import { loadAgent } from '../../agents/load-agent.ts';
import type { AgentId } from '../../core/agent-id.ts';
import type { Billing } from '../../core/cost.ts';
import type { PackedTurn } from '../../store/store.ts';
import { scrubFact } from '../scrub-fact.ts';
import { prepareFamily, type PreparedFamily, type PrepareOrder } from './prepare-family.ts';

/** What all orders have in common. */
export interface CrewSetting {
  environment: AgentEnvironment;
}

export interface CrewOrder extends PrepareOrder {
  id: number;
  agent: AgentId;
  /** What the user said of how the agent is paid for. */
  billing?: Billing;
}

/** `turns`: some of it, more comes. `error`: the disk refused. Its fields alone go from thread to thread. */
export type CrewAnswer = { id: number; turns: PackedTurn[] } | { id: number; prepared: PreparedFamily } | { id: number; error: { message: string; code?: string; path?: string } };

/** The bytes of turns are given away, not copied. */
function post(answer: CrewAnswer, turns: readonly PackedTurn[]): void {
  parentPort?.postMessage(answer, turns.map(({ bytes }) => bytes.buffer as ArrayBuffer));
}

const { environment } = workerData as CrewSetting;

/** Each once. */
const agents = new Map<AgentId, Promise<Agent>>();

function findAgent(id: AgentId): Promise<Agent> {
  const known = agents.get(id) ?? loadAgent(id);
  agents.set(id, known);
  return known;
}

async function follow({ id, agent: agentId, billing, ...order }: CrewOrder): Promise<void> {
  try {
    const known = await findAgent(agentId);
    const agent: Agent = { ...known, traits: { ...known.traits, billing } };
    const prepared = prepareFamily(agent, order, { environment, scrub: scrubFact, handOn: (turns) => post({ id, turns }, turns) });
    post({ id, prepared }, prepared.turns);
  } catch (error) {
    const { message, code, path } = error as NodeJS.ErrnoException;
    post({ id, error: { message, ...(code === undefined ? {} : { code }), ...(path === undefined ? {} : { path }) } }, []);
  }
}

// One after the other, in the order in which they came.
let last = Promise.resolve();
parentPort?.on('message', (order: CrewOrder) => {
  last = last.then(() => follow(order));
});
