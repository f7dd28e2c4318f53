/**
 * Claude Code's own telemetry (https://code.claude.com/docs/en/monitoring-usage; as 2.1.330 sends it) → facts. Logs and spans tell of the same
 * requests and calls, each something that the other lacks: joined by `request_id`, which stands in the transcript as `requestId`, and by
 * `tool_use_id`. A subagent's records name the session that it belongs to and, beside it, the subagent. Totals of a subagent
 * (`subagent_completed`) and metrics are sums over its requests and give no fact.
 */
import type { Attributes } from '../../core/attributes.ts';
import { roundUsd } from '../../core/cost.ts';
import type { Fact, FactOf } from '../../core/fact.ts';
import type { Outcome } from '../../core/span.ts';
import type { TelemetryLog, TelemetrySpan } from '../../core/telemetry.ts';
import type { Usage } from '../../core/usage.ts';
import { GEN_AI } from '../../semconv/names.ts';
import type { Telemetry } from '../agent.ts';
import { isOf, momentOf, optional, parseTelemetry, toExtra, toUsage, windowBefore, windowOf, type RecordReading, type Values } from '../telemetry-record.ts';
import { PREFIX } from './names.ts';
import { parseToolRequest } from './tools.ts';

const OWN = { services: ['claude-code', 'claude-code-desktop'], scopes: ['com.anthropic.claude_code'] };

export const claudeTelemetry: Telemetry = {
  isOwn: (source) => isOf(source, OWN),
  parse: (_, records) => parseTelemetry('claude-code', records, (record, reading) => (record.signal === 'log' ? readLog(record, reading) : readSpan(record, reading))),
};

/** Where a record belongs: a subagent is a session of its own here. */
function placeOf(values: Values): { main: string; sessionId: string } | undefined {
  const main = values.id('session.id');
  return main === undefined ? undefined : { main, sessionId: values.id('agent_id') ?? main };
}

/** What a subagent is, is told by each of its records. */
function toSeen({ main, sessionId }: { main: string; sessionId: string }, { values, base }: RecordReading): Fact[] {
  if (sessionId === main) return [];
  const agentName = values.text('agent.name');
  return [{ ...base(sessionId, 'seen'), key: `${sessionId}:seen:${main}:${agentName ?? ''}`, type: 'session.seen', parent: { sessionId: main, relation: 'subagent' }, ...(agentName === undefined ? {} : { agentName }) }];
}

function readLog(log: TelemetryLog, reading: RecordReading): Fact[] {
  const { values, base } = reading;
  const place = placeOf(values);
  const at = momentOf(log);
  if (!place || at === undefined) return [];
  const name = (values.text('event.name') ?? log.name ?? log.body ?? '').replace(/^claude_code\./, '');
  // Its prompt's id is repeated by later commands, and a subagent's records bear its parent's: a turn is found by its prompt's message, by ids and by time.
  const own = base(place.sessionId, name, { at });
  switch (name) {
    case 'user_prompt':
      return [{ ...own, type: 'turn.started', ...optional('messageId', values.id('message.uuid')), ...optional('prompt', toWords(values.text('prompt'))) }];
    case 'api_request':
      return [...toSeen(place, reading), ...toAnswerOfLog(own, at, values)];
    case 'api_error':
      return [{ ...own, type: 'context.changed', change: 'api-retry', attributes: toRetry(values) }];
    case 'tool_decision':
      return [...toSeen(place, reading), ...toDecision(own, values)];
    case 'tool_result':
      return [...toSeen(place, reading), ...toResult(own, values)];
    case 'skill_activated':
      return toSkill(own, values);
    case 'compaction':
      return [{ ...own, type: 'context.changed', change: 'compaction', attributes: toCompaction(values) }];
    // The session is there: what it tells of its requests comes some seconds behind them.
    case 'managed_settings_resolved':
      return [{ ...own, key: `${place.sessionId}:seen`, type: 'session.seen', ...optional('agentVersion', values.id('app.version')) }];
    default:
      return [];
  }
}

