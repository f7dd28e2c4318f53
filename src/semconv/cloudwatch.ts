/**
 * The dialect of CloudWatch's pages on generative AI: a session is one waterfall, in which prompts, skills, calls and ends of turns stand side
 * by side (`session`, `user.prompt`, `skill.<name>`, `tool.<name>`, `turn.complete`). Requests to models have no spans: what they used
 * stands on the end of their turn. Texts stay at home but for the beginning of each prompt.
 */
import type { Attributes } from '../core/attributes.ts';
import { toSpanId } from '../core/ids.ts';
import type { Span, SpanKind, SpanValues } from '../core/span.ts';
import { type AttributeList, toAttributes, toInt } from './attribute-list.ts';
import { toPreview } from './content.ts';
import type { Dialect, RenderContext, RenderedSpan } from './dialect.ts';
import { toUsageList } from './gen-ai.ts';
import { CLOUDWATCH, GEN_AI, GENERAL, SPOOR } from './names.ts';
import { isSubagent, toAgentName, toCarried, toGroupingId, toIdentity, toOwn, toResource as toSharedResource, toStatus } from './own-attributes.ts';

/** Their sums stand on `turn.complete`. */
const OMITTED: ReadonlySet<SpanKind> = new Set<SpanKind>(['chat']);

export const cloudWatch: Dialect = { omits: OMITTED, name: 'cloudwatch', isFlat: true, toResource, toSpans };

const INTERNAL = 1;
const UNSET = 0;
/** What marks a trace as an agent's. */
const SERVICE_TYPE = 'gen_ai_agent';
const SYSTEM = 'aws.bedrock.agentcore';
/** Where agents of Bedrock AgentCore have their log groups: https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/observability-configure.html */
const LOG_GROUPS = '/aws/bedrock-agentcore/runtimes/';

/** `cloud.resource_id` holds an account's number: it comes from the destination's own `resource`, as another log group may. */
function toResource(context: RenderContext): Attributes {
  return {
    [CLOUDWATCH.logGroups]: `${LOG_GROUPS}${context.serviceName}`,
    [CLOUDWATCH.serviceType]: SERVICE_TYPE,
    ...toSharedResource(context),
    ...toAttributes([[GENERAL.sessionId, toGroupingId(context.session, context)]]),
  };
}

function toSpans(span: Span, context: RenderContext): RenderedSpan[] {
  if (OMITTED.has(span.kind)) return [];
  switch (span.kind) {
    case 'agent': return isSubagent(span, context) ? [toSubagent(span, context)] : toTurn(span, context);
    default: return [toWhole(span, context, { name: toName(span), attributes: toCallList(span) })];
  }
}

function toName({ kind, values }: Span): string {
  const tool = toToolName(values) ?? 'unknown';
  switch (kind) {
    case 'tool': return values.skillName ? `skill.${values.skillName}` : `tool.${tool}`;
    case 'mcp': return `mcp.${tool}`;
    case 'permission': return `permission.${tool}`;
    default: return 'session';
  }
}

/** An MCP tool's own name: which server it is of stands beside it, and agents write the two together in many ways. */
function toToolName({ mcpTool, toolName }: SpanValues): string | undefined {
  return mcpTool ?? toolName;
}

/** On calls alone: a filter that counts by the tool's name must not count their waits and requests as well. */
function toCallList({ kind, outcome, values }: Span): AttributeList {
  if (kind !== 'tool') return [];
  return [
    [CLOUDWATCH.toolName, toToolName(values)],
    [CLOUDWATCH.toolSuccess, outcome === 'unknown' ? 'unknown' : String(outcome === 'ok')],
    [GEN_AI.toolCallId, values.toolCallId],
    [SPOOR.toolPurpose, values.toolPurpose],
  ];
}

interface Made {
  name: string;
  attributes: AttributeList;
}

