/**
 * What our extension tells → facts. One hook call holds what happened within a moment, each with its own time. pi's events name neither turn
 * nor answer: assembly pairs by the prompt, then by the call's name and input, and the history brings the ids.
 */
import type { Fact } from '../../core/fact.ts';
import { hashOf } from '../../core/ids.ts';
import type { Parsed, Problem } from '../../core/problem.ts';
import { NANOS_PER_MILLI, NANOS_PER_SECOND, type Instant } from '../../core/time.ts';
import type { HookEvent } from '../agent.ts';
import { agentPidOf, parseHookPayload, toPlainName } from '../hook-payload.ts';
import { asRecord, asText, asUnixMillis } from '../untrusted.ts';
import { toText, toToolRequest, toToolResult } from './tools.ts';

/** By these pi finds its own folders. */
const FOLDER_VARIABLES = ['HOME', 'PI_CODING_AGENT_DIR', 'PI_CODING_AGENT_SESSION_DIR'] as const;

/** One hook call → its facts. Never throws. What names no session is a problem, counted. */
export function parsePayload(event: HookEvent): Parsed<Fact[]> {
  const problems: Problem[] = [];
  const payload = parseHookPayload(event, problems);
  if (!payload) return { problems };
  if (!Array.isArray(payload.events)) return { problems: [...problems, { code: 'unknown-hook-event', detail: 'a payload without events' }] };
  const facts = new Map<string, Fact>();
  (payload.events as unknown[]).forEach((one, index) => {
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
  const cwd = asText(values.directory);
  const agentPid = agentPidOf(event);
  const agentEnvironment = Object.fromEntries(FOLDER_VARIABLES.flatMap((name) => (event.env[name] ? [[name, event.env[name]]] : [])));
  const key = [sessionId, cwd ?? '', ...FOLDER_VARIABLES.map((name) => agentEnvironment[name] ?? ''), String(agentPid ?? '')];
  return { type: 'session.seen', agent: event.agent, sessionId, source: 'hook', order: 0, key: `seen:${hashOf(...key).slice(0, 32)}`, agentEnvironment, agentPid, ...(cwd === undefined ? {} : { cwd }) };
}

interface Place {
  event: HookEvent;
  sessionId: string;
  order: number;
}

/** What is told twice, because pi left while it was being handed over, has one key. Undefined: it tells of the session alone. */
function toFact(values: Record<string, unknown>, { event, sessionId, order }: Place): Fact | Problem | undefined {
  const told = toInstant(values.at, event);
  const base = { agent: event.agent, sessionId, source: 'hook' as const, order, at: told };
  const id = `${told.unixNano}:${asText(values.toolCallId) ?? ''}`;
  const name = asText(values.toolName);
  switch (values.type) {
    case 'session':
      return undefined;
    case 'prompt': {
      const at = toInstant(values.created, event, told);
      return { ...base, at, type: 'turn.started', key: `prompt:${at.unixNano}`, prompt: toText(values.content) };
    }
    case 'start':
      return name === undefined ? { code: 'unknown-hook-event', detail: 'a call without its tool' } : { ...base, type: 'tool.started', key: `start:${id}`, tool: toToolRequest(name, values.input) };
    case 'end':
      return name === undefined ? { code: 'unknown-hook-event', detail: 'a result without its tool' } : { ...base, type: 'tool.ended', key: `end:${id}`, tool: toToolRequest(name, values.input), result: toToolResult(asRecord(values.result) ?? {}, true) };
    case 'settled':
      return { ...base, type: 'turn.ended', key: `settled:${told.unixNano}`, reason: values.aborted === true ? 'cancelled' : 'ok' };
    default:
      return { code: 'unknown-hook-event', detail: `event type ${toPlainName(values.type)}` };
  }
}

/** The extension's clock is the hook's own; what it tells lies in the past. */
const LATEST_NANO = 2n * NANOS_PER_SECOND;

function toInstant(millis: unknown, { at }: HookEvent, otherwise: Instant = at): Instant {
  const stamp = asUnixMillis(millis);
  return stamp === undefined || stamp > at.unixNano + LATEST_NANO ? otherwise : { unixNano: stamp, source: 'hook', resolutionNano: Number(NANOS_PER_MILLI) };
}
