/**
 * Lines of the model. One answer is written as several lines, a content block each, all with its message id; the last line's usage is
 * the final one. Lines of the model `<synthetic>` are written by Claude Code itself: an error in place of an answer, or the words that
 * an interrupted answer had got to.
 */
import type { FactOf } from '../../core/fact.ts';
import type { Attributes } from '../../core/attributes.ts';
import type { Problem } from '../../core/problem.ts';
import type { Usage } from '../../core/usage.ts';
import { asAmount, asCount, asList, asRecord, asText } from '../untrusted.ts';
import { PREFIX, toName } from './names.ts';
import { baseOf, currentTurn, openTurn, touchTurn, type RecordPlace, type SessionReading, type TurnEnd, type Values } from './reading.ts';
import { parseToolRequest } from './tools.ts';

const SYNTHETIC = '<synthetic>';
/** Claude Code writes this when a resumed conversation needs no answer: no request was made. */
const NO_ANSWER = /^No response requested\.?$/;

/** Blocks that are neither text nor thinking nor a call of ours: they run inside the request. */
const INNER_BLOCKS = new Set(['redacted_thinking', 'server_tool_use', 'web_search_tool_result', 'web_fetch_tool_result', 'code_execution_tool_result', 'tool_search_tool_result', 'advisor_tool_result', 'mcp_tool_use', 'mcp_tool_result', 'image', 'document', 'fallback', 'compaction', 'container_upload', 'bash_code_execution_tool_result', 'text_editor_code_execution_tool_result']);

/** Takes in one `assistant` line. */
export function addAssistant(reading: SessionReading, values: Values, place: RecordPlace): Problem[] {
  const message = asRecord(values.message);
  if (!message) return [{ code: 'no-message', detail: `line ${place.order + 1}: an answer without its message` }];
  if (message.model === SYNTHETIC || values.isApiErrorMessage === true) {
    addSynthetic(reading, values, { message, place });
    return [];
  }
  if (reading.pending) {
    openTurn(reading, reading.pending.fact);
    delete reading.pending;
  }
  const id = asText(message.id) ?? place.id;
  const known = reading.answers.get(id);
  const turn = currentTurn(reading);
  const answer = known ?? newAnswer(reading, id, place);
  if (!known) {
    turn.firstAnswerId ??= id;
    addRequest(reading, answer, values);
  }
  turn.lastAnswer = answer;
  turn.isSentBack = false;
  touchTurn(turn, place);
  addMessage(answer, message, values);
  if (place.at) answer.endedAt = place.at.unixNano;
  return addBlocks(reading, answer, { blocks: message.content, place });
}

function newAnswer(reading: SessionReading, messageId: string, place: RecordPlace): FactOf<'model.answered'> {
  const answer: FactOf<'model.answered'> = { ...baseOf(reading, place, `answer:${messageId}`), type: 'model.answered', messageId, outcome: 'ok', callIds: [] };
  reading.answers.set(messageId, answer);
  reading.facts.push(answer);
  return answer;
}

/** Newer versions write each request before its answer: only that tells when it began. */
function addRequest(reading: SessionReading, answer: FactOf<'model.answered'>, values: Values): void {
  const startedAt = reading.requestStarts.get(asText(values.requestRef) ?? '');
  if (startedAt !== undefined) answer.startedAt = startedAt;
}

function addMessage(answer: FactOf<'model.answered'>, message: Values, values: Values): void {
  const model = asText(message.model);
  if (model !== undefined) answer.responseModel = model;
  const requestModel = asText(values.requestedModel) ?? model;
  if (requestModel !== undefined) answer.requestModel = requestModel;
  answer.provider = toProvider(answer.messageId);
  const stopReason = asText(message.stop_reason);
  if (stopReason !== undefined) answer.finishReasons = [stopReason];
  const requestId = asText(values.requestId);
  if (requestId !== undefined) answer.requestId = requestId;
  const usage = parseUsage(message.usage);
  // It grows from line to line: a line with less was repeated.
  if (usage && (usage.outputTokens ?? 0) >= (answer.usage?.outputTokens ?? 0)) answer.usage = usage;
  const tier = toServiceTier(asRecord(message.usage));
  if (tier !== undefined) answer.serviceTier = tier;
  // Versions before 1.0.9 wrote it on each line of the answer.
  const usd = asAmount(values.costUSD);
  if (usd !== undefined) answer.cost = { usd };
  const extra = toExtra(values, asRecord(message.usage));
  if (extra) answer.extra = { ...answer.extra, ...extra };
}

/** Bedrock and Vertex mark their message ids. */
function toProvider(messageId: string): string {
  if (messageId.startsWith('msg_bdrk_')) return 'aws.bedrock';
  return messageId.startsWith('msg_vrtx_') ? 'gcp.vertex_ai' : 'anthropic';
}

/** The API counts cached tokens apart; here the input includes them. */
function parseUsage(value: unknown): Usage | undefined {
  const told = asRecord(value);
  if (!told) return undefined;
  const input = asCount(told.input_tokens);
  const output = asCount(told.output_tokens);
  const cacheRead = asCount(told.cache_read_input_tokens);
  const cacheCreation = asCount(told.cache_creation_input_tokens);
  const reasoning = asCount(asRecord(told.output_tokens_details)?.thinking_tokens);
  const usage: Usage = {};
  if (input !== undefined) usage.inputTokens = input + (cacheRead ?? 0) + (cacheCreation ?? 0);
  if (output !== undefined) usage.outputTokens = output;
  if (cacheRead !== undefined) usage.cacheReadTokens = cacheRead;
  if (cacheCreation !== undefined) usage.cacheCreationTokens = cacheCreation;
  if (reasoning !== undefined) usage.reasoningTokens = reasoning;
  const hour = asCount(asRecord(told.cache_creation)?.ephemeral_1h_input_tokens);
  if (hour) usage.cacheCreation1hTokens = hour;
  const searches = asCount(asRecord(told.server_tool_use)?.web_search_requests);
  if (searches) usage.webSearches = searches;
  return Object.keys(usage).length > 0 ? usage : undefined;
}