function readSpan(span: TelemetrySpan, reading: RecordReading): Fact[] {
  const { values, base } = reading;
  const place = placeOf(values);
  const window = windowOf(span);
  if (!place || !window) return [];
  const own = base(place.sessionId, 'end');
  switch (span.name) {
    case 'claude_code.interaction':
      return [{ ...own, type: 'turn.ended', reason: span.status === 'error' ? 'error' : 'unknown', ...window }];
    case 'claude_code.llm_request':
      return [...toSeen(place, reading), ...toAnswerOfSpan(own, span, { values, window })];
    case 'claude_code.tool':
      return [...toSeen(place, reading), ...toCall(base(place.sessionId, 'start', { at: window.startedAt }), own, values)];
    case 'claude_code.tool.execution':
      return toExecution(own, values);
    default:
      return [];
  }
}

const USAGE = { inputTokens: 'input_tokens', outputTokens: 'output_tokens', cacheReadTokens: 'cache_read_tokens', cacheCreationTokens: 'cache_creation_tokens', cacheCreation1hTokens: 'cache_creation_1h_tokens' } as const;

/** The API counts cached tokens apart; here the input includes them. */
function toClaudeUsage(values: Values): Usage | undefined {
  const { cacheCreation1hTokens, ...usage }: Usage = toUsage(values, USAGE) ?? {};
  if (usage.inputTokens === undefined && usage.outputTokens === undefined) return undefined;
  if (usage.inputTokens !== undefined) usage.inputTokens += (usage.cacheReadTokens ?? 0) + (usage.cacheCreationTokens ?? 0);
  return cacheCreation1hTokens ? { ...usage, cacheCreation1hTokens } : usage;
}

const ANSWER_EXTRA = { effort: `${PREFIX}effort`, request_id: `${PREFIX}request_id`, query_source: `${PREFIX}query_source` };

function toAnswer(own: RecordBase, values: Values): FactOf<'model.answered'> | undefined {
  const requestId = values.id('request_id');
  if (requestId === undefined) return undefined;
  const model = values.text('model');
  const speed = values.text('speed');
  const first = values.millis('ttft_ms');
  return {
    ...own, type: 'model.answered', messageId: `request:${requestId}`, requestId, responseId: null, outcome: 'ok', callIds: [], ...optional('requestModel', model), ...optional('responseModel', model),
    ...optional('usage', toClaudeUsage(values)), ...optional('timeToFirstChunkNano', first), ...(speed === undefined || speed === 'standard' || speed === 'normal' ? {} : { serviceTier: speed }),
    extra: toExtra(values, ANSWER_EXTRA),
  };
}

function toAnswerOfLog(own: RecordBase, at: bigint, values: Values): Fact[] {
  const answer = toAnswer(own, values);
  const usd = values.amount('cost_usd');
  // How long the last try took: its span tells when the first began.
  return answer ? [{ ...answer, ...windowBefore(at, values.millis('duration_ms')), ...(usd === undefined ? {} : { cost: { usd: roundUsd(usd) } }) }] : [];
}

function toAnswerOfSpan(own: RecordBase, span: TelemetrySpan, { values, window }: { values: Values; window: { startedAt: bigint; endedAt: bigint } }): Fact[] {
  const answer = toAnswer(own, values);
  const attempts = values.count('attempt');
  const outcome: Outcome = span.status === 'error' || values.isTrue('success') === false ? 'error' : 'ok';
  return answer ? [{ ...answer, ...window, outcome, ...optional('finishReasons', values.list(GEN_AI.finishReasons)), ...(attempts !== undefined && attempts > 1 ? { attempts } : {}) }] : [];
}

type RecordBase = ReturnType<RecordReading['base']>;

/** A call's arguments are told on request only: its name is what is known of it. */
function toTool(values: Values): FactOf<'tool.called'>['tool'] | undefined {
  const callId = values.id('tool_use_id') ?? values.id(GEN_AI.toolCallId);
  const name = values.id('tool_name') ?? values.id(GEN_AI.toolName);
  return callId === undefined || name === undefined ? undefined : { ...parseToolRequest(name, undefined, callId), input: undefined };
}

