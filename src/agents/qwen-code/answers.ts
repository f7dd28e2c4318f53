/** Records of the model's side: its words, what the agent measured of the request, the calls it asks for and what came back. */
import type { FactOf } from '../../core/fact.ts';
import type { Problem } from '../../core/problem.ts';
import { momentBefore, parseRfc3339 } from '../../core/time.ts';
import type { Usage } from '../../core/usage.ts';
import { asCount, asDurationMillis, asList, asRecord, asText } from '../untrusted.ts';
import { baseOf, currentTurn, type AnswerReading, type ChatRecord, type Measure, type SessionReading, type Values } from './reading.ts';
import { parseHistoryResult, parseToolRequest } from './tools.ts';

/** `auth_type` of a request → the convention's name of the service. `openai` is any service of that form. */
const PROVIDERS: Readonly<Record<string, string>> = { openai: 'openai', anthropic: 'anthropic', gemini: 'gcp.gemini', 'vertex-ai': 'gcp.vertex_ai', 'qwen-oauth': 'qwen' };

/** One answer a record; a subagent's may stand in several of one round, of which newer builds name only the first. */
export function addAnswer(reading: SessionReading, record: ChatRecord): Problem[] {
  const { values } = record;
  const round = reading.isSubagent && asText(values.agentRunId) !== undefined && asCount(values.agentRound) !== undefined ? `${values.agentRunId as string}:${values.agentRound as number}` : undefined;
  const known = round === undefined ? findUsageAlone(reading, values) : reading.answerOfRound.get(round);
  const measure = known ? undefined : reading.pending;
  if (!known) reading.pending = undefined;
  const answer = known ?? openAnswer(reading, record, measure);
  if (round !== undefined) reading.answerOfRound.set(round, answer);
  const { fact } = answer;
  const words = toWords(values);
  fact.text = joined(fact.text, words.text);
  fact.reasoning = joined(fact.reasoning, words.reasoning);
  fact.requestModel ??= asText(values.model) ?? (reading.isSubagent ? asText(reading.meta?.model) : undefined);
  fact.usage ??= toUsage(asRecord(values.usageMetadata)) ?? toMeasuredUsage(measure?.values);
  if (fact.requestModel !== undefined) reading.model = fact.requestModel;
  reading.contextWindowTokens = asCount(values.contextWindowSize) ?? reading.contextWindowTokens;
  currentTurn(reading).failure = undefined;
  return addCalls(reading, answer, record);
}

/** A subagent's answer of which so far only the tokens are told: what the model said stands in the next record. */
function findUsageAlone(reading: SessionReading, { usageMetadata }: Values): AnswerReading | undefined {
  const last = reading.isSubagent && usageMetadata === undefined ? currentTurn(reading).answers.at(-1) : undefined;
  return last && last.fact.usage !== undefined && last.fact.text === undefined && last.fact.reasoning === undefined && last.calls.size === 0 ? last : undefined;
}

/** A measure that no answer followed: a request of which nothing else was written down. */
export function addUnanswered(reading: SessionReading): void {
  const { pending } = reading;
  reading.pending = undefined;
  if (!pending) return;
  const answer = openAnswer(reading, { ...pending, payload: {} }, pending);
  answer.fact.requestModel = asText(pending.values.model);
  answer.fact.usage = toMeasuredUsage(pending.values);
  answer.fact.text = asText(pending.values.response_text);
}

/**
 * A request that the agent made on the side (a title, a suggestion), or a subagent whose own file is not there: what it measured is all that
 * is told of it.
 */
export function addAside(reading: SessionReading, record: ChatRecord, values: Values): void {
  const { requestAt } = reading;
  const answer = openAnswer(reading, record, { ...record, values });
  reading.requestAt = requestAt;
  answer.isAside = true;
  answer.fact.requestModel = asText(values.model);
  answer.fact.usage = toMeasuredUsage(values);
}

/** A request that failed. What is tried again by itself is told of once, at the end. */
export function addFailure(reading: SessionReading, record: ChatRecord, values: Values): void {
  const errorType = asText(values.error_type) ?? asText(values.status_code) ?? 'api_error';
  const message = asText(values.error_message) ?? asText(values.error);
  const answer = openAnswer(reading, record, { ...record, values });
  answer.fact.outcome = 'error';
  answer.fact.errorType = errorType;
  answer.fact.requestModel = asText(values.model);
  currentTurn(reading).failure = { at: record.at, errorType, message };
}

function openAnswer(reading: SessionReading, record: ChatRecord, measure: Measure | undefined): AnswerReading {
  const { id, at } = record;
  const values = measure?.values ?? {};
  const endedAt = parseRfc3339(values['event.timestamp']) ?? at?.unixNano;
  const own = asDurationMillis(values.duration_ms);
  const startedAt = own !== undefined && endedAt !== undefined ? momentBefore(endedAt, own) : reading.requestAt;
  const first = asDurationMillis(values.ttft_ms);
  const auth = asText(values.auth_type);
  const provider = auth !== undefined && Object.hasOwn(PROVIDERS, auth) ? PROVIDERS[auth] : undefined;
  reading.requestAt = undefined;
  const fact: FactOf<'model.answered'> = {
    ...baseOf(reading, record, `msg:${id}`), type: 'model.answered', messageId: id, responseId: asText(values.response_id) ?? id, outcome: 'ok', callIds: [], provider,
    // A plan of Qwen's own, counted in requests.
    ...(auth === 'qwen-oauth' ? { billing: 'subscription' as const } : {}),
    ...(startedAt !== undefined && endedAt !== undefined && startedAt <= endedAt ? { startedAt } : {}), endedAt,
    ...(first === undefined ? {} : { timeToFirstChunkNano: first }),
  };
  const answer: AnswerReading = { fact, calls: new Map() };
  currentTurn(reading).answers.push(answer);
  return answer;
}

