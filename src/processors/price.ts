/** What the requests of a turn cost, and the turn's sums. Pure: the same spans and list, the same prices. */
import { addCosts, isUnpricedCounted, roundUsd, type Cost, type CostSum, type UnpricedReason } from '../core/cost.ts';
import { isMoment, nanoToMillis } from '../core/time.ts';
import type { Span, SpanValues } from '../core/span.ts';
import type { Usage } from '../core/usage.ts';
import { findPrices, isSoldByUnit, toRate, type Prices } from './price-list.ts';

/** A turn's spans, its root first → the same with the cost of every chat, or why it has none, and the sums on the root. */
export function priceTurn(spans: readonly Span[]): Span[] {
  const priced = spans.map((span) => (span.kind === 'chat' ? priceChat(span) : span));
  const turnCost = addCosts(priced.flatMap((span) => (span.kind === 'chat' ? (toSum(span) ?? []) : [])));
  const [root] = priced;
  if (root?.kind === 'agent' && turnCost) priced[0] = { ...root, values: { ...root.values, turnCost } };
  return priced;
}

function priceChat(span: Span): Span {
  const { values, endUnixNano } = span;
  const { billing, unpriced, cost: told, ...rest } = values;
  const kept: SpanValues = billing ? { ...rest, billing } : rest;
  // What is charged in a unit of its own says so: that is the reason.
  if (billing === 'credits' || billing === 'premium-requests') return withValues(span, kept);
  if (unpriced) return withValues(span, { ...kept, unpriced });
  if (!told && !values.usage && endUnixNano === undefined) return span;
  if (told && told.usd > 0) return withValues(span, billing === 'subscription' ? { ...kept, equivalentCost: told } : values, span.provenance.cost);
  const { cost, reason } = estimate(span);
  if (!cost) return withValues(span, { ...kept, unpriced: reason });
  // Agents write 0 for what a subscription pays as for what is free. It is free if the list says so too.
  if (told && cost.usd === 0) return withValues(span, { ...kept, cost: told }, span.provenance.cost);
  const isCharged = !told && billing !== 'subscription';
  return withValues(span, isCharged ? { ...kept, cost } : { ...kept, equivalentCost: cost }, 'estimated');
}

function withValues(span: Span, values: SpanValues, provenance?: Span['provenance']['cost']): Span {
  const { cost: _, ...others } = span.provenance;
  return { ...span, values, provenance: provenance === undefined ? others : { ...others, cost: provenance } };
}

/** What a chat adds to the sums of its turn. */
function toSum({ values, outcome }: Span): CostSum | undefined {
  const { cost, equivalentCost, unpriced, responseModel, requestModel } = values;
  if (cost) return { usd: cost.usd };
  if (equivalentCost) return { equivalentUsd: equivalentCost.usd };
  if (!unpriced || !isUnpricedCounted(unpriced, outcome)) return undefined;
  const model = responseModel ?? requestModel;
  return { unpriced: [{ ...(model === undefined ? {} : { model }), reason: unpriced, chats: 1 }] };
}

type Estimate = { cost: Cost; reason?: undefined } | { cost?: undefined; reason: UnpricedReason };

/** From the list: at the price of the moment the request ended, for that is how time-of-day prices are defined. */
function estimate(span: Span): Estimate {
  const { usage, serviceTier, provider, responseModel, requestModel } = span.values;
  if (isSoldByUnit(provider)) return { reason: 'not-by-token' };
  const lack = toLack(usage);
  if (!usage || lack) return { reason: lack ?? 'no-usage' };
  if (serviceTier !== undefined) return { reason: 'special-tier' };
  if (responseModel === undefined && requestModel === undefined) return { reason: 'no-model' };
  const found = findForEither(span);
  return 'reason' in found ? found : toCost(usage, found.prices);
}

/** The model that answered counts. One that the list does not know may be a dated version of the one that was asked for. */
function findForEither({ values, startUnixNano, endUnixNano }: Span): ReturnType<typeof findPrices> {
  const { provider, responseModel, requestModel } = values;
  const at = endUnixNano ?? startUnixNano;
  const atMillis = at > 0n && isMoment(at) ? nanoToMillis(at) : undefined;
  const found = findPrices({ provider, model: responseModel ?? requestModel ?? '', atMillis });
  const isVersion = requestModel !== undefined && responseModel !== undefined && responseModel.length > requestModel.length && responseModel.startsWith(requestModel);
  return 'reason' in found && isVersion ? findPrices({ provider, model: requestModel, atMillis }) : found;
}

/** What is missing in the counts, so that no price can be right. */
function toLack(usage: Usage | undefined): UnpricedReason | undefined {
  if (!usage || (!usage.inputTokens && !usage.outputTokens)) return 'no-usage';
  // No request is without input; what is counted for an answer alone is not its cost.
  if (!usage.inputTokens) return 'no-input-tokens';
  if (usage.outputTokens === undefined) return 'no-output-tokens';
  const { inputTokens, cacheReadTokens = 0, cacheCreationTokens = 0, cacheCreation1hTokens = 0 } = usage;
  return cacheReadTokens + cacheCreationTokens > inputTokens || cacheCreation1hTokens > cacheCreationTokens ? 'inconsistent-usage' : undefined;
}

const MILLION = 1e6;

function toCost(usage: Usage, prices: Prices): Estimate {
  const { inputTokens = 0, outputTokens = 0, cacheReadTokens = 0, cacheCreationTokens = 0, cacheCreation1hTokens = 0, webSearches = 0 } = usage;
  if (webSearches > 0 && prices.thousandSearches === undefined) return { reason: 'no-search-price' };
  const of = (tokens: number, price: Prices['input']): number => (tokens * toRate(price, inputTokens)) / MILLION;
  const parts = {
    inputUsd: roundUsd(of(inputTokens - cacheReadTokens - cacheCreationTokens, prices.input)),
    outputUsd: roundUsd(of(outputTokens, prices.output)),
    ...(cacheReadTokens > 0 ? { cacheReadUsd: roundUsd(of(cacheReadTokens, prices.cacheRead)) } : {}),
    ...(cacheCreationTokens > 0
      ? { cacheWriteUsd: roundUsd(of(cacheCreationTokens - cacheCreation1hTokens, prices.cacheWrite) + of(cacheCreation1hTokens, prices.cacheWrite1h)) }
      : {}),
    ...(webSearches > 0 ? { webSearchUsd: roundUsd((webSearches * toRate(prices.thousandSearches ?? 0, inputTokens)) / 1000) } : {}),
  };
  return { cost: { usd: roundUsd(Object.values(parts).reduce((sum, part) => sum + part, 0)), ...parts } };
}
