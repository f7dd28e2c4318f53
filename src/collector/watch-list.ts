/** Which open families' histories are worth watching, as their last reconciliation told. */
import type { Agent } from '../agents/agent.ts';
import type { AgentId } from '../core/agent-id.ts';
import type { Store } from '../store/store.ts';
import type { ReconcileResult } from './reconcile.ts';

/** Families whose histories are watched at once; others are looked at by the clock. A family whose turns are over leaves the list. */
const MAX_FAMILIES = 32;

interface WatchedFamily {
  agent: AgentId;
  /** The member that is asked for; all the others come with it. */
  sessionId: string;
  paths: readonly string[];
}

export interface WatchList {
  /** What a reconciliation told takes the place of what was told of any of its members before. */
  note(agent: Agent, result: Pick<ReconcileResult, 'sessionIds' | 'watchPaths'>): void;
  /** The folders of each, by its name here. */
  watched(): ReadonlyMap<string, readonly string[]>;
  /** Marks it due. */
  recheck(name: string): void;
}

/** An empty list. */
export function createWatchList({ store, nowMillis }: { store: Pick<Store, 'markDue'>; nowMillis(): number }): WatchList {
  const families = new Map<string, WatchedFamily>();
  return {
    note({ id: agent }, { sessionIds, watchPaths: paths }) {
      for (const id of sessionIds) families.delete(`${agent} ${id}`);
      const [sessionId] = sessionIds;
      if (sessionId === undefined || paths.length === 0) return;
      families.set(`${agent} ${sessionId}`, { agent, sessionId, paths });
      const [oldest] = families.keys();
      if (families.size > MAX_FAMILIES && oldest !== undefined) families.delete(oldest);
    },
    watched: () => new Map([...families].map(([name, family]) => [name, family.paths])),
    recheck(name) {
      const family = families.get(name);
      if (family) store.markDue(family.agent, family.sessionId, nowMillis());
    },
  };
}
