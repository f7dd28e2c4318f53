/** A family out of its history alone → the rows that it would be: all of the work but the writing, on any thread. */
import type { Agent, AgentEnvironment, HistorySource } from '../../agents/agent.ts';
import type { Fact } from '../../core/fact.ts';
import { indexSources } from '../family.ts';
import { createHistoryReader } from '../history-cache.ts';
import type { ReconcileContext, ReconcileResult } from '../reconcile.ts';
import type { PackedTurn } from '../../store/store.ts';
import type { PackKind } from '../../store/sqlite/pack-turn.ts';
import { tryReconcile } from '../try-reconcile.ts';
import { createBlankStore, type Told } from './blank-store.ts';
import { scrubOutline } from './scrub-outline.ts';

/** Plain data. */
export interface PreparedFamily extends Told {
  /** Those that were not handed on before. */
  turns: PackedTurn[];
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

/** Takes texts of turns while those of later ones are still worked out, so that a large family's do not all stand in memory. */
export type TurnSink = (turns: PackedTurn[]) => void;

/** So many bytes of texts are handed on together. */
const HANDED_ON_BYTES = 4 << 20;

/** Throws on a broken disk only. `handOn`: gets texts; of other kinds all turns come at the end, for they are written together. */
export function prepareFamily(agent: Agent, order: PrepareOrder, { environment, scrub, handOn }: PrepareOptions & { handOn: TurnSink }): PreparedFamily {
  const { sessionId, sources, kind } = order;
  const outlineOnly = kind === 'outline';
  const outline = { scrub, areCallsNamed: agent.traits.hooksKnowCallId === true };
  const nowMillis = (): number => order.nowMillis;
  let turns: PackedTurn[] = [];
  let bytes = 0;
  const blank = createBlankStore(kind, (turn) => {
    turns.push(turn);
    bytes += turn.bytes.length;
    if (kind !== 'texts' || bytes < HANDED_ON_BYTES) return;
    handOn(turns);
    [turns, bytes] = [[], 0];
  });
  const readHistory = createHistoryReader({ scrub: outlineOnly ? (fact) => scrubOutline(fact, outline) : scrub, keep: false, nowMillis, outlineOnly });
  const context: ReconcileContext = { store: blank.store, environment, readHistory, nowMillis, leavesLive: true, outlineOnly, enqueue: () => undefined };
  const result = tryReconcile(agent, sessionId, context, indexSources(sources));
  return { ...blank.told(), turns, result };
}