/** One span that stands for the neutral one, with all that is known of it. */
function toWhole(span: Span, context: RenderContext, { name, attributes }: Made): RenderedSpan {
  return {
    name,
    kind: INTERNAL,
    status: toStatus(span),
    attributes: {
      ...toCarried(span, context),
      ...toAttributes([...toFrame(span, context), [CLOUDWATCH.durationMillis, toDurationMillis(span)], ...attributes, ...toOwn(span, context)]),
    },
  };
}

/** What the pages find a span by. */
function toFrame(span: Span, context: RenderContext): AttributeList {
  return [
    [GEN_AI.system, SYSTEM],
    [GEN_AI.agentName, toAgentName(span, context) ?? context.serviceName],
    [GEN_AI.conversationId, span.sessionId],
    [CLOUDWATCH.genAiSessionId, toGroupingId(span, context)],
    ...toIdentity(span, context),
  ];
}

function toDurationMillis({ startUnixNano, endUnixNano }: Span): number | undefined {
  return endUnixNano === undefined ? undefined : Number(endUnixNano - startUnixNano) / 1e6;
}

/** A turn is its prompt and its end. Where its calls stand below it, in a trace of its own, a `turn` span holds them and these. */
function toTurn(turn: Span, context: RenderContext): RenderedSpan[] {
  const prompt = toPrompt(turn, context);
  const complete = turn.endUnixNano === undefined ? [] : [toComplete(turn, context)];
  if (turn.isFlat) return [prompt, ...complete];
  return [prompt, ...complete, toWhole(turn, context, { name: 'turn', attributes: [] })];
}

function toPrompt(turn: Span, context: RenderContext): RenderedSpan {
  return {
    name: 'user.prompt',
    kind: INTERNAL,
    status: { code: UNSET },
    ...beside(turn, 'prompt'),
    endUnixNano: turn.startUnixNano,
    withoutEvents: true,
    attributes: toAttributes([...toFrame(turn, context), [CLOUDWATCH.promptPreview, toPromptPreview(turn)]]),
  };
}

/** It has the turn's own id where no `turn` span has it: links to the turn lead here. */
function toComplete(turn: Span, context: RenderContext): RenderedSpan {
  const told = toResults(turn);
  const place = { startUnixNano: turn.endUnixNano, ...(turn.isFlat ? {} : { ...beside(turn, 'complete'), withoutEvents: true }) };
  if (turn.isFlat) return { ...toWhole(turn, context, { name: 'turn.complete', attributes: told }), ...place };
  return { name: 'turn.complete', kind: INTERNAL, status: { code: UNSET }, ...place, attributes: toAttributes([...toFrame(turn, context), ...told]) };
}

/** Ids made of the turn's; below what holds its calls. */
function beside({ spanId, parentSpanId, isFlat }: Span, what: string): Pick<RenderedSpan, 'spanId' | 'parentSpanId'> {
  return { spanId: toSpanId(`${what}:${spanId}`), parentSpanId: isFlat ? parentSpanId : spanId };
}

function toSubagent(span: Span, context: RenderContext): RenderedSpan {
  const name = ['subagent', toAgentName(span, context)].filter(Boolean).join('.');
  return toWhole(span, context, { name, attributes: [[CLOUDWATCH.promptPreview, toPromptPreview(span)], ...toResults(span)] });
}

/** What came of a turn; the sums of its requests, for none of these has a span. */
function toResults({ values }: Span): AttributeList {
  return [
    [CLOUDWATCH.responseLength, toInt(values.answerBytes)],
    [GEN_AI.providerName, values.provider],
    [GEN_AI.requestModel, values.requestModel],
    ...toUsageList(values.usage ?? values.turnUsage),
  ];
}

/** One line, as it is read in a list. */
function toPromptPreview({ content }: Span): string | undefined {
  return content.prompt === undefined ? undefined : toPreview(content.prompt).replace(/\s*[\r\n]+\s*/g, ' ');
}
