/**
 * Codex' own telemetry (codex-rs/otel; as 0.169.0 sends it) → facts. Of its logs a few count: a request is told when its headers came and again,
 * with its tokens, when its answer was whole, and never with an id; it is joined by these tokens. Calls have the ids that the rollout has. Its
 * spans tell how Codex works inside, a thousand a turn, and nothing of a turn that the logs do not: they give no fact.
 */
import type { Fact } from '../../core/fact.ts';
import type { Outcome } from '../../core/span.ts';
import type { TelemetryLog } from '../../core/telemetry.ts';
import type { Telemetry } from '../agent.ts';
import { toAnswerId } from '../gen-ai-span.ts';
import { isOf, momentOf, optional, parseTelemetry, toExtra, toUsage, windowBefore, type NativeBase, type RecordReading, type Values } from '../telemetry-record.ts';
import { toUniqueId } from './call-id.ts';
import { parseArguments, toToolRequest } from './tools.ts';

/** Its programs name themselves. */
const SERVICE = /^codex(?:[_-][a-z_-]{1,40})?$/;

export const codexTelemetry: Telemetry = {
  isOwn: (source) => (source.service !== undefined && SERVICE.test(source.service)) || isOf(source, { services: [], scopes: ['codex_otel'] }),
  parse: (_, records) => parseTelemetry('codex', records, (record, reading) => (record.signal === 'log' ? readLog(record, reading) : [])),
};

function readLog(log: TelemetryLog, { values, base }: RecordReading): Fact[] {
  const sessionId = values.id('conversation.id');
  const at = momentOf(log);
  const name = values.text('event.name');
  if (sessionId === undefined || at === undefined || name === undefined) return [];
  const own = base(sessionId, name, { at });
  switch (name) {
    case 'codex.conversation_starts':
      return [{ ...own, key: `${sessionId}:seen`, type: 'session.seen', ...optional('agentVersion', values.id('app.version')) }];
    case 'codex.user_prompt':
      return [{ ...own, type: 'turn.started', ...optional('prompt', toWords(values.text('prompt'))) }];
    case 'codex.api_request':
      return toAsked(own, at, values);
    case 'codex.sse_event':
    case 'codex.websocket_event':
      return toAnswer(own, at, values);
    case 'codex.tool_decision':
      return toDecision(own, toScope(log, sessionId), values);
    case 'codex.tool_result':
      return toResult(own, { at, scope: toScope(log, sessionId), values });
    default:
      return [];
  }
}

/** What was not to be told says so. */
function toWords(prompt: string | undefined): string | undefined {
  return prompt === '[REDACTED]' ? undefined : prompt;
}

/** Models number their calls anew in every turn, and a turn is one trace. */
function toScope({ traceId }: TelemetryLog, sessionId: string): string {
  return traceId ? `native:${traceId}` : `native:${sessionId}`;
}

function toAsked(own: NativeBase, at: bigint, values: Values): Fact[] {
  if (values.text('endpoint') !== '/responses') return [];
  const { startedAt = at } = windowBefore(at, values.millis('duration_ms'));
  const attempt = values.count('attempt');
  return [{ ...own, at: { unixNano: startedAt, source: 'native' }, type: 'model.asked', ...optional('attempt', attempt) }];
}

const USAGE = { inputTokens: 'input_token_count', outputTokens: 'output_token_count', cacheReadTokens: 'cached_token_count', cacheCreationTokens: 'cache_write_token_count', reasoningTokens: 'reasoning_token_count' } as const;

/** Of the pieces of an answer only the last has its tokens. */
function toAnswer(own: NativeBase, at: bigint, values: Values): Fact[] {
  const usage = toUsage(values, USAGE);
  if (values.text('event.kind') !== 'response.completed' || !usage) return [];
  return [{ ...own, type: 'model.answered', messageId: toAnswerId(own, undefined), responseId: null, outcome: 'ok', callIds: [], endedAt: at, usage, ...optional('requestModel', values.id('model')) }];
}

/** Codex' words for what was decided; `source` is `User` where a person was asked. */
const DECISIONS: Readonly<Record<string, 'approved' | 'denied' | 'cancelled'>> = { approved: 'approved', approved_for_session: 'approved', approved_execpolicy_amendment: 'approved', denied: 'denied', abort: 'cancelled', timed_out: 'denied' };

function toDecision(own: NativeBase, scope: string, values: Values): Fact[] {
  const id = values.id('call_id');
  const told = values.id('decision') ?? '';
  if (id === undefined) return [];
  const decision = values.text('source')?.toLowerCase() === 'user' && Object.hasOwn(DECISIONS, told) ? DECISIONS[told] : undefined;
  return [{ ...own, type: 'tool.decided', callId: toUniqueId(scope, id), ...optional('decision', decision), extra: toExtra(values, { decision: 'codex.decision', source: 'codex.decision.source' }) }];
}

function toResult(own: NativeBase, { at, scope, values }: { at: bigint; scope: string; values: Values }): Fact[] {
  const [id, name] = [values.id('call_id'), values.id('tool_name')];
  if (id === undefined || name === undefined) return [];
  const namespace = values.id('tool_namespace');
  const tool = toToolRequest({ name, ...(namespace === undefined || namespace === 'functions' ? {} : { namespace }), input: parseArguments(values.text('arguments')), nativeCallId: id, scope });
  const durationNano = values.millis('duration_ms');
  const { startedAt } = windowBefore(at, durationNano);
  const isDone = values.isTrue('success');
  const outcome: Outcome = isDone === undefined ? 'unknown' : isDone ? 'ok' : 'error';
  const callId = toUniqueId(scope, id);
  return [
    ...(startedAt === undefined ? [] : [{ ...own, key: `${own.key}:start`, at: { unixNano: startedAt, source: 'native' as const }, type: 'tool.started' as const, tool }]),
    { ...own, type: 'tool.ended', tool, callId, result: { outcome, ...optional('output', values.text('output')) } },
  ];
}
