/** What each agent's own telemetry would have told of a session, made of what its history tells: invented records in the shape of the real ones. */
import type { Attributes } from '#spoor/core/attributes.ts';
import type { Fact, FactOf } from '#spoor/core/fact.ts';
import { toSpanId, toTraceId } from '#spoor/core/ids.ts';
import type { TelemetryLog, TelemetryRecord, TelemetrySource, TelemetrySpan } from '#spoor/core/telemetry.ts';

export interface Spoken {
  source: TelemetrySource;
  records: TelemetryRecord[];
}

type Answer = FactOf<'model.answered'>;
type Called = FactOf<'tool.called'>;
interface Call {
  called: Called;
  ended?: FactOf<'tool.ended'>;
  at: bigint;
}

interface Told {
  prompts: FactOf<'turn.started'>[];
  answers: (Answer & { at: NonNullable<Answer['at']> })[];
  calls: Call[];
  /** The session at the top of its family. */
  mainOf(fact: Fact): string;
}

const MILLI = 1_000_000n;
const LATENCY = 3n * MILLI;

function toTold(facts: readonly Fact[]): Told {
  const parents = new Map(facts.flatMap((fact) => (fact.type === 'session.seen' && fact.parent?.relation === 'subagent' ? [[fact.sessionId, fact.parent.sessionId] as const] : [])));
  const mainOf = (id: string): string => (parents.has(id) ? mainOf(parents.get(id) as string) : id);
  const ends = new Map(facts.flatMap((fact) => (fact.type === 'tool.ended' ? [[`${fact.sessionId} ${fact.callId}`, fact] as const] : [])));
  const answers = facts.filter((fact): fact is Told['answers'][number] => fact.type === 'model.answered' && fact.isSynthetic !== true && (fact.endedAt ?? fact.at?.unixNano) !== undefined && fact.usage?.inputTokens !== undefined && fact.usage.outputTokens !== undefined);
  const calls = facts.flatMap((fact): Call[] => {
    if (fact.type !== 'tool.called') return [];
    const ended = ends.get(`${fact.sessionId} ${fact.tool.callId}`);
    const at = fact.at?.unixNano ?? ended?.at?.unixNano;
    return at === undefined ? [] : [{ called: fact, at, ...(ended ? { ended } : {}) }];
  });
  const isOfPerson = (fact: Fact): fact is FactOf<'turn.started'> => fact.type === 'turn.started' && fact.at !== undefined && !parents.has(fact.sessionId);
  return { prompts: facts.filter(isOfPerson), answers, calls, mainOf: ({ sessionId }) => mainOf(sessionId) };
}

function toLog(name: string, at: bigint, attributes: Attributes, more: Partial<TelemetryLog> = {}): TelemetryLog {
  return { signal: 'log', name, atUnixNano: at, attributes: { 'event.name': name, ...attributes }, ...more };
}

function toSpan(name: string, [start, end]: readonly [bigint, bigint], { id, attributes, isError }: { id: string; attributes: Attributes; isError?: boolean }): TelemetrySpan {
  return { signal: 'span', name, traceId: toTraceId(id), spanId: toSpanId(`${name} ${id}`), startUnixNano: start, endUnixNano: end > start ? end : start + MILLI, attributes, status: isError ? 'error' : 'unset', events: [] };
}

function windowOf({ startedAt, endedAt, at }: Answer): [bigint, bigint] {
  const end = endedAt ?? (at?.unixNano as bigint);
  return [startedAt !== undefined && startedAt < end ? startedAt : end - LATENCY, end];
}

function callWindow({ at, ended }: Call): [bigint, bigint] {
  const end = ended?.at?.unixNano;
  return [at, end !== undefined && end > at ? end : at + LATENCY];
}

const count = (value: number | undefined): Attributes[string] => BigInt(value ?? 0);
const resource: Attributes = { 'host.arch': 'amd64' };

