/** Calls by what they are grouped by: counts, and the run and waiting times of each group. */
import { CANCELLED, DENIED, ERROR, OK, TIMEOUT } from '../../store/summary-layout.ts';
import type { ToolGrouping } from '../api/tools.ts';
import type { Columns } from './columns.ts';
import { createDistinct, type Distinct } from './distinct.ts';
import { createGroups } from './groups.ts';
import { toGrouped } from './spread.ts';

export interface OutcomeCounts {
  calls: number;
  succeeded: number;
  /** error and timeout */
  errors: number;
  denied: number;
  cancelled: number;
}

export interface CallGroup extends OutcomeCounts {
  /** The dictionary's number of its name. */
  word: number;
  sessions: number;
  /** Of sessions at the top: a subagent's calls count to the turn that it ran in. */
  turns: number;
  /** ms, of calls that are over and were not denied. May be reordered. */
  runs: Float64Array;
  /** ms, of calls that waited. May be reordered. */
  waits: Float64Array;
}

export interface CallCounts {
  groups: CallGroup[];
  byWord: Map<number, CallGroup>;
  /** All calls that the selection leaves, in a group or not. */
  all: OutcomeCounts;
  /** The calls that are in a group, and the group of each. */
  rows: Uint32Array;
  groupOf: Uint32Array;
}

/** The word of a call that it is grouped by; 0: in no group. */
export function toGroupWord({ calls, turns, sessions }: Columns, by: ToolGrouping): (at: number) => number {
  const { tool, server, family, turn } = calls.of;
  switch (by) {
    case 'tool': return (at) => tool[at] ?? 0;
    case 'mcp': return (at) => server[at] ?? 0;
    case 'command': return (at) => family[at] ?? 0;
    case 'agent': return (at) => sessions.of.agent[turns.of.session[turn[at] ?? 0] ?? 0] ?? 0;
  }
}

/** `turns`: by turn 1 where it counts. */
export function countCalls(columns: Columns, turns: Uint8Array, by: ToolGrouping): CallCounts {
  const { calls, words } = columns;
  const wordOf = toGroupWord(columns, by);
  const groups = createGroups(words.size());
  const all = createOutcomes();
  const outcomes: OutcomeCounts[] = [];
  const rows = new Uint32Array(calls.length);
  const groupOf = new Uint32Array(calls.length);
  let count = 0;
  for (let at = 0; at < calls.length; at++) {
    if (!turns[calls.of.turn[at] ?? 0]) continue;
    const outcome = calls.of.outcome[at] ?? 0;
    countOutcome(all, outcome);
    const word = wordOf(at);
    if (word === 0) continue;
    const group = groups.of(word);
    countOutcome((outcomes[group] ??= createOutcomes()), outcome);
    rows[count] = at;
    groupOf[count++] = group;
  }
  const found = { rows: rows.subarray(0, count), groupOf: groupOf.subarray(0, count), size: groups.size() };
  const { sessions, hosts } = countOwners(columns, found);
  const { runs, waits } = gatherTimes(columns, found);
  const list = outcomes.map((counts, group): CallGroup => ({
    ...counts, word: groups.wordOf(group), sessions: sessions.count(group), turns: hosts.count(group), runs: runs.of(group), waits: waits.of(group),
  }));
  return { groups: list, byWord: new Map(list.map((group) => [group.word, group])), all, rows: found.rows, groupOf: found.groupOf };
}

interface Found {
  rows: Uint32Array;
  groupOf: Uint32Array;
  size: number;
}

function countOwners({ calls, turns, sessions, derived }: Columns, { rows, groupOf, size }: Found): { sessions: Distinct; hosts: Distinct } {
  const owners = createDistinct(size, sessions.length);
  const hosts = createDistinct(size, turns.length);
  for (let index = 0; index < rows.length; index++) {
    const turn = calls.of.turn[rows[index] ?? 0] ?? 0;
    const group = groupOf[index] ?? 0;
    owners.add(group, derived.top[turns.of.session[turn] ?? 0] ?? 0);
    hosts.add(group, derived.host[turn] ?? turn);
  }
  return { sessions: owners, hosts };
}

function gatherTimes({ calls: { of } }: Columns, { rows, groupOf, size }: Found): { runs: ReturnType<typeof toGrouped>; waits: ReturnType<typeof toGrouped> } {
  const gather = (read: (at: number) => number): ReturnType<typeof toGrouped> => {
    const groups = new Uint32Array(rows.length);
    const values = new Float64Array(rows.length);
    let count = 0;
    for (let index = 0; index < rows.length; index++) {
      const value = read(rows[index] ?? 0);
      if (value < 0) continue;
      groups[count] = groupOf[index] ?? 0;
      values[count++] = value;
    }
    return toGrouped({ groups, values, count, size });
  };
  return {
    // What a person forbade never ran.
    runs: gather((at) => (of.outcome[at] === DENIED ? -1 : (of.run[at] ?? -1))),
    waits: gather((at) => (of.wait[at] ? of.wait[at] : -1)),
  };
}

export function createOutcomes(): OutcomeCounts {
  return { calls: 0, succeeded: 0, errors: 0, denied: 0, cancelled: 0 };
}

/** Outcomes by their place in `OUTCOMES`. */
export function countOutcome(counts: OutcomeCounts, outcome: number): void {
  counts.calls += 1;
  if (outcome === OK) counts.succeeded += 1;
  else if (outcome === ERROR || outcome === TIMEOUT) counts.errors += 1;
  else if (outcome === DENIED) counts.denied += 1;
  else if (outcome === CANCELLED) counts.cancelled += 1;
}
