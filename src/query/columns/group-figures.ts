/** The figures of groups of sessions: by agent, project, model, or all in one. */
import type { GroupFigures } from '../api/overview.ts';
import type { Columns } from './columns.ts';
import { createDistinct } from './distinct.ts';
import { createGroups } from './groups.ts';
import type { Selection } from './select.ts';
import { addRequest, createSums, toCostFigures, toErrorRate, toTokenFigures, type RequestSums } from './sums.ts';

export type Grouping = 'all' | 'agent' | 'project' | 'model';

interface Sum {
  turns: number;
  toolCalls: number;
  errors: number;
  denied: number;
  activeMillis: number;
  succeeded: number;
  failed: number;
  requests: RequestSums;
}

/**
 * Groups with the most sessions first. By model, a turn's calls and errors count to the model of the turn, and tokens and costs to that of each
 * request. What nothing names (no project, no model) is in no group.
 */
export function sumGroups(columns: Columns, { turns: selected, models }: Selection, by: Grouping): GroupFigures[] {
  const { turns, calls, chats, sessions, derived, words } = columns;
  const groups = createGroups(words.size());
  const sums: Sum[] = [];
  const groupOf = toGroupOf(columns, by);
  const sumOf = (word: number): Sum | undefined => (word === 0 && by !== 'all' ? undefined : (sums[groups.of(word)] ??= createSum()));
  const pairs: [group: number, top: number][] = [];
  for (let at = 0; at < turns.length; at++) {
    if (!selected[at]) continue;
    const session = turns.of.session[at] ?? 0;
    const top = derived.top[session] ?? session;
    const word = groupOf(at);
    const sum = sumOf(word);
    if (sum) {
      pairs.push([groups.of(word), top]);
      addTurn(sum, columns, { at, isOwn: session === top });
      for (let call = turns.of.fromCall[at] ?? 0; call < (turns.of.toCall[at] ?? 0); call++) addOutcome(sum, calls.of.outcome[call] ?? 0);
    }
    for (let chat = turns.of.fromChat[at] ?? 0; chat < (turns.of.toChat[at] ?? 0); chat++) {
      if (models && !models.has(chats.of.model[chat] ?? 0)) continue;
      const own = by === 'model' ? sumOf(chats.of.model[chat] ?? 0) : sum;
      if (own) addRequest(own.requests, columns, chat);
      if (own && by === 'model' && own !== sum) pairs.push([groups.of(chats.of.model[chat] ?? 0), top]);
    }
  }
  const owners = createDistinct(groups.size(), sessions.length);
  for (const [group, top] of pairs) owners.add(group, top);
  const rows = sums.map((sum, group) => toFigures(columns, sum, { name: words.wordOf(groups.wordOf(group)) ?? '', sessions: owners.count(group) }));
  return rows.sort((a, b) => b.sessions - a.sessions || (a.name < b.name ? -1 : 1));
}

function toGroupOf({ turns, sessions, derived }: Columns, by: Grouping): (at: number) => number {
  const topOf = (at: number): number => derived.top[turns.of.session[at] ?? 0] ?? 0;
  switch (by) {
    case 'all': return () => 0;
    case 'agent': return (at) => sessions.of.agent[topOf(at)] ?? 0;
    case 'project': return (at) => derived.project[topOf(at)] ?? 0;
    case 'model': return (at) => turns.of.modelName[at] ?? 0;
  }
}

function createSum(): Sum {
  return { turns: 0, toolCalls: 0, errors: 0, denied: 0, activeMillis: 0, succeeded: 0, failed: 0, requests: createSums() };
}

function addTurn(sum: Sum, { turns: { of } }: Columns, { at, isOwn }: { at: number; isOwn: boolean }): void {
  sum.toolCalls += of.tools[at] ?? 0;
  sum.errors += of.errors[at] ?? 0;
  sum.denied += of.denied[at] ?? 0;
  if (!isOwn) return;
  sum.turns += 1;
  sum.activeMillis += Math.max(0, of.duration[at] ?? 0);
}

function addOutcome(sum: Sum, outcome: number): void {
  if (outcome === 0) sum.succeeded += 1;
  else if (outcome === 1 || outcome === 4) sum.failed += 1;
}

function toFigures(columns: Columns, sum: Sum, { name, sessions }: { name: string; sessions: number }): GroupFigures {
  const { turns, toolCalls, errors, denied, activeMillis } = sum;
  const errorRate = toErrorRate(sum.succeeded, sum.failed);
  return {
    name, sessions, turns, toolCalls, errors, denied, activeMillis,
    ...(errorRate === undefined ? {} : { errorRate }),
    tokens: toTokenFigures(sum.requests),
    cost: toCostFigures(sum.requests, columns),
  };
}