function speakClaude(told: Told): Spoken {
  const of = (fact: Fact): Attributes => ({ 'session.id': told.mainOf(fact), ...(told.mainOf(fact) === fact.sessionId ? {} : { agent_id: fact.sessionId }) });
  const records: TelemetryRecord[] = told.prompts.map((fact) => toLog('user_prompt', fact.at?.unixNano as bigint, { ...of(fact), 'message.uuid': fact.messageId ?? '', prompt: '<REDACTED>', 'prompt.id': 'repeated' }));
  for (const answer of told.answers) {
    if (answer.requestId === undefined) continue;
    const { inputTokens = 0, outputTokens, cacheReadTokens = 0, cacheCreationTokens = 0 } = answer.usage ?? {};
    const [start, end] = windowOf(answer);
    const shared: Attributes = {
      ...of(answer), model: answer.requestModel ?? '', request_id: answer.requestId, input_tokens: count(inputTokens - cacheReadTokens - cacheCreationTokens), output_tokens: String(outputTokens), cache_read_tokens: count(cacheReadTokens),
      cache_creation_tokens: count(cacheCreationTokens), ttft_ms: '2', speed: 'normal',
    };
    records.push(toLog('api_request', end, { ...shared, duration_ms: '3' }), toSpan('claude_code.llm_request', [start, end], { id: `${answer.sessionId} ${answer.requestId}`, attributes: { ...shared, 'gen_ai.response.id': answer.requestId, attempt: 1n, success: true } }));
  }
  for (const call of told.calls) {
    const { called, ended } = call;
    const shared: Attributes = { ...of(called), tool_use_id: called.tool.callId ?? '', tool_name: called.tool.name };
    const [start, end] = callWindow(call);
    const isOk = ended?.result.outcome === 'ok';
    records.push(toSpan('claude_code.tool', [start, end], { id: `${called.sessionId} ${called.tool.callId}`, attributes: shared }));
    if (ended && ['ok', 'error'].includes(ended.result.outcome)) records.push(toLog('tool_decision', start, { ...shared, decision: 'accept', source: 'config' }), toLog('tool_result', end, { ...shared, success: String(isOk), duration_ms: '1' }));
  }
  return { source: { service: 'claude-code', scope: 'com.anthropic.claude_code.events', resource }, records };
}

function speakCodex(told: Told): Spoken {
  const records: TelemetryRecord[] = told.prompts.map((fact) => toLog('event session_telemetry.rs:1200', fact.at?.unixNano as bigint, { 'event.name': 'codex.user_prompt', 'conversation.id': fact.sessionId, prompt: '[REDACTED]' }));
  for (const answer of told.answers) {
    const [start, end] = windowOf(answer);
    const { inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens, reasoningTokens } = answer.usage ?? {};
    records.push(toLog('', start + MILLI, { 'event.name': 'codex.api_request', 'conversation.id': answer.sessionId, endpoint: '/responses', duration_ms: '1', attempt: 0n }));
    records.push(toLog('', end, {
      'event.name': 'codex.sse_event', 'event.kind': 'response.completed', 'conversation.id': answer.sessionId, model: answer.requestModel ?? '', input_token_count: String(inputTokens), output_token_count: String(outputTokens),
      cached_token_count: count(cacheReadTokens), cache_write_token_count: count(cacheCreationTokens), reasoning_token_count: count(reasoningTokens),
    }));
  }
  for (const call of told.calls) {
    const { called, ended } = call;
    if (called.tool.nativeCallId === undefined || called.tool.nativeCallId === null) continue;
    const [, end] = callWindow(call);
    const shared: Attributes = { 'conversation.id': called.sessionId, call_id: called.tool.nativeCallId, tool_name: called.tool.name };
    records.push(toLog('', call.at, { ...shared, 'event.name': 'codex.tool_decision', decision: 'approved', source: 'Config' }, { traceId: toTraceId(called.turnKey ?? '') }));
    if (ended) records.push(toLog('', end, { ...shared, 'event.name': 'codex.tool_result', success: String(ended.result.outcome === 'ok'), duration_ms: '2', arguments: JSON.stringify(called.tool.input), output: '' }, { traceId: toTraceId(called.turnKey ?? '') }));
  }
  return { source: { service: 'codex_exec', scope: 'codex_otel.log_only', resource }, records };
}

/** Told in the name of the session at the top. */
function speakGemini(told: Told): Spoken {
  const records: TelemetryRecord[] = told.prompts.map((fact) => toLog('gemini_cli.user_prompt', fact.at?.unixNano as bigint, { 'session.id': fact.sessionId, prompt_id: fact.sessionId }));
  for (const answer of told.answers) {
    const { inputTokens, outputTokens = 0, cacheReadTokens, reasoningTokens = 0 } = answer.usage ?? {};
    records.push(toLog('gemini_cli.api_response', windowOf(answer)[1], {
      'session.id': told.mainOf(answer), model: answer.requestModel ?? '', duration_ms: 3, input_token_count: count(inputTokens), output_token_count: count(outputTokens - reasoningTokens), cached_content_token_count: count(cacheReadTokens),
      thoughts_token_count: count(reasoningTokens), tool_token_count: 0n,
    }));
  }
  for (const call of told.calls) {
    const { called } = call;
    records.push(toSpan('tool_call', callWindow(call), { id: `${called.sessionId} ${called.tool.callId}`, attributes: { 'gen_ai.operation.name': 'tool_call', 'gen_ai.conversation.id': told.mainOf(called), 'gen_ai.tool.call_id': called.tool.callId ?? '', 'gen_ai.tool.name': called.tool.name } }));
  }
  return { source: { service: 'gemini-cli', scope: 'gemini-cli', resource }, records };
}