function partsOf({ message }: Values): Values[] {
  return asList(asRecord(message)?.parts).map(asRecord).filter((part) => part !== undefined);
}

function toWords(values: Values): { text?: string; reasoning?: string } {
  const parts = partsOf(values);
  const join = (isThought: boolean): string | undefined => asText(parts.filter((part) => (part.thought === true) === isThought).map((part) => asText(part.text) ?? '').join(''));
  return { text: join(false), reasoning: join(true) };
}

function joined(before: string | undefined, more: string | undefined): string | undefined {
  return asText([before, more].filter((text) => text !== undefined).join('\n'));
}

/** Some services count thoughts beside the rest of the answer, others in it: the total tells which. What is not told is written as 0. */
function toUsage(metadata: Values | undefined): Usage | undefined {
  if (!metadata) return undefined;
  return usageOf({ input: metadata.promptTokenCount, output: metadata.candidatesTokenCount, cached: metadata.cachedContentTokenCount, thoughts: metadata.thoughtsTokenCount, total: metadata.totalTokenCount });
}

function toMeasuredUsage(values: Values | undefined): Usage | undefined {
  if (!values) return undefined;
  return usageOf({ input: values.input_token_count, output: values.output_token_count, cached: values.cached_content_token_count, thoughts: values.thoughts_token_count, total: values.total_token_count });
}

function usageOf(counts: Record<'input' | 'output' | 'cached' | 'thoughts' | 'total', unknown>): Usage | undefined {
  const [input, output] = [asCount(counts.input), asCount(counts.output)];
  const [cached, thoughts] = [asCount(counts.cached) || undefined, asCount(counts.thoughts) || undefined];
  if (!input && !output) return undefined;
  const isBeside = thoughts !== undefined && asCount(counts.total) === (input ?? 0) + (output ?? 0) + thoughts;
  return {
    ...(input === undefined ? {} : { inputTokens: input }),
    ...(output === undefined ? {} : { outputTokens: output + (isBeside ? thoughts : 0) }),
    ...(cached === undefined ? {} : { cacheReadTokens: cached }),
    ...(thoughts === undefined ? {} : { reasoningTokens: thoughts }),
  };
}

function addCalls(reading: SessionReading, answer: AnswerReading, record: ChatRecord): Problem[] {
  const problems: Problem[] = [];
  for (const part of partsOf(record.values)) {
    const call = asRecord(part.functionCall);
    if (!call) continue;
    const callId = asText(call.id);
    if (callId === undefined) {
      problems.push({ code: 'no-call-id', detail: `line ${record.order + 1}: a function call without id` });
      continue;
    }
    if (reading.callOf.has(callId)) continue;
    const tool = parseToolRequest(asText(call.name) ?? 'unknown', call.args ?? {}, callId);
    const child = reading.spawned.get(callId);
    if (child !== undefined) tool.spawns = [{ ...tool.spawns?.[0], sessionId: child }];
    const asked = { called: { ...baseOf(reading, record, `call:${callId}`), order: answer.fact.order, at: undefined, type: 'tool.called' as const, tool, messageId: answer.fact.messageId } };
    answer.calls.set(callId, asked);
    reading.callOf.set(callId, asked);
  }
  answer.fact.callIds = [...answer.calls.keys()];
  return problems;
}

/** What came back. The agent's own measure of the call stands before it. */
export function addResult(reading: SessionReading, record: ChatRecord): Problem[] {
  const { values } = record;
  const response = partsOf(values).map((part) => asRecord(part.functionResponse)).find((found) => found !== undefined);
  const result = asRecord(values.toolCallResult) ?? {};
  const callId = asText(result.callId) ?? asText(response?.id);
  if (callId === undefined) return [{ code: 'no-call-id', detail: `line ${record.order + 1}: a tool_result without call id` }];
  reading.requestAt = record.at?.unixNano;
  const call = reading.callOf.get(callId);
  if (!call) return [{ code: 'unknown-call', detail: `line ${record.order + 1}: a result of a call that nothing asked for` }];
  const measured = reading.measures.get(callId);
  const endedAt = parseRfc3339(measured?.['event.timestamp']);
  const own = asDurationMillis(measured?.duration_ms);
  const { called } = call;
  // An existing file has something to be compared with.
  const isNew = asRecord(result.resultDisplay)?.originalContent === null;
  if (isNew && called.tool.files) called.tool.files = called.tool.files.map((file) => (file.operation === 'write' ? { ...file, operation: 'create' } : file));
  call.ended = {
    ...baseOf(reading, record, `result:${callId}`), order: called.order, type: 'tool.ended', callId,
    ...(endedAt === undefined ? {} : { at: { unixNano: endedAt, source: 'transcript', resolutionNano: 1e6 } }),
    result: { ...parseHistoryResult(result, asRecord(response?.response), called.tool.name, asText(measured?.decision)), ...(own ? { durationNano: own } : {}) },
  };
  return [];
}
