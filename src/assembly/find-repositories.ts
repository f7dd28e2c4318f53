/** Step 13: the repository that each turn worked in, as the sources tell it of that turn. */
import type { Fact, FactOf } from '../core/fact.ts';
import { mergeRepositories } from '../core/repository.ts';
import type { SessionDraft, TurnDraft } from './drafts.ts';

/**
 * Sets `repository`. What hooks found as the turn began comes first: some histories tell only what was checked out when the session began,
 * and spans may have been sent before there was a history. Sessions come parents first, so a subagent of which nothing is told has its
 * parent turn's.
 */
export function findRepositories(sessions: readonly SessionDraft[], bySession: ReadonlyMap<string, readonly Fact[]>): void {
  for (const { session, turns } of sessions) {
    const seen = (bySession.get(session.sessionId) ?? []).filter((fact) => fact.type === 'session.seen' && fact.repository !== undefined) as FactOf<'session.seen'>[];
    for (const turn of turns) {
      turn.repository = mergeRepositories([turn.hookStart?.repository, turn.historyStart?.repository, ...(turn.hookStart ? [] : seenIn(turn, seen))]) ?? turn.host?.repository;
    }
  }
}

/** What hooks found when they first told of the session, of the turn that ran then. */
function seenIn({ window: { start, end } }: TurnDraft, seen: readonly FactOf<'session.seen'>[]): FactOf<'session.seen'>['repository'][] {
  return seen.filter(({ at }) => at !== undefined && start !== undefined && at.unixNano >= start && (end === undefined || at.unixNano <= end)).map(({ repository }) => repository);
}
