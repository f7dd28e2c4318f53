/** A family out of its history alone → the rows that it would be: all of the work but the writing, on any thread. */
import type { Agent, AgentEnvironment, HistorySource } from '../../agents/agent.ts';
import type { Fact } from '../../core/fact.ts';
import { indexSources } from '../family.ts';
import { createHistoryReader } from '../history-cache.ts';
import type { ReconcileContext, ReconcileResult } from '../reconcile.ts';
import { tryReconcile } from '../try-reconcile.ts';
import { createBlankStore, type Told } from './blank-store.ts';

/** Plain data. */
export interface PreparedFamily extends Told {
  result: ReconcileResult;
}

export interface PrepareOptions {
  environment: AgentEnvironment;
  scrub(fact: Fact): Fact;
  nowMillis(): number;
}

/** `sources`: all sessions of the family that were found. Throws on a broken disk only. */
export function prepareFamily(agent: Agent, { sessionId, sources }: { sessionId: string; sources: readonly HistorySource[] }, options: PrepareOptions): PreparedFamily {
  const { environment, scrub, nowMillis } = options;
  const blank = createBlankStore();
  const readHistory = createHistoryReader({ scrub, keep: false, nowMillis });
  const context: ReconcileContext = { store: blank.store, environment, readHistory, nowMillis, leavesLive: true, enqueue: () => undefined };
  const result = tryReconcile(agent, sessionId, context, indexSources(sources));
  return { ...blank.told(), result };
}
