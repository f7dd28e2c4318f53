/**
 * `session-state/<id>/events.jsonl` of Copilot CLI 1.0 → facts. One event a line: `{type, data, id, timestamp, parentId, agentId?}`. A subagent's
 * stand between the session's own and name it; a resumed session goes on in the same file; a rewind takes lines away. What Copilot writes for
 * its screen alone never comes into the file.
 */
import type { Fact } from '../../core/fact.ts';
import { isTooDeep } from '../../core/json.ts';
import type { Problem } from '../../core/problem.ts';
import { parseRfc3339 } from '../../core/time.ts';
import { asCount, asRecord, asText } from '../untrusted.ts';
import { addAnswer, addUnanswered, addUsage } from './answers.ts';
import { addAsked, addDecision, addEnd, addSkill, addStart, addSubagent, endSubagent } from './calls.ts';
import { addMeter, addMode, addModel, addSession, addShutdown, addTitle } from './session-events.ts';
import { addPrompt } from './prompts.ts';
import { baseOf, isAnswered, newReading, threadOf, touch, turnOf, type CopilotEvent, type SessionReading } from './reading.ts';
import { toFacts } from './turn-facts.ts';

export interface EventReader {
  /** One line. Never throws; what it does not know is a problem that names it. */
  add(text: string, order: number): Problem[];
  /** The facts of all events so far, a subagent's in its own name. */
  finish(): Fact[];
}

/** Reads one session's events, first to last. */
export function createEventReader(sessionId: string): EventReader {
  const reading = newReading(sessionId);
  return {
    add(text, order) {
      const parsed = parseEvent(text, order, sessionId);
      if ('problem' in parsed) return [parsed.problem];
      const { event } = parsed;
      // A fork, or a crash between two writings, may leave a line twice.
      if (reading.seenIds.size === reading.seenIds.add(event.id).size) return [];
      const add = Object.hasOwn(EVENTS, event.type) ? EVENTS[event.type] : undefined;
      add?.(reading, event);
      return add || isSilent(event.type) ? [] : [{ code: 'unknown-record', detail: `type ${toPlainType(event.type)}` }];
    },
    finish() {
      addUnanswered(reading);
      return toFacts(reading);
    },
  };
}

function parseEvent(text: string, order: number, sessionId: string): { event: CopilotEvent } | { problem: Problem } {
  const place = `line ${order + 1}`;
  try {
    const value: unknown = JSON.parse(text);
    if (isTooDeep(value)) return { problem: { code: 'too-deep', detail: `${place} nests deeper than 200 levels` } };
    const values = asRecord(value);
    const type = asText(values?.type);
    if (!values || type === undefined) return { problem: { code: 'unknown-record', detail: `${place} is no event` } };
    const unixNano = parseRfc3339(values.timestamp);
    const agentId = asText(values.agentId);
    return {
      event: {
        type, order, id: asText(values.id) ?? `${sessionId}:line:${order}`, data: asRecord(values.data) ?? {},
        ...(unixNano === undefined ? {} : { at: { unixNano, source: 'transcript', resolutionNano: 1e6 } }), ...(agentId === undefined ? {} : { agentId }),
      },
    };
  } catch {
    return { problem: { code: 'bad-json', detail: `${place} is no JSON` } };
  }
}

type AddEvent = (reading: SessionReading, event: CopilotEvent) => void;

const EVENTS: Readonly<Record<string, AddEvent>> = {
  'session.start': addSession,
  'session.resume': addSession,
  'session.context_changed': addSession,
  'session.title_changed': addTitle,
  'session.model_change': addModel,
  'session.mode_changed': addMode,
  'session.permissions_changed': addMode,
  'session.shutdown': addShutdown,
  'session.usage_checkpoint': addMeter,
  'session.usage_record': addUsage,
  'session.compaction_complete': addCompaction,
  'session.truncation': addCompaction,
  'session.context_cleared': addCleared,
  'session.error': addError,
  'user.message': addPrompt,
  'assistant.turn_start': addRoundStart,
  'assistant.message': addAnswer,
  'assistant.turn_end': addRoundEnd,
  'model.call_failure': addFailedRequest,
  'tool.execution_start': addStart,
  'tool.execution_complete': addEnd,
  'skill.invoked': addSkill,
  'permission.requested': addAsked,
  'permission.completed': addDecision,
  'subagent.started': addSubagent,
  'subagent.completed': endSubagent,
  'subagent.failed': endSubagent,
  abort: addAbort,
};

