/**
 * The dialect of OpenInference, which Phoenix and Arize AX are built on: https://github.com/Arize-ai/openinference/tree/main/spec. Span names
 * and Kiro's own attributes are those that Arize's tracers of coding agents write. What it does not name stands under `spoor.*`.
 */
import type { Attributes } from '../core/attributes.ts';
import { type Cost, roundUsd } from '../core/cost.ts';
import { toSpanId } from '../core/ids.ts';
import type { Span, SpanKind, SpanValues } from '../core/span.ts';
import { type AttributeList, toAttributes, toInt } from './attribute-list.ts';
import type { Dialect, RenderContext, RenderedSpan } from './dialect.ts';
import { KIRO, MESSAGE, OPEN_INFERENCE, SPOOR } from './names.ts';
import { toVendor } from './openinference-models.ts';
import { isSubagent, PROVENANCE, toAgentName, toCarried, toCredits, toIdentity, toOwn, toResource, toStatus, toTurnUsageList, toWireKind } from './own-attributes.ts';

export const openInference: Dialect = { name: 'openinference', toResource, toSpans };

/** The request to an MCP server is part of its call and no call of its own: TOOL would count it twice. */
const KINDS: Record<SpanKind, string> = { agent: 'AGENT', chat: 'LLM', tool: 'TOOL', permission: 'CHAIN', session: 'CHAIN', mcp: 'CHAIN' };
const INTERNAL = 1;
const UNSET = 0;

/** A turn of which no request to a model is known brings one that stands for them, so that Phoenix has what its counts are made of. */
function toSpans(span: Span, context: RenderContext): RenderedSpan[] {
  const own: RenderedSpan = { name: toName(span, context), kind: toWireKind(span), attributes: toSpanAttributes(span, context), status: toStatus(span) };
  const isChatless = span.kind === 'agent' && span.values.chatCount === 0 && span.final;
  return isChatless ? [toStandIn(span, context), own] : [own];
}

function toName(span: Span, context: RenderContext): string {
  const { values } = span;
  switch (span.kind) {
    case 'agent': return isSubagent(span, context) ? withTarget('Agent', toAgentName(span, context)) : `Turn ${span.turnIndex + 1}`;
    case 'chat': return withTarget('LLM', toModel(values));
    case 'tool': return withTarget('Tool', values.toolName);
    case 'permission': return withTarget('Permission', values.toolName);
    case 'mcp': return withTarget('MCP', values.mcpTool ?? values.toolName);
    case 'session': return 'Session';
  }
}

function withTarget(word: string, target: string | undefined): string {
  return target ? `${word}: ${target}` : word;
}

function toModel({ responseModel, requestModel }: SpanValues): string | undefined {
  return responseModel ?? requestModel;
}

function toSpanAttributes(span: Span, context: RenderContext): Attributes {
  const { kind, values, agent } = span;
  return {
    ...toCarried(span, context),
    ...toAttributes([
      [OPEN_INFERENCE.spanKind, KINDS[kind]],
      [OPEN_INFERENCE.agentName, toAgentName(span, context)],
      ...ofModel(values),
      ...(kind === 'chat' ? [...ofUsage(values), ...ofCost(values.cost), ...ofMessages(span), ...ofTexts({ output: span.content.answer })] : []),
      ...(kind === 'agent' ? ofTexts({ input: span.content.prompt, output: span.content.answer }) : []),
      ...(kind === 'agent' && agent === 'kiro' ? ofKiro(span, context) : []),
      ...(kind === 'tool' ? ofTool(span) : []),
      ...toTurnUsageList(span),
      ...toOwn(span, context),
    ]),
  };
}

function ofModel(values: SpanValues): AttributeList {
  const { provider, system } = toVendor(values);
  return [
    [OPEN_INFERENCE.system, system],
    [OPEN_INFERENCE.provider, provider],
    [OPEN_INFERENCE.modelName, toModel(values)],
    [OPEN_INFERENCE.finishReason, values.finishReasons?.[0]],
  ];
}

function ofUsage({ usage }: SpanValues): AttributeList {
  const { inputTokens, outputTokens } = usage ?? {};
  return [
    [OPEN_INFERENCE.promptTokens, toInt(inputTokens)],
    [OPEN_INFERENCE.completionTokens, toInt(outputTokens)],
    [OPEN_INFERENCE.totalTokens, inputTokens === undefined || outputTokens === undefined ? undefined : toInt(inputTokens + outputTokens)],
    [OPEN_INFERENCE.cacheReadTokens, toInt(usage?.cacheReadTokens)],
    [OPEN_INFERENCE.cacheWriteTokens, toInt(usage?.cacheCreationTokens)],
    [OPEN_INFERENCE.reasoningTokens, toInt(usage?.reasoningTokens)],
  ];
}

