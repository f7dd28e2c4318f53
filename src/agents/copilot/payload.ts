/**
 * Copilot's hook payloads → facts. Two dialects, chosen by how the event's name is spelled where the hook stands: Copilot's own
 * (`sessionId`, milliseconds, no event name) and Claude Code's (`session_id`, RFC 3339, `hook_event_name`), which VS Code has, too; some
 * events are told in Copilot's own under either spelling. They name no call: assembly pairs by name, input and order.
 */
import type { Fact, FactOf } from '../../core/fact.ts';
import { hashOf } from '../../core/ids.ts';
import type { Parsed, Problem } from '../../core/problem.ts';
import type { SpanLink } from '../../core/span.ts';
import type { HookEvent } from '../agent.ts';
import { agentPidOf, parseHookPayload, toPlainName, toStampedInstant } from '../hook-payload.ts';
import { asText, asUnixMillis } from '../untrusted.ts';
import { TELEMETRY_VARIABLE } from './otel-file.ts';
import { parseHookResult, parseInput, parseToolRequest } from './tools.ts';

/** All that Copilot CLI 1.0.102 knows, in its own spelling → in the other. */
const EVENTS: ReadonlyMap<string, string> = new Map([
  ['sessionStart', 'SessionStart'], ['sessionEnd', 'SessionEnd'], ['userPromptSubmitted', 'UserPromptSubmit'], ['userPromptTransformed', 'UserPromptTransformed'],
  ['preToolUse', 'PreToolUse'], ['postToolUse', 'PostToolUse'], ['postToolUseFailure', 'PostToolUseFailure'], ['preMcpToolCall', 'PreMcpToolCall'],
  ['permissionRequest', 'PermissionRequest'], ['notification', 'Notification'], ['agentStop', 'Stop'], ['subagentStart', 'SubagentStart'],
  ['subagentStop', 'SubagentStop'], ['preCompact', 'PreCompact'], ['errorOccurred', 'ErrorOccurred'],
]);
const NAMES: ReadonlySet<string> = new Set(EVENTS.values());

/** By these Copilot finds its own folders and files. */
const FOLDER_VARIABLES = ['HOME', 'COPILOT_HOME', 'XDG_CONFIG_HOME'] as const;
const PLACE_VARIABLES = [...FOLDER_VARIABLES, TELEMETRY_VARIABLE] as const;
/** `<copilot home>/session-state/<session>/events.jsonl`: where the session is written, as the hook is told. */
const TRANSCRIPT_PATH = /^(\/.*?|[A-Za-z]:[\\/].*?)[\\/]session-state[\\/][^\\/]+[\\/]events\.jsonl$/;

type Values = Record<string, unknown>;

/** One hook call → its facts. Never throws. Without a session id nothing can be kept: that is a problem, counted. */
export function parsePayload(event: HookEvent): Parsed<Fact[]> {
  const problems: Problem[] = [];
  const payload = parseHookPayload(event, problems);
  if (!payload) return { problems };
  const told = asText(payload.hook_event_name) ?? asText(payload.hookEventName) ?? asText(event.env.SPOOR_HOOK_EVENT) ?? asText(payload.hookName) ?? '';
  const name = EVENTS.get(told) ?? told;
  if (!NAMES.has(name)) return { problems: [...problems, { code: 'unknown-hook-event', detail: `event ${toPlainName(told === '' ? undefined : told)}` }] };
  const main = asText(payload.session_id) ?? asText(payload.sessionId);
  if (main === undefined) return { problems: [...problems, { code: 'no-session-id', detail: `${name} has neither session_id nor sessionId` }] };
  // A subagent is a session of its own: most of its hooks call it so, some name the session that it belongs to.
  const agentId = asText(payload.agent_id) ?? asText(payload.agentId);
  const sessionId = agentId ?? main;
  const parentId = asText(payload.parent_agent_id) ?? asText(payload.parentAgentId) ?? main;
  const at = toStampedInstant(toTimestamp(payload.timestamp), event);
  const facts: Fact[] = [toSessionSeen(payload, { name, sessionId, ...(agentId === undefined || parentId === agentId ? {} : { parentId }) }, { event, unixNano: at.unixNano })];
  const fact = toFact(name, payload, { agent: event.agent, sessionId, source: 'hook', key: event.key, at, order: event.order });
  if (fact) facts.push(fact);
  return { value: facts, problems };
}

