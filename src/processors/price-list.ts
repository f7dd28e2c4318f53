/**
 * Which prices hold for a model at a moment. The list is that of `@pydantic/genai-prices`: bundled with it, never fetched. Looking a model up
 * takes the package tens of microseconds, for each name is tried against hundreds of patterns; so what was found is remembered.
 */
import { calcPrice, findProvider, type ModelInfo, type ModelPrice, type TieredPrices } from '@pydantic/genai-prices';
import type { UnpricedReason } from '../core/cost.ts';

/** US dollars a million tokens, and a thousand searches. Where the price rises with the length of the input, its steps. */
export interface Prices {
  input: Price;
  cacheRead: Price;
  cacheWrite: Price;
  cacheWrite1h: Price;
  output: Price;
  thousandSearches?: Price;
}

export type Price = number | TieredPrices;

export interface PricedModel {
  /** OpenTelemetry's name of a provider, or the agent's own. */
  provider?: string;
  model: string;
  /** When the request ran (Unix ms); undefined: nobody tells. */
  atMillis?: number;
}

/** Providers that the list knows by another name than OpenTelemetry's conventions or models.dev do. */
const LISTED_AS: Readonly<Record<string, string>> = {
  'amazon-bedrock': 'aws', 'aws.bedrock': 'aws', 'azure.ai.inference': 'azure', 'azure.ai.openai': 'azure', 'fireworks-ai': 'fireworks', 'gcp.gemini': 'google',
  'gcp.gen_ai': 'google', 'gcp.vertex_ai': 'google', mistral_ai: 'mistral', moonshot_ai: 'moonshotai', 'novita-ai': 'novita', togetherai: 'together', x_ai: 'x-ai', xai: 'x-ai',
};

/** They charge in units of their own; what the list has of them is not what a person pays. */
const NOT_BY_TOKEN: ReadonlySet<string> = new Set(['github', 'github-copilot', 'kiro']);

/** Theirs are sold at one price by whoever sells them. Of open models everyone has his own price. */
const MAKERS: readonly (readonly [pattern: RegExp, provider: string])[] = [
  [/^claude-/, 'anthropic'], [/^gpt-(?!oss)/, 'openai'], [/^o[134](?:-|$)/, 'openai'], [/^codex-/, 'openai'], [/^gemini-/, 'google'], [/^grok-/, 'x-ai'],
];

/** Anthropic prices cache writes that are kept for an hour at twice the input, on every platform; not every list has that. */
const HOUR_FACTOR = 2;

/** Prices besides these mean that tokens alone do not make the cost; those for other media than text are left out: agents count none. */
const UNUSUAL = ['requests_kcount', 'output_reasoning_mtok', 'output_citation_mtok', 'input_text_messages_kcount'];

/** Model names are foreign text: what is remembered of them must not grow without bound. */
const MOST_REMEMBERED = 2_000;

const remembered = new Map<string, Listed>();

/** Routers name what they give away so; the list has no numbers for these, as for models of which it knows none. */
const FREE: Prices = { input: 0, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0, output: 0 };

type Listed = { periods: readonly Period[]; reason?: undefined } | { periods?: undefined; reason: UnpricedReason };

/** The last one that holds counts, the first one if none does. */
interface Period {
  fromMillis?: number;
  /** Milliseconds of the day (UTC). An end before the start is on the next day. */
  daily?: { from: number; to: number };
  prices?: Prices;
}

/** The prices in force, or why there are none. */
export function findPrices({ provider, model, atMillis }: PricedModel): { prices: Prices } | { reason: UnpricedReason } {
  const key = `${provider ?? ''}\n${model}`;
  let listed = remembered.get(key);
  if (!listed) {
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    listed = toListed(provider, model);
    remembered.set(key, listed);
  }
  if (listed.reason) return listed;
  if (atMillis === undefined && listed.periods.length > 1) return { reason: 'no-time' };
  const period = listed.periods.findLast((one) => isIn(one, atMillis ?? 0)) ?? listed.periods[0];
  return period?.prices ? { prices: period.prices } : { reason: 'no-list-price' };
}

/** Whether this provider charges in a unit of its own. */
export function isSoldByUnit(provider: string | undefined): boolean {
  return provider !== undefined && NOT_BY_TOKEN.has(provider);
}