/** Fast answers, bought priority, batches and a guaranteed place of inference have prices of their own. */
function toServiceTier(usage: Values | undefined): string | undefined {
  const [tier, speed, place] = [asText(usage?.service_tier), asText(usage?.speed), asText(usage?.inference_geo)];
  const isPlain = (text: string | undefined, ...plain: string[]): boolean => text === undefined || plain.includes(text);
  if (!isPlain(tier, 'standard')) return tier;
  if (!isPlain(speed, 'standard')) return speed;
  return isPlain(place, 'global', 'not_available') ? undefined : `inference-${place}`;
}

const TEXTS: readonly (readonly [field: string, name: string])[] = [
  ['requestId', 'request_id'], ['effort', 'effort'], ['attributionSkill', 'attribution.skill'], ['attributionPlugin', 'attribution.plugin'],
  ['attributionMcpServer', 'attribution.mcp_server'], ['attributionMcpTool', 'attribution.mcp_tool'],
];

function toExtra(values: Values, usage: Values | undefined): Attributes | undefined {
  const extra: Attributes = {};
  for (const [field, name] of TEXTS) {
    const text = asText(values[field]);
    if (text !== undefined) extra[PREFIX + name] = text;
  }
  for (const name of ['service_tier', 'speed'] as const) {
    const text = asText(usage?.[name]);
    if (text !== undefined && text !== 'standard') extra[PREFIX + name] = text;
  }
  return Object.keys(extra).length > 0 ? extra : undefined;
}

function addBlocks(reading: SessionReading, answer: FactOf<'model.answered'>, { blocks, place }: { blocks: unknown; place: RecordPlace }): Problem[] {
  const problems: Problem[] = [];
  if (typeof blocks === 'string') addText(answer, 'text', blocks);
  for (const entry of asList(blocks)) {
    const block = asRecord(entry);
    if (block?.type === 'text') addText(answer, 'text', block.text);
    else if (block?.type === 'thinking') addText(answer, 'reasoning', block.thinking);
    else if (block?.type === 'tool_use') addCall(reading, answer, { block, place });
    else if (typeof block?.type !== 'string' || !INNER_BLOCKS.has(block.type)) problems.push({ code: 'unknown-block', detail: `line ${place.order + 1}: type ${toName(block?.type)}` });
  }
  return problems;
}

function addText(answer: FactOf<'model.answered'>, field: 'text' | 'reasoning', value: unknown): void {
  const text = asText(value);
  if (text !== undefined) answer[field] = answer[field] === undefined ? text : `${answer[field]}\n${text}`;
}

function addCall(reading: SessionReading, answer: FactOf<'model.answered'>, { block, place }: { block: Values; place: RecordPlace }): void {
  const callId = asText(block.id) ?? `${place.id}:${answer.callIds.length}`;
  if (reading.calls.has(callId)) return;
  const tool = parseToolRequest(asText(block.name) ?? 'unknown', block.input, callId);
  tool.input = leaveTexts(reading, callId, tool.input);
  const call: FactOf<'tool.called'> = { ...baseOf(reading, place, `call:${callId}`), type: 'tool.called', tool, messageId: answer.messageId };
  reading.calls.set(callId, call);
  answer.callIds.push(callId);
  reading.facts.push(call);
}

/** Files that are written whole, and the like. */
function leaveTexts({ far }: SessionReading, callId: string, input: unknown): unknown {
  const values = asRecord(input);
  if (!values) return input;
  const left = { ...values };
  for (const [name, text] of Object.entries(values)) if (typeof text === 'string') left[name] = far.leave(text, (record) => findInput(record, callId)?.[name] as string | undefined);
  return left;
}

function findInput(record: Values, callId: string): Values | undefined {
  return asRecord(asList(asRecord(record.message)?.content).map(asRecord).find((block) => block?.id === callId)?.input);
}

interface Synthetic {
  message: Values;
  place: RecordPlace;
}

function addSynthetic(reading: SessionReading, values: Values, { message, place }: Synthetic): void {
  const text = asList(message.content).flatMap((block) => asText(asRecord(block)?.text) ?? []).join('\n');
  if (NO_ANSWER.test(text.trim())) return;
  const isError = values.isApiErrorMessage === true;
  if (isError && reading.pending) {
    openTurn(reading, reading.pending.fact);
    delete reading.pending;
  }
  const turn = currentTurn(reading);
  const answer = newAnswer(reading, place.id, place);
  Object.assign(answer, { isSynthetic: true, responseId: null, outcome: isError ? 'error' : 'cancelled', text, ...(place.at ? { endedAt: place.at.unixNano } : {}) });
  addRequest(reading, answer, values);
  turn.firstAnswerId ??= answer.messageId;
  turn.lastAnswer = answer;
  touchTurn(turn, place);
  if (isError) turn.end = toErrorEnd(values, place, text);
}

/** An error that the agent gave up on: the turn is over, unless an answer follows. */
function toErrorEnd(values: Values, place: RecordPlace, text: string): TurnEnd {
  const errorType = asText(values.apiErrorType) ?? asText(values.error);
  const known = errorType === undefined || errorType === 'unknown' ? 'api_error' : errorType;
  return { reason: 'error', order: place.order, ...(place.at ? { at: place.at } : {}), errorType: known, ...(text === '' ? {} : { errorMessage: text }) };
}
