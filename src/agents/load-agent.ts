/** One agent by its id, without the others: a thread that reads one agent's history starts in a quarter of the time. */
import type { AgentId } from '../core/agent-id.ts';
import type { Agent } from './agent.ts';

/** An agent stands in the folder of its id. */
const FOLDER = /^[a-z][a-z0-9-]*$/;

/** The agent of this id. Rejects where there is none. */
export async function loadAgent(id: AgentId): Promise<Agent> {
  if (!FOLDER.test(id)) throw new Error(`There is no agent "${id}".`);
  const file = new URL(`${id}/agent${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
  const members = Object.values((await import(file.href)) as Record<string, unknown>);
  const agent = members.find((member) => member !== null && typeof member === 'object' && 'id' in member && member.id === id);
  if (!agent) throw new Error(`There is no agent "${id}".`);
  return agent as Agent;
}
