/**
 * Cursor's hook payloads → facts. They carry Cursor's own ids: of the conversation, of what one prompt set off (`generation_id`), and of the
 * call. A call is told by a pair of generic events, and again by a pair of its own kind (`beforeShellExecution` …) without its id: two
 * channels, of which one is dropped as the other's echo. `user_email` stands in every payload and is left where it is.
 */
import type { HookBase } from './hook-base.ts';
import type { Attributes } from '../../core/attributes.ts';
import type { Fact, FactOf, ToolRequest } from '../../core/fact.ts';
import { hashOf } from '../../core/ids.ts';
import type { Parsed, Problem } from '../../core/problem.ts';
import type { SessionParent } from '../../core/session.ts';
import type { HookEvent } from '../agent.ts';
import { agentPidOf, parseHookPayload, toPlainName } from '../hook-payload.ts';
import { asList, asText } from '../untrusted.ts';
import { asModel, toProvider } from './models.ts';
import { AGENT, PREFIX } from './names.ts';
import { toCompaction, toSessionEnd, toStop, toThoughtStart, toTurnTokens, toTurnUsage } from './payload-turns.ts';
import { toPromptExtra } from './prompts.ts';
import { parseHookFailure, parseHookResult } from './results.ts';
import { toSubagentFacts } from './payload-subagents.ts';
import { parseInput, parseToolRequest } from './tools.ts';

/** All that Cursor 3.18 knows. Those of its completions, and of plugins, tell nothing of an agent. */
const EVENTS = new Set([
  'sessionStart', 'sessionEnd', 'beforeSubmitPrompt', 'preToolUse', 'postToolUse', 'postToolUseFailure', 'subagentStart', 'subagentStop', 'beforeShellExecution', 'afterShellExecution',
  'beforeMCPExecution', 'afterMCPExecution', 'beforeReadFile', 'afterFileEdit', 'beforeTabFileRead', 'afterTabFileEdit', 'afterAgentResponse', 'afterAgentThought', 'preCompact', 'stop',
  'workspaceOpen',
]);
/** The name of the channel of events that tell one kind of call; generic events have none, which comes first. */
const SPECIFIC = 'specific';

/** By these Cursor finds its own folders. */
const FOLDER_VARIABLES = ['HOME', 'CURSOR_DATA_DIR', 'XDG_CONFIG_HOME'] as const;
/** `<data folder>/projects/<project>/agent-transcripts/…`; a subagent's stands below its parent's. */
const TRANSCRIPT_PATH = /^(\/.*?|[A-Za-z]:[\\/].*?)[\\/]projects[\\/][^\\/]+[\\/]agent-transcripts[\\/](?:([^\\/]+)[\\/]subagents[\\/])?/;

type Values = Record<string, unknown>;

/** One hook call → its facts. Never throws. Without a conversation nothing can be kept: that is a problem, counted. */
export function parsePayload(event: HookEvent): Parsed<Fact[]> {
  const problems: Problem[] = [];
  const payload = parseHookPayload(event, problems);
  if (!payload) return { problems };
  // Old builds of the CLI spell it in camel case.
  const name = asText(payload.hook_event_name) ?? asText(payload.hookEventName) ?? asText(event.env.SPOOR_HOOK_EVENT) ?? '';
  if (!EVENTS.has(name)) return { problems: [...problems, { code: 'unknown-hook-event', detail: `event ${toPlainName(name === '' ? undefined : name)}` }] };
  const sessionId = asText(payload.conversation_id) ?? asText(payload.session_id);
  if (sessionId === undefined) return { problems: [...problems, { code: 'no-session-id', detail: `${name} has neither conversation_id nor session_id` }] };
  const generation = asText(payload.generation_id);
  const base: HookBase = {
    agent: event.agent, sessionId, source: 'hook', key: event.key, at: event.at, order: event.order,
    // What is about the conversation as a whole says its id again.
    ...(generation === undefined || generation === sessionId ? {} : { turnKey: generation }),
  };
  const seen = toSessionSeen(payload, { name, sessionId, parent: findParent(payload, sessionId) }, event);
  if (name === 'subagentStart' || name === 'subagentStop') return { value: [seen, ...toSubagentFacts(name, payload, { base, seen })], problems };
  const fact = toFact(name, payload, base);
  return { value: fact ? [seen, fact] : [seen], problems };
}

/** Newer builds name the call that started a subagent, and its transcript stands below its parent's. */
function findParent(payload: Values, sessionId: string): SessionParent | undefined {
  const parentId = asText(payload.parent_conversation_id) ?? TRANSCRIPT_PATH.exec(asText(payload.transcript_path) ?? '')?.[2];
  const callId = asText(payload.parent_tool_call_id);
  if (parentId === undefined || parentId === sessionId) return undefined;
  return { sessionId: parentId, relation: 'subagent', ...(callId === undefined ? {} : { callId }) };
}

interface Named {
  name: string;
  sessionId: string;
  parent: SessionParent | undefined;
}

