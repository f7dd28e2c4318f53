/** Session ids as people read and type them. */
import type { Session } from '../core/session.ts';

/** Enough to tell a user's sessions apart by eye; made longer where it does not. */
const SHORT_ID_CHARACTERS = 8;

/** Session id → its first characters, as many as no other session of the store begins with. */
export type ToShortId = (sessionId: string) => string;

/** `findSessions`: the sessions whose id begins so; others are passed over. Each id is looked up once: another store, another function. */
export function createShortIds({ findSessions }: { findSessions(idPrefix: string): readonly Pick<Session, 'sessionId'>[] }): ToShortId {
  const known = new Map<string, string>();
  return (id) => {
    const found = known.get(id) ?? id.slice(0, findLength(id, findSessions(id.slice(0, shortLength(id)))));
    known.set(id, found);
    return found;
  };
}

function findLength(id: string, found: readonly Pick<Session, 'sessionId'>[]): number {
  const shared = found.map(({ sessionId }) => (sessionId === id ? 0 : countShared(id, sessionId)));
  return Math.max(shortLength(id), ...shared.map((length) => length + 1));
}

/** A prefix that all ids of an agent begin with (`sess_`) tells nothing: it does not count. */
function shortLength(id: string): number {
  return (/^[a-z]{1,6}_/.exec(id)?.[0].length ?? 0) + SHORT_ID_CHARACTERS;
}

function countShared(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
