/**
 * The JSON of one V1 conversation → facts. `history` is a list of requests: what the model was told (`user`), what it answered
 * (`assistant`), and when (`request_metadata`). The agent drops the oldest ones when it compacts, so no place in it is a key.
 */
import type { Fact, ToolResult } from '../../../core/fact.ts';
import { canonicalJson, hashOf } from '../../../core/ids.ts';
import { isTooDeep } from '../../../core/json.ts';
import type { Parsed, Problem } from '../../../core/problem.ts';
import type { Outcome } from '../../../core/span.ts';
import { parseRfc3339 } from '../../../core/time.ts';
import type { Usage } from '../../../core/usage.ts';
import { asAmount, asCount, asDuration, asList, asRecord, asText, asUnixMillis } from '../../untrusted.ts';
import { toName } from '../names.ts';
import { INTERRUPTED, INTERRUPTED_TOOL, isOwnPrompt, outcomeOfError } from '../own-words.ts';
import { parseItems, parseToolRequest } from '../tools.ts';

type Values = Record<string, unknown>;

/** What the row says beside its JSON. */
export interface ConversationPlace {
  sessionId: string;
  /** The folder under which the row stands. */
  cwd?: string;
  createdMillis?: number;
  /** When it was last written. */
  writtenMillis?: number;
}

/** Text of a row's `value` → facts. Never throws. */
export function parseConversation(text: string, place: ConversationPlace): { facts: Fact[]; problems: Problem[] } {
  const { value: root, problems } = parseRoot(text);
  if (!root) return { facts: [], problems };
  const reader = createReader(place, problems);
  reader.add(toSession(root, place));
  readSummary(root, reader);
  if (root.history !== undefined && !Array.isArray(root.history)) problems.push({ code: 'bad-conversation', detail: `history is no list: ${kindOf(root.history)}` });
  for (const entry of asList(root.history)) readEntry(entry, reader);
  const next = asRecord(root.next_message);
  if (next) readUser(next, undefined, reader);
  else if (reader.turn?.isAnswered) endTurn(reader, false);
  readMetering(root, reader);
  return { facts: reader.facts, problems };
}

function parseRoot(text: string): Parsed<Values> {
  try {
    const value = asRecord(JSON.parse(text));
    if (isTooDeep(value)) return { problems: [{ code: 'too-deep', detail: 'the row nests deeper than any conversation' }] };
    return value ? { value, problems: [] } : { problems: [{ code: 'bad-conversation', detail: 'the row is no JSON object' }] };
  } catch {
    return { problems: [{ code: 'bad-conversation', detail: `the row is no JSON (${text.length} characters)` }] };
  }
}

/** The turn that is being read. */
interface OpenTurn {
  /** Made from the prompt: V1 has no id for it. */
  promptId: string;
  messageIds: string[];
  startedAt?: bigint;
  endedAt?: bigint;
  contextUsagePercent?: number;
  outcome: Outcome;
  /** Its last answer asked for no tool. */
  isAnswered: boolean;
}

type Base = Pick<Fact, 'agent' | 'sessionId' | 'source' | 'order'> & { source: 'history' };

interface Reader {
  sessionId: string;
  facts: Fact[];
  problems: Problem[];
  turn?: OpenTurn;
  /** Calls of the last answer. */
  asked: number;
  /** Keeps ids apart that were made from equal contents. */
  made: Map<string, number>;
  base(): Base;
  add(fact: Fact): void;
}

function createReader({ sessionId }: ConversationPlace, problems: Problem[]): Reader {
  const facts: Fact[] = [];
  return {
    sessionId, facts, problems, asked: 0, made: new Map(),
    base: () => ({ agent: 'kiro', sessionId, source: 'history', order: facts.length }),
    add: (fact) => void facts.push(fact),
  };
}

function toSession(root: Values, { sessionId, cwd, createdMillis, writtenMillis }: ConversationPlace): Fact {
  const model = asRecord(root.model_info);
  const first = asRecord(asList(root.history)[0]);
  const state = asRecord(asRecord(asRecord(first?.user)?.env_context)?.env_state);
  return {
    type: 'session.seen', agent: 'kiro', sessionId, source: 'history', key: `row:${sessionId}`, order: 0,
    cwd: cwd ?? asText(state?.current_working_directory), model: asText(model?.model_id),
    contextWindowTokens: asCount(model?.context_window_tokens), startedAt: asUnixMillis(createdMillis), writtenAt: asUnixMillis(writtenMillis),
  };
}

/** `[text, request_metadata]`, or the text alone: what a compaction made of the requests that are gone. */
function readSummary(root: Values, reader: Reader): void {
  const [summary, metadata] = Array.isArray(root.latest_summary) ? root.latest_summary : [root.latest_summary];
  const text = asText(summary);
  if (text === undefined) return;
  const at = asUnixMillis(asRecord(metadata)?.stream_end_timestamp_ms);
  reader.add({
    ...reader.base(), type: 'context.changed', change: 'compaction', key: `summary:${hashOf(reader.sessionId, text).slice(0, 32)}`, text,
    ...(at === undefined ? {} : { at: { unixNano: at, source: 'transcript' as const, resolutionNano: 1e6 } }),
  });
}

