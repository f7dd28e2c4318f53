/** Events of the model's side: its words, what its requests used, the calls it asks for. */
import type { Attributes } from '../../core/attributes.ts';
import type { FactOf } from '../../core/fact.ts';
import { momentBefore } from '../../core/time.ts';
import type { Usage } from '../../core/usage.ts';
import { asAmount, asCount, asDurationMillis, asList, asRecord, asText } from '../untrusted.ts';
import { addRequested } from './calls.ts';
import { PREFIX } from './names.ts';
import { baseOf, threadOf, touch, turnOf, type AnswerReading, type CopilotEvent, type SessionReading, type UsageReading, type Values } from './reading.ts';

/** `assistant.message`: one answer of the model, or a further piece of one. */
export function addAnswer(reading: SessionReading, event: CopilotEvent): void {
  const thread = threadOf(reading, event);
  const turn = turnOf(thread, event);
  const order = touch(thread, turn, event);
  const { data } = event;
  const messageId = asText(data.messageId) ?? event.id;
  const apiCallId = asText(data.apiCallId);
  // A turn that goes on was not stopped.
  turn.stop = undefined;
  let answer = thread.answerOf.get(messageId);
  if (!answer) {
    const fact: FactOf<'model.answered'> = { ...baseOf(thread, turn, { key: `msg:${messageId}`, order, at: event.at }), type: 'model.answered', messageId, outcome: 'ok', callIds: [] };
    answer = { fact };
    setTimes(answer, event, thread.requestAt);
    thread.answerOf.set(messageId, answer);
    turn.answers.push(answer);
  }
  setWords(answer.fact, data);
  if (apiCallId !== undefined) {
    answer.apiCallId = apiCallId;
    answer.fact.responseId = apiCallId;
    const usage = reading.usages.get(apiCallId);
    if (usage) setUsage(answer, usage);
    else reading.answerByRequest.set(apiCallId, answer);
    reading.usages.delete(apiCallId);
  }
  if (answer.fact.requestModel !== undefined) thread.model = answer.fact.requestModel;
  for (const request of asList(data.toolRequests)) addRequested(reading, { thread, turn, answer: answer.fact }, asRecord(request) ?? {});
}

function setTimes({ fact }: AnswerReading, { at }: CopilotEvent, requestAt: bigint | undefined): void {
  if (!at) return;
  fact.endedAt = at.unixNano;
  if (requestAt !== undefined && requestAt <= at.unixNano) fact.startedAt = requestAt;
}

/** A piece adds to what the pieces before it said. */
function setWords(fact: FactOf<'model.answered'>, data: Values): void {
  fact.text = join(fact.text, asText(data.content));
  fact.reasoning = join(fact.reasoning, asText(data.reasoningText));
  fact.requestModel = asText(data.model) ?? fact.requestModel;
  const outputTokens = asCount(data.outputTokens);
  if (outputTokens !== undefined && fact.usage?.inputTokens === undefined) fact.usage = { ...fact.usage, outputTokens };
}

function join(before: string | undefined, more: string | undefined): string | undefined {
  return before === undefined || more === undefined ? (before ?? more) : before + more;
}

/** `session.usage_record`: what one request used. It comes just before the answer. */
export function addUsage(reading: SessionReading, event: CopilotEvent): void {
  const values = asRecord(event.data.usage);
  const apiCallId = asText(values?.apiCallId);
  if (!values || apiCallId === undefined) return;
  const thread = threadOf(reading, event);
  const usage: UsageReading = { values, event, thread, turn: turnOf(thread, event) };
  const answer = reading.answerByRequest.get(apiCallId);
  if (answer) setUsage(answer, usage);
  else reading.usages.set(apiCallId, usage);
}