/** The key holds all that the fact says, so that the many calls of one session are one fact. */
function toSessionSeen(payload: Values, { name, sessionId, parent }: Named, event: HookEvent): FactOf<'session.seen'> {
  // A command's own folder is no conversation's.
  const cwd = asText(asList(payload.workspace_roots)[0]) ?? asText(event.env.CURSOR_PROJECT_DIR) ?? (name === 'sessionStart' ? asText(payload.cwd) : undefined);
  const agentVersion = asText(payload.cursor_version);
  const model = asModel(payload.model);
  const agentPid = agentPidOf(event);
  const change = name === 'sessionStart' ? 'began' : name === 'sessionEnd' ? 'ended' : undefined;
  const agentEnvironment = Object.fromEntries(FOLDER_VARIABLES.flatMap((variable) => (event.env[variable] ? [[variable, event.env[variable]]] : [])));
  const folder = TRANSCRIPT_PATH.exec(asText(payload.transcript_path) ?? '')?.[1];
  if (folder !== undefined && folder !== `${agentEnvironment.HOME ?? ''}/.cursor`) agentEnvironment.CURSOR_DATA_DIR ??= folder;
  const parts = [sessionId, parent?.sessionId, parent?.callId, cwd, agentVersion, model, ...FOLDER_VARIABLES.map((variable) => agentEnvironment[variable]), agentPid, change && `${change}${event.at.unixNano}`];
  return {
    type: 'session.seen', agent: event.agent, sessionId, source: 'hook', order: 0, cwd, agentEnvironment, agentPid,
    ...(agentVersion === undefined ? {} : { agentVersion }), ...(model === undefined ? {} : { model }), ...(parent ? { parent } : {}),
    ...(change === undefined ? {} : { process: { change, unixNano: event.at.unixNano } }),
    key: `seen:${hashOf(...parts.map((part) => String(part ?? ''))).slice(0, 32)}`,
  };
}

function toFact(name: string, payload: Values, base: HookBase): Fact | undefined {
  const specific = { ...base, channel: SPECIFIC };
  switch (name) {
    case 'beforeSubmitPrompt':
      return toPrompt(payload, base);
    case 'preToolUse':
      return { ...base, type: 'tool.started', tool: toTool(payload) };
    case 'postToolUse':
      return toEnd(base, toTool(payload), parseHookResult(payload));
    case 'postToolUseFailure':
      return toEnd(base, toTool(payload), parseHookFailure(payload));
    case 'beforeShellExecution':
      return { ...specific, type: 'tool.started', tool: toShell(payload) };
    case 'afterShellExecution':
      return toEnd(specific, toShell(payload), parseHookResult(payload));
    case 'beforeMCPExecution':
      return { ...specific, type: 'tool.started', tool: toMcp(payload) };
    case 'afterMCPExecution':
      return toEnd(specific, toMcp(payload), parseHookResult(payload));
    case 'beforeReadFile':
      return { ...specific, type: 'tool.started', tool: parseToolRequest('Read', { file_path: asText(payload.file_path) ?? null }) };
    case 'afterFileEdit':
      return toEnd(specific, parseToolRequest('Write', { file_path: asText(payload.file_path) ?? null, edits: payload.edits ?? [] }), { outcome: 'ok' });
    default:
      return toTurnFact(name, payload, base);
  }
}

function toTurnFact(name: string, payload: Values, base: HookBase): Fact | undefined {
  switch (name) {
    case 'afterAgentThought':
      return { ...toAnswer(payload, base), reasoning: asText(payload.text), isReasoningAlone: true, ...toThoughtStart(payload, base) };
    case 'afterAgentResponse':
      return { ...toAnswer(payload, base), text: asText(payload.text), ...toTurnUsage(payload) };
    case 'preCompact':
      return toCompaction(payload, base);
    case 'stop':
      return toStop(payload, base);
    case 'sessionEnd':
      return toSessionEnd(payload, base);
    default:
      return undefined;
  }
}

function toPrompt(payload: Values, base: HookBase): Fact {
  const prompt = asText(payload.prompt);
  const mode = asText(payload.composer_mode);
  const extra: Attributes = { ...(mode === undefined ? {} : { [`${PREFIX}mode`]: mode }), ...(base.turnKey === undefined ? {} : { [`${PREFIX}request_id`]: base.turnKey }), ...toPromptExtra(prompt) };
  return { ...base, type: 'turn.started', ...(prompt === undefined ? {} : { prompt }), extra };
}

/** Hooks give an answer no id. */
function toAnswer(payload: Values, base: HookBase): FactOf<'model.answered'> {
  const model = asModel(payload.model);
  const provider = toProvider(model);
  return {
    ...base, type: 'model.answered', messageId: `${AGENT}-hook/${base.key}`, responseId: null, outcome: 'ok', callIds: [], endedAt: base.at?.unixNano,
    ...(model === undefined ? {} : { requestModel: model }), ...(provider === undefined ? {} : { provider }), ...toTurnTokens(payload),
  };
}

function toTool(payload: Values): ToolRequest {
  const callId = asText(payload.tool_use_id);
  const request = parseToolRequest(asText(payload.tool_name) ?? 'unknown', payload.tool_input, callId === undefined ? {} : { callId });
  const purpose = asText(payload.agent_message);
  return purpose === undefined || request.purpose !== undefined ? request : { ...request, purpose };
}

/** The folder stands in one event of the two: it is no part of what they are paired by. */
function toShell(payload: Values): ToolRequest {
  return parseToolRequest('Shell', { command: asText(payload.command) ?? null });
}

/** The server is told by its address, or by the command that runs it. */
function toMcp(payload: Values): ToolRequest {
  const name = asText(payload.tool_name) ?? 'unknown';
  return parseToolRequest(name.startsWith('MCP:') ? name : `MCP:${name}`, parseInput(payload.tool_input));
}

function toEnd(base: HookBase & { channel?: string }, tool: ToolRequest, result: FactOf<'tool.ended'>['result']): Fact {
  return { ...base, type: 'tool.ended', tool, result, ...(tool.callId === undefined ? {} : { callId: tool.callId }) };
}
