/** Spans of requests and calls as the GenAI conventions have them (several agents' telemetry, each with its own deviations) → facts. */
import type { FactOf, ToolRequest } from '../core/fact.ts';
import type { TelemetrySpan } from '../core/telemetry.ts';
import type { Usage } from '../core/usage.ts';
import { GEN_AI } from '../semconv/names.ts';
import { optional, toUsage, windowOf, type NativeBase, type RecordReading, type Values } from './telemetry-record.ts';
import { asDurationMillis } from './untrusted.ts';

const USAGE = {
  inputTokens: GEN_AI.inputTokens, outputTokens: GEN_AI.outputTokens, cacheReadTokens: GEN_AI.cacheReadTokens, cacheCreationTokens: GEN_AI.cacheWriteTokens, reasoningTokens: GEN_AI.reasoningTokens,
} as const;

/** A span of one request; undefined where it has not ended. Its answer is known by the response's id, where that is told, else by the span itself. */
export function toSpanAnswer(span: TelemetrySpan, own: NativeBase, values: Values): FactOf<'model.answered'> | undefined {
  const window = windowOf(span);
  if (!window) return undefined;
  const responseId = values.id(GEN_AI.responseId);
  const attempts = values.count('attempt');
  const first = values.amount(GEN_AI.timeToFirstChunk);
  const usage: Usage | undefined = toUsage(values, USAGE);
  return {
    ...own, type: 'model.answered', messageId: toAnswerId(own, responseId), responseId: responseId ?? null, outcome: span.status === 'error' ? 'error' : 'ok', callIds: [], ...window,
    ...optional('requestModel', values.id(GEN_AI.requestModel)), ...optional('responseModel', values.id(GEN_AI.responseModel)), ...optional('usage', usage),
    ...optional('timeToFirstChunkNano', first === undefined ? undefined : asDurationMillis(first * 1000)), ...optional('finishReasons', values.list(GEN_AI.finishReasons)),
    ...(attempts !== undefined && attempts > 1 ? { attempts } : {}),
  };
}

/** By what telemetry alone knows an answer: providers of one's own may number anew in each session. */
export function toAnswerId({ sessionId, key }: Pick<NativeBase, 'sessionId' | 'key'>, responseId: string | undefined): string {
  return responseId === undefined ? `native:${key}` : `native:${sessionId}:${responseId}`;
}

/** A span of one call → its beginning and its end. `tool`: without its arguments where telemetry does not tell them. */
export function toSpanCall(span: TelemetrySpan, { base, values }: RecordReading, { sessionId, tool }: { sessionId: string; tool: ToolRequest }): (FactOf<'tool.started'> | FactOf<'tool.ended'>)[] {
  const window = windowOf(span);
  if (!window) return [];
  const isDone = values.isTrue('success');
  const outcome = span.status === 'error' || isDone === false ? 'error' : isDone === true ? 'ok' : 'unknown';
  return [
    { ...base(sessionId, 'start', { at: window.startedAt }), type: 'tool.started', tool },
    { ...base(sessionId, 'end', { at: window.endedAt }), type: 'tool.ended', tool, ...optional('callId', tool.callId), result: { outcome } },
  ];
}
