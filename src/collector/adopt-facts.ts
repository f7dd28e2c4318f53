/** What hooks told without naming their session goes to the session that the agent's history knows it by. */
import type { Agent, AgentEnvironment } from '../agents/agent.ts';
import type { Store } from '../store/store.ts';
import { environmentOf } from './family.ts';

export interface AdoptContext {
  store: Store;
  environment: AgentEnvironment;
  nowMillis(): number;
}

/** Moves the facts of a made-up session as far as their own sessions are known by now; those are then due. */
export function adoptFacts(agent: Agent, sessionId: string, { store, environment, nowMillis }: AdoptContext): void {
  if (!agent.isProvisional?.(sessionId)) return;
  const facts = store.readFacts(agent.id, [sessionId]);
  const readFacts = (id: string): ReturnType<Store['readFacts']> => store.readFacts(agent.id, [id]);
  const places = agent.history?.place?.(environmentOf(facts, environment), facts, readFacts);
  if (!places || places.size === 0) return;
  store.transaction(() => {
    store.moveFacts(agent.id, sessionId, places);
    for (const id of new Set(places.values())) store.markDue(agent.id, id, nowMillis());
  });
}
