/** The page of models: requests, tokens and costs by model (or project, agent, branch), and over time. */
import { roundUsd } from '../../core/cost.ts';
import { roundCredits } from '../../core/credits.ts';
import { compare } from '../../core/order.ts';
import { ERROR, TIMEOUT } from '../../store/summary-layout.ts';
import type { ModelRow, ModelsAnswer, ModelsQuery } from '../api/overview.ts';
import { toBuckets, type Buckets } from '../columns/buckets.ts';
import { COSTS, CREDITS, NO_COST, NO_TOKENS, USD, type Columns } from '../columns/columns.ts';
import { createDistinct } from '../columns/distinct.ts';
import { toDurationSpread } from '../columns/duration-spread.ts';
import { NO_DURATION } from '../columns/durations.ts';
import { select, type Selection } from '../columns/select.ts';
import { addTime, createTimes, toGrouped } from '../columns/spread.ts';
import { createSums, createTally, mergeSums, toCacheHitRate, toCostFigures, toTokenFigures, type RequestSums } from '../columns/sums.ts';
import { toWindow } from '../columns/window.ts';
import type { ColumnsContext } from '../question.ts';

/** By model a row for each pair of model and provider. Rows with the most dollars first, then those with the most tokens. What turns tell beyond their requests is in the sums, and no request. */
export function answerModels(query: ModelsQuery, { columns, nowMillis }: ColumnsContext): Omit<ModelsAnswer, 'queryMillis'> {
  const { from, to } = toWindow(columns, query, nowMillis);
  const series = createSeries(columns, toBuckets(from, to));
  const groups = sumRequests(columns, { selection: select(columns, query), by: query.by ?? 'model', onRequests: series.add });
  const all = createSums();
  for (const { sums } of groups) mergeSums(all, sums);
  const rows = groups.map((group) => toRow(columns, group));
  return { rows: rows.sort(byWeight), totals: toTotals(columns, all), series: series.toJson() };
}

interface SumRequest {
  selection: Selection;
  by: NonNullable<ModelsQuery['by']>;
  /** Told the rows of `chats` that count, some at a time: from one up to another, which is left out. */
  onRequests(from: number, to: number): void;
}

/** Everything in one pass over the requests of the turns that count, which stand one behind the other. */
function sumRequests(columns: Columns, { selection: { turns: selected, models }, by, onRequests }: SumRequest): ModelGroup[] {
  const { turns, chats, derived, words } = columns;
  const { model, isRest, outcome, provider, duration, firstChunk } = chats.of;
  const wordOf = toWordOf(columns, by);
  const groups = createPairs(words.size());
  const [tally, owners] = [createTally(columns), createDistinct(columns.sessions.length)];
  const room = countSelected(columns, selected);
  const [durations, firstChunks] = [createTimes(room), createTimes(room)];
  const counts: Pick<ModelGroup, 'requests' | 'errors'>[] = [];
  for (let turn = 0; turn < turns.length; turn++) {
    const to = turns.of.toChat[turn] ?? 0;
    if (!selected[turn] || turns.of.fromChat[turn] === to) continue;
    const [own, top] = [wordOf?.(turn), derived.owner[turn] ?? 0];
    for (let from = turns.of.fromChat[turn] ?? 0, next = from, before = 0; from < to; from = next) {
      const word = model[from] ?? 0;
      // What the turn tells beyond its requests names none where they do.
      const seller = provider[from] || before;
      // Most turns ask one model all the time.
      do next += 1; while (next < to && model[next] === word && (provider[next] || seller) === seller);
      before = seller;
      if (models && !models.has(word)) continue;
      const group = own === undefined ? groups.of(word, seller) : groups.of(own, 0);
      const count = (counts[group] ??= { requests: 0, errors: 0 });
      tally.add(group, from, next);
      owners.add(group, top);
      onRequests(from, next);
      for (let at = from; at < next; at++) {
        if (isRest[at]) continue;
        count.requests += 1;
        if (outcome[at] === ERROR || outcome[at] === TIMEOUT) count.errors += 1;
        addTime(durations, group, duration[at] ?? NO_DURATION);
        addTime(firstChunks, group, firstChunk[at] ?? NO_DURATION);
      }
    }
  }
  const [spreads, chunks] = [toGrouped({ ...durations, size: groups.size() }), toGrouped({ ...firstChunks, size: groups.size() })];
  return counts.map((count, group) => ({
    ...count, ...groups.pairOf(group), sums: tally.sumsOf(group), sessions: owners.count(group), duration: spreads.of(group), firstChunk: chunks.of(group),
  }));
}

/** Pairs of words that were met, numbered from 0 in the order in which they came. `words`: the size of the dictionary. */
function createPairs(words: number): { of(word: number, provider: number): number; size(): number; pairOf(group: number): Pick<ModelGroup, 'word' | 'provider'> } {
  const numbers = new Map<number, number>();
  const met: Pick<ModelGroup, 'word' | 'provider'>[] = [];
  return {
    of(word, provider) {
      const key = word * words + provider;
      const known = numbers.get(key);
      if (known !== undefined) return known;
      numbers.set(key, met.length);
      return met.push({ word, provider }) - 1;
    },
    size: () => met.length,
    pairOf: (group) => met[group] ?? { word: 0, provider: 0 },
  };
}

