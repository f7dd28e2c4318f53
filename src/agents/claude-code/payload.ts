/**
 * Claude Code's hook payloads → facts. They carry its own ids: of the prompt, of the call, of the subagent. A subagent's payloads name
 * the session that it belongs to and, beside it, the subagent, which is a session of its own here.
 */
import type { HookBase } from './hook-base.ts';
import type { Attributes } from '../../core/attributes.ts';
import type { Fact } from '../../core/fact.ts';
import { hashOf } from '../../core/ids.ts';
import type { Parsed, Problem } from '../../core/problem.ts';
import type { HookEvent } from '../agent.ts';
import { parseHookPayload } from '../hook-payload.ts';
import { asText } from '../untrusted.ts';
import { isOfCursor } from './cursor-answer.ts';
import { PREFIX, toName } from './names.ts';
import { toBatchEnds, toCallEnd, toCallStart, toDenial, toPermissionAsk } from './payload-tools.ts';

/** Every event of Claude Code 2.1.329; most are not registered, for what they tell stands in the transcript. */
const EVENTS = new Set([
  'SessionStart', 'SessionEnd', 'Setup', 'UserPromptSubmit', 'UserPromptExpansion', 'PreToolUse', 'PostToolUse', 'PostToolUseFailure', 'PostToolBatch', 'PermissionRequest',
  'PermissionDenied', 'Notification', 'Stop', 'StopFailure', 'SubagentStart', 'SubagentStop', 'PreCompact', 'PostCompact', 'PreModelSwitch', 'PostModelSwitch', 'TaskCreated',
  'TaskCompleted', 'TeammateIdle', 'Elicitation', 'ElicitationResult', 'ConfigChange', 'InstructionsLoaded', 'CwdChanged', 'DirectoryAdded', 'FileChanged', 'WorktreeCreate',
  'WorktreeRemove', 'MessageDisplay',
]);

/** By these Claude Code finds its own folders. */
const FOLDER_VARIABLES = ['HOME', 'CLAUDE_CONFIG_DIR', 'XDG_CONFIG_HOME'] as const;

type Values = Record<string, unknown>;

/** One hook call → its facts. Never throws. Without a session id nothing can be kept: that is a problem, counted. */
export function parsePayload(event: HookEvent): Parsed<Fact[]> {
  const problems: Problem[] = [];
  const payload = parseHookPayload(event, problems);
  if (!payload) return { problems };
  // Other agents run the hooks of Claude Code's settings, too: what they tell, their own hooks tell.
  if (isOfCursor(payload) || isOfCopilot(payload, event)) return { value: [], problems };
  const name = asText(payload.hook_event_name) ?? asText(event.env.SPOOR_HOOK_EVENT);
  if (name === undefined || !EVENTS.has(name)) return { problems: [...problems, { code: 'unknown-hook-event', detail: `hook_event_name ${toName(name)}` }] };
  const main = asText(payload.session_id) ?? asText(event.env.CLAUDE_CODE_SESSION_ID);
  if (main === undefined) return { problems: [...problems, { code: 'no-session-id', detail: `${name} has neither session_id nor CLAUDE_CODE_SESSION_ID` }] };
  // Summarisers of a compaction stop without a name and without having begun.
  const isNameless = name === 'SubagentStop' && asText(payload.agent_type) === undefined;
  const agentId = isNameless ? undefined : asText(payload.agent_id);
  const sessionId = agentId ?? main;
  const channel = event.env.SPOOR_HOOK_CHANNEL;
  const base: HookBase = {
    agent: event.agent, sessionId, source: 'hook', key: event.key, at: event.at, order: event.order,
    ...(channel ? { channel } : {}),
  };
  const facts = [toSessionSeen(payload, { sessionId, main }, event)];
  if (!isNameless) facts.push(...toFacts(name, payload, base));
  return { value: facts, problems };
}

/**
 * Whether GitHub Copilot (its CLI or VS Code) wrote this: it reads the hooks of `.claude/settings.json` and stamps what it tells, which Claude Code
 * does not; and it gives hooks no session id of Claude Code's.
 */
function isOfCopilot(payload: Values, { env }: HookEvent): boolean {
  return typeof payload.timestamp === 'string' && env.CLAUDE_CODE_SESSION_ID === undefined;
}

/** The key holds all that the fact says, so that the many calls of one session are one fact. */
function toSessionSeen(payload: Values, { sessionId, main }: { sessionId: string; main: string }, event: HookEvent): Fact {
  const isSubagent = sessionId !== main;
  const cwd = asText(payload.cwd);
  const agentName = isSubagent ? asText(payload.agent_type) : undefined;
  const agentPid = /^\d{1,10}$/.test(event.env.PPID ?? '') ? Number(event.env.PPID) : undefined;
  const agentEnvironment = Object.fromEntries(FOLDER_VARIABLES.flatMap((name) => (event.env[name] ? [[name, event.env[name]]] : [])));
  // A subagent's transcript stands in the folder of the session that it belongs to.
  if (isSubagent) agentEnvironment.CLAUDE_CODE_SESSION_ID = main;
  const words = [sessionId, cwd ?? '', main, agentName ?? '', ...FOLDER_VARIABLES.map((name) => agentEnvironment[name] ?? ''), String(agentPid ?? '')];
  return {
    type: 'session.seen', agent: event.agent, sessionId, source: 'hook', key: `seen:${hashOf(...words).slice(0, 32)}`, order: 0,
    cwd, parent: isSubagent ? { sessionId: main, relation: 'subagent' } : undefined, ...(agentName === undefined ? {} : { agentName }), agentEnvironment, agentPid,
  };
}

function toFacts(name: string, payload: Values, base: HookBase): Fact[] {
  switch (name) {
    case 'UserPromptSubmit':
      return [{ ...base, type: 'turn.started', prompt: asText(payload.prompt), runKey: asText(payload.prompt_id), extra: toExtra(payload) }];
    case 'SubagentStart':
      return [{ ...base, type: 'turn.started' }];
    case 'PreToolUse':
      return [toCallStart(payload, base)];
    case 'PostToolUse':
    case 'PostToolUseFailure':
      return [toCallEnd(payload, base, name === 'PostToolUseFailure')];
    case 'PostToolBatch':
      return toBatchEnds(payload, base);
    case 'PermissionRequest':
      return [toPermissionAsk(payload, base)];
    case 'PermissionDenied':
      return [toDenial(payload, base)];
    case 'Stop':
    case 'SubagentStop':
      return [{ ...base, type: 'turn.ended', reason: 'ok', answer: asText(payload.last_assistant_message) }];
    case 'StopFailure':
      return [toFailedEnd(payload, base)];
    case 'SessionEnd':
      return [{ ...base, type: 'turn.ended', reason: 'unknown', isSessionEnd: true }];
    default:
      return [];
  }
}

/** The request to the model failed for good. What the answer would have been is then the error's text. */
function toFailedEnd(payload: Values, base: HookBase): Fact {
  const error = asText(payload.error);
  const message = asText(payload.error_details) ?? asText(payload.last_assistant_message);
  return { ...base, type: 'turn.ended', reason: 'error', errorType: error === undefined || error === 'unknown' ? 'api_error' : error, ...(message === undefined ? {} : { errorMessage: message }) };
}

function toExtra(payload: Values): Attributes {
  const mode = asText(payload.permission_mode);
  const source = asText(payload.source);
  return { ...(mode === undefined ? {} : { [`${PREFIX}permission_mode`]: mode }), ...(source === undefined ? {} : { [`${PREFIX}prompt.source`]: source }) };
}