/** Requests of which nothing but their use is told: an answer that a rewind took away, or that was for the agent itself. */
export function addUnanswered(reading: SessionReading): void {
  for (const [apiCallId, usage] of reading.usages) {
    const { thread, turn, event } = usage;
    // The answer of the newest is being written.
    if (turn === thread.turns.at(-1) && event.order >= turn.lastOrder && !turn.isOver) continue;
    const place = { key: `usage:${apiCallId}`, order: Math.min(event.order, turn.lastOrder), at: event.at };
    const answer: AnswerReading = { fact: { ...baseOf(thread, turn, place), type: 'model.answered', messageId: `${turn.scope}:${apiCallId}`, responseId: apiCallId, outcome: 'ok', callIds: [] } };
    setTimes(answer, event, undefined);
    setUsage(answer, usage);
    answer.fact.requestModel = asText(usage.values.model);
    const next = turn.answers.findIndex(({ fact }) => fact.order > place.order);
    turn.answers.splice(next === -1 ? turn.answers.length : next, 0, answer);
  }
}

function setUsage({ fact }: AnswerReading, { values, event }: UsageReading): void {
  const usage = toUsage(values);
  if (usage) fact.usage = usage;
  const duration = asDurationMillis(values.duration);
  const startedAt = event.at && duration !== undefined && duration > 0n ? momentBefore(event.at.unixNano, duration) : undefined;
  if (startedAt !== undefined && (fact.endedAt === undefined || startedAt <= fact.endedAt)) fact.startedAt = startedAt;
  const firstChunk = asDurationMillis(values.timeToFirstTokenMs);
  if (firstChunk !== undefined && firstChunk > 0n) fact.timeToFirstChunkNano = firstChunk;
  const reason = asText(values.finishReason);
  if (reason !== undefined) fact.finishReasons = [reason];
  const provider = toProvider(values);
  if (provider !== undefined) fact.provider = provider;
  const nanoAiu = asAmount(values.totalNanoAiu) ?? asAmount(asRecord(values.copilotUsage)?.totalNanoAiu);
  if (nanoAiu !== undefined && values.aiCreditsStatus !== 'unavailable') fact.credits = nanoAiu / 1e9;
  Object.assign(fact, toCharge(values, fact.credits));
  const extra = toExtra(values);
  if (Object.keys(extra).length > 0) fact.extra = extra;
}

/** GitHub charges in credits or, before them, in premium requests: `cost` says how many the request counted as. A key of the person's own is charged by its provider. */
function toCharge(values: Values, credits: number | undefined): Pick<FactOf<'model.answered'>, 'billing' | 'premiumRequests'> {
  if (values.isByok === true) return { billing: 'api' };
  const premiumRequests = asAmount(values.cost);
  const billing = credits === undefined ? (premiumRequests === undefined ? undefined : 'premium-requests') : 'credits';
  return { ...(billing ? { billing } : {}), ...(premiumRequests === undefined ? {} : { premiumRequests }) };
}

/** The input counts what was read from and written to the cache, whichever provider answers. */
function toUsage(values: Values): Usage | undefined {
  const usage: Usage = {};
  const add = (name: keyof Usage, value: unknown): void => {
    const count = asCount(value);
    if (count !== undefined) usage[name] = count;
  };
  add('inputTokens', values.inputTokens);
  add('outputTokens', values.outputTokens);
  add('cacheReadTokens', values.cacheReadTokens);
  add('cacheCreationTokens', values.cacheWriteTokens);
  add('reasoningTokens', values.reasoningTokens);
  return Object.keys(usage).length > 0 ? usage : undefined;
}

/** With a key of the person's own it is not GitHub that answers. Names: OpenTelemetry's conventions for GenAI. */
const PROVIDERS: Readonly<Record<string, string>> = { openai: 'openai', azure: 'azure.ai.openai', anthropic: 'anthropic' };

function toProvider({ isByok, providerType }: Values): string | undefined {
  const type = asText(providerType);
  return isByok === true && type !== undefined ? (Object.hasOwn(PROVIDERS, type) ? PROVIDERS[type] : type) : undefined;
}

function toExtra(values: Values): Attributes {
  const extra: Attributes = {};
  const [initiator, effort] = [asText(values.initiator), asText(values.reasoningEffort)];
  if (initiator !== undefined) extra[`${PREFIX}request.initiator`] = initiator;
  if (effort !== undefined) extra[`${PREFIX}reasoning_effort`] = effort;
  return extra;
}
