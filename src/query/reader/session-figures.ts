/** Sums over the summaries of turns: what of a session's row no column of the store holds. Pure. */
import { roundCredits } from '../../core/credits.ts';
import { roundUsd } from '../../core/cost.ts';
import type { Provenance } from '../../core/usage.ts';
import { ABSENT, CHAT, LOAD, PROVENANCES, TURN } from '../../store/summary-layout.ts';
import type { TurnSummary } from '../../store/turn-summary.ts';
import type { CostFigures, TokenFigures } from '../api/figures.ts';
import type { TimeShares } from '../api/sessions.ts';

const TOKENS = ['input', 'output', 'cacheRead', 'cacheCreation', 'reasoning'] as const;

export interface TurnSums {
  tokens: TokenFigures;
  cost: CostFigures;
  /** Requests of each model that is named. */
  models: ReadonlyMap<string, number>;
  skills: ReadonlySet<string>;
  contextPercent?: number;
  repository?: string;
  branch?: string;
}

/** `turns`: in the order of time; what the last of them tells stands. */
export function sumTurns(turns: readonly TurnSummary[]): TurnSums {
  const models = new Map<string, number>();
  const skills = new Set<string>();
  const sums: TurnSums = { tokens: {}, cost: {}, models, skills };
  const unpriced = new Map<string, NonNullable<CostFigures['unpriced']>[number]>();
  let provenance = 0;
  for (const summary of turns) {
    addTurn(sums, summary);
    for (let at = 0; at < summary.loads.length; at += LOAD.length) skills.add(summary.words[summary.loads[at + LOAD.name] ?? 0] ?? '');
    for (let at = 0; at < summary.chats.length; at += CHAT.length) {
      const read = (place: number): number => summary.chats[at + place] ?? ABSENT;
      addTokens(sums.tokens, read);
      addMoney(sums.cost, read);
      addUnpriced(unpriced, summary.words, read);
      provenance |= read(CHAT.provenance);
      const model = summary.words[read(CHAT.model)] ?? '';
      if (model !== '') models.set(model, (models.get(model) ?? 0) + 1 - read(CHAT.isRest));
    }
  }
  skills.delete('');
  if (unpriced.size > 0) sums.cost.unpriced = [...unpriced.values()];
  const from = PROVENANCES.filter((_, bit) => (provenance & (1 << bit)) !== 0);
  if (from.length > 0) sums.cost.provenance = from as Provenance[];
  return sums;
}

function addTurn(sums: TurnSums, { turn, words }: TurnSummary): void {
  const percent = turn[TURN.contextPercent] ?? ABSENT;
  if (percent !== ABSENT) sums.contextPercent = Math.max(sums.contextPercent ?? 0, percent);
  const repository = words[turn[TURN.repository] ?? 0];
  if (repository) sums.repository = repository;
  const branch = words[turn[TURN.branch] ?? 0];
  if (branch) sums.branch = branch;
}

type ReadPlace = (place: number) => number;

function addTokens(tokens: TokenFigures, read: ReadPlace): void {
  for (const name of TOKENS) {
    const count = read(CHAT[name]);
    if (count !== ABSENT) tokens[name] = (tokens[name] ?? 0) + count;
  }
}

function addMoney(cost: CostFigures, read: ReadPlace): void {
  const [usd, equivalentUsd, credits, premium] = [read(CHAT.usd), read(CHAT.equivalentUsd), read(CHAT.credits), read(CHAT.premium)];
  if (usd !== ABSENT) cost.usd = roundUsd((cost.usd ?? 0) + usd);
  if (equivalentUsd !== ABSENT) cost.equivalentUsd = roundUsd((cost.equivalentUsd ?? 0) + equivalentUsd);
  if (credits !== ABSENT) cost.credits = roundCredits((cost.credits ?? 0) + credits);
  if (premium !== ABSENT) cost.premiumRequests = (cost.premiumRequests ?? 0) + premium;
}

function addUnpriced(unpriced: Map<string, NonNullable<CostFigures['unpriced']>[number]>, words: readonly string[], read: ReadPlace): void {
  const reason = words[Math.max(0, read(CHAT.unpriced))];
  if (!reason) return;
  const model = words[read(CHAT.model)] || undefined;
  const key = `${model ?? ''}\0${reason}`;
  const entry = unpriced.get(key) ?? { ...(model === undefined ? {} : { model }), reason, chats: 0 };
  entry.chats += 1;
  const tokens = Math.max(0, read(CHAT.input)) + Math.max(0, read(CHAT.output));
  if (tokens > 0) entry.tokens = (entry.tokens ?? 0) + tokens;
  unpriced.set(key, entry);
}

/** Of one turn, in ms. `lengthMillis` stands for what is not known of one without a summary. */
export function toTurnShares(summary: TurnSummary | undefined, lengthMillis: number): TimeShares {
  if (!summary) return { model: 0, tool: 0, wait: 0, gate: 0, idle: 0, other: lengthMillis };
  const read = (place: number): number => toMillis(Math.max(0, summary.turn[place] ?? 0));
  return { model: read(TURN.model), tool: read(TURN.tool), wait: read(TURN.wait), gate: read(TURN.gate), idle: 0, other: read(TURN.other) };
}

/** Of all turns of a session, with what lies between them: together they are as long as the session (`wallMillis`). */
export function toSessionShares(turns: readonly TimeShares[], wallMillis: number): TimeShares {
  const sum: TimeShares = { model: 0, tool: 0, wait: 0, gate: 0, idle: 0, other: 0 };
  for (const turn of turns) for (const name of ['model', 'tool', 'wait', 'gate', 'other'] as const) sum[name] = (sum[name] ?? 0) + (turn[name] ?? 0);
  sum.idle = Math.max(0, wallMillis - sum.model - sum.tool - (sum.wait ?? 0) - (sum.gate ?? 0) - sum.other);
  // Whole microseconds: what adding up fractions leaves behind them is noise.
  for (const name of ['model', 'tool', 'wait', 'gate', 'other', 'idle'] as const) sum[name] = toMillis(Math.round((sum[name] ?? 0) * 1000));
  return sum;
}

function toMillis(micros: number): number {
  return micros / 1000;
}