/** `{user, assistant, request_metadata}`; the oldest builds wrote the three as a list. */
function readEntry(entry: unknown, reader: Reader): void {
  const list = asList(entry);
  const values = asRecord(entry) ?? { user: list[0], assistant: list[1], request_metadata: list[2] };
  const assistant = asRecord(values.assistant);
  readUser(asRecord(values.user) ?? {}, assistant, reader);
  if (assistant) readAssistant(assistant, asRecord(values.request_metadata) ?? {}, reader);
  else reader.problems.push({ code: 'unknown-record', detail: `a request without an answer: ${kindOf(values.assistant)}` });
}

/** `content` = `{Prompt}` | `{ToolUseResults}` | `{CancelledToolUses}`; the last may bring the prompt that a person typed instead of a yes. */
function readUser(user: Values, assistant: Values | undefined, reader: Reader): void {
  const content = asRecord(user.content);
  const told = asRecord(content?.Prompt) ?? asRecord(content?.CancelledToolUses);
  const prompt = asText(told?.prompt);
  const results = asRecord(content?.ToolUseResults) ?? asRecord(content?.CancelledToolUses);
  if (!told && !results) reader.problems.push({ code: 'unknown-record', detail: `content of a user's message: ${kindOf(user.content)}` });
  const isInterrupted = INTERRUPTED_TOOL.test(prompt ?? '') || INTERRUPTED.test(asText(asRecord(assistant?.Response)?.content) ?? '');
  const isCancelled = asRecord(content?.CancelledToolUses) !== undefined;
  for (const result of asList(results?.tool_use_results)) readResult(result, isCancelled ? toRefusal(prompt, isInterrupted, reader) : undefined, reader);
  const opens = asRecord(content?.Prompt) !== undefined || (prompt !== undefined && !isOwnPrompt(prompt));
  if (opens) openTurn(user, { prompt, isRefusal: isCancelled }, reader);
}

/** A person refused, or broke off. Of several calls that were put back together nothing tells which was the refused one. */
function toRefusal(prompt: string | undefined, isInterrupted: boolean, reader: Reader): 'denied' | 'cancelled' {
  return !isInterrupted && prompt !== undefined && reader.asked === 1 ? 'denied' : 'cancelled';
}

function readResult(value: unknown, refusal: 'denied' | 'cancelled' | undefined, reader: Reader): void {
  const result = asRecord(value);
  const callId = asText(result?.tool_use_id);
  if (!result || callId === undefined) return void reader.problems.push({ code: 'unknown-record', detail: 'a tool result that names no call' });
  const told = refusal ? { outcome: refusal, ...parseItems(result.content) } : toResult(result);
  reader.add({ ...reader.base(), type: 'tool.ended', key: `result:${callId}`, callId, result: told });
}

function toResult(result: Values): ToolResult {
  const items = parseItems(result.content);
  if (result.status === 'Success') return { outcome: 'ok', ...items };
  if (result.status === 'Cancelled') return { outcome: 'cancelled', ...items };
  if (result.status !== 'Error') return { outcome: 'unknown', ...items };
  const outcome = outcomeOfError(items.output ?? '');
  return outcome === 'error' ? { outcome, errorType: 'tool_error', errorMessage: items.output, ...items } : { outcome, ...items };
}

function openTurn(user: Values, { prompt, isRefusal }: { prompt: string | undefined; isRefusal: boolean }, reader: Reader): void {
  if (reader.turn) {
    if (isRefusal && !reader.turn.isAnswered) reader.turn.outcome = 'cancelled';
    endTurn(reader, true);
  }
  const at = parseRfc3339(user.timestamp);
  const promptId = madeId(reader, 'prompt', typeof user.timestamp === 'string' ? user.timestamp : canonicalJson(user.content));
  reader.turn = { promptId, messageIds: [promptId], startedAt: at, outcome: 'unknown', isAnswered: false };
  reader.add({
    ...reader.base(), type: 'turn.started', key: `msg:${promptId}`, messageId: promptId, prompt,
    ...(at === undefined ? {} : { at: { unixNano: at, source: 'transcript' as const } }),
  });
}

