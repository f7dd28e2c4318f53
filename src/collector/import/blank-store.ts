/** A store that has nothing and keeps what it is told: what a family would write into one that knows nothing of it. */
import type { Fact } from '../../core/fact.ts';
import type { Session } from '../../core/session.ts';
import { packTurn, type PackKind } from '../../store/sqlite/pack-turn.ts';
import type { PackedTurn } from '../../store/store.ts';
import type { ReconcileStore } from '../reconcile.ts';

/** Plain data, in the order in which it was told. */
export interface Told {
  facts: Fact[];
  sessions: Session[];
  dues: { sessionId: string; atMillis: number }[];
  /** Keys that were looked up and that no span of these turns has: it counts whether the store has them. */
  asked: string[];
}

export interface BlankStore {
  store: ReconcileStore;
  told(): Told;
}

/** Nothing in it yet. What `kind` says of a turn goes to `onTurn`. */
export function createBlankStore(kind: PackKind, onTurn: (turn: PackedTurn) => void): BlankStore {
  const asked = new Set<string>();
  const told: Told = { facts: [], sessions: [], dues: [], asked: [] };
  const store: ReconcileStore = {
    transaction: (work) => work(),
    readFacts: () => [],
    readFamily: () => [],
    readTurns: () => [],
    readShell: () => undefined,
    lookup: (_agent, key) => void asked.add(key),
    isForgotten: () => false,
    addFacts: (facts) => told.facts.push(...facts),
    saveSession: (session) => void told.sessions.push(session),
    saveTurn(turn, spans) {
      onTurn(packTurn(turn, spans, kind));
      for (const { keys } of spans) for (const key of keys) asked.delete(key);
      return { written: spans.length, finalised: [] };
    },
    removeTurn: () => undefined,
    markDue: (_agent, sessionId, atMillis) => void told.dues.push({ sessionId, atMillis }),
    clearDue: () => undefined,
  };
  return { store, told: () => ({ ...told, asked: [...asked] }) };
}
