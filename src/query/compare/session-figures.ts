/** One figure of each session that a filter leaves, out of the columns. Subagents count to the session that they ran in. */
import { DENIED } from '../../store/summary-layout.ts';
import type { Filter } from '../api/figures.ts';
import { COSTS, NO_COST, NO_TOKENS, type Columns } from '../columns/columns.ts';
import { toMillis } from '../columns/durations.ts';
import { select, type Selection } from '../columns/select.ts';
import { toQuantile } from '../columns/spread.ts';
import { toErrorRate } from '../columns/sums.ts';
import type { MetricName } from './metrics.ts';

export interface Cohort {
  /** Rows of the columns' sessions, ascending. */
  sessions: Uint32Array;
  /** By the place in `sessions`; NaN where nobody told. */
  figures: Record<MetricName, Float64Array>;
  /** By name; the same. */
  tools: Map<string, Float64Array>;
  skills: Map<string, Float64Array>;
  /** The model that its first turn was for: its word, 0 where none is told. */
  models: Uint32Array;
}

export interface CohortRequest {
  filter: Filter;
  /** Tools and skills that are compared on their own. */
  tools: readonly string[];
  skills: readonly string[];
}

export function toCohort(columns: Columns, { filter, tools, skills }: CohortRequest): Cohort {
  const selection = select(columns, filter);
  const { turns: selected } = selection;
  const { sessions, places } = findSessions(columns, selected);
  const figures = createFigures(sessions.length);
  const cohort: Cohort = { sessions, figures, tools: new Map(), skills: new Map(), models: new Uint32Array(sessions.length) };
  addTurns(columns, selected, places, cohort);
  addCalls(columns, selected, places, cohort);
  addRequests(columns, selection, places, cohort);
  for (const tool of tools) cohort.tools.set(tool, toToolFigures(columns, tool, { selected, places, count: sessions.length }));
  for (const skill of skills) cohort.skills.set(skill, toSkillFigures(columns, skill, { selected, places, count: sessions.length }));
  return cohort;
}

/** `places`: by session row its place among those that count; undefined at others is -1. */
function findSessions({ turns, sessions, derived }: Columns, selected: Uint8Array): { sessions: Uint32Array; places: Int32Array } {
  const places = new Int32Array(sessions.length).fill(-1);
  for (let at = 0; at < turns.length; at++) if (selected[at]) places[derived.owner[at] ?? 0] = 0;
  const found = new Uint32Array(sessions.length);
  let count = 0;
  for (let at = 0; at < sessions.length; at++) {
    if (places[at] === -1) continue;
    places[at] = count;
    found[count++] = at;
  }
  return { sessions: found.subarray(0, count), places };
}

/** What is counted is 0 where nothing was; what is told is NaN until it is. */
function createFigures(count: number): Cohort['figures'] {
  const zeros = (): Float64Array => new Float64Array(count);
  const unknown = (): Float64Array => new Float64Array(count).fill(NaN);
  return {
    active: unknown(), model: unknown(), tool: unknown(), wait: unknown(), turns: zeros(), toolCalls: zeros(), callsPerTurn: unknown(), errors: zeros(), errorRate: unknown(), denied: zeros(),
    tokens: unknown(), usd: unknown(), equivalentUsd: unknown(), credits: unknown(), premium: unknown(),
  };
}

function add(column: Float64Array, at: number, value: number): void {
  const before = column[at] ?? 0;
  column[at] = Number.isNaN(before) ? value : before + value;
}

/** The place of a turn's session in the cohort; -1: not in it. */
function placeOf({ derived }: Columns, places: Int32Array, turn: number): number {
  return places[derived.owner[turn] ?? 0] ?? -1;
}

function addTurns(columns: Columns, selected: Uint8Array, places: Int32Array, { figures, models }: Cohort): void {
  const { turns, derived } = columns;
  const { of } = turns;
  for (let at = 0; at < turns.length; at++) {
    if (!selected[at]) continue;
    const session = of.session[at] ?? 0;
    const place = placeOf(columns, places, at);
    if (derived.top[session] !== session) continue;
    if (models[place] === 0) models[place] = of.modelName[at] ?? 0;
    add(figures.turns, place, 1);
    for (const [figure, value] of [[figures.active, of.active[at]], [figures.model, of.model[at]], [figures.tool, of.tool[at]], [figures.wait, of.wait[at]]] as const) {
      if (value !== undefined && value >= 0) add(figure, place, value);
    }
  }
}

