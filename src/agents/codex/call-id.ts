/**
 * Models number their calls and answers as they like, and some providers begin anew with every conversation: only with the id of their
 * turn, which is a UUID that forks keep, are they unique.
 */

/** A call's or an answer's id within its turn → one that no other has. `scope`: the turn's id; where none is told, what stands for it. */
export function toUniqueId(scope: string, nativeId: string): string {
  return `${scope}:${nativeId}`;
}