/** A price of so many tokens of an input of this length, US dollars a million. */
export function toRate(price: Price, inputTokens: number): number {
  if (typeof price === 'number') return price;
  return price.tiers.findLast(({ start }) => inputTokens > start)?.price ?? price.base;
}

function isIn({ fromMillis, daily }: Period, atMillis: number): boolean {
  if (fromMillis !== undefined) return atMillis >= fromMillis;
  if (!daily) return true;
  const inDay = ((atMillis % DAY_MILLIS) + DAY_MILLIS) % DAY_MILLIS;
  return daily.to < daily.from ? inDay >= daily.from || inDay < daily.to : inDay >= daily.from && inDay < daily.to;
}

const DAY_MILLIS = 86_400_000;

function toListed(provider: string | undefined, name: string): Listed {
  const model = toPlainName(name);
  const id = provider !== undefined && Object.hasOwn(LISTED_AS, provider) ? LISTED_AS[provider] : provider;
  // The package takes a part of a name for the whole: a proxy called `my-openai` would be OpenAI.
  const isListed = id !== undefined && findProvider({ providerId: id })?.id === id;
  const found = isListed ? lookUp(id, model) : lookUpMaker(model);
  if (found) return { periods: found.id.endsWith(':free') ? [{ prices: FREE }] : toPeriods(found) };
  return { reason: isListed ? 'unknown-model' : 'unknown-provider' };
}

/** `arn:aws:…/us.anthropic.claude-…`, and Claude Code's mark of a long context, `claude-…[1m]`. */
function toPlainName(name: string): string {
  const plain = name.replace(/\[1m\]$/, '');
  return plain.startsWith('arn:') ? plain.slice(plain.lastIndexOf('/') + 1) : plain;
}

function lookUp(providerId: string, model: string): ModelInfo | undefined {
  return calcPrice({ input_tokens: 0, output_tokens: 0 }, model, { providerId, timestamp: new Date(0) })?.model;
}

/** `claude-…`, or `anthropic/claude-…` as routers write it. */
function lookUpMaker(model: string): ModelInfo | undefined {
  const bare = model.slice(model.lastIndexOf('/') + 1).toLowerCase();
  const maker = MAKERS.find(([pattern]) => pattern.test(bare))?.[1];
  return maker === undefined ? undefined : lookUp(maker, bare);
}

function toPeriods({ prices }: ModelInfo): Period[] {
  if (!Array.isArray(prices)) return [{ prices: toPrices(prices) }];
  return prices.map(({ constraint, prices: own }): Period => {
    if (constraint?.type === 'start_date') return { fromMillis: Date.parse(constraint.start_date), prices: toPrices(own) };
    if (constraint) return { daily: { from: toDayMillis(constraint.start_time), to: toDayMillis(constraint.end_time) }, prices: toPrices(own) };
    return { prices: toPrices(own) };
  });
}

/** `16:30:00Z`, `00:30:00+08:00` → milliseconds since midnight UTC. */
function toDayMillis(time: string): number {
  return ((Date.parse(`1970-01-02T${time}`) % DAY_MILLIS) + DAY_MILLIS) % DAY_MILLIS;
}

/** What has no price of its own has that of what it is part of. undefined: not priced by text tokens alone. */
function toPrices(told: ModelPrice): Prices | undefined {
  const { input_mtok: input, output_mtok: output } = told;
  if (input === undefined || output === undefined || UNUSUAL.some((name) => told[name] !== undefined)) return undefined;
  const cacheWrite = told.cache_write_mtok;
  return {
    input, output,
    cacheRead: told.cache_read_mtok ?? input,
    cacheWrite: cacheWrite ?? input,
    cacheWrite1h: told.cache_write_1h_mtok ?? (cacheWrite === undefined ? input : times(input, HOUR_FACTOR)),
    ...(told.web_searches_kcount === undefined ? {} : { thousandSearches: told.web_searches_kcount }),
  };
}

function times(price: Price, factor: number): Price {
  if (typeof price === 'number') return price * factor;
  return { base: price.base * factor, tiers: price.tiers.map(({ start, price: own }) => ({ start, price: own * factor })) };
}
