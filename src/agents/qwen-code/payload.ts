/**
 * Qwen Code's hook payloads → facts. They carry the service's call id and, of a subagent, its id; the prompt's id counts from 0 in each
 * process, so it is a turn's only together with the process.
 */
import type { Fact, FactOf, ToolRequest } from '../../core/fact.ts';
import { hashOf } from '../../core/ids.ts';
import type { Parsed, Problem } from '../../core/problem.ts';
import type { HookEvent } from '../agent.ts';
import { agentPidOf, parseHookPayload, toPlainName, toStampedInstant } from '../hook-payload.ts';
import { asDurationMillis, asList, asRecord, asText } from '../untrusted.ts';
import { parseHookResult, parseToolRequest, toExitCode } from './tools.ts';

/** All that Qwen Code 0.24 knows; which of them are installed says `install.ts`. */
const EVENTS = new Set([
  'SessionStart', 'SessionEnd', 'SessionDelete', 'InstructionsLoaded', 'Notification', 'UserPromptSubmit', 'MessageDisplay', 'PreToolUse', 'PostToolUse',
  'PostToolUseFailure', 'PostToolBatch', 'PermissionRequest', 'SubagentStart', 'SubagentStop', 'Stop', 'StopFailure', 'PreCompact', 'PostCompact',
  'TodoCreated', 'TodoCompleted',
]);

/** By these Qwen Code finds its own folders. */
const FOLDER_VARIABLES = ['HOME', 'QWEN_HOME', 'QWEN_RUNTIME_DIR'] as const;
/** `<folder>/projects/<project>/chats/<session>.jsonl`: where the session is written, as the hook is told. */
const TRANSCRIPT_PATH = /^(\/.*?|[A-Za-z]:[\\/].*?)[\\/]projects[\\/][^\\/]+[\\/]chats[\\/][^\\/]+$/;

/** One hook call → its facts. Never throws. Without a session id nothing can be kept: that is a problem, counted. */
export function parsePayload(event: HookEvent): Parsed<Fact[]> {
  const problems: Problem[] = [];
  const payload = parseHookPayload(event, problems);
  if (!payload) return { problems };
  const name = asText(payload.hook_event_name) ?? '';
  if (!EVENTS.has(name)) return { problems: [...problems, { code: 'unknown-hook-event', detail: `hook_event_name ${toPlainName(payload.hook_event_name)}` }] };
  const rootId = asText(payload.session_id) ?? asText(event.env.QWEN_CODE_SESSION_ID);
  if (rootId === undefined) return { problems: [...problems, { code: 'no-session-id', detail: `${name} has neither session_id nor QWEN_CODE_SESSION_ID` }] };
  const agentId = asText(payload.agent_id);
  const sessionId = agentId === undefined || agentId === rootId ? rootId : agentId;
  const facts: Fact[] = [toSessionSeen(payload, rootId, event)];
  if (sessionId !== rootId) facts.push(toChildSeen(sessionId, rootId, event));
  const base = { agent: event.agent, sessionId, source: 'hook' as const, key: event.key, at: toStampedInstant(payload.timestamp, event), order: event.order, ...toTurnKey(payload, event) };
  const fact = toFact(name, payload, base);
  if (fact) facts.push(fact);
  return { value: facts, problems };
}

/** `<session>########<n>`, and of what goes on behind it `…/automatic/<m>`. */
function toTurnKey({ prompt_id: promptId }: Record<string, unknown>, event: HookEvent): { turnKey?: string } {
  const own = asText(promptId)?.split('/')[0];
  return own === undefined ? {} : { turnKey: `${own}@${event.env.PPID ?? ''}` };
}

/** The key holds all that the fact says, so that the many calls of one session are one fact. */
function toSessionSeen(payload: Record<string, unknown>, sessionId: string, event: HookEvent): Fact {
  const cwd = asText(payload.cwd);
  const agentPid = agentPidOf(event);
  const process = toProcess(payload, event);
  const model = payload.hook_event_name === 'SessionStart' ? asText(payload.model) : undefined;
  const agentEnvironment = Object.fromEntries(FOLDER_VARIABLES.flatMap((name) => (event.env[name] ? [[name, event.env[name]]] : [])));
  // The settings may put the history elsewhere; where it is written, the hook is told.
  const told = TRANSCRIPT_PATH.exec(asText(payload.transcript_path) ?? '')?.[1];
  if (told !== undefined && told !== `${agentEnvironment.HOME}/.qwen`) agentEnvironment.QWEN_RUNTIME_DIR = told;
  return {
    type: 'session.seen', agent: event.agent, sessionId, source: 'hook', order: 0, cwd, model, agentEnvironment, agentPid, ...(process ? { process } : {}),
    key: `seen:${hashOf(sessionId, cwd ?? '', model ?? '', ...FOLDER_VARIABLES.map((name) => agentEnvironment[name] ?? ''), String(agentPid ?? ''), process ? `${process.change}${process.unixNano}` : '').slice(0, 32)}`,
  };
}

