/** A final span → what is counted of it. Pure. A number that is not known is not measured. */
import { toRunNano } from '../core/run-time.ts';
import type { Span } from '../core/span.ts';
import { GEN_AI, GENERAL, SPOOR } from '../semconv/names.ts';
import { TOKEN_TYPE } from '../semconv/metric-names.ts';
import { INSTRUMENTS, type Instrument } from './instruments.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Measurement {
  instrument: Instrument;
  labels: Labels;
  value: number;
}

/** Foreign texts become the names of series: no longer than this. */
const MOST_CHARACTERS = 128;

type Told = Readonly<Record<string, string | undefined>>;

/** All that one span adds. Whether it was counted before is not asked here. */
export function measureSpan(span: Span): Measurement[] {
  const list: Measurement[] = [];
  const note = (instrument: Instrument, value: number | undefined, told: Told): void => {
    if (value !== undefined && Number.isFinite(value) && value >= 0) list.push({ instrument, labels: toLabels({ ...told, [SPOOR.agent]: span.agent }), value });
  };
  switch (span.kind) {
    case 'chat': measureChat(span, note); break;
    case 'tool': measureTool(span, note); break;
    case 'permission': note(INSTRUMENTS.permissionDuration, secondsOf(span), { [GEN_AI.toolName]: span.values.toolName, [SPOOR.permissionDecision]: span.values.decision }); break;
    case 'agent': measureTurn(span, note); break;
    default: return [];
  }
  measureCharges(span, note);
  return list;
}

type Note = (instrument: Instrument, value: number | undefined, told: Told) => void;

function measureChat(span: Span, note: Note): void {
  const { values } = span;
  // What the agent wrote itself was no request.
  if (values.unpriced === 'no-request') return;
  const model = ofModel(span);
  const spent = { [GEN_AI.operationName]: 'chat', ...model };
  note(INSTRUMENTS.tokenUsage, values.usage?.inputTokens, { ...spent, [TOKEN_TYPE]: 'input' });
  note(INSTRUMENTS.tokenUsage, values.usage?.outputTokens, { ...spent, [TOKEN_TYPE]: 'output' });
  note(INSTRUMENTS.operationDuration, secondsOf(span), { ...spent, [GENERAL.errorType]: toErrorType(span) });
  note(INSTRUMENTS.timeToFirstChunk, toSeconds(values.timeToFirstChunkNano), spent);
  note(INSTRUMENTS.modelRequests, 1, { ...model, [SPOOR.outcome]: span.outcome });
  note(INSTRUMENTS.cacheReadTokens, values.usage?.cacheReadTokens, model);
  note(INSTRUMENTS.cacheCreationTokens, values.usage?.cacheCreationTokens, model);
  note(INSTRUMENTS.reasoningTokens, values.usage?.reasoningTokens, model);
}

function measureTool(span: Span, note: Note): void {
  const told = { [GEN_AI.toolName]: span.values.toolName, [SPOOR.outcome]: span.outcome };
  note(INSTRUMENTS.toolCalls, 1, { ...told, [GENERAL.errorType]: toErrorType(span) });
  note(INSTRUMENTS.toolDuration, secondsOf(span), told);
}

function measureTurn(span: Span, note: Note): void {
  const told = { [SPOOR.outcome]: span.outcome };
  if (span.parentSpanId !== undefined) return note(INSTRUMENTS.subagents, 1, told);
  note(INSTRUMENTS.turns, 1, told);
  note(INSTRUMENTS.turnDuration, secondsOf(span), told);
}

/** Of exactly this span: sums over others stand under other names and are not looked at. */
function measureCharges(span: Span, note: Note): void {
  const { cost, equivalentCost, credits, premiumRequests } = span.values;
  const told = ofModel(span);
  note(INSTRUMENTS.costUsd, cost?.usd, told);
  note(INSTRUMENTS.costEquivalentUsd, equivalentCost?.usd, told);
  note(INSTRUMENTS.credits, credits, told);
  note(INSTRUMENTS.premiumRequests, premiumRequests, told);
}

function ofModel({ values: { provider, requestModel, responseModel } }: Span): Told {
  return { [GEN_AI.providerName]: provider, [GEN_AI.requestModel]: requestModel, [GEN_AI.responseModel]: responseModel };
}

/** Its run time; what a person was waited for inside it is not looked up, and goes out of it only where the agent measured itself. */
function secondsOf(span: Span): number | undefined {
  return toSeconds(toRunNano(span));
}

function toSeconds(nano: bigint | undefined): number | undefined {
  return nano === undefined ? undefined : Number(nano) / 1e9;
}

/** As on the span: the conventions want a type for every error. */
function toErrorType({ outcome, values }: Span): string | undefined {
  if (outcome !== 'error' && outcome !== 'timeout') return undefined;
  return values.errorType ?? (outcome === 'timeout' ? 'timeout' : '_OTHER');
}

function toLabels(told: Told): Labels {
  const known = Object.entries(told).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '');
  return Object.fromEntries(known.map(([name, value]) => [name, value.slice(0, MOST_CHARACTERS).toWellFormed()]));
}
