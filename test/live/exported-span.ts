/** What `spoor export` says, as far as the live runs look at it. */
import assert from 'node:assert/strict';
import type { AttributeValue } from '#spoor/core/attributes.ts';
import { parseOtlpJson } from '#spoor/otlp/parse-json.ts';
import type { WireSpan } from '#spoor/otlp/trace.ts';
import type { Tokens } from './model/wire.ts';

export interface ExportedSpan {
  spanId: string;
  parentSpanId?: string;
  traceId: string;
  /** `gen_ai.operation.name`, else the span's name. */
  operation: string;
  sessionId: string;
  turnIndex: number;
  outcome: string;
  /** tool spans. */
  toolName?: string;
  callId?: string;
  mcp?: { server?: string; tool?: string };
  /** chat spans. */
  model?: string;
  responseId?: string;
  tokens?: Partial<Tokens>;
  times: string;
  isPending: boolean;
  span: WireSpan;
}

/** Lines of OTLP JSON → spans. */
export function readExport(text: string): ExportedSpan[] {
  const batches = text.split('\n').filter(Boolean).map((line) => {
    const { value, problems } = parseOtlpJson(line);
    assert.deepEqual(problems, []);
    return value;
  });
  return batches.flatMap((batch) => batch?.resourceSpans ?? []).flatMap((group) => group.spans).map(toExported);
}

function toExported(span: WireSpan): ExportedSpan {
  const text = (name: string): string | undefined => toText(span.attributes[name]);
  const count = (name: string): number | undefined => (span.attributes[name] === undefined ? undefined : Number(span.attributes[name]));
  const operation = text('gen_ai.operation.name') ?? span.name;
  return {
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    traceId: span.traceId,
    operation,
    sessionId: text('gen_ai.conversation.id') ?? '',
    turnIndex: count('spoor.turn.index') ?? -1,
    outcome: text('spoor.outcome') ?? '',
    times: text('spoor.provenance.times') ?? '',
    isPending: span.attributes['spoor.pending'] === true,
    span,
    ...(operation === 'execute_tool' && { toolName: text('gen_ai.tool.name'), callId: text('gen_ai.tool.call.id'), mcp: { server: text('mcp.server.name'), tool: text('mcp.tool.name') } }),
    ...(operation === 'chat' && {
      model: text('gen_ai.response.model') ?? text('gen_ai.request.model'),
      responseId: text('gen_ai.response.id'),
      tokens: {
        input: count('gen_ai.usage.input_tokens'),
        output: count('gen_ai.usage.output_tokens'),
        cacheRead: count('gen_ai.usage.cache_read.input_tokens'),
        cacheWrite: count('gen_ai.usage.cache_creation.input_tokens'),
        reasoning: count('gen_ai.usage.reasoning.output_tokens'),
      },
    }),
  };
}

function toText(value: AttributeValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
