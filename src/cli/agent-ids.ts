/** The agents as people name them on the command line. */
import { agents, findAgent } from '../agents/index.ts';

export const AGENT_IDS: readonly string[] = agents.map(({ id }) => id);

export function isAgent(id: string): boolean {
  return findAgent(id) !== undefined;
}
