/** The figures of groups of sessions: by agent, project, model, or all in one. All come from one pass over the turns. */
import type { GroupFigures } from '../api/overview.ts';
import type { Columns } from './columns.ts';
import { createDistinct } from './distinct.ts';
import type { Selection } from './select.ts';
import { createSums, createTally, mergeSums, toCostFigures, toErrorRate, toTokenFigures, type RequestSums } from './sums.ts';

export type Grouping = 'all' | 'agent' | 'project' | 'model';

interface Sum {
  turns: number;
  toolCalls: number;
  errors: number;
  denied: number;
  activeMillis: number;
  /** Turns of which it is known. */
  timed: number;
  succeeded: number;
  failed: number;
  requests: RequestSums;
}

/** What one agent did in one project with one model. */
interface Cell {
  /** Words. */
  agent: number;
  project: number;
  model: number;
  sum: Sum;
}

export interface Cells {
  list: Cell[];
  /** Cells and the sessions at the top that are in them; pairs may come twice. */
  pairs: { cells: number[]; tops: number[] };
}

/** Sums the selection by agent, project and model at once. A turn counts to the model that most of its requests asked, a request to the one that it asked. */
export function toCells(columns: Columns, { turns: selected, models }: Selection): Cells {
  const { turns, chats, sessions, derived } = columns;
  const { fromChat, toChat, modelName, session } = turns.of;
  const asked = chats.of.model;
  const tally = createTally(columns);
  const cells: Cells = { list: [], pairs: { cells: [], tops: [] } };
  const cellOf = createCellFinder(columns, cells);
  for (let at = 0; at < turns.length; at++) {
    if (!selected[at]) continue;
    const top = derived.owner[at] ?? 0;
    const [agent, project, own] = [sessions.of.agent[top] ?? 0, derived.project[top] ?? 0, modelName[at] ?? 0];
    const home = cellOf(agent, project, own, top);
    addTurn(cells.list[home]?.sum ?? createSum(), columns, { at, isOwn: session[at] === top });
    for (let chat = fromChat[at] ?? 0, to = toChat[at] ?? 0, next = chat; chat < to; chat = next) {
      const model = asked[chat] ?? 0;
      // Most turns ask one model all the time.
      do next += 1; while (next < to && asked[next] === model);
      if (models && !models.has(model)) continue;
      tally.add(model === own ? home : cellOf(agent, project, model, top), chat, next);
    }
  }
  for (const [place, { sum }] of cells.list.entries()) sum.requests = tally.sumsOf(place);
  return cells;
}

/** Gives the place of a cell, a new one where it is met for the first time. */
function createCellFinder({ words }: Columns, { list, pairs }: Cells): (agent: number, project: number, model: number, top: number) => number {
  const size = words.size();
  const places = new Map<number, number>();
  // The next turn is of the same session most times.
  let last = { key: -1, top: -1, place: -1 };
  return (agent, project, model, top) => {
    const key = (agent * size + project) * size + model;
    if (last.key === key && last.top === top) return last.place;
    let place = places.get(key);
    if (place === undefined) {
      place = list.push({ agent, project, model, sum: createSum() }) - 1;
      places.set(key, place);
    }
    pairs.cells.push(place);
    pairs.tops.push(top);
    last = { key, top, place };
    return place;
  };
}

/** Groups with the most sessions first. What has no project is in no group but that of all; what nobody tells the model of is one of its own. */
export function toGroups(columns: Columns, { list, pairs }: Cells, by: Grouping): GroupFigures[] {
  const groups = new Map<number, { index: number; sum: Sum }>();
  const groupOf = list.map((cell) => {
    const word = by === 'all' ? 0 : cell[by];
    if (word === 0 && by !== 'all' && by !== 'model') return -1;
    const group = groups.get(word) ?? { index: groups.size, sum: createSum() };
    groups.set(word, group);
    mergeSum(group.sum, cell.sum);
    return group.index;
  });
  const owners = createDistinct(columns.sessions.length);
  for (let index = 0; index < pairs.cells.length; index++) {
    const group = groupOf[pairs.cells[index] ?? 0] ?? -1;
    if (group !== -1) owners.add(group, pairs.tops[index] ?? 0);
  }
  const rows = [...groups].map(([word, { index, sum }]) => toFigures(columns, sum, { name: columns.words.wordOf(word) ?? '', sessions: owners.count(index) }));
  return rows.sort((a, b) => b.sessions - a.sessions || (a.name < b.name ? -1 : 1));
}

const COUNTS = ['turns', 'toolCalls', 'errors', 'denied', 'activeMillis', 'timed', 'succeeded', 'failed'] as const;

function createSum(): Sum {
  return { turns: 0, toolCalls: 0, errors: 0, denied: 0, activeMillis: 0, timed: 0, succeeded: 0, failed: 0, requests: createSums() };
}

function mergeSum(into: Sum, from: Sum): void {
  for (const name of COUNTS) into[name] += from[name];
  mergeSums(into.requests, from.requests);
}

function addTurn(sum: Sum, { turns: { of } }: Columns, { at, isOwn }: { at: number; isOwn: boolean }): void {
  sum.toolCalls += of.tools[at] ?? 0;
  sum.errors += of.errors[at] ?? 0;
  sum.denied += of.denied[at] ?? 0;
  sum.succeeded += of.succeeded[at] ?? 0;
  sum.failed += of.failed[at] ?? 0;
  if (!isOwn) return;
  sum.turns += 1;
  const active = of.active[at] ?? -1;
  if (active < 0) return;
  sum.activeMillis += active;
  sum.timed += 1;
}

function toFigures(columns: Columns, sum: Sum, { name, sessions }: { name: string; sessions: number }): GroupFigures {
  const { turns, toolCalls, errors, denied, activeMillis, timed } = sum;
  const errorRate = toErrorRate(sum.succeeded, sum.failed);
  return {
    name, sessions, turns, toolCalls, errors, denied,
    ...(timed === 0 ? {} : { activeMillis }),
    ...(errorRate === undefined ? {} : { errorRate }),
    tokens: toTokenFigures(sum.requests),
    cost: toCostFigures(sum.requests, columns),
  };
}
