/** The dialect of the OpenTelemetry GenAI conventions, 1.41.1. What they do not name stands under `spoor.*`. */
import type { Attributes } from '../core/attributes.ts';
import type { Unpriced } from '../core/cost.ts';
import { roundCredits } from '../core/credits.ts';
import type { Repository } from '../core/repository.ts';
import type { Span, SpanKind } from '../core/span.ts';
import { type AttributeList, toAttributes, toInt } from './attribute-list.ts';
import type { Dialect, RenderContext, RenderedSpan } from './dialect.ts';
import { toInputMessages, toOutputMessages } from './messages.ts';
import { GEN_AI, GENERAL, MCP, SPOOR, VCS } from './names.ts';

export const genAi: Dialect = { name: 'gen-ai', toResource, toSpans: (span, context) => [toSpan(span, context)] };

const INTERNAL = 1;
const CLIENT = 3;
const UNSET = 0;
const ERROR = 2;

/** The first word of a span's name. */
const WORDS: Record<SpanKind, string> = { agent: 'invoke_agent', chat: 'chat', tool: 'execute_tool', permission: 'permission', session: 'agent_session', mcp: 'tools/call' };
/** Those that the conventions know as operations. A request to an MCP server is none of its own: its call would be counted twice. */
const OPERATIONS: ReadonlySet<SpanKind> = new Set<SpanKind>(['agent', 'chat', 'tool']);
/** A request to something else, as the conventions have it for models and for MCP servers. */
const CLIENTS: ReadonlySet<SpanKind> = new Set<SpanKind>(['chat', 'mcp']);

function toResource({ session, serviceName, project, resource, attributes, repository }: RenderContext): Attributes {
  return { ...attributes, ...resource, ...toAttributes([
    [GENERAL.serviceName, serviceName],
    [GENERAL.serviceVersion, session.agentVersion],
    [GENERAL.openInferenceProject, project],
    [SPOOR.sessionCwd, session.cwd],
    ...ofRepository(repository),
  ]) };
}

function ofRepository(repository: Repository | undefined): AttributeList {
  return [
    [VCS.repositoryUrl, repository?.url],
    [VCS.repositoryName, toRepositoryName(repository?.name ?? repository?.url)],
    [VCS.headName, repository?.branch],
    [VCS.headRevision, repository?.commit],
    [VCS.headType, repository?.branch === undefined ? undefined : 'branch'],
  ];
}

/** Without its owner, as the conventions want it. */
function toRepositoryName(path: string | undefined): string | undefined {
  return path?.slice(path.lastIndexOf('/') + 1);
}

