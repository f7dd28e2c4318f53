/**
 * Models number their calls and answers as they like, and some providers begin anew with every conversation: only with the id of their
 * turn, which is a UUID that forks keep, are they unique.
 */

/** A call's or an answer's id within its turn → one that no other has. Without a turn the session stands for it. */
export function toUniqueId(turnKey: string | undefined, nativeId: string, sessionId: string): string {
  return `${turnKey ?? sessionId}:${nativeId}`;
}
