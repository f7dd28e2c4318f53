/** The page of skills: what was loaded, by whom, and what came of it; and what was on offer and never loaded. */
import { roundUsd } from '../../core/cost.ts';
import { TRIGGERS } from '../../store/summary-layout.ts';
import type { Filter } from '../api/figures.ts';
import type { SkillRow, SkillsAnswer } from '../api/tools.ts';
import { toDays, type Buckets } from '../columns/buckets.ts';
import { EQUIVALENT_USD, USD, type Columns } from '../columns/columns.ts';
import { countSessions } from '../columns/count-sessions.ts';
import { findOfferedSkills, type OfferedSkill } from '../columns/offered-skills.ts';
import { select } from '../columns/select.ts';
import { toSpread } from '../columns/spread.ts';
import { createMoney, toErrorRate, toMoneyAdder, toMoneyFigures } from '../columns/sums.ts';
import { toWindow } from '../columns/window.ts';
import type { ColumnsContext } from '../question.ts';

/** Skills with the most loads first, those that were on offer and never loaded behind them. */
export function answerSkills(query: Filter, { columns, nowMillis }: ColumnsContext): Omit<SkillsAnswer, 'queryMillis'> {
  const { turns } = select(columns, query);
  const offered = findOfferedSkills(columns, turns);
  const sessions = countSessions(columns, turns);
  const { from, to } = toWindow(columns, query, nowMillis);
  const days = toDays(from, to);
  const rows = [...groupLoads(columns, turns)].map(([word, loads]) => toRow(columns, { word, loads }, { sessions, days, offered, hasCosts: query.model === undefined }));
  rows.sort((a, b) => b.activations - a.activations || (a.name < b.name ? -1 : 1));
  const loaded = new Set(rows.map(({ name }) => name));
  const never = [...offered].filter(([name]) => !loaded.has(name)).map(([name, skill]) => toNever(name, skill, days));
  return { rows: [...rows, ...never], sessions };
}

function groupLoads({ loads }: Columns, turns: Uint8Array): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (let at = 0; at < loads.length; at++) {
    if (!turns[loads.of.turn[at] ?? 0]) continue;
    const word = loads.of.name[at] ?? 0;
    const known = groups.get(word);
    if (known) known.push(at);
    else groups.set(word, [at]);
  }
  return groups;
}

interface Frame {
  sessions: number;
  days: Buckets;
  offered: ReadonlyMap<string, OfferedSkill>;
  /** False: only requests to some models count, and which of them a load cost is not known. */
  hasCosts: boolean;
}

function toRow(columns: Columns, { word, loads: rows }: { word: number; loads: readonly number[] }, { sessions, days, offered, hasCosts }: Frame): SkillRow {
  const name = columns.words.wordOf(word) ?? '';
  const { loads: { of }, turns, derived, words } = columns;
  const tops = rows.map((at) => topOf(columns, of.turn[at] ?? 0));
  const own = new Set(tops).size;
  const trigger = { user: 0, model: 0, subagent: 0 };
  const money = createMoney();
  const addMoney = toMoneyAdder(of);
  const byDay = days.starts.map(() => 0);
  const sum = (column: Uint32Array): number => rows.reduce((total, at) => total + (column[at] ?? 0), 0);
  for (const at of rows) {
    const turn = of.turn[at] ?? 0;
    const session = turns.of.session[turn] ?? 0;
    const isSubagent = derived.top[session] !== session;
    trigger[isSubagent ? 'subagent' : (TRIGGERS[of.trigger[at] ?? 0] ?? 'model')] += 1;
    if (hasCosts) addMoney(money, at);
    const day = days.of(of.start[at] ?? 0);
    if (day >= 0) byDay[day] = (byDay[day] ?? 0) + 1;
  }
  const [tools, failed] = [sum(of.tools), sum(of.failed)];
  const errorRate = toErrorRate(sum(of.succeeded), failed);
  const cost = toMoneyFigures(money);
  // Of those that told it: what nobody told is not nothing.
  const [dollars, told] = cost.usd === undefined ? [cost.equivalentUsd, money.told[EQUIVALENT_USD - 1]] : [cost.usd, money.told[USD - 1]];
  return {
    name,
    agents: [...new Set(tops.map((top) => words.wordOf(columns.sessions.of.agent[top] ?? 0) ?? ''))].sort(),
    activations: rows.length,
    sessions: own,
    shareOfSessions: sessions === 0 ? 0 : own / sessions,
    lastMillis: rows.reduce((last, at) => Math.max(last, of.start[at] ?? 0), 0),
    trigger,
    duration: toSpread(Float64Array.from(rows.flatMap((at) => ((of.scope[at] ?? -1) < 0 ? [] : [of.scope[at] ?? 0])))),
    tools,
    errors: failed,
    ...(errorRate === undefined ? {} : { errorRate }),
    cost,
    ...(dollars === undefined || !told ? {} : { costPerActivation: roundUsd(dollars / told) }),
    versions: offered.get(name)?.versions ?? [],
    activationsByDay: { starts: days.starts, values: byDay },
    status: tools === 0 ? 'loaded-unused' : 'used',
  };
}

function topOf({ turns, derived }: Columns, turn: number): number {
  const session = turns.of.session[turn] ?? 0;
  return derived.top[session] ?? session;
}

function toNever(name: string, { agents, versions }: OfferedSkill, days: Buckets): SkillRow {
  return {
    name, agents, activations: 0, sessions: 0, shareOfSessions: 0, trigger: { user: 0, model: 0, subagent: 0 }, duration: { count: 0 }, tools: 0, errors: 0, cost: {}, versions,
    activationsByDay: { starts: days.starts, values: days.starts.map(() => 0) }, status: 'never',
  };
}