/** As the rows of turns count them; how many succeeded only summaries tell. */
function addCalls(columns: Columns, selected: Uint8Array, places: Int32Array, { figures, sessions }: Cohort): void {
  const { length, of } = columns.turns;
  const [succeeded, failed] = [new Float64Array(sessions.length), new Float64Array(sessions.length)];
  for (let at = 0; at < length; at++) {
    if (!selected[at]) continue;
    const place = placeOf(columns, places, at);
    add(figures.toolCalls, place, of.tools[at] ?? 0);
    add(figures.errors, place, of.errors[at] ?? 0);
    add(figures.denied, place, of.denied[at] ?? 0);
    add(succeeded, place, of.succeeded[at] ?? 0);
    add(failed, place, of.failed[at] ?? 0);
  }
  for (let place = 0; place < sessions.length; place++) {
    figures.errorRate[place] = toErrorRate(succeeded[place] ?? 0, failed[place] ?? 0) ?? NaN;
    const count = figures.turns[place] ?? 0;
    if (count > 0) figures.callsPerTurn[place] = (figures.toolCalls[place] ?? 0) / count;
  }
}

/** Under a filter by model the requests to that model alone. */
function addRequests(columns: Columns, { turns: selected, models }: Selection, places: Int32Array, { figures }: Cohort): void {
  const { turns, chats } = columns;
  const { model, input, output, amount, unit } = chats.of;
  const money = COSTS.map((name) => figures[name]);
  for (let turn = 0; turn < turns.length; turn++) {
    const to = turns.of.toChat[turn] ?? 0;
    if (!selected[turn] || turns.of.fromChat[turn] === to) continue;
    const place = placeOf(columns, places, turn);
    let tokens = NaN;
    for (let at = turns.of.fromChat[turn] ?? 0; at < to; at++) {
      if (models && !models.has(model[at] ?? 0)) continue;
      const [taken, given] = [input[at] ?? NO_TOKENS, output[at] ?? NO_TOKENS];
      if (taken !== NO_TOKENS) tokens = Number.isNaN(tokens) ? taken : tokens + taken;
      if (given !== NO_TOKENS) tokens = Number.isNaN(tokens) ? given : tokens + given;
      const sums = money[(unit[at] ?? NO_COST) - 1];
      if (sums) add(sums, place, amount[at] ?? 0);
    }
    if (!Number.isNaN(tokens)) add(figures.tokens, place, tokens);
  }
}

interface Members {
  selected: Uint8Array;
  places: Int32Array;
  count: number;
}

/** A denied call never ran. */
function toToolFigures(columns: Columns, tool: string, members: Members): Float64Array {
  const { of, length } = columns.calls;
  const word = columns.words.find(tool);
  const values = gather(columns, members, length, (at) => (of.tool[at] === word && of.outcome[at] !== DENIED ? [of.turn[at] ?? 0, toMillis(of.run[at])] : undefined));
  return Float64Array.from(values, (list) => toQuantile(Float64Array.from(list), 0.95) ?? NaN);
}

function toSkillFigures(columns: Columns, skill: string, members: Members): Float64Array {
  const { of, length } = columns.loads;
  const word = columns.words.find(skill);
  const values = gather(columns, members, length, (at) => (of.name[at] === word ? [of.turn[at] ?? 0, of.scope[at] ?? -1] : undefined));
  return Float64Array.from(values, (list) => toQuantile(Float64Array.from(list), 0.5) ?? NaN);
}

/** Values that are not negative, by session. `read`: the turn and the value of a row, undefined of one that does not count. */
function gather(columns: Columns, { selected, places, count }: Members, length: number, read: (at: number) => readonly [turn: number, value: number] | undefined): number[][] {
  const values = Array.from({ length: count }, (): number[] => []);
  for (let at = 0; at < length; at++) {
    const found = read(at);
    if (found && selected[found[0]] && found[1] >= 0) values[placeOf(columns, places, found[0])]?.push(found[1]);
  }
  return values;
}
