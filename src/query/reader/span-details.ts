/** What few spans have: taken out of the JSON of a span's row, and made sparse. */
import { toCallSummary } from '../../core/call-summary.ts';
import { roundCredits } from '../../core/credits.ts';
import { fromJson } from '../../core/json.ts';
import type { Span, SpanEvent, SpanValues } from '../../core/span.ts';
import { nanoToMillis } from '../../core/time.ts';
import type { Usage } from '../../core/usage.ts';
import type { CostFigures, TokenFigures } from '../api/figures.ts';
import type { SpanDetails } from '../api/session.ts';

/** A line for people is cut to this: a command may be a whole script. */
const LINE_LENGTH = 200;

/** The column `data` as it is parsed without our marks of bigints, which only events and what is not read here have. */
export interface RowData {
  values?: SpanValues;
  content?: Span['content'];
  events?: unknown;
  provenance?: Span['provenance'];
}

/** What is worth telling of a span of this kind; nothing of it stands there where it is not known. `startUnixNano`: from where moments are counted. */
export function toDetails(kind: string, { values = {}, content, events, provenance }: RowData, startUnixNano: bigint): SpanDetails {
  const details: SpanDetails = {};
  if (provenance?.times === 'estimated') details.estimated = true;
  const own = toOwnMillis(values.ownDurationNano);
  if (own !== undefined) details.own = own;
  if (values.errorType !== undefined) details.errorType = values.errorType;
  if (events !== undefined) details.events = fromJson<SpanEvent[]>(JSON.stringify(events)).map((event) => toEvent(event, startUnixNano));
  if (values.contextUsagePercent !== undefined) details.contextPercent = values.contextUsagePercent;
  if (values.contextWindowTokens !== undefined) details.contextWindowTokens = values.contextWindowTokens;
  if (kind === 'tool') addCall(details, values, content?.toolArguments);
  else if (kind === 'chat') addRequest(details, values);
  else if (kind === 'agent') addRun(details, values);
  return details;
}

/** As a bigint, or as the column has it: `{"$n":"123"}`. */
function toOwnMillis(nano: unknown): number | undefined {
  if (typeof nano === 'bigint') return nanoToMillis(nano);
  const digits = nano !== null && typeof nano === 'object' && '$n' in nano ? nano.$n : undefined;
  return typeof digits === 'string' ? nanoToMillis(BigInt(digits)) : undefined;
}

/** An event's name, its moment, and its attributes as words. */
function toEvent({ name, unixNano, attributes }: SpanEvent, startUnixNano: bigint): NonNullable<SpanDetails['events']>[number] {
  const words = Object.entries(attributes).map(([key, value]) => `${key.slice(key.lastIndexOf('.') + 1)} ${String(value)}`);
  return { name, at: nanoToMillis(unixNano - startUnixNano), ...(words.length > 0 ? { label: words.join(', ').slice(0, LINE_LENGTH) } : {}) };
}

function addCall(details: SpanDetails, values: SpanValues, toolArguments: string | undefined): void {
  const { batchSize, skillName, mcpServer, shellFamily } = values;
  if (batchSize !== undefined && batchSize > 1) details.batchSize = batchSize;
  if (skillName !== undefined) details.skill = skillName;
  if (mcpServer !== undefined) details.mcpServer = mcpServer;
  if (shellFamily !== undefined) details.shellFamily = shellFamily;
  const summary = toSummaryLine(values, toolArguments);
  if (summary !== undefined) details.summary = summary;
}

/** What a call was about in one line, not longer than a row shows; undefined where nothing tells. `toolArguments`: JSON text. */
export function toSummaryLine(values: SpanValues, toolArguments: string | undefined): string | undefined {
  return toCallSummary(values, toolArguments)?.slice(0, LINE_LENGTH).replace(/\s+/gu, ' ').trim() || undefined;
}

function addRequest(details: SpanDetails, { usage, cost: paid, equivalentCost, credits, premiumRequests, unpriced, responseModel, requestModel }: SpanValues): void {
  if (usage) details.tokens = toTokenFigures(usage);
  const cost: CostFigures = {};
  if (paid) cost.usd = paid.usd;
  else if (equivalentCost) cost.equivalentUsd = equivalentCost.usd;
  if (credits !== undefined) cost.credits = roundCredits(credits);
  if (premiumRequests !== undefined) cost.premiumRequests = premiumRequests;
  const model = responseModel ?? requestModel;
  if (unpriced !== undefined && !paid && !equivalentCost) cost.unpriced = [{ ...(model === undefined ? {} : { model }), reason: unpriced, chats: 1 }];
  if (isFilled(cost)) details.cost = cost;
}

/** Of an agent's run: sums over its own requests, without those of agents that it started. */
function addRun(details: SpanDetails, values: SpanValues): void {
  const usage = values.turnUsage ?? values.usage;
  if (usage) details.tokens = toTokenFigures(usage);
  const cost = toRunCost(values);
  if (isFilled(cost)) details.cost = cost;
}

function toRunCost({ turnCost, turnCredits, credits, turnPremiumRequests }: SpanValues): CostFigures {
  const cost: CostFigures = { ...turnCost };
  const charged = turnCredits ?? credits;
  if (charged !== undefined) cost.credits = roundCredits(charged);
  if (turnPremiumRequests !== undefined) cost.premiumRequests = turnPremiumRequests;
  return cost;
}

/** Counts of the store under the names of the page. */
export function toTokenFigures(usage: Usage | undefined): TokenFigures {
  const tokens: TokenFigures = {};
  if (usage?.inputTokens !== undefined) tokens.input = usage.inputTokens;
  if (usage?.outputTokens !== undefined) tokens.output = usage.outputTokens;
  if (usage?.cacheReadTokens !== undefined) tokens.cacheRead = usage.cacheReadTokens;
  if (usage?.cacheCreationTokens !== undefined) tokens.cacheCreation = usage.cacheCreationTokens;
  if (usage?.reasoningTokens !== undefined) tokens.reasoning = usage.reasoningTokens;
  return tokens;
}

/** Whether anything stands in it. */
export function isFilled(record: object): boolean {
  for (const _ in record) return true;
  return false;
}
