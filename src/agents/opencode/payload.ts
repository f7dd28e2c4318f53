/**
 * What our plugin tells → facts. One hook call holds what happened within a moment, each with its own time; what is told twice, because
 * OpenCode left while it was being handed over, has one key.
 */
import type { Fact } from '../../core/fact.ts';
import { hashOf } from '../../core/ids.ts';
import type { Parsed, Problem } from '../../core/problem.ts';
import { NANOS_PER_MILLI, NANOS_PER_SECOND, type Instant } from '../../core/time.ts';
import type { HookEvent } from '../agent.ts';
import { agentPidOf, parseHookPayload, toPlainName } from '../hook-payload.ts';
import { asList, asRecord, asText, asUnixMillis } from '../untrusted.ts';
import { PREFIX } from './names.ts';
import { parseToolPart, toToolRequest, toToolResult, toToolTimes, toUniqueId } from './tools.ts';

/** By these OpenCode finds its own folders. */
const FOLDER_VARIABLES = ['HOME', 'XDG_DATA_HOME', 'OPENCODE_DB'] as const;

/** One hook call → its facts. Never throws. What names no session is a problem, counted. */
export function parsePayload(event: HookEvent): Parsed<Fact[]> {
  const problems: Problem[] = [];
  const payload = parseHookPayload(event, problems);
  if (!payload) return { problems };
  if (!Array.isArray(payload.events)) return { problems: [...problems, { code: 'unknown-hook-event', detail: 'a payload without events' }] };
  const facts = new Map<string, Fact>();
  asList(payload.events).forEach((one, index) => {
    const values = asRecord(one);
    const sessionId = asText(values?.sessionID);
    if (!values || sessionId === undefined) return void problems.push({ code: 'no-session-id', detail: 'an event without sessionID' });
    const seen = toSessionSeen(values, sessionId, event);
    facts.set(seen.key, seen);
    const told = toFact(values, { event, sessionId, order: event.order * 1000 + index });
    if (told && 'code' in told) problems.push(told);
    else if (told) facts.set(told.key, told);
  });
  return { value: [...facts.values()], problems };
}

/** The key holds all that the fact says, so that what is said again is one fact. */
function toSessionSeen(values: Record<string, unknown>, sessionId: string, event: HookEvent): Fact {
  const isInfo = values.type === 'session';
  const [cwd, parentId, agentVersion] = isInfo ? [asText(values.directory), asText(values.parentID), asText(values.version)] : [];
  const agentPid = agentPidOf(event);
  const agentEnvironment = Object.fromEntries(FOLDER_VARIABLES.flatMap((name) => (event.env[name] ? [[name, event.env[name]]] : [])));
  const key = [sessionId, cwd ?? '', parentId ?? '', agentVersion ?? '', ...FOLDER_VARIABLES.map((name) => agentEnvironment[name] ?? ''), String(agentPid ?? '')];
  return {
    type: 'session.seen', agent: event.agent, sessionId, source: 'hook', order: 0, key: `seen:${hashOf(...key).slice(0, 32)}`, agentEnvironment, agentPid,
    ...(cwd === undefined ? {} : { cwd }), ...(agentVersion === undefined ? {} : { agentVersion }),
    ...(parentId === undefined ? {} : { parent: { sessionId: parentId, relation: 'subagent' } }),
  };
}

interface Place {
  event: HookEvent;
  sessionId: string;
  order: number;
}

/** Undefined: it tells of the session alone. */
function toFact(values: Record<string, unknown>, { event, sessionId, order }: Place): Fact | Problem | undefined {
  const turnKey = asText(values.turnID);
  const at = toInstant(values.at, event);
  const base = { agent: event.agent, sessionId, source: 'hook' as const, order, turnKey };
  const messageId = asText(values.messageID);
  switch (values.type) {
    case 'session':
      return undefined;
    case 'prompt': {
      const [prompt, command, agent] = [asText(values.text), asText(values.command), asText(values.agent)];
      const extra = { ...(agent === undefined ? {} : { [`${PREFIX}agent`]: agent }), ...(command === undefined ? {} : { [`${PREFIX}slash_command`]: command }) };
      return { ...base, type: 'turn.started', key: `prompt:${turnKey ?? event.key}:${prompt === undefined ? 'open' : 'told'}`, at: toInstant(values.created, event, at), messageId: turnKey, prompt, extra };
    }
    case 'tool': {
      const part = messageId === undefined ? undefined : parseToolPart(asRecord(values.part) ?? {}, messageId);
      return part ? toToolFact(part, { ...base, at }, event) : { code: 'unknown-hook-event', detail: 'a tool event without its call' };
    }
    case 'asked': {
      const [askId, callId] = [asText(values.askID), asText(values.callID)];
      if (askId === undefined || callId === undefined || messageId === undefined) return { code: 'unknown-hook-event', detail: 'a question without its call' };
      return { ...base, at, type: 'permission.asked', key: `asked:${askId}`, askId, callIds: [toUniqueId(messageId, callId)] };
    }
    case 'answered': {
      const askId = asText(values.askID);
      if (askId === undefined) return { code: 'unknown-hook-event', detail: 'an answer without its question' };
      return { ...base, at, type: 'permission.answered', key: `answered:${askId}`, askId, decision: values.reply === 'reject' ? 'denied' : 'approved' };
    }
    case 'idle': {
      const error = asText(values.error);
      const reason = error === undefined ? 'ok' : error === 'MessageAbortedError' ? 'cancelled' : 'error';
      return { ...base, at, type: 'turn.ended', key: `idle:${turnKey ?? ''}:${at.unixNano}`, reason, ...(reason === 'error' ? { errorType: error } : {}) };
    }
    default:
      return { code: 'unknown-hook-event', detail: `event type ${toPlainName(values.type)}` };
  }
}

type ToolBase = Pick<Fact, 'agent' | 'sessionId' | 'order' | 'turnKey'> & { source: 'hook'; at: Instant };

/** When a call began and ended OpenCode says itself: in the history it says the same. */
function toToolFact(part: NonNullable<ReturnType<typeof parseToolPart>>, base: ToolBase, event: HookEvent): Fact {
  const tool = toToolRequest(part);
  const result = toToolResult(part);
  const time = asRecord(part.state.time);
  const { startedAt, endedAt } = toToolTimes(part.state);
  const id = toUniqueId(part.messageId, part.callId);
  if (!result) return { ...base, at: startedAt === undefined ? base.at : toInstant(time?.start, event, base.at), type: 'tool.started', key: `start:${id}`, tool };
  return { ...base, at: endedAt === undefined ? base.at : toInstant(time?.end, event, base.at), type: 'tool.ended', key: `end:${id}`, tool, callId: id, result };
}

/** The plugin's clock is the hook's own; what it tells lies in the past. */
const LATEST_NANO = 2n * NANOS_PER_SECOND;

function toInstant(millis: unknown, { at }: HookEvent, otherwise: Instant = at): Instant {
  const stamp = asUnixMillis(millis);
  return stamp === undefined || stamp > at.unixNano + LATEST_NANO ? otherwise : { unixNano: stamp, source: 'hook', resolutionNano: Number(NANOS_PER_MILLI) };
}
