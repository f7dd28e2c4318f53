/** Sums of requests: tokens and costs, absent over nothing. */
import { roundUsd } from '../../core/cost.ts';
import { roundCredits } from '../../core/credits.ts';
import { compare } from '../../core/order.ts';
import { PROVENANCES } from '../../store/summary-layout.ts';
import type { CostFigures, TokenFigures } from '../api/figures.ts';
import { NO_TOKENS, type Columns } from './columns.ts';

const TOKENS = ['input', 'output', 'cacheRead', 'cacheCreation', 'reasoning'] as const;
const COSTS = ['usd', 'equivalentUsd', 'credits', 'premium'] as const;

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

export type Adder<S> = (sums: S, at: number) => void;

/** Adds rows of `chats`. Made once for many rows: it looks nothing up by name. */
export function toRequestAdder({ chats: { of } }: Columns): Adder<RequestSums> {
  const columns = TOKENS.map((name) => of[name]);
  const addMoney = toMoneyAdder(of);
  return (all, at) => {
    const { tokens, told } = all;
    for (let kind = 0; kind < columns.length; kind++) {
      const count = columns[kind]?.[at] ?? NO_TOKENS;
      if (count === NO_TOKENS) continue;
      tokens[kind] = (tokens[kind] ?? 0) + count;
      told[kind] = (told[kind] ?? 0) + 1;
    }
    addMoney(all.money, at);
    all.provenance |= of.provenance[at] ?? 0;
    if (of.unpriced[at]) addUnpriced(all, of, at);
  };
}

/** Adds what rows of `chats`, or of `loads`, cost. */
export function toMoneyAdder(of: Record<(typeof COSTS)[number], Float64Array>): Adder<MoneySums> {
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

function addUnpriced({ unpriced }: RequestSums, of: Columns['chats']['of'], at: number): void {
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
