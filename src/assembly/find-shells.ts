/** Step 12: the shell that each turn's agent ran in. One session may be resumed in another shell, so it is a turn's, not a session's. */
import type { Fact } from '../core/fact.ts';
import type { SessionDraft, TurnDraft } from './drafts.ts';

/** Sets `shell`. Sessions come parents first, facts by time, so a subagent without hooks inherits from the turn that started it. */
export function findShells(sessions: readonly SessionDraft[], bySession: ReadonlyMap<string, readonly Fact[]>): void {
  for (const { session, turns } of sessions) {
    const seen = (bySession.get(session.sessionId) ?? []).filter((fact) => fact.type === 'session.seen' && fact.source === 'hook');
    for (const turn of turns) turn.shell = shellOfHooks(turn) ?? (seen.length > 0 ? shellAt(turn, seen) : turn.host?.shell);
  }
}

/** What its own hooks say; those of one turn run in one shell. */
function shellOfHooks({ hookStart, hookTools, hookEnd }: TurnDraft): string | undefined {
  return [hookStart, ...hookTools, hookEnd].find((fact) => fact?.shell !== undefined)?.shell;
}

/** None of its hooks says it (of some agents none may have run in it): the shell in which the session was last seen before it ended. */
function shellAt(turn: TurnDraft, seen: readonly Fact[]): string | undefined {
  if (turn.hookStart || turn.hookTools.length > 0 || turn.hookEnd) return undefined;
  const end = turn.window.end;
  const before = seen.filter(({ at }) => at === undefined || end === undefined || at.unixNano <= end);
  return before.at(-1)?.shell;
}