/** Milliseconds in one dialect, RFC 3339 in the other. */
function toTimestamp(value: unknown): unknown {
  return asUnixMillis(value) === undefined ? value : new Date(value as number).toISOString();
}

interface Named {
  name: string;
  sessionId: string;
  parentId?: string;
}

/** The key holds all that the fact says, so that the many calls of one session are one fact. */
function toSessionSeen(payload: Values, { name, sessionId, parentId }: Named, { event, unixNano }: { event: HookEvent; unixNano: bigint }): Fact {
  const cwd = asText(payload.cwd);
  const agentPid = agentPidOf(event);
  const change = parentId !== undefined ? undefined : name === 'SessionStart' ? 'began' : name === 'SessionEnd' ? 'ended' : undefined;
  const agentName = parentId === undefined ? undefined : (asText(payload.agent_type) ?? asText(payload.agentType));
  const agentEnvironment = Object.fromEntries(PLACE_VARIABLES.flatMap((variable) => (event.env[variable] ? [[variable, event.env[variable]]] : [])));
  // Where the agent writes, it tells.
  const folder = TRANSCRIPT_PATH.exec(asText(payload.transcript_path) ?? asText(payload.transcriptPath) ?? '')?.[1];
  if (folder !== undefined && folder !== (agentEnvironment.COPILOT_HOME ?? `${agentEnvironment.HOME ?? ''}/.copilot`)) agentEnvironment.COPILOT_HOME = folder;
  const parts = [sessionId, parentId, agentName, cwd, ...FOLDER_VARIABLES.map((variable) => agentEnvironment[variable]), agentPid, change && `${change}${unixNano}`];
  // Only where there is one: what was told without it keeps its key.
  if (agentEnvironment[TELEMETRY_VARIABLE] !== undefined) parts.push(agentEnvironment[TELEMETRY_VARIABLE]);
  return {
    type: 'session.seen', agent: event.agent, sessionId, source: 'hook', order: 0, cwd, agentEnvironment, agentPid,
    ...(agentName === undefined ? {} : { agentName }),
    ...(parentId === undefined ? {} : { parent: { sessionId: parentId, relation: 'subagent' as const } }),
    ...(change === undefined ? {} : { process: { change, unixNano } }),
    key: `seen:${hashOf(...parts.map((part) => String(part ?? ''))).slice(0, 32)}`,
  };
}

type Base = Pick<Fact, 'agent' | 'sessionId' | 'source' | 'key' | 'at' | 'order'>;

function toFact(name: string, payload: Values, base: Base): Fact | undefined {
  const tool = (): ReturnType<typeof parseToolRequest> => {
    const callId = asText(payload.tool_use_id);
    return parseToolRequest(asText(payload.tool_name) ?? asText(payload.toolName) ?? 'unknown', parseInput(payload.tool_input ?? payload.toolArgs), callId === undefined ? {} : { callId });
  };
  switch (name) {
    case 'UserPromptSubmit':
      return { ...base, type: 'turn.started', prompt: asText(payload.prompt), ...toLinks(payload.traceparent) };
    case 'PreToolUse':
      return { ...base, type: 'tool.started', tool: tool() };
    case 'PostToolUse':
    case 'PostToolUseFailure':
      return { ...base, type: 'tool.ended', tool: tool(), result: parseHookResult(payload) };
    case 'Stop':
      return { ...base, type: 'turn.ended', reason: 'ok' };
    case 'SubagentStop':
      return { ...base, type: 'turn.ended', reason: 'ok', answer: asText(payload.last_assistant_message) ?? asText(payload.response), isSessionEnd: true };
    case 'SessionEnd':
      return toSessionEnd(payload, base);
    default:
      return undefined;
  }
}

/** After an interruption no other hook ends the turn. */
function toSessionEnd(payload: Values, base: Base): FactOf<'turn.ended'> {
  const isFailed = payload.reason === 'error';
  return { ...base, type: 'turn.ended', reason: isFailed ? 'error' : 'unknown', isSessionEnd: true, ...(isFailed ? { errorType: 'agent_error' } : {}) };
}

/** W3C Trace Context: the span of Copilot's own that this prompt is, while its own telemetry is on. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}$/;

function toLinks(traceparent: unknown): { links?: SpanLink[] } {
  const match = TRACEPARENT.exec(asText(traceparent) ?? '');
  return match?.[1] && match[2] ? { links: [{ traceId: match[1], spanId: match[2] }] } : {};
}