/** `assistant` = `{Response}` | `{ToolUse}`. One entry is one request: one answer. */
function readAssistant(assistant: Values, metadata: Values, reader: Reader): void {
  const message = asRecord(assistant.ToolUse) ?? asRecord(assistant.Response);
  if (!message) return void reader.problems.push({ code: 'unknown-record', detail: `an answer: ${kindOf(assistant)}` });
  const text = asText(message.content);
  const messageId = asText(message.message_id) ?? asText(metadata.message_id) ?? asText(metadata.request_id) ?? madeId(reader, 'answer', canonicalJson([reader.turn?.messageIds.at(-1), text]));
  const uses = asList(message.tool_uses).flatMap((value, index) => {
    const use = asRecord(value);
    if (!use) reader.problems.push({ code: 'unknown-record', detail: `a tool call: ${kindOf(value)}` });
    return use ? [{ use, callId: asText(use.id) ?? `${messageId}:call:${index}` }] : [];
  });
  const isSynthetic = uses.length === 0 && INTERRUPTED.test(text ?? '');
  const [startedAt, endedAt] = toWindow(metadata);
  const contextUsagePercent = asAmount(metadata.context_usage_percentage);
  reader.add({
    ...reader.base(), type: 'model.answered', key: `msg:${messageId}`, messageId, outcome: isSynthetic ? 'cancelled' : 'ok',
    isSynthetic: isSynthetic || undefined, callIds: uses.map(({ callId }) => callId), text, requestModel: asText(metadata.model_id),
    usage: toUsage(metadata), finishReasons: isSynthetic ? undefined : [uses.length > 0 ? 'tool_call' : 'stop'],
    startedAt, endedAt, timeToFirstChunkNano: asDuration(metadata.time_to_first_chunk), contextUsagePercent,
  });
  for (const { use, callId } of uses) reader.add({ ...reader.base(), type: 'tool.called', key: `call:${callId}`, tool: toRequest(use, callId), messageId });
  reader.asked = uses.length;
  if (!reader.turn) return;
  reader.turn.messageIds.push(messageId);
  reader.turn.startedAt ??= startedAt;
  reader.turn.endedAt = endedAt ?? reader.turn.endedAt;
  reader.turn.contextUsagePercent = contextUsagePercent ?? reader.turn.contextUsagePercent;
  reader.turn.isAnswered = uses.length === 0;
  reader.turn.outcome = isSynthetic ? 'cancelled' : uses.length === 0 ? 'ok' : 'unknown';
}

/** `orig_name` is the model's own spelling, which alone may tell the MCP server. */
function toRequest(use: Values, callId: string): ReturnType<typeof parseToolRequest> {
  const name = asText(use.name) ?? asText(use.orig_name) ?? 'unknown';
  const own = parseToolRequest(name, use.args, callId);
  if (own.mcpServer !== undefined) return own;
  const original = parseToolRequest(asText(use.orig_name) ?? name, use.args, callId);
  return original.mcpServer === undefined ? own : { ...original, name };
}

function endTurn({ turn, base, add }: Reader, isFollowed: boolean): void {
  if (!turn) return;
  const { promptId, messageIds, startedAt, endedAt, contextUsagePercent, outcome } = turn;
  // The row may be written before the stop hooks have run; who follows has none to wait for.
  const stopMayFollow = isFollowed ? undefined : true;
  add({ ...base(), type: 'turn.ended', key: `turn:${promptId}`, reason: outcome, messageIds, startedAt, endedAt, contextUsagePercent, stopMayFollow });
}

/** Credits of the last turn only, one entry a request: the next turn's take their place. */
function readMetering(root: Values, reader: Reader): void {
  const usage = asList(asRecord(root.user_turn_metadata)?.usage_info).map(asRecord);
  const credits = usage.map((entry) => asAmount(entry?.value));
  const isCredits = usage.every((entry) => entry?.unit === undefined || entry.unit === 'credit');
  if (!reader.turn || credits.length === 0 || !isCredits || !credits.every((value) => value !== undefined)) return;
  const { promptId } = reader.turn;
  reader.add({ ...reader.base(), type: 'turn.metered', key: `metered:${promptId}:${credits.length}`, messageId: promptId, requestCredits: credits });
}

function toUsage(metadata: Values): Usage | undefined {
  const uncached = asCount(metadata.uncached_input_tokens);
  const cacheReadTokens = asCount(metadata.cache_read_input_tokens);
  const cacheCreationTokens = asCount(metadata.cache_write_input_tokens);
  const outputTokens = asCount(metadata.output_tokens);
  const inputTokens = uncached === undefined ? undefined : uncached + (cacheReadTokens ?? 0) + (cacheCreationTokens ?? 0);
  const usage = { inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens };
  return Object.values(usage).some((value) => value !== undefined) ? usage : undefined;
}

/** Start and end of a request. An end before its start is a clock that was set: then no one knows. */
function toWindow(metadata: Values): [bigint | undefined, bigint | undefined] {
  const start = asUnixMillis(metadata.request_start_timestamp_ms);
  const end = asUnixMillis(metadata.stream_end_timestamp_ms);
  return start !== undefined && end !== undefined && end < start ? [start, undefined] : [start, end];
}

/** An id for what has none, from contents that never change; equal contents are counted. */
function madeId({ sessionId, made }: Reader, what: string, content: string): string {
  const hash = hashOf(sessionId, what, content).slice(0, 24);
  const count = made.get(hash) ?? 0;
  made.set(hash, count + 1);
  return `${sessionId}:${what}:${hash}${count > 0 ? `:${count}` : ''}`;
}

function kindOf(value: unknown): string {
  return toName(Object.keys(asRecord(value) ?? {})[0] ?? value);
}
