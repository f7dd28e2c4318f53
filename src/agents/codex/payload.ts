/**
 * Codex's hook payloads → facts. All but those of a session's ends name their turn, calls have their ids, and a subagent's hooks carry
 * the root's session id beside their own thread (`agent_id`).
 */
import { hashOf } from '../../core/ids.ts';
import type { Fact, FactOf, ToolResult } from '../../core/fact.ts';
import type { Parsed, Problem } from '../../core/problem.ts';
import type { HookEvent } from '../agent.ts';
import { parseHookPayload } from '../hook-payload.ts';
import { asList, asRecord, asText } from '../untrusted.ts';
import { toUniqueId } from './call-id.ts';
import { parseOutput, toText } from './results.ts';
import { parseArguments, toToolRequest } from './tools.ts';
import { parseUsage } from './usage.ts';

type Values = Record<string, unknown>;
type Base = Pick<Fact, 'agent' | 'sessionId' | 'key' | 'at' | 'order' | 'turnKey'> & { source: 'hook' };

/** By these Codex finds its own folder. */
const FOLDER_VARIABLES = ['HOME', 'CODEX_HOME'] as const;

/** Known events, each with the fact that it tells beside the session. */
const EVENTS: Readonly<Record<string, (payload: Values, base: Base) => Fact | undefined>> = {
  SessionStart: () => undefined,
  SessionEnd: () => undefined,
  UserPromptSubmit: (payload, base) => ({ ...base, type: 'turn.started', prompt: asText(payload.prompt) }),
  SubagentStart: (_payload, base) => ({ ...base, type: 'turn.started' }),
  PreToolUse: (payload, base) => ({ ...base, type: 'tool.started', tool: toTool(payload, base) }),
  PermissionRequest: (payload, base) => ({ ...base, type: 'permission.asked', askId: base.key, callIds: [], tool: toTool(payload, base) }),
  PostToolUse: toToolEnded,
  PreModelRequest: () => undefined,
  PostModelRequest: toAnswer,
  PreCompact: () => undefined,
  PostCompact: (_payload, base) => ({ ...base, type: 'context.changed', change: 'compaction' }),
  Stop: (payload, base) => toTurnEnded(payload, base, 'ok'),
  SubagentStop: (payload, base) => toTurnEnded(payload, base, 'ok'),
  StopFailure: (payload, base) => toTurnEnded(payload, base, 'error'),
  Interrupt: (payload, base) => toTurnEnded(payload, base, 'cancelled'),
  'agent-turn-complete': (payload, base) => ({ ...base, type: 'turn.ended', reason: 'ok', answer: asText(payload['last-assistant-message']) }),
};

/** One hook call → its facts. Never throws. Without a session id nothing can be kept: that is a problem, counted. */
export function parsePayload(event: HookEvent): Parsed<Fact[]> {
  const problems: Problem[] = [];
  const payload = parseHookPayload(event, problems);
  if (!payload) return { problems };
  const name = asText(payload.hook_event_name) ?? asText(payload.type) ?? '';
  const toFact = Object.hasOwn(EVENTS, name) ? EVENTS[name] : undefined;
  if (!toFact) return { problems: [...problems, { code: 'unknown-hook-event', detail: `hook_event_name ${toPlainName(name)}` }] };
  if (isTitleThread(payload)) return { problems };
  const root = asText(payload.session_id) ?? asText(payload['thread-id']);
  const sessionId = asText(payload.agent_id) ?? root;
  if (!sessionId) return { problems: [...problems, { code: 'no-session-id', detail: `${name} has no session_id` }] };
  const base: Base = { agent: event.agent, sessionId, source: 'hook', key: event.key, at: event.at, order: event.order };
  const turnKey = asText(payload.turn_id) ?? asText(payload['turn-id']);
  if (turnKey !== undefined) base.turnKey = turnKey;
  const fact = toFact(payload, base);
  return { value: [toSessionSeen(payload, { sessionId, root, event }), ...(fact ? [fact] : [])], problems };
}

