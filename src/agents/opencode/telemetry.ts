/**
 * OpenCode's own telemetry with `experimental.openTelemetry` (as 1.18.33 sends it: the AI SDK's spans among hundreds of its own) → facts. Its
 * database tells of requests and calls with their clocks; what is new is when the first piece of an answer came. Requests are joined by
 * their tokens, calls by the answer's and the call's id. What it asks for a title is none of a turn's.
 */
import type { Fact, FactOf } from '../../core/fact.ts';
import type { TelemetrySpan } from '../../core/telemetry.ts';
import { GEN_AI } from '../../semconv/names.ts';
import type { Usage } from '../../core/usage.ts';
import type { Telemetry } from '../agent.ts';
import { toSpanAnswer, toSpanCall } from '../gen-ai-span.ts';
import { isOf, optional, parseTelemetry, toUsage, type RecordReading } from '../telemetry-record.ts';
import { toToolRequest } from './tools.ts';

const OWN = { services: ['opencode'], scopes: ['opencode'] };
const TITLE = 'You are a title generator';
/** Title prompts begin so within their first words. */
const TITLE_WITHIN = 200;

export const openCodeTelemetry: Telemetry = {
  isOwn: (source) => isOf(source, OWN),
  parse: (_, records) => parseTelemetry('opencode', records, (record, reading) => (record.signal === 'span' ? readSpan(record, reading) : [])),
};

function readSpan(span: TelemetrySpan, reading: RecordReading): Fact[] {
  const { values } = reading;
  const sessionId = values.id('session.id') ?? values.id('ai.telemetry.metadata.sessionId');
  if (sessionId === undefined) return [];
  if (span.name === 'ai.streamText.doStream') return toAnswer(span, reading, sessionId);
  if (span.name !== 'Tool.execute') return [];
  const [messageId, callId, name] = [values.id('message.id'), values.id('tool.call_id'), values.id('tool.name')];
  if (messageId === undefined || callId === undefined || name === undefined) return [];
  const { spawns: _, ...tool } = toToolRequest({ messageId, callId, name, state: {} });
  return toSpanCall(span, reading, { sessionId, tool: { ...tool, input: undefined } });
}

const USAGE = { inputTokens: 'ai.usage.inputTokens', outputTokens: 'ai.usage.outputTokens', cacheReadTokens: 'ai.usage.cachedInputTokens', reasoningTokens: 'ai.usage.reasoningTokens' } as const;

function toAnswer(span: TelemetrySpan, { values, base }: RecordReading, sessionId: string): Fact[] {
  if (values.text('ai.prompt.messages')?.slice(0, TITLE_WITHIN).includes(TITLE)) return [];
  const answer = toSpanAnswer(span, base(sessionId, 'answer'), values);
  if (!answer) return [];
  const usage: Usage | undefined = toUsage(values, USAGE);
  const first = values.millis('ai.response.msToFirstChunk');
  // The provider's id is in no history, and providers of one's own number anew.
  // Its span lasts until the calls that the answer asked for are through, too: only the beginning of the answer is right.
  const { startedAt: _, endedAt: __, ...timeless } = answer;
  const told: FactOf<'model.answered'> = { ...timeless, ...optional('usage', usage ?? answer.usage), ...optional('timeToFirstChunkNano', first), ...optional('requestModel', values.id(GEN_AI.requestModel)), responseId: null };
  return [told];
}
