/**
 * Kiro V3's `messages.jsonl` (and the IDE's from 1.0 on, and `sub-executions/*.jsonl`): `{id, timestamp, payload: {type, …}}` a line →
 * facts. The lines are read in order: what a record means depends on the ones before it.
 */
import type { Fact, FactOf } from '../../../core/fact.ts';
import { isTooDeep } from '../../../core/json.ts';
import type { Problem } from '../../../core/problem.ts';
import type { SpanLink, SpanValues } from '../../../core/span.ts';
import { parseRfc3339 } from '../../../core/time.ts';
import { asList, asRecord, asText } from '../../untrusted.ts';
import { toName } from '../names.ts';
import { addCall, addMeasure, addResult, addWords, toText } from './answers.ts';
import { baseOf, currentTurn, newReading, openTurn, turnOf, type SessionReading, type V3Record } from './reading.ts';
import { addTurnEnd, addUsage, toTurnFacts } from './turn-end.ts';

/** What the records of a session came to. */
export interface V3Facts {
  facts: Fact[];
  /** Sessions that it started. */
  spawnedIds: string[];
  /** The newest turn's first message. */
  newestMessageId?: string;
  agentType?: string;
}

export interface MessageReader {
  /** One line. Never throws; what it does not know is a problem that names it. */
  add(text: string, order: number): Problem[];
  /** The facts of all lines so far. */
  finish(): V3Facts;
}

/** Reads one session's lines, first to last. */
export function createMessageReader(sessionId: string): MessageReader {
  const reading = newReading(sessionId);
  return {
    add(text, order) {
      let root: Record<string, unknown> | undefined;
      try {
        const value: unknown = JSON.parse(text);
        if (isTooDeep(value)) return [{ code: 'too-deep', detail: `line ${order + 1} nests deeper than 200 levels` }];
        root = asRecord(value);
      } catch {
        return [{ code: 'bad-json', detail: `line ${order + 1} is no JSON` }];
      }
      const payload = asRecord(root?.payload);
      if (!root || !payload) return [{ code: 'unknown-record', detail: `line ${order + 1} has no payload` }];
      const unixNano = parseRfc3339(root.timestamp);
      const id = asText(root.id) ?? `${sessionId}:line:${order}`;
      return addRecord(reading, { id, order, payload, at: unixNano === undefined ? undefined : { unixNano, source: 'transcript', resolutionNano: 1e6 } });
    },
    finish() {
      const { turns } = reading;
      const last = turns.at(-1);
      return {
        facts: [...reading.facts, ...turns.flatMap((turn, index) => toTurnFacts(turn, sessionId, index < turns.length - 1))],
        spawnedIds: turns.flatMap((turn) => turn.spawned.map((spawned) => spawned.sessionId)),
        newestMessageId: last?.started?.messageId ?? last?.answers[0]?.fact.messageId,
        agentType: reading.agentType,
      };
    },
  };
}

function addRecord(reading: SessionReading, record: V3Record): Problem[] {
  const { payload } = record;
  switch (payload.type) {
    case 'assistant':
      return addWords(reading, record);
    case 'tool_call':
      return addCall(reading, record);
    case 'tool_result':
      return addResult(reading, record);
    case 'usage_summary':
      addUsage(reading, record);
      return [];
    case 'turn_end':
      return addTurnEnd(reading, record);
    default:
      // These count once, however often they are written.
      if (reading.seenIds.has(seenKeyOf(record))) return [];
      reading.seenIds.add(seenKeyOf(record));
      return addOnce(reading, record);
  }
}

/** An id alone is not enough: what is of an unknown type must be counted though its id be another record's. */
function seenKeyOf({ id, payload }: V3Record): string {
  return `${typeof payload.type === 'string' ? payload.type : ''} ${id}`;
}

function addOnce(reading: SessionReading, record: V3Record): Problem[] {
  const { payload } = record;
  switch (payload.type) {
    case 'user':
      addPrompt(reading, record);
      return [];
    case 'turn_start':
      addExecution(reading, asText(payload.executionId));
      return [];
    case 'session_metadata':
      if (payload.key === 'contextUsage') addMeasure(reading, record);
      if (payload.key === 'displayError') turnOf(reading, asText(payload.executionId)).errorMessage = asText(asRecord(payload.value)?.message);
      return [];
    case 'pending_interaction':
      return addQuestion(reading, record);
    case 'interaction_resolved':
      return addDecision(reading, record);
    case 'sub_agent_start':
      return addSpawned(reading, record);
    case 'tombstone':
      return addTombstone(reading, record);
    case 'session_start':
      // Its content is the system prompt: nobody asked for that.
      reading.agentType = asText(payload.agentType) ?? reading.agentType;
      return [];
    case 'session_event':
    case 'steering_inclusion':
    case 'sub_agent_complete':
    case 'ContextualHookInvoked':
      // What these did, if anything, is told by records of its own.
      return [];
    default:
      return [{ code: 'unknown-record', detail: `type ${toName(payload.type)}` }];
  }
}

