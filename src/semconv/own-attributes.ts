/** What every dialect says alike: the resource, whose span it is, how it ended, and what no convention names (`spoor.*`). */
import type { Attributes } from '../core/attributes.ts';
import type { Unpriced } from '../core/cost.ts';
import { roundCredits } from '../core/credits.ts';
import type { Repository } from '../core/repository.ts';
import type { Span } from '../core/span.ts';
import { type AttributeList, toAttributes, toInt } from './attribute-list.ts';
import type { RenderContext, RenderedSpan } from './dialect.ts';
import { GENERAL, MCP, SPOOR, VCS } from './names.ts';

/** Put together once: this is done for every span. */
export const PROVENANCE = {
  times: `${SPOOR.provenancePrefix}times`, model: `${SPOOR.provenancePrefix}model`, usage: `${SPOOR.provenancePrefix}usage`, cost: `${SPOOR.provenancePrefix}cost`,
  credits: `${SPOOR.provenancePrefix}credits`,
} as const;

const UNSET = 0;
const ERROR = 2;
const INTERNAL = 1;
const CLIENT = 3;

/** The service, its version, project, folder and repository; the user's own below them. */
export function toResource({ session, serviceName, project, resource, attributes, repository }: RenderContext): Attributes {
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

/** The user's own attributes on turns and sessions, and the agent's own; what a dialect says wins over both. */
export function toCarried({ kind, extra }: Span, { attributes }: RenderContext): Attributes {
  return { ...(kind === 'agent' || kind === 'session' ? attributes : undefined), ...extra };
}

/** A request to something else, as the conventions have it for models and for MCP servers, is CLIENT. */
export function toWireKind({ kind }: Span): RenderedSpan['kind'] {
  return kind === 'chat' || kind === 'mcp' ? CLIENT : INTERNAL;
}

/** The profile or subagent that ran; a turn of which none is told was run by the agent itself. */
export function toAgentName(span: Span, { session }: RenderContext): string | undefined {
  return span.values.agentName ?? session.agentName ?? (span.kind === 'agent' ? span.agent : undefined);
}

/** A run of an agent that another agent started. */
export function isSubagent({ kind, sessionId }: Span, { session }: RenderContext): boolean {
  return kind === 'agent' && session.sessionId === sessionId && session.parent?.relation === 'subagent';
}

/** Denied and cancelled are the person's will, no errors: their status stays UNSET, so that error rates are honest. */
export function toStatus(span: Span): RenderedSpan['status'] {
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

/** Whose span it is: also of one that a dialect makes beside the neutral ones. */
export function toIdentity(span: Span, context: RenderContext): AttributeList {
  return [
    [GENERAL.sessionId, toGroupingId(span, context)],
    [GENERAL.userId, context.userId],
    [SPOOR.agent, span.agent],
    [SPOOR.turnIndex, span.kind === 'session' ? undefined : toInt(span.turnIndex)],
  ];
}

/** All that no convention names, and what is named alike everywhere. */
export function toOwn(span: Span, context: RenderContext): AttributeList {
  const { provenance, values } = span;
  return [
    ...toIdentity(span, context),
    [GENERAL.errorType, toErrorType(span)],
    [SPOOR.outcome, span.outcome],
    [SPOOR.pending, span.endUnixNano === undefined ? true : undefined],
    [SPOOR.incomplete, span.incomplete ? true : undefined],
    [PROVENANCE.times, provenance.times],
    [PROVENANCE.model, provenance.model],
    [PROVENANCE.usage, provenance.usage],
    [PROVENANCE.cost, provenance.cost],
    [PROVENANCE.credits, provenance.credits],
    [SPOOR.ownDurationNano, values.ownDurationNano],
    [SPOOR.turnModelRequests, toInt(values.requestCount)],
    [SPOOR.contextUsagePercent, values.contextUsagePercent],
    [SPOOR.contextWindowTokens, toInt(values.contextWindowTokens)],
    ...ofCost(span),
    ...ofTool(span),
  ];
}

/**
 * A subagent's spans stand in the trace of the session above, and Phoenix binds a whole trace to the first session id that comes;
 * children are delivered before parents. So the whole trace says the id of the session at its top.
 */
export function toGroupingId(span: Pick<Span, 'sessionId'>, { session, rootSessionId }: RenderContext): string {
  if (rootSessionId !== undefined) return rootSessionId;
  const { parent } = session;
  return session.sessionId === span.sessionId && parent?.relation === 'subagent' ? parent.sessionId : span.sessionId;
}

/** The sums of a turn whose requests have spans. */
export function toTurnUsageList({ values: { turnUsage } }: Span): AttributeList {
  if (!turnUsage) return [];
  return [
    [SPOOR.turnInputTokens, toInt(turnUsage.inputTokens)],
    [SPOOR.turnOutputTokens, toInt(turnUsage.outputTokens)],
    [SPOOR.turnCacheReadTokens, toInt(turnUsage.cacheReadTokens)],
    [SPOOR.turnCacheCreationTokens, toInt(turnUsage.cacheCreationTokens)],
    [SPOOR.turnReasoningTokens, toInt(turnUsage.reasoningTokens)],
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

/** Credits without what floating point adds behind them. */
export function toCredits(credits: number | undefined): number | undefined {
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
    [SPOOR.skillPath, values.skillPath],
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
