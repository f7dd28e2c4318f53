/** Sums of requests: tokens and costs, absent over nothing. */
import { roundUsd } from '../../core/cost.ts';
import { roundCredits } from '../../core/credits.ts';
import { compare } from '../../core/order.ts';
import { PROVENANCES } from '../../store/summary-layout.ts';
import type { CostFigures, TokenFigures } from '../api/figures.ts';
import { COSTS, NO_TOKENS, type Columns } from './columns.ts';

const TOKENS = ['input', 'output', 'cacheRead', 'cacheCreation', 'reasoning'] as const;

/** In the order of `COSTS`. */
export interface MoneySums {
  sums: Float64Array;
  /** How many told it. */
  told: Uint32Array;
}

export interface RequestSums {
  /** In the order of `TOKENS`. */
  tokens: Float64Array;
  told: Uint32Array;
  money: MoneySums;
  provenance: number;
  /** By model and reason, as one number. */
  unpriced: Map<number, { model: number; reason: number; chats: number; tokens: number }>;
}

export function createMoney(): MoneySums {
  return { sums: new Float64Array(COSTS.length), told: new Uint32Array(COSTS.length) };
}

export function createSums(): RequestSums {
  return { tokens: new Float64Array(TOKENS.length), told: new Uint32Array(TOKENS.length), money: createMoney(), provenance: 0, unpriced: new Map() };
}

/** Sums of many groups at once. */
export interface Tally {
  /** Adds rows of `chats`, from one up to another, which is left out, to a group; groups are numbered from 0. */
  add(group: number, from: number, to: number): void;
  /** Of a group, as they are now. */
  sumsOf(group: number): RequestSums;
}

/** Of a group: its tokens, then its costs. */
const WIDTH = TOKENS.length + COSTS.length;
const LEAST_GROUPS = 16;

/** One pair of columns for all groups: half a million rows are added without a look at an object. */
export function createTally({ chats: { of } }: Columns): Tally {
  const { amount, unit, provenance, unpriced } = of;
  const counted = TOKENS.map((name) => of[name]);
  const more: { provenance: number; unpriced: RequestSums['unpriced'] }[] = [];
  let sums = new Float64Array(LEAST_GROUPS * WIDTH);
  let told = new Uint32Array(LEAST_GROUPS * WIDTH);
  const open = (group: number): void => {
    while (more.length <= group) more.push({ provenance: 0, unpriced: new Map() });
    if (sums.length >= more.length * WIDTH) return;
    const [before, counts] = [sums, told];
    sums = new Float64Array(more.length * 2 * WIDTH);
    sums.set(before);
    told = new Uint32Array(more.length * 2 * WIDTH);
    told.set(counts);
  };
  const addTokens = (column: Uint32Array, place: number, [from, to]: readonly [number, number]): void => {
    let [sum, count] = [0, 0];
    for (let at = from; at < to; at++) {
      const tokens = column[at] ?? NO_TOKENS;
      if (tokens === NO_TOKENS) continue;
      sum += tokens;
      count += 1;
    }
    sums[place] = (sums[place] ?? 0) + sum;
    told[place] = (told[place] ?? 0) + count;
  };
  return {
    add(group, from, to) {
      if (group >= more.length) open(group);
      const base = group * WIDTH;
      const range = [from, to] as const;
      for (let kind = 0; kind < counted.length; kind++) addTokens(counted[kind] ?? NONE, base + kind, range);
      let sources = 0;
      for (let at = from; at < to; at++) {
        const kind = unit[at] ?? 0;
        sources |= provenance[at] ?? 0;
        if (unpriced[at] !== 0) addUnpriced(more[group]?.unpriced ?? new Map(), of, at);
        if (kind === 0) continue;
        const place = base + TOKENS.length + kind - 1;
        sums[place] = (sums[place] ?? 0) + (amount[at] ?? 0);
        told[place] = (told[place] ?? 0) + 1;
      }
      const own = more[group];
      if (own) own.provenance |= sources;
    },
    sumsOf(group) {
      open(group);
      const [from, middle, to] = [group * WIDTH, group * WIDTH + TOKENS.length, (group + 1) * WIDTH];
      const own = more[group] ?? { provenance: 0, unpriced: new Map() };
      return { ...own, tokens: sums.subarray(from, middle), told: told.subarray(from, middle), money: { sums: sums.subarray(middle, to), told: told.subarray(middle, to) } };
    },
  };
}

