/**
 * Template's hook payloads → facts. Write here where they are told, and for which version. A hook that names no session cannot be kept;
 * an event that is not known is counted.
 */
import type { Fact } from '../../core/fact.ts';
import { hashOf } from '../../core/ids.ts';
import type { Parsed, Problem } from '../../core/problem.ts';
import type { HookEvent } from '../agent.ts';
import { agentPidOf, parseHookPayload, toPlainName, toStampedInstant } from '../hook-payload.ts';
import { asText } from '../untrusted.ts';
import { toToolRequest, toToolResult } from './tools.ts';

const EVENTS = new Set(['SessionStart', 'Prompt', 'ToolStart', 'ToolEnd', 'Stop']);

/** One hook call → its facts. Never throws. */
export function parsePayload(event: HookEvent): Parsed<Fact[]> {
  const problems: Problem[] = [];
  const payload = parseHookPayload(event, problems);
  if (!payload) return { problems };
  const name = asText(payload.hook_event_name) ?? '';
  if (!EVENTS.has(name)) return { problems: [...problems, { code: 'unknown-hook-event', detail: `hook_event_name ${toPlainName(payload.hook_event_name)}` }] };
  const sessionId = asText(payload.session_id);
  if (sessionId === undefined) return { problems: [...problems, { code: 'no-session-id', detail: `${name} has no session_id` }] };
  const facts: Fact[] = [toSessionSeen(payload, sessionId, event)];
  const fact = toFact(name, payload, { agent: event.agent, sessionId, source: 'hook', key: event.key, at: toStampedInstant(payload.timestamp, event), order: event.order });
  if (fact) facts.push(fact);
  return { value: facts, problems };
}

/** The key holds all that the fact says, so that the many calls of one session are one fact. */
function toSessionSeen(payload: Record<string, unknown>, sessionId: string, event: HookEvent): Fact {
  const cwd = asText(payload.cwd);
  const agentPid = agentPidOf(event);
  const agentEnvironment = Object.fromEntries(['HOME', 'TEMPLATE_HOME'].flatMap((name) => (event.env[name] ? [[name, event.env[name]]] : [])));
  const key = `seen:${hashOf(sessionId, cwd ?? '', ...Object.entries(agentEnvironment).flat(), String(agentPid ?? '')).slice(0, 32)}`;
  return { type: 'session.seen', agent: event.agent, sessionId, source: 'hook', key, order: 0, cwd, agentEnvironment, agentPid };
}

type Base = Pick<Fact, 'agent' | 'sessionId' | 'source' | 'key' | 'at' | 'order'>;

function toFact(name: string, payload: Record<string, unknown>, base: Base): Fact | undefined {
  const tool = (): ReturnType<typeof toToolRequest> => toToolRequest({ id: payload.call_id, name: payload.tool_name, input: payload.tool_input });
  switch (name) {
    case 'Prompt':
      return { ...base, type: 'turn.started', prompt: asText(payload.prompt) };
    case 'ToolStart':
      return { ...base, type: 'tool.started', tool: tool() };
    case 'ToolEnd':
      return { ...base, type: 'tool.ended', callId: asText(payload.call_id), tool: tool(), result: toToolResult(payload) };
    case 'Stop':
      return { ...base, type: 'turn.ended', reason: 'ok', answer: asText(payload.answer) };
    default:
      return undefined;
  }
}
