/** The dialect of the OpenTelemetry GenAI conventions, 1.41.1. What they do not name stands under `spoor.*`. */
import type { Span, SpanKind } from '../core/span.ts';
import { type AttributeList, toAttributes, toInt } from './attribute-list.ts';
import type { Dialect, RenderContext, RenderedSpan } from './dialect.ts';
import { toInputMessages, toOutputMessages } from './messages.ts';
import { GEN_AI, SPOOR } from './names.ts';
import { toAgentName, toCarried, toOwn, toResource, toStatus, toTurnUsageList, toWireKind } from './own-attributes.ts';

export const genAi: Dialect = { name: 'gen-ai', toResource, toSpans: (span, context) => [toSpan(span, context)] };

/** The first word of a span's name. */
const WORDS: Record<SpanKind, string> = { agent: 'invoke_agent', chat: 'chat', tool: 'execute_tool', permission: 'permission', session: 'agent_session', mcp: 'tools/call' };
/** Those that the conventions know as operations. A request to an MCP server is none of its own: its call would be counted twice. */
const OPERATIONS: ReadonlySet<SpanKind> = new Set<SpanKind>(['agent', 'chat', 'tool']);

function toSpan(span: Span, context: RenderContext): RenderedSpan {
  const attributes = {
    ...toCarried(span, context),
    ...toAttributes([...ofOperation(span, context), ...ofModel(span), ...toUsageList(span.values.usage), ...ofTool(span), ...ofContent(span), ...toTurnUsageList(span), ...toOwn(span, context)]),
  };
  return { name: toName(span, context), kind: toWireKind(span), attributes, status: toStatus(span) };
}

/** The operation and its target, as the conventions name spans; the target is left out where it is not known. */
function toName(span: Span, context: RenderContext): string {
  const { values } = span;
  const targets: Record<SpanKind, string | undefined> = {
    agent: toAgentName(span, context),
    chat: values.requestModel ?? values.responseModel,
    tool: values.toolName,
    permission: undefined,
    session: context.serviceName,
    mcp: values.mcpTool ?? values.toolName,
  };
  return [WORDS[span.kind], targets[span.kind]].filter(Boolean).join(' ');
}

function ofOperation(span: Span, context: RenderContext): AttributeList {
  const { provider } = span.values;
  return [
    [GEN_AI.operationName, OPERATIONS.has(span.kind) ? WORDS[span.kind] : undefined],
    [GEN_AI.providerName, provider],
    [GEN_AI.system, provider],
    [GEN_AI.conversationId, span.sessionId],
    [GEN_AI.agentName, toAgentName(span, context)],
  ];
}

function ofModel({ values }: Span): AttributeList {
  return [
    [GEN_AI.requestModel, values.requestModel],
    [GEN_AI.responseModel, values.responseModel],
    [GEN_AI.responseId, values.responseId],
    [GEN_AI.finishReasons, values.finishReasons?.length ? values.finishReasons : undefined],
    [GEN_AI.timeToFirstChunk, values.timeToFirstChunkNano === undefined ? undefined : Number(values.timeToFirstChunkNano) / 1e9],
  ];
}

/** Tokens under the names of the conventions. */
export function toUsageList(usage: Span['values']['usage']): AttributeList {
  return [
    [GEN_AI.inputTokens, toInt(usage?.inputTokens)],
    [GEN_AI.outputTokens, toInt(usage?.outputTokens)],
    [GEN_AI.cacheReadTokens, toInt(usage?.cacheReadTokens)],
    [GEN_AI.cacheCreationTokens, toInt(usage?.cacheCreationTokens)],
    [GEN_AI.reasoningTokens, toInt(usage?.reasoningTokens)],
  ];
}

/** A wait and a request to a server have none of the tool's names: a backend would take them for calls. */
function ofTool({ kind, values }: Span): AttributeList {
  if (kind === 'permission' || kind === 'mcp') return [];
  return [
    [GEN_AI.toolName, values.toolName],
    [GEN_AI.toolCallId, values.toolCallId],
    [GEN_AI.toolType, kind === 'tool' ? 'function' : undefined],
    [GEN_AI.skillName, values.skillName],
    [SPOOR.toolPurpose, values.toolPurpose],
  ];
}

function ofContent(span: Span): AttributeList {
  return [
    [GEN_AI.inputMessages, toInputMessages(span)],
    [GEN_AI.outputMessages, toOutputMessages(span)],
    [GEN_AI.toolArguments, span.content.toolArguments],
    [GEN_AI.toolResult, span.content.toolResult],
  ];
}
