/**
 * Subagents as hooks tell them: beginning and end in the parent's name, by the call that started it, and what it does in the name of a
 * session that names nobody. So the first are kept under a session made up of parent and call, until the IDE's database says which
 * session that call started.
 */
import type { Fact } from '../../core/fact.ts';
import { hashOf } from '../../core/ids.ts';

const MADE_UP = 'cursor-subagent-';

/** The session under which a subagent's beginning and end are kept. */
export function toMadeUpId(parentId: string, callId: string): string {
  return `${MADE_UP}${hashOf(parentId, callId).slice(0, 32)}`;
}

/** Whether a session is one that was made up here. */
export function isMadeUp(sessionId: string): boolean {
  return /^cursor-subagent-[0-9a-f]{32}$/.test(sessionId);
}

/** Facts of a made-up session → the session of each, where it is known. `listChildren`: the sessions that a parent started. */
export function placeSubagent(facts: readonly Fact[], listChildren: (parentId: string) => readonly { sessionId: string; callId?: string }[]): ReadonlyMap<string, string> {
  const parent = facts.map((fact) => (fact.type === 'session.seen' ? fact.parent : undefined)).find((found) => found?.callId !== undefined);
  const child = parent && listChildren(parent.sessionId).find(({ callId }) => callId === parent.callId);
  return new Map(child ? facts.map(({ key }) => [key, child.sessionId]) : []);
}
