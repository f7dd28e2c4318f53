/**
 * Gemini CLI's own telemetry (docs/cli/telemetry.md; as 0.61 sends it) → facts. Logs tell of requests, without an id that its history has: they are
 * joined by their tokens. Spans tell of calls, by the ids that the history has. What a subagent does is told in its parent's name. `prompt_id` is
 * the session's own id where the CLI runs without a terminal, so it names no turn.
 */
import type { Attributes } from '../../core/attributes.ts';
import type { Fact } from '../../core/fact.ts';
import type { TelemetryLog, TelemetrySpan } from '../../core/telemetry.ts';
import type { Usage } from '../../core/usage.ts';
import { GEN_AI } from '../../semconv/names.ts';
import type { Telemetry } from '../agent.ts';
import { toAnswerId, toSpanCall } from '../gen-ai-span.ts';
import { isOf, momentOf, optional, parseTelemetry, toUsage, windowBefore, type NativeBase, type RecordReading, type Values } from '../telemetry-record.ts';
import { parseToolRequest } from './tools.ts';

const OWN = { services: ['gemini-cli'], scopes: ['gemini-cli'] };

export const geminiTelemetry: Telemetry = {
  isOwn: (source) => isOf(source, OWN),
  parse: (_, records) => parseTelemetry('gemini', records, (record, reading) => (record.signal === 'log' ? readLog(record, reading) : readSpan(record, reading))),
};

function readLog(log: TelemetryLog, { values, base }: RecordReading): Fact[] {
  const sessionId = values.id('session.id');
  const at = momentOf(log);
  const name = values.text('event.name') ?? log.name;
  if (sessionId === undefined || at === undefined || name === undefined) return [];
  const own = base(sessionId, name, { at });
  switch (name) {
    case 'gemini_cli.config':
      return [{ ...own, key: `${sessionId}:seen`, type: 'session.seen' }];
    case 'gemini_cli.user_prompt':
      return [{ ...own, type: 'turn.started', ...optional('prompt', values.text('prompt')) }];
    case 'gemini_cli.api_response':
      return toAnswer(own, at, values);
    case 'gemini_cli.api_error':
      return [{ ...own, type: 'context.changed', change: 'api-retry' }];
    case 'gemini_cli.chat_compression':
      return [{ ...own, type: 'context.changed', change: 'compaction', attributes: toCounts(values) }];
    default:
      return [];
  }
}

const USAGE = { input: 'input_token_count', output: 'output_token_count', cached: 'cached_content_token_count', thoughts: 'thoughts_token_count', tool: 'tool_token_count' } as const;

/** Thoughts and what its own tools read are counted beside the rest, as in the history. */
function toAnswer(own: NativeBase, at: bigint, values: Values): Fact[] {
  const { input, output, cached, thoughts, tool } = toUsage(values, USAGE) ?? {};
  if (input === undefined && output === undefined) return [];
  const usage: Usage = {
    ...optional('inputTokens', input === undefined ? undefined : input + (tool ?? 0)), ...optional('outputTokens', output === undefined ? undefined : output + (thoughts ?? 0)),
    ...optional('cacheReadTokens', cached || undefined), ...optional('reasoningTokens', thoughts || undefined),
  };
  const model = values.id('model');
  return [{
    ...own, type: 'model.answered', messageId: toAnswerId(own, undefined), responseId: null, outcome: 'ok', callIds: [], ...windowBefore(at, values.millis('duration_ms')), usage,
    ...optional('requestModel', model), ...optional('responseModel', model),
  }];
}

function toCounts(values: Values): Attributes {
  const counts = [['tokens_before', values.count('tokens_before')], ['tokens_after', values.count('tokens_after')]] as const;
  return Object.fromEntries(counts.flatMap(([name, count]) => (count === undefined ? [] : [[`gemini.${name}`, BigInt(count)]])));
}

function readSpan(span: TelemetrySpan, reading: RecordReading): Fact[] {
  const { values } = reading;
  const [sessionId, callId, name] = [values.id(GEN_AI.conversationId), values.id(GEN_AI.toolCallIdOfGemini), values.id(GEN_AI.toolName)];
  if (values.text(GEN_AI.operationName) !== 'tool_call' || sessionId === undefined || callId === undefined || name === undefined) return [];
  const { spawns: _, ...tool } = parseToolRequest(name, undefined, { callId });
  return toSpanCall(span, reading, { sessionId, tool: { ...tool, input: undefined } });
}
