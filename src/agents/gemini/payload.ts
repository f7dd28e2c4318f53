/**
 * Gemini CLI's hook payloads → facts. They name neither turn nor call nor subagent, and a subagent's tools are told in its parent's name:
 * assembly pairs by content, order and moment, and the history brings the ids.
 */
import type { Fact, FactOf } from '../../core/fact.ts';
import { hashOf } from '../../core/ids.ts';
import type { Parsed, Problem } from '../../core/problem.ts';
import type { HookEvent } from '../agent.ts';
import { agentPidOf, parseHookPayload, toPlainName, toStampedInstant } from '../hook-payload.ts';
import { asText } from '../untrusted.ts';
import { parseHookResult, parseToolRequest } from './tools.ts';

/** All that Gemini CLI 0.61 knows. Those around a model request tell each streamed chunk with the whole conversation: they are not installed. */
const EVENTS = new Set([
  'SessionStart', 'SessionEnd', 'BeforeAgent', 'AfterAgent', 'BeforeTool', 'AfterTool',
  'BeforeModel', 'AfterModel', 'BeforeToolSelection', 'PreCompress', 'Notification',
]);

/** By these Gemini CLI finds its own folders. */
const FOLDER_VARIABLES = ['HOME', 'GEMINI_CLI_HOME'] as const;
/** `<home>/.gemini/tmp/<project>/chats/<file>`: where the session is written, as the hook is told. */
const TRANSCRIPT_PATH = /^(\/.*?|[A-Za-z]:[\\/].*?)[\\/]\.gemini[\\/]tmp[\\/][^\\/]+[\\/]chats[\\/][^\\/]+$/;

/** One hook call → its facts. Never throws. Without a session id nothing can be kept: that is a problem, counted. */
export function parsePayload(event: HookEvent): Parsed<Fact[]> {
  const problems: Problem[] = [];
  const payload = parseHookPayload(event, problems);
  if (!payload) return { problems };
  const name = asText(payload.hook_event_name) ?? '';
  if (!EVENTS.has(name)) {
    return { problems: [...problems, { code: 'unknown-hook-event', detail: `hook_event_name ${toPlainName(payload.hook_event_name)}` }] };
  }
  const sessionId = asText(payload.session_id) ?? asText(event.env.GEMINI_SESSION_ID);
  if (sessionId === undefined) return { problems: [...problems, { code: 'no-session-id', detail: `${name} has neither session_id nor GEMINI_SESSION_ID` }] };
  const facts: Fact[] = [toSessionSeen(payload, sessionId, event)];
  const fact = toFact(name, payload, { agent: event.agent, sessionId, source: 'hook', key: event.key, at: toStampedInstant(payload.timestamp, event), order: event.order });
  if (fact) facts.push(fact);
  return { value: facts, problems };
}

/** The key holds all that the fact says, so that the many calls of one session are one fact. */
function toSessionSeen(payload: Record<string, unknown>, sessionId: string, event: HookEvent): Fact {
  const cwd = asText(payload.cwd);
  const agentPid = agentPidOf(event);
  const process = toProcess(payload, event);
  const agentEnvironment = Object.fromEntries(FOLDER_VARIABLES.flatMap((name) => (event.env[name] ? [[name, event.env[name]]] : [])));
  // The agent keeps variables from its hooks; where it writes, it tells.
  const told = TRANSCRIPT_PATH.exec(asText(payload.transcript_path) ?? '')?.[1];
  if (told !== undefined && told !== (agentEnvironment.GEMINI_CLI_HOME ?? agentEnvironment.HOME)) agentEnvironment.GEMINI_CLI_HOME = told;
  return {
    type: 'session.seen', agent: event.agent, sessionId, source: 'hook', order: 0, cwd, agentEnvironment, agentPid, ...(process ? { process } : {}),
    key: `seen:${hashOf(sessionId, cwd ?? '', ...FOLDER_VARIABLES.map((name) => agentEnvironment[name] ?? ''), String(agentPid ?? ''), process ? `${process.change}${process.unixNano}` : '').slice(0, 32)}`,
  };
}

/** When the agent took the session up, and when it left it. */
function toProcess(payload: Record<string, unknown>, event: HookEvent): FactOf<'session.seen'>['process'] {
  const change = payload.hook_event_name === 'SessionStart' ? 'began' : payload.hook_event_name === 'SessionEnd' ? 'ended' : undefined;
  return change === undefined ? undefined : { change, unixNano: toStampedInstant(payload.timestamp, event).unixNano };
}

type Base = Pick<Fact, 'agent' | 'sessionId' | 'source' | 'key' | 'at' | 'order'>;

function toFact(name: string, payload: Record<string, unknown>, base: Base): Fact | undefined {
  const toolName = asText(payload.tool_name) ?? 'unknown';
  const tool = (): ReturnType<typeof parseToolRequest> => parseToolRequest(toolName, payload.tool_input, { mcpContext: payload.mcp_context });
  switch (name) {
    case 'BeforeAgent':
      return { ...base, type: 'turn.started', prompt: asText(payload.prompt) };
    case 'BeforeTool':
      return { ...base, type: 'tool.started', tool: tool() };
    case 'AfterTool':
      return { ...base, type: 'tool.ended', tool: tool(), result: parseHookResult(toolName, payload.tool_response) };
    case 'AfterAgent':
      // `prompt_response` repeats streamed text: the answer is left to the history.
      return { ...base, type: 'turn.ended', reason: 'ok' };
    default:
      return undefined;
  }
}
