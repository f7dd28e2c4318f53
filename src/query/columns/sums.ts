/** Sums of requests: tokens and costs, absent over nothing. */
import { roundUsd } from '../../core/cost.ts';
import { roundCredits } from '../../core/credits.ts';
import { PROVENANCES } from '../../store/summary-layout.ts';
import type { CostFigures, TokenFigures } from '../api/figures.ts';
import { NO_TOKENS, type Columns } from './columns.ts';

const TOKENS = ['input', 'output', 'cacheRead', 'cacheCreation', 'reasoning'] as const;
const COSTS = ['usd', 'equivalentUsd', 'credits', 'premium'] as const;

type Money = Record<(typeof COSTS)[number], number>;

/** NaN: nothing was told. */
export interface RequestSums {
  tokens: Record<(typeof TOKENS)[number], number>;
  money: Money;
  provenance: number;
  /** Model and reason, as one number → requests and tokens. */
  unpriced: Map<string, { model: number; reason: number; chats: number; tokens: number }>;
}

export function createSums(): RequestSums {
  return {
    tokens: { input: NaN, output: NaN, cacheRead: NaN, cacheCreation: NaN, reasoning: NaN },
    money: { usd: NaN, equivalentUsd: NaN, credits: NaN, premium: NaN },
    provenance: 0,
    unpriced: new Map(),
  };
}

/** Adds one row of `chats`. */
export function addRequest(sums: RequestSums, { chats: { of } }: Columns, at: number): void {
  for (const name of TOKENS) {
    const count = of[name][at] ?? NO_TOKENS;
    if (count !== NO_TOKENS) sums.tokens[name] = (sums.tokens[name] || 0) + count;
  }
  addMoney(sums.money, of, at);
  sums.provenance |= of.provenance[at] ?? 0;
  const reason = of.unpriced[at] ?? 0;
  if (reason !== 0) addUnpriced(sums, of, at);
}

/** Adds what one row of `chats`, or of `loads`, cost. */
export function addMoney(money: Money, of: Record<(typeof COSTS)[number], Float64Array>, at: number): void {
  for (const name of COSTS) {
    const cost = of[name][at] ?? -1;
    if (cost >= 0) money[name] = (money[name] || 0) + cost;
  }
}

function addUnpriced({ unpriced }: RequestSums, of: Columns['chats']['of'], at: number): void {
  const [model, reason] = [of.model[at] ?? 0, of.unpriced[at] ?? 0];
  const key = `${model} ${reason}`;
  const entry = unpriced.get(key) ?? { model, reason, chats: 0, tokens: 0 };
  entry.chats += 1;
  for (const count of [of.input[at], of.output[at]]) if (count !== undefined && count !== NO_TOKENS) entry.tokens += count;
  unpriced.set(key, entry);
}

export function toTokenFigures({ tokens }: RequestSums): TokenFigures {
  return Object.fromEntries(Object.entries(tokens).filter(([, count]) => !Number.isNaN(count)));
}

export function toMoneyFigures(money: Money): CostFigures {
  const figures: CostFigures = {};
  if (!Number.isNaN(money.usd)) figures.usd = roundUsd(money.usd);
  if (!Number.isNaN(money.equivalentUsd)) figures.equivalentUsd = roundUsd(money.equivalentUsd);
  if (!Number.isNaN(money.credits)) figures.credits = roundCredits(money.credits);
  if (!Number.isNaN(money.premium)) figures.premiumRequests = roundCredits(money.premium);
  return figures;
}

export function toCostFigures({ money, provenance, unpriced }: RequestSums, { words }: Columns): CostFigures {
  const figures = toMoneyFigures(money);
  if (unpriced.size > 0) {
    figures.unpriced = [...unpriced.values()].map(({ model, reason, chats, tokens }) => {
      const name = words.wordOf(model);
      return { ...(name === undefined ? {} : { model: name }), reason: words.wordOf(reason) ?? '', chats, ...(tokens > 0 ? { tokens } : {}) };
    });
  }
  const told = PROVENANCES.filter((_, bit) => provenance & (1 << bit));
  if (told.length > 0) figures.provenance = told;
  return figures;
}

/** (error + timeout) ÷ (ok + error + timeout); undefined over nothing. */
export function toErrorRate(succeeded: number, failed: number): number | undefined {
  return succeeded + failed === 0 ? undefined : failed / (succeeded + failed);
}
