/** The page of models: requests, tokens and costs by model (or project, agent, branch), and over time. */
import { roundUsd } from '../../core/cost.ts';
import { roundCredits } from '../../core/credits.ts';
import { ERROR, TIMEOUT } from '../../store/summary-layout.ts';
import type { ModelRow, ModelsAnswer, ModelsQuery } from '../api/overview.ts';
import { toBuckets } from '../columns/buckets.ts';
import { NO_TOKENS, type Columns } from '../columns/columns.ts';
import { createDistinct, type Distinct } from '../columns/distinct.ts';
import { createGroups } from '../columns/groups.ts';
import { select } from '../columns/select.ts';
import { toGrouped, toSpread, type Grouped } from '../columns/spread.ts';
import { createSums, toCacheHitRate, toCostFigures, toRequestAdder, toTokenFigures, type RequestSums } from '../columns/sums.ts';
import { toWindow, type Window } from '../columns/window.ts';
import type { ColumnsContext } from '../question.ts';

/** Rows with the most dollars first, then those with the most tokens. What turns tell beyond their requests is in the sums, and no request. */
export function answerModels(query: ModelsQuery, { columns, nowMillis }: ColumnsContext): Omit<ModelsAnswer, 'queryMillis'> {
  const selection = select(columns, query);
  const found = findRequests(columns, selection, query.by ?? 'model');
  const durations = gather(columns, found, 'duration');
  const firstChunks = gather(columns, found, 'firstChunk');
  const owners = countOwners(columns, found);
  const groups = found.words.map((word, group) => ({ word, sums: createSums(), requests: 0, errors: 0, provider: 0, sessions: owners.count(group) }));
  const all = createSums();
  const add = toRequestAdder(columns);
  const { of } = columns.chats;
  for (let index = 0; index < found.rows.length; index++) {
    const at = found.rows[index] ?? 0;
    const group = groups[found.groupOf[index] ?? 0];
    if (!group) continue;
    add(group.sums, at);
    add(all, at);
    if (of.provider[at]) group.provider = of.provider[at];
    if (of.isRest[at]) continue;
    group.requests += 1;
    if (of.outcome[at] === ERROR || of.outcome[at] === TIMEOUT) group.errors += 1;
  }
  const rows = groups.map((group, index) => toRow(columns, group, { duration: durations.of(index), firstChunk: firstChunks.of(index) }));
  return { rows: rows.sort(byWeight), totals: toTotals(columns, all), series: toSeries(columns, found, toWindow(columns, query, nowMillis)) };
}

interface Found {
  /** Rows of `chats`, and the group of each. */
  rows: Uint32Array;
  groupOf: Uint32Array;
  words: number[];
}

function findRequests(columns: Columns, { turns: selected, models }: ReturnType<typeof select>, by: NonNullable<ModelsQuery['by']>): Found {
  const { chats, words } = columns;
  const wordOf = toWordOf(columns, by);
  const groups = createGroups(words.size());
  const rows = new Uint32Array(chats.length);
  const groupOf = new Uint32Array(chats.length);
  let count = 0;
  for (let at = 0; at < chats.length; at++) {
    if (!selected[chats.of.turn[at] ?? 0] || (models && !models.has(chats.of.model[at] ?? 0))) continue;
    rows[count] = at;
    groupOf[count++] = groups.of(wordOf(at));
  }
  return { rows: rows.subarray(0, count), groupOf: groupOf.subarray(0, count), words: Array.from({ length: groups.size() }, (_, group) => groups.wordOf(group)) };
}

function toWordOf({ chats, turns, sessions, derived }: Columns, by: NonNullable<ModelsQuery['by']>): (at: number) => number {
  const topOf = (at: number): number => derived.top[turns.of.session[chats.of.turn[at] ?? 0] ?? 0] ?? 0;
  switch (by) {
    case 'model': return (at) => chats.of.model[at] ?? 0;
    case 'agent': return (at) => sessions.of.agent[topOf(at)] ?? 0;
    case 'project': return (at) => derived.project[topOf(at)] ?? 0;
    case 'branch': return (at) => turns.of.branch[chats.of.turn[at] ?? 0] || (derived.branch[topOf(at)] ?? 0);
  }
}

function gather({ chats: { of } }: Columns, { rows, groupOf, words }: Found, name: 'duration' | 'firstChunk'): Grouped {
  const column = of[name];
  const groups = new Uint32Array(rows.length);
  const values = new Float64Array(rows.length);
  let count = 0;
  for (let index = 0; index < rows.length; index++) {
    const at = rows[index] ?? 0;
    const value = column[at] ?? -1;
    if (value < 0 || of.isRest[at]) continue;
    groups[count] = groupOf[index] ?? 0;
    values[count++] = value;
  }
  return toGrouped({ groups, values, count, size: words.length });
}

