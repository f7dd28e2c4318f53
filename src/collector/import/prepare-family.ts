/** A family out of its history alone → the rows that it would be: all of the work but the writing, on any thread. */
import type { Agent, AgentEnvironment, HistorySource } from '../../agents/agent.ts';
import type { Fact } from '../../core/fact.ts';
import { indexSources } from '../family.ts';
import { createHistoryReader } from '../history-cache.ts';
import type { ReconcileContext, ReconcileResult } from '../reconcile.ts';
import type { PackKind } from '../../store/sqlite/pack-turn.ts';
import { tryReconcile } from '../try-reconcile.ts';
import { createBlankStore, type Told } from './blank-store.ts';
import { scrubOutline } from './scrub-outline.ts';

/** Plain data. */
export interface PreparedFamily extends Told {
  result: ReconcileResult;
}

export interface PrepareOptions {
  environment: AgentEnvironment;
  scrub(fact: Fact): Fact;
}

export interface PrepareOrder {
  sessionId: string;
  /** All sessions of the family that were found. */
  sources: readonly HistorySource[];
  kind: PackKind;
  /** What counts as now (Unix ms): the same for the outline and the texts of one family. */
  nowMillis: number;
}

/** Throws on a broken disk only. */
export function prepareFamily(agent: Agent, order: PrepareOrder, { environment, scrub }: PrepareOptions): PreparedFamily {
  const { sessionId, sources, kind } = order;
  const outlineOnly = kind === 'outline';
  const nowMillis = (): number => order.nowMillis;
  const blank = createBlankStore(kind);
  const readHistory = createHistoryReader({ scrub: outlineOnly ? (fact) => scrubOutline(fact, scrub) : scrub, keep: false, nowMillis });
  const context: ReconcileContext = { store: blank.store, environment, readHistory, nowMillis, leavesLive: true, outlineOnly, enqueue: () => undefined };
  const result = tryReconcile(agent, sessionId, context, indexSources(sources));
  return { ...blank.told(), result };
}
