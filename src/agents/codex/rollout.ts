/**
 * A rollout, Codex's record of a thread: `{timestamp, ordinal?, type, payload}` a line → facts. The lines are read in order: what one
 * means depends on those before it. Three ways of writing came after each other: bare items of the model's API, items with events
 * beside them, and (0.147 on) paginated histories whose items stand for most events.
 */
import type { Fact } from '../../core/fact.ts';
import { isTooDeep } from '../../core/json.ts';
import type { Problem } from '../../core/problem.ts';
import { latest, parseRfc3339 } from '../../core/time.ts';
import { toPlainName } from '../hook-payload.ts';
import { hasManyBrackets } from '../jsonl.ts';
import { asRecord, asText } from '../untrusted.ts';
import { addEvent, addUsageRecord } from './events.ts';
import { baseOf, currentTurn, newReading, type RolloutReading, type RolloutRecord } from './reading.ts';
import { addResponseItem } from './response-items.ts';
import { parseSessionMeta, type SessionMeta } from './session-meta.ts';
import { toTurnFacts } from './turn-facts.ts';
import { toTotalKey } from './usage.ts';

export interface RolloutFacts {
  facts: Fact[];
  meta: SessionMeta;
  /** The model that the newest turn asked. */
  model?: string;
  title?: string;
}

export interface RolloutReader {
  /** One line. Never throws; what it does not know is a problem that names it. */
  add(text: string, lineNumber: number): Problem[];
  /** The facts of all lines so far. */
  finish(): RolloutFacts;
}

const MILLIS = 1e6;
/** Lines are copied into a fork within tens of milliseconds; nobody writes a prompt in a second. */
const COPYING_NANO = 1_000_000_000n;
/** So much of a line's beginning tells what it is. */
const HEAD_CHARACTERS = 320;
/** Instructions for the model, and what is told a second time: a third of many rollouts, known without being parsed. Quotes in texts are escaped. */
const TOLD_ELSEWHERE = /^\{"timestamp":"[^"]{10,40}",(?:"ordinal":\d{1,15},)?"type":(?:"response_item","payload":\{"type":"message",(?:"id":"[^"]{1,80}",)?"role":"developer"|"event_msg","payload":\{"type":"(?:agent_message|agent_reasoning|agent_reasoning_raw_content)"|"event_msg","payload":\{"type":"item_completed","thread_id":"[^"]{1,64}","turn_id":"[^"]{1,64}","item":\{"type":"(?:AgentMessage|Reasoning)")/;
/** The same of lines that count, though what they hold does not. */
const HEAD = /^\{\s*"timestamp"\s*:\s*"([^"]{10,40})"\s*,\s*(?:"ordinal"\s*:\s*(\d{1,15})\s*,\s*)?"type"\s*:\s*"([a-z_]{1,60})"/;
/** The state that the model is told of the machine, and the history that stands in place of an older one: copies of what stands elsewhere. */
const UNREAD: ReadonlySet<string> = new Set(['world_state', 'compacted']);
/** Known, and nothing in them is ours to tell. */
const SILENT: ReadonlySet<string> = new Set(['world_state', 'inter_agent_communication_metadata', 'inter_agent_communication', 'turn_state', 'ghost_snapshot']);

/** Reads one thread's lines, first to last. */
export function createRolloutReader(sessionId: string): RolloutReader {
  const reading = newReading(sessionId);
  let meta: SessionMeta = { firstOwnOrdinal: 0 };
  const addMeta = ({ payload, at }: RolloutRecord): void => {
    if (reading.meta) {
      // A fork repeats its parent's, and what is resumed may write its own again.
      const origin = asText(payload.id);
      if (origin === undefined || origin === meta.id || meta.parent?.relation === 'subagent') return;
      meta.parent ??= { sessionId: origin, relation: 'fork' };
      const begun = latest(reading.begunAt, meta.startedAt);
      reading.copiedUntil ??= begun === undefined ? undefined : begun + COPYING_NANO;
      return;
    }
    reading.meta = payload;
    reading.begunAt = at?.unixNano;
    meta = parseSessionMeta(payload);
    reading.firstOwnOrdinal = meta.firstOwnOrdinal;
  };
  return {
    add(text, lineNumber) {
      const line = parseLine(text, lineNumber, reading);
      if ('problems' in line) return line.problems;
      if (line.type !== 'session_meta') return isUnnamedCopy(reading, line) ? noteCopy(reading, line) : addRecord(reading, line);
      addMeta(line);
      return [];
    },
    finish: () => ({ facts: reading.turns.flatMap((turn) => toTurnFacts(reading, turn, meta)), meta, model: reading.model, title: reading.title }),
  };
}

function parseLine(text: string, lineNumber: number, reading: RolloutReading): RolloutRecord | { problems: Problem[] } {
  const start = text.slice(0, HEAD_CHARACTERS);
  const isEnded = text.trimEnd().endsWith('}');
  if (isEnded && TOLD_ELSEWHERE.test(start)) return { problems: [] };
  const head = start.includes('"world_state"') || start.includes('"compacted"') ? HEAD.exec(start) : null;
  const type = head?.[3];
  if (head && isEnded && type !== undefined && UNREAD.has(type)) {
    return isCopied(reading, Number(head[2] ?? Infinity)) ? { problems: [] } : { order: lineNumber, at: toInstant(head[1]), type, payload: {} };
  }
  let root: Record<string, unknown> | undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (hasManyBrackets(text) && isTooDeep(value)) return { problems: [{ code: 'too-deep', detail: `line ${lineNumber + 1} nests deeper than 200 levels` }] };
    root = asRecord(value);
  } catch {
    return { problems: [{ code: 'bad-json', detail: `line ${lineNumber + 1} is no JSON` }] };
  }
  if (!root) return { problems: [{ code: 'unknown-record', detail: `line ${lineNumber + 1} is no object` }] };
  if (isCopied(reading, typeof root.ordinal === 'number' ? root.ordinal : Infinity)) return { problems: [] };
  return toRecord(root, lineNumber, reading);
}

