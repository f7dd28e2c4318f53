/**
 * Kiro's hook payloads (V1 and V2: camelCase events in the agent JSON) → facts. There is no tool-call id, no turn id, no model in
 * them: assembly pairs by content and order, and the history brings the ids.
 */
import { hashOf } from '../../core/ids.ts';
import type { Fact, ToolResult } from '../../core/fact.ts';
import { isTooDeep } from '../../core/json.ts';
import type { Parsed, Problem } from '../../core/problem.ts';
import type { HookEvent } from '../agent.ts';
import { asRecord, asText } from '../untrusted.ts';
import { toName } from './names.ts';
import { isOwnPrompt } from './own-words.ts';
import { parseItems, parseToolRequest } from './tools.ts';

const EVENTS = new Set(['agentSpawn', 'userPromptSubmit', 'preToolUse', 'postToolUse', 'stop']);

/** By these Kiro finds its own folders. */
const FOLDER_VARIABLES = ['HOME', 'KIRO_HOME', 'KIRO_DATA_DIR', 'XDG_DATA_HOME'] as const;

/** One hook call → its facts. Never throws. Without a session id nothing can be kept: that is a problem, counted. */
export function parsePayload(event: HookEvent): Parsed<Fact[]> {
  const problems: Problem[] = [];
  const payload = parseObject(event, problems);
  if (!payload) return { problems };
  const name = asText(payload.hook_event_name);
  if (!name || !EVENTS.has(name)) {
    return { problems: [...problems, { code: 'unknown-hook-event', detail: `hook_event_name ${toName(name)}` }] };
  }
  const sessionId = asText(payload.session_id) ?? asText(event.env.KIRO_SESSION_ID) ?? toProvisionalId(payload, event);
  if (!sessionId) return { problems: [...problems, { code: 'no-session-id', detail: `${name} has neither session_id nor KIRO_SESSION_ID, nor the agent's process` }] };
  const base = { agent: event.agent, sessionId, source: 'hook' as const, at: event.at, order: event.order };
  const facts: Fact[] = [toSessionSeen(payload, sessionId, event)];
  const fact = toFact(name, payload, { ...base, key: event.key });
  if (fact) facts.push(fact);
  return { value: facts, problems };
}

const PROVISIONAL = 'process:';

/** Whether this id stands for a process whose hooks did not tell their session. */
export function isProvisional(sessionId: string): boolean {
  return sessionId.startsWith(PROVISIONAL);
}

/** Hooks are children of their agent's process: those of one process in one folder belong together until its history says more. */
function toProvisionalId(payload: Record<string, unknown>, { env }: HookEvent): string | undefined {
  const pid = /^\d{1,10}$/.exec(env.PPID ?? '')?.[0];
  return pid === undefined ? undefined : `${PROVISIONAL}${pid}:${hashOf(asText(payload.cwd) ?? '').slice(0, 16)}`;
}

function parseObject(event: HookEvent, problems: Problem[]): Record<string, unknown> | undefined {
  if (event.payload.includes('�')) problems.push({ code: 'invalid-utf8', detail: 'payload held bytes that are not UTF-8' });
  try {
    const parsed: unknown = JSON.parse(event.payload);
    if (isTooDeep(parsed)) {
      problems.push({ code: 'too-deep', detail: 'the payload nests deeper than 200 levels' });
      return undefined;
    }
    const value = asRecord(parsed);
    if (!value) problems.push({ code: 'payload-not-an-object', detail: 'the payload is JSON but no object' });
    return value;
  } catch {
    if (!event.truncated) problems.push({ code: 'bad-json', detail: `${event.payload.length} characters that are no JSON` });
    return undefined;
  }
}

/**
 * A subagent's hooks carry its own session id on stdin while the process keeps the parent's in KIRO_SESSION_ID. The key holds all
 * that the fact says, so that the many calls of one session are one fact.
 */
function toSessionSeen(payload: Record<string, unknown>, sessionId: string, event: HookEvent): Fact {
  const cwd = asText(payload.cwd);
  const parentId = event.env.KIRO_SESSION_ID;
  const isChild = parentId !== undefined && parentId !== '' && parentId !== sessionId;
  const agentEnvironment = Object.fromEntries(FOLDER_VARIABLES.flatMap((name) => (event.env[name] ? [[name, event.env[name]]] : [])));
  return {
    type: 'session.seen',
    agent: event.agent,
    sessionId,
    source: 'hook',
    key: `seen:${hashOf(sessionId, cwd ?? '', isChild ? parentId : '', ...FOLDER_VARIABLES.map((name) => agentEnvironment[name] ?? '')).slice(0, 32)}`,
    order: 0,
    cwd,
    parent: isChild ? { sessionId: parentId, relation: 'subagent' } : undefined,
    agentEnvironment,
  };
}

type Base = Pick<Fact, 'agent' | 'sessionId' | 'source' | 'key' | 'at' | 'order'>;

function toFact(name: string, payload: Record<string, unknown>, base: Base): Fact | undefined {
  const tool = (): ReturnType<typeof parseToolRequest> => parseToolRequest(asText(payload.tool_name) ?? 'unknown', payload.tool_input);
  switch (name) {
    case 'userPromptSubmit':
      return isOwnPrompt(asText(payload.prompt) ?? '') ? undefined : { ...base, type: 'turn.started', prompt: asText(payload.prompt) };
    case 'preToolUse':
      return { ...base, type: 'tool.started', tool: tool() };
    case 'postToolUse':
      return { ...base, type: 'tool.ended', tool: tool(), result: parseResponse(payload.tool_response) };
    case 'stop':
      return { ...base, type: 'turn.ended', reason: 'ok', answer: asText(payload.assistant_response) };
    default:
      return undefined;
  }
}

/** V2: `{items: […]}`, told of successes only. V1: `{success: boolean, result | error: […]}`. */
function parseResponse(response: unknown): ToolResult {
  const values = asRecord(response);
  if (!values) return { outcome: 'ok', ...parseItems(response) };
  if (values.success === false) {
    const text = parseItems(values.error).output;
    return { outcome: 'error', errorType: 'tool_error', errorMessage: text, output: text };
  }
  return { outcome: 'ok', ...parseItems(values.items ?? values.result) };
}