const NONE = new Uint32Array();

/** Adds what rows of `loads` cost. */
export function toMoneyAdder(of: Columns['loads']['of']): (sums: MoneySums, at: number) => void {
  const columns = COSTS.map((name) => of[name]);
  return ({ sums, told }, at) => {
    for (let kind = 0; kind < columns.length; kind++) {
      const cost = columns[kind]?.[at] ?? -1;
      if (cost < 0) continue;
      sums[kind] = (sums[kind] ?? 0) + cost;
      told[kind] = (told[kind] ?? 0) + 1;
    }
  };
}

/** Adds one sum to another. */
export function mergeSums(into: RequestSums, from: RequestSums): void {
  mergeColumn(into.tokens, from.tokens);
  mergeColumn(into.told, from.told);
  mergeColumn(into.money.sums, from.money.sums);
  mergeColumn(into.money.told, from.money.told);
  into.provenance |= from.provenance;
  for (const [key, { chats, tokens, ...names }] of from.unpriced) {
    const known = into.unpriced.get(key);
    into.unpriced.set(key, { ...names, chats: chats + (known?.chats ?? 0), tokens: tokens + (known?.tokens ?? 0) });
  }
}

function mergeColumn(into: Float64Array | Uint32Array, from: Float64Array | Uint32Array): void {
  for (let kind = 0; kind < into.length; kind++) into[kind] = (into[kind] ?? 0) + (from[kind] ?? 0);
}

/** More words than this have no reason among them. */
const REASONS = 2 ** 24;

function addUnpriced(unpriced: RequestSums['unpriced'], of: Columns['chats']['of'], at: number): void {
  const [model, reason] = [of.model[at] ?? 0, of.unpriced[at] ?? 0];
  const key = model * REASONS + reason;
  let entry = unpriced.get(key);
  if (!entry) unpriced.set(key, (entry = { model, reason, chats: 0, tokens: 0 }));
  entry.chats += 1;
  const [input, output] = [of.input[at] ?? NO_TOKENS, of.output[at] ?? NO_TOKENS];
  entry.tokens += (input === NO_TOKENS ? 0 : input) + (output === NO_TOKENS ? 0 : output);
}

export function toTokenFigures({ tokens, told }: RequestSums): TokenFigures {
  return Object.fromEntries(TOKENS.flatMap((name, kind) => (told[kind] ? [[name, tokens[kind]]] : [])));
}

export function toMoneyFigures({ sums: [usd = 0, equivalentUsd = 0, credits = 0, premium = 0], told }: MoneySums): CostFigures {
  return {
    ...(told[0] ? { usd: roundUsd(usd) } : {}),
    ...(told[1] ? { equivalentUsd: roundUsd(equivalentUsd) } : {}),
    ...(told[2] ? { credits: roundCredits(credits) } : {}),
    ...(told[3] ? { premiumRequests: roundCredits(premium) } : {}),
  };
}

export function toCostFigures({ money, provenance, unpriced }: RequestSums, { words }: Columns): CostFigures {
  const figures = toMoneyFigures(money);
  if (unpriced.size > 0) {
    const rows = [...unpriced.values()].map(({ model, reason, chats, tokens }) => {
      const name = words.wordOf(model);
      return { ...(name === undefined ? {} : { model: name }), reason: words.wordOf(reason) ?? '', chats, ...(tokens > 0 ? { tokens } : {}) };
    });
    figures.unpriced = rows.sort((a, b) => b.chats - a.chats || compare(a.model ?? '', b.model ?? '') || compare(a.reason, b.reason));
  }
  const told = PROVENANCES.filter((_, bit) => provenance & (1 << bit));
  if (told.length > 0) figures.provenance = told;
  return figures;
}

/** cacheRead ÷ input; undefined where either is not told. */
export function toCacheHitRate({ tokens: [input = 0, , cacheRead = 0], told }: RequestSums): number | undefined {
  return !told[0] || !told[2] || input === 0 ? undefined : cacheRead / input;
}

/** (error + timeout) ÷ (ok + error + timeout); undefined over nothing. */
export function toErrorRate(succeeded: number, failed: number): number | undefined {
  return succeeded + failed === 0 ? undefined : failed / (succeeded + failed);
}