function toCall(started: RecordBase, ended: RecordBase, values: Values): Fact[] {
  const tool = toTool(values);
  if (!tool) return [];
  return [{ ...started, type: 'tool.started', tool }, { ...ended, type: 'tool.ended', tool, callId: tool.callId, result: { outcome: 'unknown' } }];
}

function toExecution(own: RecordBase, values: Values): Fact[] {
  const callId = values.id('tool_use_id');
  const durationNano = values.millis('duration_ms');
  if (callId === undefined) return [];
  return [{ ...own, type: 'tool.ended', callId, result: { outcome: toVerdict(values), ...optional('durationNano', durationNano) } }];
}

function toResult(own: RecordBase, values: Values): Fact[] {
  const tool = toTool(values);
  if (!tool) return [];
  const requestId = values.id('request_id');
  const durationNano = values.millis('duration_ms');
  const result = { outcome: toVerdict(values), ...optional('errorType', values.id('error_type')), ...optional('durationNano', durationNano) };
  return [
    { ...own, key: `${own.key}:call`, type: 'tool.called', tool, ...(requestId === undefined ? {} : { messageId: `request:${requestId}` }) },
    { ...own, type: 'tool.ended', tool, callId: tool.callId, result, extra: toExtra(values, { mcp_server_scope: `${PREFIX}mcp_server_scope` }) },
  ];
}

function toVerdict(values: Values): Outcome {
  const isDone = values.isTrue('success');
  return isDone === undefined ? 'unknown' : isDone ? 'ok' : 'error';
}

/** By whom a person's word is told: https://code.claude.com/docs/en/monitoring-usage#tool-decision-event */
const BY_PERSON = /^user_/;

function toDecision(own: RecordBase, values: Values): Fact[] {
  const tool = toTool(values);
  if (!tool?.callId) return [];
  const { callId } = tool;
  const source = values.id('source');
  const isRejected = values.text('decision') === 'reject';
  const isAborted = source === 'user_abort';
  const verdict = isAborted ? 'cancelled' as const : isRejected ? 'denied' as const : 'approved' as const;
  const decision = source !== undefined && BY_PERSON.test(source) ? verdict : undefined;
  const requestId = values.id('request_id');
  const facts: Fact[] = [
    { ...own, key: `${own.key}:call`, type: 'tool.called', tool, ...(requestId === undefined ? {} : { messageId: `request:${requestId}` }) },
    { ...own, type: 'tool.decided', callId, ...optional('decision', decision), extra: toExtra(values, { decision: `${PREFIX}decision`, source: `${PREFIX}decision.source` }) },
  ];
  if (isRejected) facts.push({ ...own, key: `${own.key}:end`, type: 'tool.ended', tool, callId, result: { outcome: isAborted ? 'cancelled' : 'denied' } });
  return facts;
}

function toSkill(own: RecordBase, values: Values): Fact[] {
  const skillName = values.id('skill.name');
  const extra = toExtra(values, { invocation_trigger: `${PREFIX}skill.trigger`, 'skill.source': `${PREFIX}skill.source` });
  return skillName === undefined || Object.keys(extra).length === 0 ? [] : [{ ...own, type: 'skill.activated', skillName, extra }];
}

function toCompaction(values: Values): Attributes {
  return toNumbers({ tokens_before: values.count('pre_tokens'), tokens_after: values.count('post_tokens'), duration_ms: values.count('duration_ms') }, toExtra(values, { trigger: `${PREFIX}trigger` }));
}

function toRetry(values: Values): Attributes {
  return toNumbers({ attempt: values.count('attempt'), status_code: values.count('status_code') }, {});
}

function toNumbers(counts: Readonly<Record<string, number | undefined>>, attributes: Attributes): Attributes {
  const told = Object.entries(counts).flatMap(([name, count]) => (count === undefined ? [] : [[`${PREFIX}${name}`, BigInt(count)] as const]));
  return { ...Object.fromEntries(told), ...attributes };
}

/** What was not to be told says so. */
function toWords(prompt: string | undefined): string | undefined {
  return prompt === '<REDACTED>' ? undefined : prompt;
}
