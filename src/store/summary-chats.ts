/** Requests to models in the summary of a turn. Pure. */
import { isUnpricedCounted } from '../core/cost.ts';
import { toRunNano } from '../core/run-time.ts';
import type { Span } from '../core/span.ts';
import { addUsage, type Provenance, type Usage } from '../core/usage.ts';
import { ABSENT, CHAT, OUTCOMES, PROVENANCES, type Lexicon } from './summary-layout.ts';

/** One request → its row. */
export function toChatNumbers(span: Span, clock: (nano: bigint) => number, placeOf: Lexicon): number[] {
  const { values, startUnixNano, provenance } = span;
  const { unpriced } = values;
  const run = toRunNano(span);
  const row = emptyRow();
  row[CHAT.start] = clock(startUnixNano);
  row[CHAT.duration] = run === undefined ? ABSENT : Number(run / 1000n);
  row[CHAT.firstChunk] = values.timeToFirstChunkNano === undefined ? ABSENT : Number(values.timeToFirstChunkNano / 1000n);
  row[CHAT.outcome] = OUTCOMES.indexOf(span.outcome);
  row[CHAT.model] = placeOf(values.responseModel ?? values.requestModel);
  row[CHAT.provider] = placeOf(values.provider);
  setTokens(row, values.usage);
  row[CHAT.usd] = values.cost?.usd ?? ABSENT;
  row[CHAT.equivalentUsd] = values.cost ? ABSENT : (values.equivalentCost?.usd ?? ABSENT);
  row[CHAT.credits] = values.credits ?? ABSENT;
  row[CHAT.premium] = values.premiumRequests ?? ABSENT;
  const isUnpriced = !values.cost && !values.equivalentCost && unpriced !== undefined && isUnpricedCounted(unpriced, span.outcome);
  row[CHAT.unpriced] = isUnpriced ? placeOf(unpriced) : 0;
  row[CHAT.provenance] = toBits([values.cost || values.equivalentCost ? provenance.cost : undefined, values.credits === undefined ? undefined : provenance.credits]);
  return row;
}

interface Rest {
  root: Span | undefined;
  chats: readonly Span[];
  /** All of the turn. */
  spans: readonly Span[];
  placeOf: Lexicon;
}

/**
 * What the turn tells beyond its requests (some agents count tokens or credits for whole turns only), as a row that is no request: with it
 * the rows add up to the turn. Empty: nothing is left.
 */
export function toRest({ root, chats, spans, placeOf }: Rest): number[] {
  if (!root) return [];
  const { values, provenance } = root;
  const row = emptyRow();
  row[CHAT.isRest] = 1;
  row[CHAT.outcome] = OUTCOMES.indexOf(root.outcome);
  row[CHAT.model] = placeOf(values.responseModel ?? values.requestModel);
  row[CHAT.provider] = placeOf(values.provider);
  setTokens(row, toMissingUsage(values.turnUsage ?? values.usage, addUsage(chats.map((chat) => chat.values.usage ?? {}))));
  const told = spans.filter(({ values: { credits } }) => credits !== undefined);
  const others = told.filter(({ kind }) => kind !== 'chat').map((span) => span.values.credits);
  row[CHAT.credits] = told.length === 0 ? (values.turnCredits ?? ABSENT) : others.length === 0 ? ABSENT : sumOf(others);
  row[CHAT.premium] = toMissing(values.turnPremiumRequests, chats.map((chat) => chat.values.premiumRequests));
  if (row[CHAT.credits] !== ABSENT) row[CHAT.provenance] = toBits([provenance.credits]);
  const isEmpty = [CHAT.input, CHAT.output, CHAT.cacheRead, CHAT.cacheCreation, CHAT.reasoning, CHAT.credits, CHAT.premium].every((place) => row[place] === ABSENT);
  return isEmpty ? [] : row;
}

const KNOWN = new Set<number>([CHAT.start, CHAT.model, CHAT.provider, CHAT.unpriced, CHAT.provenance, CHAT.isRest]);
const EMPTY: readonly number[] = Array.from({ length: CHAT.length }, (_, place) => (KNOWN.has(place) ? 0 : ABSENT));

function emptyRow(): number[] {
  return [...EMPTY];
}

function setTokens(row: number[], usage: Usage | undefined): void {
  row[CHAT.input] = usage?.inputTokens ?? ABSENT;
  row[CHAT.output] = usage?.outputTokens ?? ABSENT;
  row[CHAT.cacheRead] = usage?.cacheReadTokens ?? ABSENT;
  row[CHAT.cacheCreation] = usage?.cacheCreationTokens ?? ABSENT;
  row[CHAT.reasoning] = usage?.reasoningTokens ?? ABSENT;
}

function toMissingUsage(told: Usage | undefined, counted: Usage = {}): Usage {
  const missing: Usage = {};
  for (const [name, count] of Object.entries(told ?? {}) as [keyof Usage, number][]) {
    const left = count - (counted[name] ?? 0);
    if (left > 0 || counted[name] === undefined) missing[name] = left;
  }
  return missing;
}

function toMissing(told: number | undefined, parts: readonly (number | undefined)[]): number {
  const known = parts.filter((part) => part !== undefined);
  if (told === undefined) return ABSENT;
  const left = told - sumOf(known);
  return known.length === 0 || left > 0 ? left : ABSENT;
}

function sumOf(numbers: readonly (number | undefined)[]): number {
  return numbers.reduce<number>((sum, number) => sum + (number ?? 0), 0);
}

function toBits(provenances: readonly (Provenance | undefined)[]): number {
  return provenances.reduce((bits, one) => (one === undefined ? bits : bits | (1 << PROVENANCES.indexOf(one))), 0);
}
