/** What a model request costs, in which unit it is charged, and why a price may be missing. */

/** What the person is charged in. Absent where nobody tells. */
export type Billing = 'api' | 'subscription' | 'credits' | 'premium-requests';

/** US dollars of one model request. The parts, where they are known, add up to `usd`. */
export interface Cost {
  usd: number;
  /** Input that was neither read from a cache nor written to one. */
  inputUsd?: number;
  cacheReadUsd?: number;
  cacheWriteUsd?: number;
  outputUsd?: number;
  /** Searches that the provider ran for the answer. */
  webSearchUsd?: number;
}

/**
 * Why a request has no price.
 * no-request: the agent wrote the answer itself, nothing was charged · no-usage, no-input-tokens, no-output-tokens: too little was counted ·
 * inconsistent-usage: more cached than there was input · no-model · unknown-model: not in its provider's list · unknown-provider: nobody's list,
 * and the model is sold by many · no-time: its price changed, and nobody tells when it ran · special-tier: a service tier with a price of its
 * own · no-search-price: the provider searched, for a price that is not listed · no-list-price: listed, and not with a price by tokens alone · not-by-token: its
 * seller charges in a unit of its own, and nobody tells how much
 */
export type UnpricedReason =
  | 'no-request' | 'no-usage' | 'no-input-tokens' | 'no-output-tokens' | 'inconsistent-usage' | 'no-model' | 'unknown-model' | 'unknown-provider' | 'no-time'
  | 'special-tier' | 'no-search-price' | 'no-list-price' | 'not-by-token';

/** Requests of one model that have no price, for one reason. */
export interface Unpriced {
  model?: string;
  reason: UnpricedReason;
  chats: number;
}

/** Sums over requests, for people: dollars that are charged and dollars that are not are never added up. */
export interface CostSum {
  usd?: number;
  /** What the tokens of a subscription would have cost at the API's prices. */
  equivalentUsd?: number;
  /** Requests that are in neither sum though they may have cost something. Absent: none. */
  unpriced?: Unpriced[];
}

/** Whether a request without a price may have cost something. What was never asked, or failed without being counted, did not; what is sold in another unit is not missing. */
export function isUnpricedCounted(reason: UnpricedReason, outcome: string): boolean {
  return reason !== 'no-request' && reason !== 'not-by-token' && !(reason === 'no-usage' && outcome === 'error');
}

const REASONS: Readonly<Record<UnpricedReason, (model: string) => string>> = {
  'no-request': () => 'no model was asked',
  'no-usage': () => 'no tokens were counted for a request',
  'no-input-tokens': () => 'only the output tokens of a request were counted',
  'no-output-tokens': () => 'only the input tokens of a request were counted',
  'inconsistent-usage': () => 'the tokens of a request do not add up',
  'no-model': () => 'no model is told',
  'unknown-model': (model) => `the price list has no ${model} of its provider`,
  'unknown-provider': (model) => `nobody tells who sold ${model}, or the price list does not know the seller`,
  'no-time': () => 'nobody tells when a request ran, and its price changed',
  'special-tier': (model) => `the price list has no price of ${model} in the service tier that was used`,
  'no-search-price': () => 'the provider searched the web, for a price that is not in the list',
  'no-list-price': (model) => `the price list has no price of ${model} by its tokens`,
  'not-by-token': () => 'its seller charges in a unit of its own and did not tell how much',
};

/** Why a request has no price, as the end of a sentence. */
export function toReasonText(reason: UnpricedReason, model = 'its model'): string {
  return REASONS[reason](model);
}

/** Below the price of a single token at any list price; what floating point adds behind it is noise. */
const DECIMALS = 1e12;

/** US dollars to twelve decimals. To be called where they are multiplied or summed. */
export function roundUsd(usd: number): number {
  return Math.round(usd * DECIMALS) / DECIMALS;
}

/** Sums → one sum; undefined over nothing. Equal models and reasons are counted together. */
export function addCosts(sums: readonly CostSum[]): CostSum | undefined {
  const total: CostSum = {};
  const unpriced = new Map<string, Unpriced>();
  for (const sum of sums) {
    if (sum.usd !== undefined) total.usd = roundUsd((total.usd ?? 0) + sum.usd);
    if (sum.equivalentUsd !== undefined) total.equivalentUsd = roundUsd((total.equivalentUsd ?? 0) + sum.equivalentUsd);
    for (const { model, reason, chats } of sum.unpriced ?? []) {
      const key = JSON.stringify([model ?? null, reason]);
      const known = unpriced.get(key);
      if (known) known.chats += chats;
      else unpriced.set(key, { ...(model === undefined ? {} : { model }), reason, chats });
    }
  }
  if (unpriced.size > 0) total.unpriced = [...unpriced.values()];
  return Object.keys(total).length > 0 ? total : undefined;
}
