/** Sessions in any order, as rows of `session`, a page at a time. */
import type { SessionsQuery } from '../api/sessions.ts';
import { CLOSED, NO_TOKENS, OPEN_LIVE, type Columns } from '../columns/columns.ts';
import { pageOf } from '../columns/page-of.ts';
import { takeFloats, takeMarks, takeWholes } from '../columns/scratch.ts';
import { select } from '../columns/select.ts';
import type { ColumnsContext } from '../question.ts';
import { isGoingOn } from '../reader/session-state.ts';

export interface OrderQuery extends Omit<SessionsQuery, 'text' | 'state'> {
  /** Only these rows of `session`: what another search found. */
  among?: readonly number[];
}

export interface OrderAnswer {
  /** Rows of `session` of sessions at the top. */
  roots: number[];
  next?: string;
  /** All that the filter leaves. */
  total: number;
  /** Of all that the filter leaves. */
  longestActiveMillis: number;
}

const LIMIT = 50;
const MOST = 1000;

export function answerOrder(query: OrderQuery, { columns, nowMillis }: ColumnsContext): OrderAnswer {
  return orderSessions(columns, query, nowMillis);
}

/** Sessions with a turn, or a subagent's, that the filter leaves. They are ordered by what they are as a whole, whatever part of them lies in the window. */
export function orderSessions(columns: Columns, query: OrderQuery, nowMillis: number): OrderAnswer {
  const { sessions } = columns;
  const sums = sumSessions(columns, select(columns, query).turns, nowMillis);
  const among = query.among && new Set(query.among);
  const ranks = rankSessions(columns, sums, query);
  const rows = takeWholes(sessions.length);
  let count = 0;
  let longestActiveMillis = 0;
  for (let at = 0; at < sessions.length; at++) {
    if (!sums.fits[at] || (query.hasErrors && !sums.errors[at]) || (query.hasDenied && !sums.denied[at]) || (among && !among.has(sessions.of.row[at] ?? 0))) continue;
    rows[count++] = at;
    longestActiveMillis = Math.max(longestActiveMillis, sums.active[at] ?? 0);
  }
  const found = rows.subarray(0, count);
  const keyOf = (at: number): number => sessions.of.row[at] ?? 0;
  const page = pageOf({ rows: found, ranks: Float64Array.from(found, (at) => ranks[at] ?? 0), limit: Math.min(query.limit ?? LIMIT, MOST), after: query.after, ascending: query.ascending, keyOf });
  return { roots: page.rows.map(keyOf), total: count, longestActiveMillis, ...(page.next === undefined ? {} : { next: page.next }) };
}

/** By session at the top, its subagents included. */
interface SessionSums {
  fits: Uint8Array;
  start: Float64Array;
  active: Float64Array;
  tools: Float64Array;
  errors: Float64Array;
  denied: Float64Array;
}

function sumSessions({ sessions, turns, derived }: Columns, selected: Uint8Array, nowMillis: number): SessionSums {
  const column = (): Float64Array => takeFloats(sessions.length).fill(0);
  const sums: SessionSums = { fits: takeMarks(sessions.length), start: column().fill(Infinity), active: column(), tools: column(), errors: column(), denied: column() };
  const { of } = turns;
  for (let at = 0; at < turns.length; at++) {
    if (!of.alive[at]) continue;
    const top = derived.owner[at] ?? 0;
    if (selected[at]) sums.fits[top] = 1;
    sums.tools[top] = (sums.tools[top] ?? 0) + (of.tools[at] ?? 0);
    sums.errors[top] = (sums.errors[top] ?? 0) + (of.errors[at] ?? 0);
    sums.denied[top] = (sums.denied[top] ?? 0) + (of.denied[at] ?? 0);
    if (top !== of.session[at]) continue;
    sums.start[top] = Math.min(sums.start[top] ?? 0, of.start[at] ?? 0);
    sums.active[top] = (sums.active[top] ?? 0) + toActive(of, at, nowMillis);
  }
  return sums;
}

/** As the row of a session counts it: of an open turn until something last happened in it. */
function toActive({ active, openness, start, last }: Columns['turns']['of'], at: number, nowMillis: number): number {
  const told = active[at] ?? -1;
  if (told >= 0) return told;
  const until = last[at] ?? 0;
  return isGoingOn({ isClosed: openness[at] === CLOSED, isLive: openness[at] === OPEN_LIVE }, nowMillis - until) ? Math.max(0, until - (start[at] ?? 0)) : 0;
}

/** What each session is ordered by. */
function rankSessions(columns: Columns, sums: SessionSums, { order = 'last' }: OrderQuery): Float64Array {
  switch (order) {
    case 'last': return columns.derived.last;
    case 'start': return sums.start.map((start, at) => (start === Infinity ? (columns.derived.last[at] ?? 0) : start));
    case 'active': return sums.active;
    case 'toolCalls': return sums.tools;
    case 'errors': return sums.errors;
    case 'tokens': return sumRequests(columns, ({ input, output }, at) => toCount(input[at]) + toCount(output[at]));
    case 'cost': return sumRequests(columns, toWeight);
  }
}

/** By session at the top: what each of its requests is worth. */
function sumRequests({ chats, turns, sessions, derived }: Columns, read: (of: Columns['chats']['of'], at: number) => number): Float64Array {
  const sums = takeFloats(sessions.length).fill(0);
  for (let turn = 0; turn < turns.length; turn++) {
    if (!turns.of.alive[turn]) continue;
    let sum = 0;
    for (let at = turns.of.fromChat[turn] ?? 0, to = turns.of.toChat[turn] ?? 0; at < to; at++) sum += read(chats.of, at);
    const top = derived.owner[turn] ?? 0;
    sums[top] = (sums[top] ?? 0) + sum;
  }
  return sums;
}

function toCount(tokens: number | undefined): number {
  return tokens === undefined || tokens === NO_TOKENS ? 0 : tokens;
}

/** Dollars, charged or not; then credits, then premium requests. Only an order: no page shows such a sum. */
function toWeight({ amount, unit }: Columns['chats']['of'], at: number): number {
  return (amount[at] ?? 0) * (WEIGHTS[unit[at] ?? 0] ?? 0);
}

/** By unit. Credits and premium requests have no price that we know: they order what has no dollars. */
const WEIGHTS = [0, 1, 1, 1e-9, 1e-12];