function isCopied(reading: RolloutReading, ordinal: number): boolean {
  return reading.meta !== undefined && ordinal < reading.firstOwnOrdinal;
}

/**
 * A fork's file begins with a copy of its origin's lines. Of newer versions their turns have ids, and stand in both files under the same; of
 * older ones nothing names them but their time: that of the copying, or the one before.
 */
function isUnnamedCopy({ copiedUntil, turns }: RolloutReading, { at, payload }: RolloutRecord): boolean {
  return copiedUntil !== undefined && at !== undefined && at.unixNano <= copiedUntil && turns.length === 0 && asText(payload.turn_id) === undefined;
}

/** What a copy leaves behind: the fork's own totals go on from its. */
function noteCopy(reading: RolloutReading, { type, payload }: RolloutRecord): Problem[] {
  if (type === 'turn_context') reading.model = asText(payload.model) ?? reading.model;
  if (type === 'event_msg' && payload.type === 'token_count') reading.lastTotal = toTotalKey(asRecord(payload.info)?.total_token_usage) || reading.lastTotal;
  return [];
}

function toRecord(root: Record<string, unknown>, order: number, reading: RolloutReading): RolloutRecord | { problems: Problem[] } {
  const payload = asRecord(root.payload);
  const at = toInstant(root.timestamp);
  if (payload) return { order, at, type: asText(root.type) ?? '', payload };
  // The first versions: the session's line without a type, items without a frame, and their state.
  if (root.record_type !== undefined) return { problems: [] };
  if (root.type === undefined && root.id !== undefined) {
    reading.isBare = true;
    return { order, at, type: 'session_meta', payload: root };
  }
  if (reading.isBare && root.type !== undefined) return { order, at, type: 'response_item', payload: root };
  return { problems: [{ code: 'unknown-record', detail: `line ${order + 1} has no payload` }] };
}

function toInstant(timestamp: unknown): RolloutRecord['at'] {
  const unixNano = parseRfc3339(timestamp);
  return unixNano === undefined ? undefined : { unixNano, source: 'transcript', resolutionNano: MILLIS };
}

function addRecord(reading: RolloutReading, record: RolloutRecord): Problem[] {
  switch (record.type) {
    case 'response_item':
      return addResponseItem(reading, record);
    case 'event_msg':
      return addEvent(reading, record);
    case 'turn_context':
      addContext(reading, record);
      return [];
    case 'token_usage_record':
      addUsageRecord(reading, record);
      return [];
    case 'compacted': {
      const turn = currentTurn(reading, record);
      turn.changes.push({ ...baseOf(reading, turn, record), key: `compaction:${record.order}`, type: 'context.changed', change: 'compaction' });
      turn.lastInputAt = record.at?.unixNano ?? turn.lastInputAt;
      return [];
    }
    default:
      return SILENT.has(record.type) ? [] : [{ code: 'unknown-record', detail: `type ${toPlainName(record.type)}` }];
  }
}

/** What the turn may do, and which model it asks: told at its beginning, and again when either changes. */
function addContext(reading: RolloutReading, record: RolloutRecord): void {
  const { payload } = record;
  reading.model = asText(payload.model) ?? reading.model;
  const turn = reading.turns.at(-1);
  const turnKey = asText(payload.turn_id);
  if (!turn || turn.end !== undefined || (turnKey !== undefined && turn.turnKey !== turnKey)) return;
  turn.model = reading.model;
  const sandbox = asText(payload.sandbox_policy) ?? asText(asRecord(payload.sandbox_policy)?.type) ?? asText(asRecord(payload.sandbox_policy)?.mode);
  const mode = asText(payload.collaboration_mode) ?? asText(asRecord(payload.collaboration_mode)?.mode);
  const effort = asText(payload.effort) ?? asText(asRecord(asRecord(payload.collaboration_mode)?.settings)?.reasoning_effort);
  for (const [name, value] of [['approval_policy', asText(payload.approval_policy)], ['sandbox_policy', sandbox], ['collaboration_mode', mode], ['reasoning_effort', effort]] as const) {
    if (value !== undefined) turn.extra.set(name, value);
  }
}
