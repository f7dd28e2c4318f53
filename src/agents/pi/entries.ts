/** The entries of a session → turns, answers, calls. */
import type { Attributes } from '../../core/attributes.ts';
import { isTooDeep } from '../../core/json.ts';
import type { Problem } from '../../core/problem.ts';
import { parseRfc3339, type Instant } from '../../core/time.ts';
import { hasManyBrackets } from '../jsonl.ts';
import { asCount, asRecord, asText, asTitle, asUnixMillis } from '../untrusted.ts';
import { addAnswer, addToolResult } from './answers.ts';
import { PREFIX, toName } from './names.ts';
import { baseOf, openTurn, turnFor, type Entry, type SessionReading, type Values } from './reading.ts';
import { toText } from './tools.ts';

/** Entries that tell nothing of a turn: marks, states of extensions, settings. */
const SILENT = new Set(['custom', 'custom_message', 'label', 'branch_summary', 'usage', 'context_edit', 'model_usage', 'mode_change', 'session_init', 'title', 'title_change', 'service_tier_change', 'credential_pin', 'reset_boundary', 'leaf']);
/** Messages of the same kind. A person's shell escape (`bashExecution`) asks no model. */
const SILENT_ROLES = new Set(['system', 'bashExecution', 'custom', 'branchSummary', 'compactionSummary', 'hookMessage']);

/** Takes one line in. Never throws; what it does not know is a problem that names it. */
export function addLine(reading: SessionReading, text: string, order: number): Problem[] {
  let values: Values | undefined;
  try {
    values = asRecord(JSON.parse(text));
  } catch {
    return [{ code: 'bad-json', detail: `line ${order + 1}: ${text.length} characters that are no JSON` }];
  }
  if (!values) return [{ code: 'record-not-an-object', detail: `line ${order + 1}: JSON, but no object` }];
  if (hasManyBrackets(text) && isTooDeep(values)) return [{ code: 'too-deep', detail: `line ${order + 1}: nests deeper than 200 levels` }];
  return addEntry(reading, toEntry(values, order));
}

/** Ids are eight digits, unique in one session only; a fork keeps them, and the times. */
function toEntry(values: Values, order: number): Entry {
  const id = asText(values.id) ?? `line:${order}`;
  const unixNano = parseRfc3339(values.timestamp);
  const at: Instant | undefined = unixNano === undefined ? undefined : { unixNano, source: 'transcript', resolutionNano: 1e6 };
  return { id, key: `${id}@${asText(values.timestamp) ?? order}`, parentId: asText(values.parentId), order, at, values };
}

function addEntry(reading: SessionReading, entry: Entry): Problem[] {
  const { values } = entry;
  switch (values.type) {
    case 'session':
      reading.header = values;
      reading.startedAt = entry.at?.unixNano;
      return [];
    case 'message':
      return addMessage(reading, entry);
    case 'model_change':
      reading.model = asText(values.modelId);
      return inherit(reading, entry);
    case 'thinking_level_change':
      reading.thinkingLevel = asText(values.thinkingLevel);
      return inherit(reading, entry);
    case 'session_info':
      reading.title = asTitle(values.name) ?? reading.title;
      return inherit(reading, entry);
    case 'compaction':
      addCompaction(reading, entry);
      return inherit(reading, entry);
    default:
      inherit(reading, entry);
      return typeof values.type === 'string' && SILENT.has(values.type) ? [] : [{ code: 'unknown-record', detail: `line ${entry.order + 1}: type ${toName(values.type)}` }];
  }
}

/** What stands between two messages hands on which turn runs. */
function inherit(reading: SessionReading, { id, parentId }: Entry): Problem[] {
  const turn = reading.turnOf.get(parentId ?? '');
  if (turn) reading.turnOf.set(id, turn);
  if (parentId !== undefined && reading.running.has(parentId)) reading.running.add(id);
  return [];
}

function addMessage(reading: SessionReading, entry: Entry): Problem[] {
  const message = asRecord(entry.values.message) ?? {};
  switch (message.role) {
    case 'user':
      addPrompt(reading, entry, message);
      return [];
    case 'assistant':
      addAnswer(reading, entry, message);
      return [];
    case 'toolResult':
      addToolResult(reading, entry, message);
      return [];
    default:
      inherit(reading, entry);
      return typeof message.role === 'string' && SILENT_ROLES.has(message.role) ? [] : [{ code: 'unknown-record', detail: `line ${entry.order + 1}: message role ${toName(message.role)}` }];
  }
}

/** `/skill:name` stands in the prompt as what it expands to. */
const SKILL = /^\s*<skill name="([^"\n]{1,200})"/;

/** A prompt opens a turn, also on a branch. After a call's result, or an answer that asks for one, it steers the turn that runs. */
function addPrompt(reading: SessionReading, entry: Entry, message: Values): void {
  const text = toText(message.content);
  const unixNano = asUnixMillis(message.timestamp);
  const at: Instant | undefined = unixNano === undefined ? entry.at : { unixNano, source: 'transcript', resolutionNano: 1e6 };
  if (entry.parentId !== undefined && reading.running.has(entry.parentId)) {
    const turn = turnFor(reading, entry);
    turn.facts.push({ ...baseOf(turn, { order: entry.order, at }), key: `steer:${entry.key}`, type: 'context.changed', change: 'steering', recordId: entry.key, ...(text === undefined ? {} : { text }) });
    reading.turnOf.set(entry.id, turn);
    reading.running.add(entry.id);
    return;
  }
  const turn = openTurn(reading, entry);
  Object.assign(turn, { hasPrompt: true, at, prompt: text });
  const skill = SKILL.exec(text ?? '')?.[1];
  if (skill !== undefined) turn.extra[`${PREFIX}skill`] = skill;
  if (reading.thinkingLevel !== undefined) turn.extra[`${PREFIX}thinking_level`] = reading.thinkingLevel;
  reading.turnOf.set(entry.id, turn);
}

function addCompaction(reading: SessionReading, entry: Entry): void {
  const { values } = entry;
  const turn = turnFor(reading, entry);
  const before = asCount(values.tokensBefore);
  const attributes: Attributes = before === undefined ? {} : { [`${PREFIX}compaction.tokens_before`]: BigInt(before) };
  turn.facts.push({ ...baseOf(turn, entry), key: `compaction:${entry.key}`, type: 'context.changed', change: 'compaction', recordId: entry.key, attributes });
}
