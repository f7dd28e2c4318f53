/**
 * What the history had of a turn when it was assembled. Agents delete their files and rewrite them: a later look that finds less must
 * take nothing from what is stored.
 */
import type { AssembledTurn } from '../assembly/drafts.ts';
import type { Fact } from '../core/fact.ts';
import type { StoredTurn } from '../store/store.ts';
import type { FamilyFacts } from './family.ts';

export interface Evidence {
  of(turn: AssembledTurn, known: StoredTurn | undefined): TurnEvidence;
}

export interface TurnEvidence {
  hasEnd: boolean;
  hasRecords: boolean;
  /** What is stored knows more: it stays as it is. */
  isPoorer: boolean;
}

/** Compares the turns of one assembly with what the store has of the family. */
export function createEvidence(family: FamilyFacts, stored: ReadonlyMap<string, StoredTurn>): Evidence {
  const endKeys = toEndKeys(family.facts);
  const recorded = new Set([...stored.values()].filter((turn) => turn.hasRecords).map((turn) => turn.sessionId));
  return {
    of(turn, known) {
      const hasEnd = turn.spans.some((span) => span.keys.some((key) => endKeys.has(key)));
      const hasRecords = turn.hasHistory && family.withRecords.has(turn.sessionId);
      const lacksHistory = known?.hasHistory === true && !turn.hasHistory;
      const lacksSettled = known?.settled === true && ((known.hasEnd === true && !hasEnd) || (known.hasRecords === true && !hasRecords));
      // Without its records, an end of the history finds no turn and looks like one of its own.
      const isEcho = !known && !turn.live && !family.withRecords.has(turn.sessionId) && recorded.has(turn.sessionId);
      return { hasEnd: hasEnd || known?.hasEnd === true, hasRecords: hasRecords || known?.hasRecords === true, isPoorer: lacksHistory || lacksSettled || isEcho };
    },
  };
}

/** The keys under which assembly knows a turn whose end the history tells: those of its messages, or of the end itself. */
function toEndKeys(facts: readonly Fact[]): Set<string> {
  const keys = new Set<string>();
  for (const fact of facts) {
    if (fact.type !== 'turn.ended' || fact.source !== 'history') continue;
    keys.add(`end:${fact.sessionId}:${fact.key}`);
    for (const id of fact.messageIds ?? []) keys.add(`msg:${id}`);
  }
  return keys;
}
