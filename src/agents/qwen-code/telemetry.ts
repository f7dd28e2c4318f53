/**
 * Qwen Code's own telemetry (as 0.24.4 sends it) → facts. Its history holds much of it: what is new is when a request was sent and its first piece
 * came, how often it was tried, and how long a call ran beside its hooks. Joined by the response's and the call's ids; a subagent's
 * records bear its parent's session.
 */
import type { Fact } from '../../core/fact.ts';
import type { TelemetryLog, TelemetrySpan } from '../../core/telemetry.ts';
import { GEN_AI } from '../../semconv/names.ts';
import type { Telemetry } from '../agent.ts';
import { toSpanAnswer, toSpanCall } from '../gen-ai-span.ts';
import { isOf, momentOf, optional, parseTelemetry, toExtra, windowOf, type RecordReading } from '../telemetry-record.ts';
import { parseToolRequest } from './tools.ts';

const OWN = { services: ['qwen-code'], scopes: ['qwen-code'] };

export const qwenTelemetry: Telemetry = {
  isOwn: (source) => isOf(source, OWN),
  parse: (_, records) => parseTelemetry('qwen-code', records, (record, reading) => (record.signal === 'log' ? readLog(record, reading) : readSpan(record, reading))),
};

function readLog(log: TelemetryLog, { values, base }: RecordReading): Fact[] {
  const sessionId = values.id('session.id');
  const at = momentOf(log);
  if (sessionId === undefined || at === undefined) return [];
  const name = values.text('event.name') ?? log.name ?? '';
  const own = base(sessionId, name, { at });
  if (name === 'qwen-code.config') return [{ ...own, key: `${sessionId}:seen`, type: 'session.seen' }];
  if (name === 'qwen-code.user_prompt') return [{ ...own, type: 'turn.started', ...optional('prompt', values.text('prompt')) }];
  const callId = values.id('call_id');
  if (name !== 'qwen-code.tool_call' || callId === undefined) return [];
  const extra = toExtra(values, { decision: 'qwen_code.decision' });
  return Object.keys(extra).length === 0 ? [] : [{ ...own, type: 'tool.decided', callId, extra }];
}

function readSpan(span: TelemetrySpan, reading: RecordReading): Fact[] {
  const { values, base } = reading;
  const sessionId = values.id('session.id');
  const window = windowOf(span);
  if (sessionId === undefined || !window) return [];
  switch (span.name) {
    case 'qwen-code.llm_request': {
      // Thoughts are counted with the output here.
      const answer = toSpanAnswer(span, base(sessionId, 'answer'), values);
      const thoughts = values.count('thoughts_token_count');
      return answer ? [{ ...answer, ...(answer.usage && thoughts ? { usage: { ...answer.usage, reasoningTokens: thoughts } } : {}) }] : [];
    }
    case 'qwen-code.tool': {
      const [callId, name] = [values.id(GEN_AI.toolCallId) ?? values.id('tool.call_id'), values.id(GEN_AI.toolName) ?? values.id('tool_name')];
      return callId === undefined || name === undefined ? [] : toSpanCall(span, reading, { sessionId, tool: { ...parseToolRequest(name, undefined, callId), input: undefined } });
    }
    case 'qwen-code.tool.execution': {
      const callId = values.id('tool.call_id');
      const durationNano = values.millis('duration_ms');
      return callId === undefined || durationNano === undefined ? [] : [{ ...base(sessionId, 'run'), type: 'tool.ended', callId, result: { outcome: 'unknown', durationNano } }];
    }
    case 'qwen-code.interaction':
      return values.text('qwen-code.message_type') === 'userQuery' ? [{ ...base(sessionId, 'end'), type: 'turn.ended', reason: 'unknown', ...window }] : [];
    default:
      return [];
  }
}
