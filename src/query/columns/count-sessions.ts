import type { Columns } from './columns.ts';
import { takeMarks } from './scratch.ts';

/** How many sessions at the top have a turn, or a subagent's, that counts. */
export function countSessions({ turns, sessions, derived }: Columns, selected: Uint8Array): number {
  const seen = takeMarks(sessions.length);
  let count = 0;
  for (let at = 0; at < turns.length; at++) {
    const top = derived.owner[at] ?? 0;
    if (!selected[at] || seen[top]) continue;
    seen[top] = 1;
    count += 1;
  }
  return count;
}
