/** How long sessions are, and how many calls sessions and turns make. */
import type { Histogram } from '../api/tools.ts';
import type { Columns } from './columns.ts';
import { takeFloats } from './scratch.ts';
import { toHistogram } from './spread.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DURATIONS = [0, 5 * SECOND, 15 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 24 * HOUR];
const COUNTS = [0, 1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

export interface CallShapes {
  sessions: number;
  /** Of sessions at the top. */
  turns: number;
  /** Active time in ms. */
  sessionDuration: Histogram;
  callsPerSession: Histogram;
  callsPerTurn: Histogram;
}

/** `selected`: by turn 1 where it counts. What subagents called counts to the session, and to the turn, that they ran in. */
export function toCallShapes({ turns, sessions, derived }: Columns, selected: Uint8Array): CallShapes {
  const active = takeFloats(sessions.length).fill(-1);
  const bySession = takeFloats(sessions.length).fill(-1);
  const byTurn = takeFloats(turns.length).fill(-1);
  let own = 0;
  for (let at = 0; at < turns.length; at++) {
    if (!selected[at]) continue;
    const top = derived.owner[at] ?? 0;
    const calls = turns.of.tools[at] ?? 0;
    bySession[top] = Math.max(0, bySession[top] ?? 0) + calls;
    const host = derived.host[at] ?? at;
    if (selected[host]) byTurn[host] = Math.max(0, byTurn[host] ?? 0) + calls;
    if (top !== turns.of.session[at]) continue;
    own += 1;
    if ((turns.of.active[at] ?? -1) < 0) continue;
    active[top] = Math.max(0, active[top] ?? 0) + (turns.of.active[at] ?? 0);
  }
  const durations = keepTold(active, active);
  const counts = keepTold(bySession, bySession);
  return {
    sessions: counts.length,
    turns: own,
    sessionDuration: toHistogram(durations, DURATIONS),
    callsPerSession: toHistogram(counts, COUNTS),
    callsPerTurn: toHistogram(keepTold(byTurn, byTurn), COUNTS),
  };
}

/** The values at those places where `counts` is no -1. */
function keepTold(values: Float64Array, counts: Float64Array): Float64Array {
  const kept = takeFloats(values.length);
  let length = 0;
  for (let at = 0; at < values.length; at++) if ((counts[at] ?? -1) >= 0) kept[length++] = values[at] ?? 0;
  return kept.subarray(0, length);
}