/** When the agent took the session up, and when it left it. */
function toProcess(payload: Record<string, unknown>, event: HookEvent): FactOf<'session.seen'>['process'] {
  const change = payload.hook_event_name === 'SessionStart' ? 'began' : payload.hook_event_name === 'SessionEnd' ? 'ended' : undefined;
  return change === undefined ? undefined : { change, unixNano: toStampedInstant(payload.timestamp, event).unixNano };
}

function toChildSeen(sessionId: string, rootId: string, event: HookEvent): Fact {
  return { type: 'session.seen', agent: event.agent, sessionId, source: 'hook', order: 0, key: `child:${hashOf(sessionId, rootId).slice(0, 32)}`, parent: { sessionId: rootId, relation: 'subagent' } };
}

type Base = Pick<Fact, 'agent' | 'sessionId' | 'source' | 'key' | 'at' | 'order' | 'turnKey'>;

const TASK_IS_OVER = /^(?:completed|failed|cancelled|stopped|killed)$/;

function toFact(name: string, payload: Record<string, unknown>, base: Base): Fact | undefined {
  switch (name) {
    case 'UserPromptSubmit': {
      // It runs with an empty prompt, too, before each request that takes the results of tools.
      const prompt = asText(payload.submitted_prompt) ?? asText(payload.prompt);
      return prompt === undefined ? undefined : { ...base, type: 'turn.started', prompt };
    }
    case 'SubagentStart':
      return { ...base, type: 'turn.started' };
    case 'PreToolUse':
      return { ...base, type: 'tool.started', tool: toTool(payload) };
    case 'PostToolUse':
    case 'PostToolUseFailure':
      return toEnded(name, payload, base);
    case 'PermissionRequest':
      return { ...base, type: 'permission.asked', askId: base.key, callIds: [], tool: toTool(payload) };
    case 'SubagentStop':
      return { ...base, type: 'turn.ended', reason: 'ok', answer: asText(payload.last_assistant_message) };
    case 'Stop':
      // While tasks run in the background it is woken again; those that are through stay in the list.
      return asList(payload.background_tasks).some((task) => !TASK_IS_OVER.test(asText(asRecord(task)?.status) ?? '')) ? undefined : { ...base, type: 'turn.ended', reason: 'ok', answer: asText(payload.last_assistant_message) };
    case 'StopFailure':
      return { ...base, type: 'turn.ended', reason: 'error', errorType: asText(payload.error_type) ?? 'agent_error', errorMessage: asText(payload.error) };
    default:
      return undefined;
  }
}

function toTool(payload: Record<string, unknown>): ToolRequest {
  return parseToolRequest(asText(payload.tool_name) ?? 'unknown', payload.tool_input, asText(payload.tool_call_id) ?? asText(payload.tool_use_id));
}

function toEnded(name: string, payload: Record<string, unknown>, base: Base): Fact {
  const tool = toTool(payload);
  const millis = asDurationMillis(payload.duration_ms);
  const own = millis === undefined ? {} : { durationNano: millis };
  if (name === 'PostToolUse') return { ...base, type: 'tool.ended', tool, result: { ...parseHookResult(tool.name, payload.tool_response), ...own } };
  const text = asText(payload.error) ?? asText(asRecord(payload.error)?.message);
  const words = text === undefined ? {} : { output: text, ...toExitCode(tool.name, text, undefined) };
  if (payload.is_interrupt === true) return { ...base, type: 'tool.ended', tool, result: { outcome: 'cancelled', ...words, ...own } };
  return { ...base, type: 'tool.ended', tool, result: { outcome: 'error', errorType: asText(payload.error_type) ?? 'tool_error', ...(text === undefined ? {} : { errorMessage: text }), ...words, ...own } };
}