/** The word of a turn that its requests are grouped by; undefined: by the model of each. */
function toWordOf({ turns, sessions, derived }: Columns, by: NonNullable<ModelsQuery['by']>): ((turn: number) => number) | undefined {
  const topOf = (turn: number): number => derived.owner[turn] ?? 0;
  switch (by) {
    case 'model': return undefined;
    case 'agent': return (turn) => sessions.of.agent[topOf(turn)] ?? 0;
    case 'project': return (turn) => derived.project[topOf(turn)] ?? 0;
    case 'branch': return (turn) => turns.of.branch[turn] || (derived.branch[topOf(turn)] ?? 0);
  }
}

function countSelected({ turns: { of, length } }: Columns, selected: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < length; at++) if (selected[at]) count += (of.toChat[at] ?? 0) - (of.fromChat[at] ?? 0);
  return count;
}

interface ModelGroup {
  word: number;
  sums: RequestSums;
  requests: number;
  errors: number;
  provider: number;
  sessions: number;
  /** As they stand in the columns. May be reordered. */
  duration: Uint32Array;
  firstChunk: Uint32Array;
}

function toRow(columns: Columns, { word, sums, requests, errors, provider, sessions, duration, firstChunk }: ModelGroup): ModelRow {
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
    duration: toDurationSpread(duration),
    timeToFirstChunk: toDurationSpread(firstChunk),
    errors,
  };
}

function byWeight(a: ModelRow, b: ModelRow): number {
  const dollars = ({ cost }: ModelRow): number => (cost.usd ?? 0) + (cost.equivalentUsd ?? 0);
  const tokens = (row: ModelRow): number => (row.tokens.input ?? 0) + (row.tokens.output ?? 0);
  return dollars(b) - dollars(a) || tokens(b) - tokens(a) || b.requests - a.requests || compare(a.model, b.model) || compare(a.provider ?? '', b.provider ?? '');
}

function toTotals(columns: Columns, sums: RequestSums): ModelsAnswer['totals'] {
  const cacheHitRate = toCacheHitRate(sums);
  return { tokens: toTokenFigures(sums), cost: toCostFigures(sums, columns), ...(cacheHitRate === undefined ? {} : { cacheHitRate }) };
}

const SERIES = ['input', 'cacheRead', 'cacheCreation', 'output', 'reasoning'] as const;
/** Of a bucket: those of `SERIES`, then costs in the order of their units. */
const WIDTH = SERIES.length + COSTS.length;

/** Adds rows of `chats`, some at a time, to the buckets of their starts. */
function createSeries({ chats: { of } }: Columns, buckets: Buckets): { add(from: number, to: number): void; toJson(): ModelsAnswer['series'] } {
  const { start, input, cacheRead, cacheCreation, output, reasoning, amount, unit } = of;
  const sums = new Float64Array(buckets.starts.length * WIDTH);
  const isTold = new Uint8Array(buckets.starts.length * WIDTH);
  const add = (at: number): void => {
    const bucket = buckets.of(start[at] ?? 0);
    if (bucket === -1) return;
    const base = bucket * WIDTH;
    const [read, written] = [toCount(cacheRead[at]), toCount(cacheCreation[at])];
    sums[base] = (sums[base] ?? 0) + Math.max(0, toCount(input[at]) - read - written);
    sums[base + 1] = (sums[base + 1] ?? 0) + read;
    sums[base + 2] = (sums[base + 2] ?? 0) + written;
    sums[base + 3] = (sums[base + 3] ?? 0) + toCount(output[at]);
    sums[base + 4] = (sums[base + 4] ?? 0) + toCount(reasoning[at]);
    const kind = unit[at] ?? NO_COST;
    if (kind === NO_COST) return;
    const place = base + SERIES.length + kind - 1;
    sums[place] = (sums[place] ?? 0) + (amount[at] ?? 0);
    isTold[place] = 1;
  };
  const listed = (kind: number): number[] => buckets.starts.map((_, bucket) => sums[bucket * WIDTH + kind] ?? 0);
  const priced = (kind: number, round: (sum: number) => number): (number | null)[] => listed(kind).map((sum, bucket) => (isTold[bucket * WIDTH + kind] ? round(sum) : null));
  return {
    add(from, to) {
      for (let at = from; at < to; at++) add(at);
    },
    toJson: () => ({
      starts: buckets.starts,
      input: listed(0), cacheRead: listed(1), cacheCreation: listed(2), output: listed(3), reasoning: listed(4),
      usd: priced(SERIES.length + USD - 1, roundUsd),
      credits: priced(SERIES.length + CREDITS - 1, roundCredits),
    }),
  };
}

function toCount(tokens: number | undefined): number {
  return tokens === undefined || tokens === NO_TOKENS ? 0 : tokens;
}