/** Known, and nothing of them is asked for. By their beginning: new ones of the kind come with nearly every version. */
const SILENT = /^(hook|system|session|subagent|tool|command|commands|capabilities|external_tool|user_input|elicitation|sampling|mcp|mcp_app|auto_mode_switch|exit_plan_mode|plan|factory|canvas|binary_asset|custom_notification|pending_messages|session_limits_exhausted|assistant|model|extensions|skills|custom_agents|ui)[._]/;

function isSilent(type: string): boolean {
  return SILENT.test(type);
}

function toPlainType(type: string): string {
  return /^[A-Za-z_.-]{1,60}$/.test(type) ? `"${type}"` : '(no plain name)';
}

/** A request to the model begins. */
function addRoundStart(reading: SessionReading, event: CopilotEvent): void {
  const thread = threadOf(reading, event);
  touch(thread, turnOf(thread, event), event);
  thread.requestAt = event.at?.unixNano;
}

function addRoundEnd(reading: SessionReading, event: CopilotEvent): void {
  const thread = threadOf(reading, event);
  touch(thread, turnOf(thread, event), event);
}

/** The person stopped it. What ran then gets no result of its own. */
function addAbort(reading: SessionReading, event: CopilotEvent): void {
  const thread = threadOf(reading, event);
  const turn = turnOf(thread, event);
  touch(thread, turn, event);
  if (!isAnswered(turn) || turn.answers.length === 0) turn.stop = { reason: 'cancelled', at: event.at };
  for (const call of turn.calls.values()) {
    const { callId, nativeCallId } = call.called.tool;
    call.ended ??= { ...baseOf(thread, turn, { key: `result:${callId ?? nativeCallId}`, order: call.called.order, at: event.at }), type: 'tool.ended', callId, result: { outcome: 'cancelled' } };
  }
}

/** The session says what went wrong. Where an answer is due, none comes. */
function addError(reading: SessionReading, event: CopilotEvent): void {
  const thread = threadOf(reading, event);
  const turn = thread.turns.at(-1);
  if (!turn || turn.isOver || turn.stop || isAnswered(turn)) return;
  touch(thread, turn, event);
  turn.stop = { reason: 'error', at: event.at, errorType: asText(event.data.errorType) ?? 'api_error', errorMessage: asText(event.data.message) };
}

function addFailedRequest(reading: SessionReading, event: CopilotEvent): void {
  const thread = threadOf(reading, event);
  const turn = turnOf(thread, event);
  const order = touch(thread, turn, event);
  const status = asCount(event.data.statusCode);
    turn.facts.push({ ...baseOf(thread, turn, { key: `failed:${event.id}`, order, at: event.at }), type: 'context.changed', change: 'api-retry', recordId: event.id, ...(status === undefined ? {} : { attributes: { status_code: BigInt(status) } }) });
}

const COMPACTION_COUNTS: readonly (readonly [field: string, name: string])[] = [
  ['preCompactionTokens', 'pre_tokens'], ['postCompactionTokens', 'post_tokens'], ['tokensRemoved', 'tokens_removed'], ['messagesRemoved', 'messages_removed'],
  ['preTruncationTokensInMessages', 'pre_tokens'], ['postTruncationTokensInMessages', 'post_tokens'],
];

function addCompaction(reading: SessionReading, event: CopilotEvent): void {
  const thread = threadOf(reading, event);
  const turn = turnOf(thread, event);
  if (event.data.success === false) return;
  const order = touch(thread, turn, event);
  const counts = COMPACTION_COUNTS.flatMap(([field, name]) => {
    const count = asCount(event.data[field]);
    return count === undefined ? [] : [[name, BigInt(count)] as const];
  });
  const trigger = asText(event.data.trigger);
  const attributes = { ...Object.fromEntries(counts), ...(trigger === undefined ? {} : { trigger }) };
  turn.facts.push({ ...baseOf(thread, turn, { key: `compaction:${event.id}`, order, at: event.at }), type: 'context.changed', change: 'compaction', recordId: event.id, attributes });
}

function addCleared(reading: SessionReading, event: CopilotEvent): void {
  const thread = threadOf(reading, event);
  const turn = turnOf(thread, event);
  const order = touch(thread, turn, event);
  turn.facts.push({ ...baseOf(thread, turn, { key: `cleared:${event.id}`, order, at: event.at }), type: 'context.changed', change: 'cleared', recordId: event.id });
}