function addExecution(reading: SessionReading, executionId: string | undefined): void {
  if (executionId === undefined) return;
  const turn = currentTurn(reading);
  turn.turnKey ??= executionId;
  reading.turnOfExecution.set(executionId, turn);
}

/** A prompt opens a turn; steering is a word into the one that runs. */
function addPrompt(reading: SessionReading, record: V3Record): void {
  const { payload, id } = record;
  const text = toText(payload.content) || undefined;
  if (payload.source === 'steer') {
    reading.facts.push({ ...baseOf(reading, record, `steer:${id}`), type: 'context.changed', change: 'steering', text });
    return;
  }
  const links = toLinks(asRecord(payload._meta)?.traceparent);
  const turn = openTurn(reading);
  turn.started = { ...baseOf(reading, record, `msg:${id}`), type: 'turn.started', messageId: id, prompt: text, isEndTold: true, ...(links.length > 0 ? { links } : {}) };
}

/** W3C Trace Context; all-zero ids are none. */
function toLinks(traceparent: unknown): SpanLink[] {
  const match = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(?:-|$)/.exec(asText(traceparent) ?? '');
  const [, traceId, spanId] = match ?? [];
  return traceId && spanId ? [{ traceId, spanId, attributes: {} }] : [];
}

/** One question may be about several calls: the changes of a turn are reviewed together. */
function addQuestion(reading: SessionReading, record: V3Record): Problem[] {
  const { payload } = record;
  const askId = asText(payload.toolCallId);
  if (payload.interactionType !== 'tool_approval' || askId === undefined) {
    return [{ code: 'unknown-interaction', detail: `interactionType ${toName(payload.interactionType)}` }];
  }
  const files = asList(asRecord(asRecord(payload._meta)?.kiro)?.files).flatMap((file) => asText(asRecord(file)?.toolCallId) ?? []);
  const kinds = asList(payload.options).flatMap((entry): [string, string][] => {
    const [optionId, kind] = [asText(asRecord(entry)?.optionId), asText(asRecord(entry)?.kind)];
    return optionId && kind ? [[optionId, kind]] : [];
  });
  reading.options.set(askId, new Map(kinds));
  currentTurn(reading);
  reading.facts.push({ ...baseOf(reading, record, `ask:${record.id}`), type: 'permission.asked', askId, callIds: files.length > 0 ? [...new Set(files)] : [askId] });
  return [];
}

function addDecision(reading: SessionReading, record: V3Record): Problem[] {
  const askId = asText(record.payload.toolCallId);
  if (askId === undefined) return [{ code: 'no-call-id', detail: `line ${record.order + 1}: an interaction_resolved without toolCallId` }];
  const option = asText(record.payload.selectedOption);
  const word = (option && reading.options.get(askId)?.get(option)) ?? option ?? '';
  const isAnswered = record.payload.outcome === undefined || record.payload.outcome === 'selected';
  const decision: NonNullable<SpanValues['decision']> = !isAnswered ? 'cancelled' : /reject|deny/.test(word) ? 'denied' : /allow|accept/.test(word) ? 'approved' : 'cancelled';
  reading.facts.push({ ...baseOf(reading, record, `answer:${record.id}`), type: 'permission.answered', askId, decision });
  return [];
}

function addSpawned(reading: SessionReading, record: V3Record): Problem[] {
  const sessionId = asText(record.payload.subSessionId);
  if (sessionId === undefined) return [{ code: 'no-session-id', detail: `line ${record.order + 1}: a sub_agent_start without subSessionId` }];
  currentTurn(reading).spawned.push({ sessionId, order: record.order, prompt: asText(record.payload.prompt) });
  return [];
}

function addTombstone(reading: SessionReading, record: V3Record): Problem[] {
  const { payload } = record;
  if (payload.kind !== 'summarization') return [{ code: 'unknown-record', detail: `tombstone ${toName(payload.kind)}` }];
  const effectiveFrom = asText(payload.effectiveFromMessageId);
  const fact: FactOf<'context.changed'> = { ...baseOf(reading, record, `tombstone:${record.id}`), type: 'context.changed', change: 'compaction' };
  if (effectiveFrom !== undefined) fact.attributes = { effective_from_message_id: effectiveFrom };
  reading.facts.push(fact);
  return [];
}
