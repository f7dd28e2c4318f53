/** What of the columns follows from all of them together. */
import type { Columns, Derived } from './columns.ts';

/** Worked out anew: a few milliseconds for a hundred thousand turns. */
export function toDerived(columns: Columns): Derived {
  const { sessions, turns, sessionOf } = columns;
  const top = new Uint32Array(sessions.length);
  for (let at = 0; at < sessions.length; at++) top[at] = sessionOf.get(sessions.of.root[at] ?? 0) ?? at;
  const last = new Float64Array(sessions.length);
  const project = new Uint32Array(sessions.length);
  const branch = new Uint32Array(sessions.length);
  for (let at = 0; at < sessions.length; at++) project[at] = sessions.of.cwd[at] ?? 0;
  const host = new Uint32Array(turns.length);
  /** Of each session at the top: its newest turn so far. */
  const newest = new Int32Array(sessions.length).fill(-1);
  for (const at of inOrder(columns, top)) {
    const session = turns.of.session[at] ?? 0;
    const own = top[session] ?? session;
    if (own === session) {
      newest[own] = at;
      last[own] = Math.max(last[own] ?? 0, turns.of.last[at] ?? 0);
    }
    const running = newest[own] ?? -1;
    host[at] = running === -1 ? at : running;
    if (turns.of.repository[at] && own === session) project[own] = turns.of.repository[at];
    if (turns.of.branch[at] && own === session) branch[own] = turns.of.branch[at];
  }
  const owner = new Uint32Array(turns.length);
  for (let at = 0; at < turns.length; at++) owner[at] = top[turns.of.session[at] ?? 0] ?? 0;
  for (let at = 0; at < sessions.length; at++) if (last[at] === 0) last[at] = sessions.of.told[at] ?? 0;
  return { top, project, branch, last, owner, host };
}

/** The turns that are alive by their start; of two at once that of the session at the top comes first. */
function inOrder({ turns }: Columns, top: Uint32Array): Uint32Array {
  const { start, alive, session } = turns.of;
  const living = new Uint32Array(turns.length);
  let count = 0;
  for (let at = 0; at < turns.length; at++) if (alive[at]) living[count++] = at;
  const isOwn = (at: number): number => Number(top[session[at] ?? 0] === session[at]);
  return living.subarray(0, count).sort((a, b) => (start[a] ?? 0) - (start[b] ?? 0) || isOwn(b) - isOwn(a) || a - b);
}
