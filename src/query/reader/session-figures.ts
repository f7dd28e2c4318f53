/** Sums over the summaries of turns: what of a session's row no column of the store holds. Pure. */
import { roundCredits } from '../../core/credits.ts';
import { roundUsd } from '../../core/cost.ts';
import type { Provenance } from '../../core/usage.ts';
import { ABSENT, CHAT, LOAD, PROVENANCES, TURN } from '../../store/summary-layout.ts';
import { toTurnShare, type NestedTurn } from '../../store/turn-shares.ts';
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

/** What of a turn its shares are worked out of. */
export interface ShareTurn {
  /** Of the session itself, not of a subagent. */
  isOwn: boolean;
  startMillis: number;
  /** Until its end, else until the last that is known of it. */
  lengthMillis: number;
  summary: TurnSummary | undefined;
  /** That nobody was waited for in it would be known. */
  hasWaits: boolean;
}

/** Where the time of each turn of the session itself went, in ms, with what subagents did in it. `turns`: of the whole family. */
export function toOwnShares<T extends ShareTurn>(turns: readonly T[]): Map<T, TimeShares> {
  const nested = nestTurns(turns);
  return new Map(turns.filter(({ isOwn }) => isOwn).map((turn) => [turn, toTurnShares(turn, nested.get(turn))]));
}

/** Turns of subagents by the turn of the session itself in which the call stands that they come from, however deep. */
function nestTurns<T extends ShareTurn>(turns: readonly T[]): Map<T, NestedTurn[]> {
  const nested = new Map<T, NestedTurn[]>();
  const inner = turns.filter(({ isOwn, summary }) => !isOwn && summary?.above);
  if (inner.length === 0) return nested;
  const turnOf = new Map<string, T>();
  for (const turn of turns) {
    const callIds = turn.summary?.callIds ?? '';
    for (let id = 0; id < callIds.length; id += 16) turnOf.set(callIds.slice(id, id + 16), turn);
  }
  for (const turn of inner) {
    const seen = new Set<T>();
    let host = turnOf.get(turn.summary?.above ?? '');
    for (; host && !host.isOwn && !seen.has(host); host = turnOf.get(host.summary?.above ?? '')) seen.add(host);
    if (!host?.isOwn || !turn.summary) continue;
    const startMicros = Math.round((turn.startMillis - host.startMillis) * 1000);
    const one: NestedTurn = { parts: turn.summary, startMicros, lengthMicros: Math.round(turn.lengthMillis * 1000), above: turn.summary.above };
    const known = nested.get(host);
    if (known) known.push(one);
    else nested.set(host, [one]);
  }
  return nested;
}

/** Nothing is known of a turn without a summary. */
function toTurnShares({ summary, lengthMillis, hasWaits }: ShareTurn, nested: readonly NestedTurn[] | undefined): TimeShares {
  if (!summary) return { model: 0, tool: 0, idle: 0, other: lengthMillis };
  const read = (place: number): number => Math.max(0, summary.turn[place] ?? 0);
  const told = { model: read(TURN.model), tool: read(TURN.tool), wait: read(TURN.wait), gate: read(TURN.gate), other: read(TURN.other) };
  const { model, tool, wait, gate, other } = nested ? toTurnShare(summary, Math.round(lengthMillis * 1000), nested) : told;
  return {
    model: toMillis(model),
    tool: toMillis(tool),
    ...(hasWaits || wait > 0 ? { wait: toMillis(wait) } : {}),
    // There is no gate as yet: one that decided in no time tells of itself by a span, and of none there is nothing to say.
    ...(gate > 0 ? { gate: toMillis(gate) } : {}),
    idle: 0,
    other: toMillis(other),
  };
}

/** Of all turns of a session, with what lies between them: together they are as long as the session (`wallMillis`). */
export function toSessionShares(turns: Iterable<TimeShares>, wallMillis: number): TimeShares {
  const sum: TimeShares = { model: 0, tool: 0, idle: 0, other: 0 };
  for (const turn of turns) {
    for (const name of ['model', 'tool', 'wait', 'gate', 'other'] as const) {
      const part = turn[name];
      if (part !== undefined) sum[name] = (sum[name] ?? 0) + part;
    }
  }
  const left = wallMillis - sum.model - sum.tool - (sum.wait ?? 0) - (sum.gate ?? 0) - sum.other;
  sum.idle = Math.max(0, left);
  // Turns that overlap (one whose end only a later one tells) are together longer than the session: what nobody tells of them counts once.
  if (left < 0) sum.other = Math.max(0, sum.other + left);
  // Whole microseconds: what adding up fractions leaves behind them is noise.
  for (const [name, part] of Object.entries(sum) as [keyof TimeShares, number][]) sum[name] = toMillis(Math.round(part * 1000));
  return sum;
}

function toMillis(micros: number): number {
  return micros / 1000;
}
