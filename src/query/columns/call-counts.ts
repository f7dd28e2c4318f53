/** Calls by what they are grouped by: counts, and the run and waiting times of each group. */
import { CANCELLED, DENIED, ERROR, OK, OUTCOMES, TIMEOUT } from '../../store/summary-layout.ts';
import type { ToolGrouping } from '../api/tools.ts';
import type { Buckets } from './buckets.ts';
import type { Columns } from './columns.ts';
import { createDistinct } from './distinct.ts';
import { toDurationQuantile } from './duration-spread.ts';
import { NO_DURATION } from './durations.ts';
import { createGroups } from './groups.ts';
import { addTime, createTimes, toGrouped, type Grouped } from './spread.ts';
import type { Words } from './table.ts';

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
  /** Of calls that are over and were not denied, as they stand in the columns. May be reordered. */
  runs: Uint32Array;
  /** Of calls that waited. May be reordered. */
  waits: Uint32Array;
  /** p95 of the run times by bucket; empty without buckets. */
  trend: (number | null)[];
}

export interface CallCounts {
  groups: CallGroup[];
  byWord: Map<number, CallGroup>;
  /** All calls that the selection leaves, in a group or not. */
  all: OutcomeCounts;
}

export interface CallRequest {
  /** By turn 1 where it counts. */
  turns: Uint8Array;
  by: ToolGrouping;
  /** Of the trends. */
  buckets?: Buckets;
}

/** The words of calls that they are grouped by, 0: in no group; undefined: by the agent, which is the session's. */
function findWords({ calls: { of } }: Columns, by: ToolGrouping): Words | undefined {
  return { tool: of.tool, mcp: of.server, command: of.family, agent: undefined }[by];
}

/** The word of a call that it is grouped by; 0: in no group. */
export function toGroupWord(columns: Columns, by: ToolGrouping): (at: number) => number {
  const words = findWords(columns, by);
  const { calls, sessions, derived } = columns;
  return (at) => (words ? words[at] : sessions.of.agent[derived.owner[calls.of.turn[at] ?? 0] ?? 0]) ?? 0;
}

/** Everything in one pass over the calls of the turns that count, which stand one behind the other. */
export function countCalls(columns: Columns, { turns: selected, by, buckets }: CallRequest): CallCounts {
  const { turns, sessions, derived, words } = columns;
  const { outcome, run, wait, start } = columns.calls.of;
  const { fromCall, toCall } = turns.of;
  const ownWords = findWords(columns, by);
  const groups = createGroups(words.size());
  const counts = new Uint32Array((words.size() + 1) * KINDS);
  const [owners, hosts] = [createDistinct(sessions.length), createDistinct(turns.length)];
  /** By group: the turn that it was last met in. Most calls of a turn are of few groups. */
  const metIn = new Int32Array(words.size()).fill(-1);
  const room = countSelected(columns, selected);
  const [runs, waits] = [createTimes(room.calls), createTimes(room.waits)];
  const width = (buckets?.starts.length ?? 0) + 1;
  for (let turn = 0; turn < turns.length; turn++) {
    const to = toCall[turn] ?? 0;
    if (!selected[turn] || fromCall[turn] === to) continue;
    const [top, host] = [derived.owner[turn] ?? 0, derived.host[turn] ?? turn];
    for (let at = fromCall[turn] ?? 0; at < to; at++) {
      const kind = outcome[at] ?? 0;
      const word = (ownWords ? ownWords[at] : sessions.of.agent[top]) ?? 0;
      // Those in no group have the last row of the table.
      const group = word === 0 ? -1 : groups.of(word);
      const place = (group === -1 ? words.size() : group) * KINDS + kind;
      counts[place] = (counts[place] ?? 0) + 1;
      if (group === -1) continue;
      if (metIn[group] !== turn) {
        metIn[group] = turn;
        owners.add(group, top);
        hosts.add(group, host);
      }
      if (wait[at] !== 0) addTime(waits, group, wait[at] ?? NO_DURATION);
      // What a person forbade never ran.
      if (kind === DENIED) continue;
      const bucket = buckets ? buckets.of(start[at] ?? 0) : -1;
      addTime(runs, group * width + (bucket === -1 ? width - 1 : bucket), run[at] ?? NO_DURATION);
    }
  }
  const size = groups.size();
  const found: Found = { counts, owners: owners.count, hosts: hosts.count, runs: toGrouped({ ...runs, size: size * width }), waits: toGrouped({ ...waits, size }), width };
  const list = Array.from({ length: size }, (_, group) => toGroup(found, group, groups.wordOf(group)));
  return { groups: list, byWord: new Map(list.map((group) => [group.word, group])), all: sumOutcomes([...list, toOutcomes(counts, words.size())]) };
}

const KINDS = OUTCOMES.length;

/** How many times there may be to keep. */
function countSelected({ turns: { of, length }, calls }: Columns, selected: Uint8Array): { calls: number; waits: number } {
  const room = { calls: 0, waits: 0 };
  const { wait } = calls.of;
  for (let turn = 0; turn < length; turn++) {
    if (!selected[turn]) continue;
    const [from, to] = [of.fromCall[turn] ?? 0, of.toCall[turn] ?? 0];
    room.calls += to - from;
    for (let at = from; at < to; at++) if (wait[at] !== 0) room.waits += 1;
  }
  return room;
}

interface Found {
  counts: Uint32Array;
  owners(group: number): number;
  hosts(group: number): number;
  /** `width` to a group: one for each bucket, one for what is outside of all. */
  runs: Grouped;
  waits: Grouped;
  width: number;
}

function toGroup({ counts, owners, hosts, runs, waits, width }: Found, group: number, word: number): CallGroup {
  const first = group * width;
  // Within its bucket each may be moved: all of them together are the same ones still.
  const trend = Array.from({ length: width - 1 }, (_, bucket) => toDurationQuantile(runs.of(first + bucket), 0.95) ?? null);
  return { ...toOutcomes(counts, group), word, sessions: owners(group), turns: hosts(group), runs: runs.within(first, first + width), waits: waits.of(group), trend };
}

function toOutcomes(counts: Uint32Array, group: number): OutcomeCounts {
  const of = (kind: number): number => counts[group * KINDS + kind] ?? 0;
  let calls = 0;
  for (let kind = 0; kind < KINDS; kind++) calls += of(kind);
  return { calls, succeeded: of(OK), errors: of(ERROR) + of(TIMEOUT), denied: of(DENIED), cancelled: of(CANCELLED) };
}

function sumOutcomes(list: readonly OutcomeCounts[]): OutcomeCounts {
  const all: OutcomeCounts = { calls: 0, succeeded: 0, errors: 0, denied: 0, cancelled: 0 };
  for (const one of list) for (const name of ['calls', 'succeeded', 'errors', 'denied', 'cancelled'] as const) all[name] += one[name];
  return all;
}
