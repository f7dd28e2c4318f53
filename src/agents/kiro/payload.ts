/**
 * Kiro's hook payloads (V1 and V2: camelCase events in the agent JSON; V3 and the IDE: PascalCase events of hook files) → facts. There
 * is no tool-call id, no turn id, no model in them: assembly pairs by content and order, and the history brings the ids.
 */
import { hashOf } from '../../core/ids.ts';
import type { Fact, ToolResult } from '../../core/fact.ts';
import type { Parsed, Problem } from '../../core/problem.ts';
import type { HookEvent } from '../agent.ts';
import { parseHookPayload } from '../hook-payload.ts';
import { asRecord, asText } from '../untrusted.ts';
import { CHANNEL_VARIABLE } from './channel.ts';
import { toName } from './names.ts';
import { isOwnPrompt } from './own-words.ts';
import { parseItems, parseTextResult, parseToolRequest } from './tools.ts';

/** By the name that V1 and V2 give it: V3 writes the same in PascalCase, and its hook files know some more that tell us nothing. */
const EVENTS = new Set([
  'agentSpawn', 'userPromptSubmit', 'preToolUse', 'postToolUse', 'stop',
  'sessionStart', 'sessionEnd', 'preTaskExec', 'postTaskExec', 'postFileCreate', 'postFileSave', 'postFileDelete', 'manual',
]);

/** Sessions of the V3 engine. */
export const V3_SESSION = /^sess[_-]/;

/** Some builds of the IDE spell the fields in camelCase. */
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  hook_event_name: ['hookEventName'], session_id: ['sessionId'], tool_name: ['toolName'],
  tool_input: ['toolInput', 'toolArgs'], tool_response: ['toolResponse', 'toolResult'],
};

/** By these Kiro finds its own folders. */
const FOLDER_VARIABLES = ['HOME', 'KIRO_HOME', 'KIRO_DATA_DIR', 'XDG_DATA_HOME'] as const;

/** One hook call → its facts. Never throws. Without a session id nothing can be kept: that is a problem, counted. */
export function parsePayload(event: HookEvent): Parsed<Fact[]> {
  const problems: Problem[] = [];
  const payload = parseObject(event, problems);
  if (!payload) return { problems };
  const told = asText(payload.hook_event_name);
  const name = told === undefined ? '' : told.charAt(0).toLowerCase() + told.slice(1);
  if (!EVENTS.has(name)) {
    return { problems: [...problems, { code: 'unknown-hook-event', detail: `hook_event_name ${toName(told)}` }] };
  }
  const sessionId = asText(payload.session_id) ?? asText(event.env.KIRO_SESSION_ID) ?? toProvisionalId(payload, event);
  if (!sessionId) return { problems: [...problems, { code: 'no-session-id', detail: `${name} has neither session_id nor KIRO_SESSION_ID, nor the agent's process` }] };
  const base = { agent: event.agent, sessionId, source: 'hook' as const, at: event.at, order: event.order, ...(event.env[CHANNEL_VARIABLE] ? { channel: event.env[CHANNEL_VARIABLE] } : {}) };
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

/** Some builds spell the fields in another way: they are read as if they had not. */
function parseObject(event: HookEvent, problems: Problem[]): Record<string, unknown> | undefined {
  const value = parseHookPayload(event, problems);
  for (const [field, others] of Object.entries(SPELLINGS)) {
    const other = others.find((name) => value !== undefined && Object.hasOwn(value, name));
    if (value && other !== undefined && value[field] === undefined) value[field] = value[other];
  }
  return value;
}

/**
 * A subagent's hooks carry its own session id on stdin while the process keeps the parent's in KIRO_SESSION_ID. The key holds all
 * that the fact says, so that the many calls of one session are one fact.
 */
function toSessionSeen(payload: Record<string, unknown>, sessionId: string, event: HookEvent): Fact {
  const cwd = asText(payload.cwd);
  const parentId = event.env.KIRO_SESSION_ID;
  // A V3 session that was started below a V2 one is nobody's subagent.
  const isSameEngine = V3_SESSION.test(sessionId) === V3_SESSION.test(parentId ?? '');
  const isChild = parentId !== undefined && parentId !== '' && parentId !== sessionId && isSameEngine;
  const agentPid = /^\d{1,10}$/.test(event.env.PPID ?? '') ? Number(event.env.PPID) : undefined;
  const agentEnvironment = Object.fromEntries(FOLDER_VARIABLES.flatMap((name) => (event.env[name] ? [[name, event.env[name]]] : [])));
  return {
    type: 'session.seen',
    agent: event.agent,
    sessionId,
    source: 'hook',
    key: `seen:${hashOf(sessionId, cwd ?? '', isChild ? parentId : '', ...FOLDER_VARIABLES.map((name) => agentEnvironment[name] ?? ''), String(agentPid ?? '')).slice(0, 32)}`,
    order: 0,
    // The first that a session tells is kept: V3 has no hook for its prompts, so only this says since when hooks follow it.
    ...(V3_SESSION.test(sessionId) ? { at: event.at } : {}),
    cwd,
    parent: isChild ? { sessionId: parentId, relation: 'subagent' } : undefined,
    agentEnvironment,
    agentPid,
  };
}

type Base = Pick<Fact, 'agent' | 'sessionId' | 'source' | 'key' | 'at' | 'order' | 'channel'>;

function toFact(name: string, payload: Record<string, unknown>, base: Base): Fact | undefined {
  const tool = (): ReturnType<typeof parseToolRequest> => parseToolRequest(asText(payload.tool_name) ?? 'unknown', payload.tool_input);
  switch (name) {
    case 'userPromptSubmit':
      // V3 tells it empty, and of steering too: which prompt opens a turn is left to its history.
      if (V3_SESSION.test(base.sessionId) || isOwnPrompt(asText(payload.prompt) ?? '')) return undefined;
      return { ...base, type: 'turn.started', prompt: asText(payload.prompt) };
    case 'preToolUse':
      return { ...base, type: 'tool.started', tool: tool() };
    case 'postToolUse':
      return { ...base, type: 'tool.ended', tool: tool(), result: parseResponse(payload.tool_response, tool().canonicalName) };
    case 'stop':
      return { ...base, type: 'turn.ended', reason: 'ok', answer: asText(payload.assistant_response) };
    case 'agentSpawn':
    case 'sessionStart':
      return toProcessSeen('began', base);
    case 'sessionEnd':
      return toProcessSeen('ended', base);
    default:
      return undefined;
  }
}

/** Not at the moment itself: a session begins with its first prompt, as its history says, not with the process. */
function toProcessSeen(change: 'began' | 'ended', { at, ...base }: Base): Fact | undefined {
  return at && { ...base, type: 'session.seen', key: `process:${base.key}`, process: { change, unixNano: at.unixNano } };
}

/** V2: `{items: […]}`, told of successes only. V1: `{success: boolean, result | error: […]}`. V3: a text, which tells no verdict. */
function parseResponse(response: unknown, tool: string): ToolResult {
  if (typeof response === 'string') return { outcome: 'unknown', ...parseTextResult(response, tool) };
  const values = asRecord(response);
  if (!values) return { outcome: 'ok', ...parseItems(response) };
  if (values.success === false) {
    const text = parseItems(values.error).output;
    return { outcome: 'error', errorType: 'tool_error', errorMessage: text, output: text };
  }
  return { outcome: 'ok', ...parseItems(values.items ?? values.result) };
}
