/** Messages in the JSON of the GenAI conventions, as a string: backends take nested attribute values seldom. */
import type { Span } from '../core/span.ts';

/** `gen_ai.input.messages`: what the person, or the agent above, asked. Undefined when nothing of it may leave. */
export function toInputMessages(span: Span): string | undefined {
  const content = span.content.prompt;
  return content ? JSON.stringify([{ role: 'user', parts: [{ type: 'text', content }] }]) : undefined;
}

/**
 * `gen_ai.output.messages`: reasoning before the answer, as the model gives them. Undefined when nothing of it may leave. The
 * schema demands a finish reason, and Phoenix drops a message without one.
 */
export function toOutputMessages(span: Span): string | undefined {
  const { reasoning, answer } = span.content;
  const parts = [...(reasoning ? [{ type: 'reasoning', content: reasoning }] : []), ...(answer ? [{ type: 'text', content: answer }] : [])];
  if (parts.length === 0) return undefined;
  return JSON.stringify([{ role: 'assistant', parts, finish_reason: toFinishReason(span) }]);
}

/** What the model said; else what is known of the end. A turn that went well has stopped; a request may also have called tools. */
function toFinishReason({ kind, outcome, endUnixNano, values }: Span): string {
  const [told] = values.finishReasons ?? [];
  if (told) return told;
  if (endUnixNano === undefined) return 'unknown';
  if (outcome === 'ok') return kind === 'agent' ? 'stop' : 'unknown';
  return outcome === 'timeout' ? 'error' : outcome;
}