/** Details of problems carry no content. */
function toPlainName(name: string): string {
  return /^[A-Za-z_-]{1,40}$/.test(name) ? `"${name}"` : '(no plain name)';
}

/** `notify` also tells the ends of threads that Codex starts for itself, to name a session: no rollout and no hook knows of them. */
function isTitleThread(payload: Values): boolean {
  return /^Generate a concise, single-line task title\b/.test(asText(asList(payload['input-messages'])[0]) ?? '');
}

interface Seen {
  sessionId: string;
  root?: string;
  event: HookEvent;
}

/** The key holds all that the fact says, so that the many calls of one session are one fact. The model is told with the session alone: it may change. */
function toSessionSeen(payload: Values, { sessionId, root, event }: Seen): Fact {
  const cwd = asText(payload.cwd);
  const model = payload.hook_event_name === 'SessionStart' ? asText(payload.model) : undefined;
  const agentName = asText(payload.agent_id) === undefined ? undefined : asText(payload.agent_type);
  const parentId = root === sessionId ? undefined : root;
  const agentPid = /^\d{1,10}$/.test(event.env.PPID ?? '') ? Number(event.env.PPID) : undefined;
  const agentEnvironment = Object.fromEntries(FOLDER_VARIABLES.flatMap((name) => (event.env[name] ? [[name, event.env[name]]] : [])));
  return {
    type: 'session.seen', agent: event.agent, sessionId, source: 'hook', order: 0,
    key: `seen:${hashOf(sessionId, cwd ?? '', parentId ?? '', model ?? '', agentName ?? '', ...FOLDER_VARIABLES.map((name) => agentEnvironment[name] ?? ''), String(agentPid ?? '')).slice(0, 32)}`,
    cwd, model, agentName, parent: parentId === undefined ? undefined : { sessionId: parentId, relation: 'subagent' }, agentEnvironment, agentPid,
  };
}

function toTool(payload: Values, { turnKey, sessionId }: Base): ReturnType<typeof toToolRequest> {
  return toToolRequest({ name: asText(payload.tool_name) ?? 'unknown', input: payload.tool_input, nativeCallId: asText(payload.tool_use_id), scope: turnKey ?? sessionId });
}

/** A shell's response is what it wrote, whatever it exited with: then nothing tells a verdict. A failed MCP call has no such hook. */
function toToolEnded(payload: Values, base: Base): FactOf<'tool.ended'> {
  const tool = toTool(payload, base);
  const response = asRecord(payload.tool_response);
  const told = response ? { outcome: response.isError === true ? ('error' as const) : ('ok' as const), output: toText(response.content ?? response) || undefined } : parseOutput(payload.tool_response);
  const isUntold = tool.canonicalName === 'shell' && !('exitCode' in told);
  const result: ToolResult = isUntold ? { outcome: 'unknown', output: told.output } : told;
  const [spawn] = tool.spawns ?? [];
  const agentId = spawn && result.output?.startsWith('{') ? asText(asRecord(parseArguments(result.output))?.agent_id) : undefined;
  if (spawn && agentId !== undefined) spawn.sessionId = agentId;
  return { ...base, type: 'tool.ended', tool, callId: tool.callId, result };
}

/** The history knows the answer by its own id; this one stands for it while there is none. */
function toAnswer(payload: Values, base: Base): FactOf<'model.answered'> {
  const usage = parseUsage(payload.token_usage)?.usage;
  const isFailed = payload.error !== null && payload.error !== undefined;
  return {
    ...base, type: 'model.answered', messageId: toUniqueId(base.turnKey ?? base.sessionId, base.key), responseId: null, callIds: [],
    outcome: isFailed ? 'error' : 'ok', requestModel: asText(payload.model), endedAt: base.at?.unixNano, ...(usage ? { usage } : {}),
  };
}

function toTurnEnded(payload: Values, base: Base, reason: 'ok' | 'error' | 'cancelled'): FactOf<'turn.ended'> {
  const mode = asText(payload.permission_mode);
  return { ...base, type: 'turn.ended', reason, answer: asText(payload.last_assistant_message), ...(mode === undefined ? {} : { extra: { 'codex.permission_mode': mode } }) };
}
