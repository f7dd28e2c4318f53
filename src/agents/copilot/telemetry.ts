/**
 * Copilot CLI's own telemetry where it is sent (as 1.0.102 sends it; `otel-file.ts` reads the file that it may be written to instead) → facts.
 * Spans of requests and calls, joined by the response's and the call's ids. What all requests of an agent used together stands on its own span and
 * is nobody's.
 */
import type { Fact } from '../../core/fact.ts';
import type { TelemetrySpan } from '../../core/telemetry.ts';
import { GEN_AI } from '../../semconv/names.ts';
import type { Telemetry } from '../agent.ts';
import { toSpanAnswer, toSpanCall } from '../gen-ai-span.ts';
import { isOf, optional, parseTelemetry, type RecordReading } from '../telemetry-record.ts';
import { parseToolRequest } from './tools.ts';

const OWN = { services: ['github-copilot', 'copilot-chat'], scopes: ['github.copilot'] };

export const copilotTelemetry: Telemetry = {
  isOwn: (source) => isOf(source, OWN),
  parse: (_, records) => parseTelemetry('copilot', records, (record, reading) => (record.signal === 'span' ? readSpan(record, reading) : [])),
};

function readSpan(span: TelemetrySpan, reading: RecordReading): Fact[] {
  const { values, base } = reading;
  const sessionId = values.id(GEN_AI.conversationId);
  if (sessionId === undefined) return [];
  switch (values.text(GEN_AI.operationName)) {
    case 'chat': {
      const answer = toSpanAnswer(span, base(sessionId, 'answer'), values);
      return answer ? [{ ...answer, ...optional('provider', values.id(GEN_AI.providerName)) }] : [];
    }
    case 'execute_tool': {
      const [callId, name] = [values.id(GEN_AI.toolCallId), values.id(GEN_AI.toolName)];
      return callId === undefined || name === undefined ? [] : toSpanCall(span, reading, { sessionId, tool: { ...parseToolRequest(name, undefined, { callId }), input: undefined } });
    }
    default:
      return [];
  }
}