function toChatAttributes({ usage, requestModel, responseId, messageId }: Answer): Attributes {
  return {
    'gen_ai.operation.name': 'chat', 'gen_ai.request.model': requestModel ?? '', 'gen_ai.response.id': responseId ?? messageId, 'gen_ai.usage.input_tokens': count(usage?.inputTokens), 'gen_ai.usage.output_tokens': count(usage?.outputTokens),
    'gen_ai.response.time_to_first_chunk': 0.002, ...(usage?.cacheReadTokens === undefined ? {} : { 'gen_ai.usage.cache_read.input_tokens': count(usage.cacheReadTokens) }),
  };
}

function speakQwen(told: Told): Spoken {
  const of = (fact: Fact): Attributes => ({ 'session.id': told.mainOf(fact) });
  const records: TelemetryRecord[] = told.prompts.map((fact) => toLog('qwen-code.user_prompt', fact.at?.unixNano as bigint, of(fact)));
  for (const answer of told.answers) records.push(toSpan('qwen-code.llm_request', windowOf(answer), { id: `${answer.sessionId} ${answer.messageId}`, attributes: { ...of(answer), ...toChatAttributes(answer), attempt: 2n } }));
  for (const call of told.calls) {
    const { called } = call;
    records.push(toSpan('qwen-code.tool', callWindow(call), { id: `${called.sessionId} ${called.tool.callId}`, attributes: { ...of(called), 'gen_ai.tool.call.id': called.tool.callId ?? '', 'gen_ai.tool.name': called.tool.name } }));
  }
  return { source: { service: 'qwen-code', scope: 'qwen-code', resource }, records };
}

function speakCopilot(told: Told): Spoken {
  const of = (fact: Fact): Attributes => ({ 'gen_ai.conversation.id': told.mainOf(fact) });
  const records: TelemetryRecord[] = told.answers.map((answer) => toSpan('chat', windowOf(answer), { id: `${answer.sessionId} ${answer.messageId}`, attributes: { ...of(answer), ...toChatAttributes(answer) } }));
  for (const call of told.calls) {
    const { called } = call;
    const attributes: Attributes = { ...of(called), 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.call.id': called.tool.nativeCallId ?? called.tool.callId ?? '', 'gen_ai.tool.name': called.tool.name };
    records.push(toSpan('execute_tool', callWindow(call), { id: `${called.sessionId} ${called.tool.callId}`, attributes }));
  }
  return { source: { service: 'github-copilot', scope: 'github.copilot', resource }, records };
}

function speakOpenCode(told: Told): Spoken {
  const of = (fact: Fact): Attributes => ({ 'session.id': fact.sessionId });
  const records: TelemetryRecord[] = told.answers.map((answer) => toSpan('ai.streamText.doStream', windowOf(answer), { id: answer.messageId, attributes: { ...of(answer), ...toChatAttributes(answer), 'ai.response.msToFirstChunk': 1.5 } }));
  for (const call of told.calls) {
    const [messageId = '', callId = ''] = (call.called.tool.callId ?? '').split('/');
    records.push(toSpan('Tool.execute', callWindow(call), { id: call.called.tool.callId ?? '', attributes: { ...of(call.called), 'message.id': messageId, 'tool.call_id': callId, 'tool.name': call.called.tool.name } }));
  }
  return { source: { service: 'opencode', scope: 'opencode', resource }, records };
}

const SPEAKERS: Readonly<Record<string, (told: Told) => Spoken>> = { 'claude-code': speakClaude, codex: speakCodex, gemini: speakGemini, 'qwen-code': speakQwen, copilot: speakCopilot, opencode: speakOpenCode };

/** What an agent's telemetry would have told beside these facts of its history. Throws where it is not known how the agent speaks. */
export function speak(agent: string, facts: readonly Fact[]): Spoken {
  const speaker = SPEAKERS[agent];
  if (!speaker) throw new Error(`How ${agent} tells its telemetry is not known: add it to test/support/telemetry-speakers.ts.`);
  return speaker(toTold(facts));
}