function countOwners({ chats, turns, sessions, derived }: Columns, { rows, groupOf, words }: Found): Distinct {
  const owners = createDistinct(words.length, sessions.length);
  for (let index = 0; index < rows.length; index++) {
    owners.add(groupOf[index] ?? 0, derived.top[turns.of.session[chats.of.turn[rows[index] ?? 0] ?? 0] ?? 0] ?? 0);
  }
  return owners;
}

interface ModelGroup {
  word: number;
  sums: RequestSums;
  requests: number;
  errors: number;
  provider: number;
  sessions: number;
}

function toRow(columns: Columns, { word, sums, requests, errors, provider, sessions }: ModelGroup, times: { duration: Float64Array; firstChunk: Float64Array }): ModelRow {
  const { words } = columns;
  const [name, seller, cacheHitRate] = [words.wordOf(word), words.wordOf(provider), toCacheHitRate(sums)];
  return {
    model: name ?? '',
    ...(seller === undefined ? {} : { provider: seller }),
    requests,
    sessions,
    tokens: toTokenFigures(sums),
    ...(cacheHitRate === undefined ? {} : { cacheHitRate }),
    cost: toCostFigures(sums, columns),
    duration: toSpread(times.duration),
    timeToFirstChunk: toSpread(times.firstChunk),
    errors,
  };
}

function byWeight(a: ModelRow, b: ModelRow): number {
  const dollars = ({ cost }: ModelRow): number => (cost.usd ?? 0) + (cost.equivalentUsd ?? 0);
  const tokens = (row: ModelRow): number => (row.tokens.input ?? 0) + (row.tokens.output ?? 0);
  return dollars(b) - dollars(a) || tokens(b) - tokens(a) || b.requests - a.requests || (a.model < b.model ? -1 : 1);
}

function toTotals(columns: Columns, sums: RequestSums): ModelsAnswer['totals'] {
  const cacheHitRate = toCacheHitRate(sums);
  return { tokens: toTokenFigures(sums), cost: toCostFigures(sums, columns), ...(cacheHitRate === undefined ? {} : { cacheHitRate }) };
}

type Sums = { readonly [N in (typeof SERIES)[number]]: Float64Array };
const SERIES = ['input', 'cacheRead', 'cacheCreation', 'output', 'reasoning', 'usd', 'credits'] as const;

function toSeries({ chats: { of } }: Columns, { rows }: Found, { from, to }: Window): ModelsAnswer['series'] {
  const buckets = toBuckets(from, to);
  const sums = Object.fromEntries(SERIES.map((name) => [name, new Float64Array(buckets.starts.length)])) as Sums;
  const told = { usd: new Uint8Array(buckets.starts.length), credits: new Uint8Array(buckets.starts.length) };
  const tokensOf = (column: Uint32Array, at: number): number => (column[at] === NO_TOKENS ? 0 : (column[at] ?? 0));
  const add = (sum: Float64Array, bucket: number, amount: number): void => void (sum[bucket] = (sum[bucket] ?? 0) + amount);
  for (let index = 0; index < rows.length; index++) {
    const at = rows[index] ?? 0;
    const bucket = buckets.of(of.start[at] ?? 0);
    if (bucket === -1) continue;
    const [read, written] = [tokensOf(of.cacheRead, at), tokensOf(of.cacheCreation, at)];
    add(sums.input, bucket, Math.max(0, tokensOf(of.input, at) - read - written));
    add(sums.cacheRead, bucket, read);
    add(sums.cacheCreation, bucket, written);
    add(sums.output, bucket, tokensOf(of.output, at));
    add(sums.reasoning, bucket, tokensOf(of.reasoning, at));
    const [usd, credits] = [of.usd[at] ?? -1, of.credits[at] ?? -1];
    if (usd >= 0) {
      told.usd[bucket] = 1;
      add(sums.usd, bucket, usd);
    }
    if (credits >= 0) {
      told.credits[bucket] = 1;
      add(sums.credits, bucket, credits);
    }
  }
  const listed = (name: 'input' | 'cacheRead' | 'cacheCreation' | 'output' | 'reasoning'): number[] => [...sums[name]];
  return {
    starts: buckets.starts,
    input: listed('input'), cacheRead: listed('cacheRead'), cacheCreation: listed('cacheCreation'), output: listed('output'), reasoning: listed('reasoning'),
    usd: Array.from(sums.usd, (sum, bucket) => (told.usd[bucket] ? roundUsd(sum) : null)),
    credits: Array.from(sums.credits, (sum, bucket) => (told.credits[bucket] ? roundCredits(sum) : null)),
  };
}
