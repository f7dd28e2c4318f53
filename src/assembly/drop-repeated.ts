/**
 * A forked session's history begins with a copy of its parent's. A message belongs to the session highest up that has it, or to
 * the one outside this family that the store already gave it to; everywhere else it is a repetition.
 */
import type { Fact } from '../core/fact.ts';
import { nativeIdOf } from './draft-sessions.ts';
import type { AssembledSession, AssemblyInput } from './drafts.ts';

export interface OwnFacts {
  /** Facts by session, without the repeated ones, in the order given. */
  bySession: Map<string, Fact[]>;
  /** Session → the last prompt it shares with its parent: where it was forked off. */
  forkPoints: Map<string, string>;
}

/** Ordered facts of a family, sessions parents first → each session's own facts. */
export function dropRepeated(facts: Fact[], sessions: AssembledSession[], lookup: AssemblyInput['lookup']): OwnFacts {
  const rank = new Map(sessions.map((session, index) => [session.sessionId, index]));
  const owners = new Map<string, string>();
  for (const fact of facts) {
    const id = historyIdOf(fact);
    if (id === undefined) continue;
    const owner = owners.get(id);
    if (owner === undefined || (rank.get(fact.sessionId) ?? 0) < (rank.get(owner) ?? 0)) owners.set(id, fact.sessionId);
  }
  const isOwn = (fact: Fact): boolean => {
    const id = historyIdOf(fact);
    if (id === undefined) return true;
    if (owners.get(id) !== fact.sessionId) return false;
    const stored = lookup(fact.type === 'tool.called' || fact.type === 'tool.ended' ? `call:${id}` : `msg:${id}`)?.sessionId;
    return stored === undefined || rank.has(stored);
  };
  const own: OwnFacts = { bySession: new Map(sessions.map((session) => [session.sessionId, []])), forkPoints: new Map() };
  const repeated = new Set(facts.filter((fact) => fact.type === 'turn.started' && fact.turnKey !== undefined && !isOwn(fact)).map(toTurnName));
  for (const fact of facts) {
    // What has no id of its own goes with its turn.
    if (historyIdOf(fact) === undefined && fact.source === 'history' && fact.turnKey !== undefined && repeated.has(toTurnName(fact))) continue;
    if (isOwn(fact)) own.bySession.get(fact.sessionId)?.push(fact);
    else if (fact.type === 'turn.started' && fact.messageId) own.forkPoints.set(fact.sessionId, fact.messageId);
  }
  return own;
}

function toTurnName({ sessionId, turnKey }: Fact): string {
  return `${sessionId} ${turnKey}`;
}

function historyIdOf(fact: Fact): string | undefined {
  return fact.source === 'history' ? nativeIdOf(fact) : undefined;
}