/** What was charged; what a subscription's tokens would have cost is no cost. */
function ofCost(cost: Cost | undefined): AttributeList {
  const prompt = [cost?.inputUsd, cost?.cacheReadUsd, cost?.cacheWriteUsd].filter((part) => part !== undefined);
  return [
    [OPEN_INFERENCE.costTotal, cost?.usd],
    [OPEN_INFERENCE.costPrompt, prompt.length === 0 ? undefined : roundUsd(prompt.reduce((sum, part) => sum + part, 0))],
    [OPEN_INFERENCE.costCompletion, cost?.outputUsd],
    [OPEN_INFERENCE.costInput, cost?.inputUsd],
    [OPEN_INFERENCE.costCacheRead, cost?.cacheReadUsd],
    [OPEN_INFERENCE.costCacheWrite, cost?.cacheWriteUsd],
    [OPEN_INFERENCE.costOutput, cost?.outputUsd],
  ];
}

/** A message of words alone is one text; reasoning stands before the words, each as a part of its own. */
function ofMessages({ content }: Span): AttributeList {
  const { prompt, reasoning, answer } = content;
  const input = `${OPEN_INFERENCE.inputMessages}.0.`;
  const output = `${OPEN_INFERENCE.outputMessages}.0.`;
  const parts: readonly (readonly [type: string, text: string])[] = reasoning ? [['reasoning', reasoning], ...(answer ? [['text', answer] as const] : [])] : [];
  return [
    [`${input}${MESSAGE.role}`, prompt ? 'user' : undefined],
    [`${input}${MESSAGE.content}`, prompt],
    [`${output}${MESSAGE.role}`, answer || reasoning ? 'assistant' : undefined],
    [`${output}${MESSAGE.content}`, reasoning ? undefined : answer],
    ...parts.flatMap(([type, text], index): AttributeList => [
      [`${output}${MESSAGE.contents}.${index}.${MESSAGE.contentType}`, type],
      [`${output}${MESSAGE.contents}.${index}.${MESSAGE.contentText}`, text],
    ]),
  ];
}

function ofTexts({ input, output }: { input?: string; output?: string }): AttributeList {
  return [
    [OPEN_INFERENCE.inputValue, input],
    [OPEN_INFERENCE.inputMimeType, toMimeType(input)],
    [OPEN_INFERENCE.outputValue, output],
    [OPEN_INFERENCE.outputMimeType, toMimeType(output)],
  ];
}

/** Backends parse what is called JSON: a text that was cut is none. */
function toMimeType(text: string | undefined): string | undefined {
  if (!text) return undefined;
  return isJson(text) ? 'application/json' : 'text/plain';
}

function isJson(text: string): boolean {
  if (!/^\s*[{[]/.test(text) || !/[}\]]\s*$/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function ofTool({ values, content }: Span): AttributeList {
  const { skillName } = values;
  return [
    [OPEN_INFERENCE.toolName, values.toolName],
    [OPEN_INFERENCE.toolId, values.toolCallId],
    [OPEN_INFERENCE.toolDescription, values.toolPurpose],
    [OPEN_INFERENCE.toolParameters, content.toolArguments],
    ...ofTexts({ input: content.toolArguments, output: content.toolResult }),
    [OPEN_INFERENCE.tags, skillName ? [`skill:${skillName}`] : undefined],
    [OPEN_INFERENCE.metadata, skillName ? JSON.stringify({ skill: skillName }) : undefined],
  ];
}

function ofKiro(span: Span, context: RenderContext): AttributeList {
  const { turnCredits, metered, ownDurationNano, contextUsagePercent } = span.values;
  return [
    [KIRO.credits, toCredits(turnCredits)],
    [KIRO.meteringUsage, metered && JSON.stringify(metered)],
    [KIRO.turnDurationMillis, ownDurationNano === undefined ? undefined : toInt(Number(ownDurationNano) / 1e6)],
    [KIRO.agentName, toAgentName(span, context)],
    [KIRO.contextUsagePercent, contextUsagePercent],
  ];
}

/** It has what the turn itself was told to have used: a turn with requests has no such number. How it ended is told by the turn alone. */
function toStandIn(turn: Span, context: RenderContext): RenderedSpan {
  const { values, provenance } = turn;
  return {
    name: withTarget('LLM', toModel(values)),
    kind: INTERNAL,
    spanId: toSpanId(`synthetic:${turn.spanId}`),
    parentSpanId: turn.spanId,
    withoutEvents: true,
    status: { code: UNSET },
    attributes: toAttributes([
      [OPEN_INFERENCE.spanKind, KINDS.chat],
      [OPEN_INFERENCE.agentName, toAgentName(turn, context)],
      [SPOOR.synthetic, true],
      ...ofModel(values),
      ...ofUsage(values),
      ...ofMessages(turn),
      ...ofTexts({ input: turn.content.prompt, output: turn.content.answer }),
      ...toIdentity(turn, context),
      [PROVENANCE.times, provenance.times],
      [PROVENANCE.model, provenance.model],
      [PROVENANCE.usage, provenance.usage],
    ]),
  };
}