function toSpan(span: Span, context: RenderContext): RenderedSpan {
  const attributes = {
    ...(span.kind === 'agent' || span.kind === 'session' ? context.attributes : undefined),
    ...span.extra,
    ...toAttributes([...shared(span, context), ...ofModel(span), ...ofUsage(span), ...ofCost(span), ...ofTool(span), ...ofContent(span)]),
  };
  return { name: toName(span, context), kind: CLIENTS.has(span.kind) ? CLIENT : INTERNAL, attributes, status: toStatus(span) };
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

/** The profile or subagent that ran; a turn of which none is told was run by the agent itself. */
function toAgentName(span: Span, { session }: RenderContext): string | undefined {
  return span.values.agentName ?? session.agentName ?? (span.kind === 'agent' ? span.agent : undefined);
}

/** Denied and cancelled are the person's will, no errors: their status stays UNSET, so that error rates are honest. */
function toStatus(span: Span): RenderedSpan['status'] {
  if (!isFailed(span)) return { code: UNSET };
  const message = span.values.errorMessage;
  return message ? { code: ERROR, message } : { code: ERROR };
}

function isFailed(span: Span): boolean {
  return span.outcome === 'error' || span.outcome === 'timeout';
}

/** The conventions want a type for every error; `_OTHER` is theirs for one that nobody named. */
function toErrorType(span: Span): string | undefined {
  if (!isFailed(span)) return undefined;
  return span.values.errorType ?? (span.outcome === 'timeout' ? 'timeout' : '_OTHER');
}

function shared(span: Span, context: RenderContext): AttributeList {
  const { provenance, values } = span;
  return [
    [GEN_AI.operationName, OPERATIONS.has(span.kind) ? WORDS[span.kind] : undefined],
    [GEN_AI.providerName, values.provider],
    [GEN_AI.system, values.provider],
    [GEN_AI.conversationId, span.sessionId],
    [GENERAL.sessionId, toGroupingId(span, context)],
    [GENERAL.userId, context.userId],
    [GEN_AI.agentName, toAgentName(span, context)],
    [GENERAL.errorType, toErrorType(span)],
    [SPOOR.agent, span.agent],
    [SPOOR.outcome, span.outcome],
    [SPOOR.turnIndex, span.kind === 'session' ? undefined : toInt(span.turnIndex)],
    [SPOOR.pending, span.endUnixNano === undefined ? true : undefined],
    [SPOOR.incomplete, span.incomplete ? true : undefined],
    [`${SPOOR.provenancePrefix}times`, provenance.times],
    [`${SPOOR.provenancePrefix}model`, provenance.model],
    [`${SPOOR.provenancePrefix}usage`, provenance.usage],
    [`${SPOOR.provenancePrefix}cost`, provenance.cost],
    [`${SPOOR.provenancePrefix}credits`, provenance.credits],
    [SPOOR.ownDurationNano, values.ownDurationNano],
  ];
}

/**
 * A subagent's spans stand in the trace of the session above, and Phoenix binds a whole trace to the first session id that comes;
 * children are delivered before parents. So the whole trace says the id of the session at its top.
 */
function toGroupingId(span: Span, { session, rootSessionId }: RenderContext): string {
  if (rootSessionId !== undefined) return rootSessionId;
  const { parent } = session;
  return session.sessionId === span.sessionId && parent?.relation === 'subagent' ? parent.sessionId : span.sessionId;
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

function ofUsage({ values }: Span): AttributeList {
  const { usage } = values;
  return [
    [GEN_AI.inputTokens, toInt(usage?.inputTokens)],
    [GEN_AI.outputTokens, toInt(usage?.outputTokens)],
    [GEN_AI.cacheReadTokens, toInt(usage?.cacheReadTokens)],
    [GEN_AI.cacheCreationTokens, toInt(usage?.cacheCreationTokens)],
    [GEN_AI.reasoningTokens, toInt(usage?.reasoningTokens)],
    [SPOOR.turnModelRequests, toInt(values.requestCount)],
    [SPOOR.contextUsagePercent, values.contextUsagePercent],
    [SPOOR.contextWindowTokens, toInt(values.contextWindowTokens)],
  ];
}

function ofCost({ values }: Span): AttributeList {
  const { cost, turnCost } = values;
  const unpriced = turnCost?.unpriced ?? [];
  return [
    [SPOOR.billing, values.billing],
    [SPOOR.credits, toCredits(values.credits)],
    [SPOOR.turnCredits, toCredits(values.turnCredits)],
    [SPOOR.premiumRequests, values.premiumRequests],
    [SPOOR.turnPremiumRequests, values.turnPremiumRequests],
    [SPOOR.serviceTier, values.serviceTier],
    [SPOOR.costUsd, cost?.usd],
    [SPOOR.costInputUsd, cost?.inputUsd],
    [SPOOR.costCacheReadUsd, cost?.cacheReadUsd],
    [SPOOR.costCacheWriteUsd, cost?.cacheWriteUsd],
    [SPOOR.costOutputUsd, cost?.outputUsd],
    [SPOOR.costWebSearchUsd, cost?.webSearchUsd],
    [SPOOR.costEquivalentUsd, values.equivalentCost?.usd],
    [SPOOR.costUnpriced, values.unpriced],
    [SPOOR.turnCostUsd, turnCost?.usd],
    [SPOOR.turnCostEquivalentUsd, turnCost?.equivalentUsd],
    [SPOOR.turnCostUnpricedChats, unpriced.length === 0 ? undefined : toInt(unpriced.reduce((sum, { chats }) => sum + chats, 0))],
    [SPOOR.turnCostUnpricedModels, toModels(unpriced)],
  ];
}

function toModels(unpriced: readonly Unpriced[]): string[] | undefined {
  const models = new Set(unpriced.flatMap(({ model }) => model ?? []));
  return models.size === 0 ? undefined : [...models];
}

function toCredits(credits: number | undefined): number | undefined {
  return credits === undefined ? undefined : roundCredits(credits);
}

/** Not the tool's own attributes: a backend takes any span that has them for one more call. */
function ofPermission({ values }: Span): AttributeList {
  return [
    [SPOOR.permissionTool, values.toolName],
    [SPOOR.permissionDecision, values.decision],
  ];
}

/** An MCP tool's names stand on the span of the call, or on that of the request inside it. Neither has the other's: see `ofPermission`. */
function ofMcp({ values }: Span): AttributeList {
  const isMcp = values.mcpServer !== undefined || values.mcpTool !== undefined;
  return [
    [MCP.methodName, isMcp ? 'tools/call' : undefined],
    [MCP.serverName, values.mcpServer],
    [MCP.toolName, values.mcpTool],
  ];
}

function ofTool(span: Span): AttributeList {
  const { values } = span;
  if (span.kind === 'permission') return ofPermission(span);
  if (span.kind === 'mcp') return ofMcp(span);
  const files = values.files?.length ? values.files : undefined;
  return [
    [GEN_AI.toolName, values.toolName],
    [GEN_AI.toolCallId, values.toolCallId],
    [GEN_AI.toolType, span.kind === 'tool' ? 'function' : undefined],
    [GEN_AI.skillName, values.skillName],
    [SPOOR.skillPath, values.skillPath],
    [SPOOR.toolPurpose, values.toolPurpose],
    [SPOOR.toolBatchSize, toInt(values.batchSize)],
    ...ofMcp(span),
    [SPOOR.filePaths, toPaths(files)],
    [SPOOR.fileOperations, files?.map((file) => file.operation)],
    [SPOOR.fileResult, files && span.outcome],
    [SPOOR.shellFamily, values.shellFamily],
    [GENERAL.commandLine, values.shellCommand],
    [GENERAL.exitCode, toInt(values.exitCode)],
  ];
}

/** Absent where they may not be told: then each of them is empty. */
function toPaths(files: Span['values']['files']): string[] | undefined {
  const paths = files?.map(({ path }) => path);
  return paths?.some((path) => path !== '') ? paths : undefined;
}

function ofContent(span: Span): AttributeList {
  return [
    [GEN_AI.inputMessages, toInputMessages(span)],
    [GEN_AI.outputMessages, toOutputMessages(span)],
    [GEN_AI.toolArguments, span.content.toolArguments],
    [GEN_AI.toolResult, span.content.toolResult],
  ];
}
