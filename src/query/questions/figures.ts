/** The sums of the overview: today, the last seven days, and the window by agent, project, model and day. */
import { roundUsd } from '../../core/cost.ts';
import type { CostFigures, Filter, TokenFigures } from '../api/figures.ts';
import type { GroupFigures, OverviewAnswer } from '../api/overview.ts';
import { startOfDay, toDays } from '../columns/buckets.ts';
import { countCalls } from '../columns/call-counts.ts';
import { USD, type Columns } from '../columns/columns.ts';
import { createDistinct } from '../columns/distinct.ts';
import { toDurationSpread } from '../columns/duration-spread.ts';
import { toCells, toGroups, type Grouping } from '../columns/group-figures.ts';
import { pageOf } from '../columns/page-of.ts';
import { select, type Selection } from '../columns/select.ts';
import { createTally, toCostFigures, toTokenFigures } from '../columns/sums.ts';
import { toWindow } from '../columns/window.ts';
import type { ColumnsContext } from '../question.ts';

/** Without times: all there is, as everywhere. */
export type FiguresQuery = Filter;

export type FiguresAnswer = Pick<OverviewAnswer, 'today' | 'week' | 'byAgent' | 'byProject' | 'byModel' | 'days' | 'slowestTools' | 'nowMillis'> & { mostExpensive: CostlySession[] };

/** A row of `session`: who asks knows how one is shown. Tokens and cost only under a filter by model: of the requests that it leaves. */
export interface CostlySession {
  row: number;
  tokens?: TokenFigures;
  cost?: CostFigures;
}

const MOST_EXPENSIVE = 5;
const SLOWEST = 5;

export function answerFigures(query: FiguresQuery, { columns, nowMillis }: ColumnsContext): FiguresAnswer {
  const today = startOfDay(nowMillis);
  const weekAgo = new Date(today);
  weekAgo.setDate(weekAgo.getDate() - 6);
  const within = (from: Date): Filter => ({ ...query, fromMillis: from.getTime(), toMillis: Infinity });
  const selection = select(columns, query);
  const cells = toCells(columns, selection);
  const group = (by: Grouping): GroupFigures[] => toGroups(columns, cells, by);
  const sumOf = (name: string, from: Date): GroupFigures => toGroups(columns, toCells(columns, select(columns, within(from))), 'all')[0] ?? emptyFigures(name);
  return {
    nowMillis,
    today: { ...sumOf('today', today), name: 'today' },
    week: { ...sumOf('week', weekAgo), name: 'week' },
    byAgent: group('agent'),
    byProject: group('project'),
    byModel: group('model'),
    days: toDaily(columns, selection, toWindow(columns, query, nowMillis)),
    mostExpensive: toMostExpensive(columns, selection),
    slowestTools: toSlowest(columns, selection.turns),
  };
}

function emptyFigures(name: string): GroupFigures {
  return { name, sessions: 0, turns: 0, toolCalls: 0, errors: 0, denied: 0, tokens: {}, cost: {} };
}

function toDaily({ turns, sessions, derived, chats }: Columns, { turns: selected, models }: Selection, { from, to }: { from: number; to: number }): OverviewAnswer['days'] {
  const days = toDays(from, to);
  const zeros = (): number[] => days.starts.map(() => 0);
  const daily = { starts: days.starts, sessions: zeros(), toolCalls: zeros(), errors: zeros() };
  const usd: (number | null)[] = days.starts.map(() => null);
  const seen = createDistinct(sessions.length);
  for (let at = 0; at < turns.length; at++) {
    const day = selected[at] ? days.of(turns.of.start[at] ?? 0) : -1;
    if (day === -1) continue;
    seen.add(day, derived.owner[at] ?? 0);
    daily.toolCalls[day] = (daily.toolCalls[day] ?? 0) + (turns.of.tools[at] ?? 0);
    daily.errors[day] = (daily.errors[day] ?? 0) + (turns.of.errors[at] ?? 0);
    for (let chat = turns.of.fromChat[at] ?? 0, last = turns.of.toChat[at] ?? 0; chat < last; chat++) {
      if (chats.of.unit[chat] === USD && (!models || models.has(chats.of.model[chat] ?? 0))) usd[day] = (usd[day] ?? 0) + (chats.of.amount[chat] ?? 0);
    }
  }
  return { ...daily, sessions: days.starts.map((_, day) => seen.count(day)), usd: usd.map((sum) => sum && roundUsd(sum)) };
}

/** By dollars, charged or not: only to find those worth a look are the two added. */
function toMostExpensive(columns: Columns, selection: Selection): CostlySession[] {
  const { chats, sessions } = columns;
  const { amount, unit } = chats.of;
  const dollars = new Float64Array(sessions.length);
  eachRequest(columns, selection, (at, top) => {
    const weight = WEIGHTS[unit[at] ?? 0] ?? 0;
    if (weight !== 0) dollars[top] = (dollars[top] ?? 0) + (amount[at] ?? 0) * weight;
  });
  const rows = Uint32Array.from(dollars.keys()).filter((at) => (dollars[at] ?? 0) > 0);
  const page = pageOf({ rows, ranks: Float64Array.from(rows, (at) => dollars[at] ?? 0), limit: MOST_EXPENSIVE });
  const found = page.rows.map((at) => ({ at, row: sessions.of.row[at] ?? 0 }));
  if (!selection.models) return found.map(({ row }) => ({ row }));
  const groups = new Map(found.map(({ at }, group) => [at, group]));
  const tally = createTally(columns);
  eachRequest(columns, selection, (at, top) => {
    const group = groups.get(top);
    if (group !== undefined) tally.add(group, at, at + 1);
  });
  return found.map(({ row }, group) => ({ row, tokens: toTokenFigures(tally.sumsOf(group)), cost: toCostFigures(tally.sumsOf(group), columns) }));
}

/** The rows of `chats` that a selection leaves, with the session at the top of each. */
function eachRequest({ turns, chats, derived }: Columns, { turns: selected, models }: Selection, visit: (chat: number, top: number) => void): void {
  for (let turn = 0; turn < turns.length; turn++) {
    if (!selected[turn]) continue;
    const top = derived.owner[turn] ?? 0;
    for (let at = turns.of.fromChat[turn] ?? 0, to = turns.of.toChat[turn] ?? 0; at < to; at++) if (!models || models.has(chats.of.model[at] ?? 0)) visit(at, top);
  }
}

/** By unit. Credits have no price that we know: they order what has no dollars. */
const WEIGHTS = [0, 1, 1, 1e-9, 0];

function toSlowest(columns: Columns, selected: Uint8Array): OverviewAnswer['slowestTools'] {
  const { groups } = countCalls(columns, { turns: selected, by: 'tool' });
  const rows = groups.filter(({ runs }) => runs.length > 0).map(({ word, calls, runs }) => ({ name: columns.words.wordOf(word) ?? '', calls, run: toDurationSpread(runs) }));
  return rows.sort((a, b) => (b.run.p95 ?? 0) - (a.run.p95 ?? 0)).slice(0, SLOWEST);
}
