/**
 * Gemini CLI's chat files (`chats/session-*.jsonl` and a subagent's `chats/<session>/<agent>.jsonl`; older builds: one `.json` with
 * `messages`) → facts. Records: what the session is, messages, `{$set: …}` and `{$rewindTo: id}`. A message written again replaces the one
 * before. What `$set.messages` lists was written before, or is what a compaction made of it.
 */
import type { Fact } from '../../core/fact.ts';
import { isTooDeep } from '../../core/json.ts';
import type { Problem } from '../../core/problem.ts';
import { parseRfc3339 } from '../../core/time.ts';
import { toPlainName } from '../hook-payload.ts';
import { asList, asRecord, asText, asTitle } from '../untrusted.ts';
import { addAnswer } from './answers.ts';
import { baseOf, currentTurn, isAnswered, newReading, type ChatRecord, type SessionReading, type TurnReading, type Values } from './reading.ts';
import { parseParts } from './tools.ts';
import { toTurnFacts } from './turn-facts.ts';

/** What the records of a session came to. */
export interface ChatFacts {
  facts: Fact[];
  title?: string;
  cwd?: string;
  startedAt?: bigint;
  model?: string;
}

export interface ChatReader {
  /** One line of a `.jsonl`. Never throws; what it does not know is a problem that names it. */
  add(text: string, order: number): Problem[];
  /** The whole text of a `.json`. */
  addWhole(text: string, firstOrder: number): Problem[];
  /** The facts of all records so far. */
  finish(): ChatFacts;
}

/** Reads one session's records, first to last. */
export function createChatReader(sessionId: string, options: { isSubagent: boolean }): ChatReader {
  const reading = newReading(sessionId, options.isSubagent);
  return {
    add(text, order) {
      const parsed = parseValues(text, `line ${order + 1}`);
      return 'problem' in parsed ? [parsed.problem] : addRecord(reading, parsed.values, order);
    },
    addWhole(text, firstOrder) {
      const parsed = parseValues(text, 'the file');
      if ('problem' in parsed) return [parsed.problem];
      addSession(reading, parsed.values);
      return asList(parsed.values.messages).flatMap((message, index) => addRecord(reading, asRecord(message) ?? {}, firstOrder + index));
    },
    finish() {
      const { turns, title, cwd, startedAt, model } = reading;
      const facts = [...reading.facts, ...turns.flatMap((turn, index) => toTurnFacts(turn, reading, index === turns.length - 1))];
      return { facts, title, cwd, startedAt, model };
    },
  };
}

function parseValues(text: string, place: string): { values: Values } | { problem: Problem } {
  try {
    const value: unknown = JSON.parse(text);
    if (isTooDeep(value)) return { problem: { code: 'too-deep', detail: `${place} nests deeper than 200 levels` } };
    const values = asRecord(value);
    return values ? { values } : { problem: { code: 'unknown-record', detail: `${place} is no object` } };
  } catch {
    return { problem: { code: 'bad-json', detail: `${place} is no JSON` } };
  }
}

function addRecord(reading: SessionReading, values: Values, order: number): Problem[] {
  const unixNano = parseRfc3339(values.timestamp);
  const record: ChatRecord = { id: asText(values.id) ?? `${reading.sessionId}:line:${order}`, order, values, ...(unixNano === undefined ? {} : { at: { unixNano, source: 'transcript', resolutionNano: 1e6 } }) };
  if (values.$rewindTo !== undefined) {
    currentTurn(reading);
    reading.facts.push({ ...baseOf(reading, record, `rewind:${order}`), type: 'context.changed', change: 'rewind', attributes: toRewind(values.$rewindTo) });
    return [];
  }
  const set = asRecord(values.$set);
  if (set) {
    addSet(reading, set, record);
    return [];
  }
  switch (values.type) {
    case 'user':
      addPrompt(reading, record);
      return [];
    case 'gemini':
      return addAnswer(reading, record);
    case 'info':
    case 'warning':
    case 'error':
      addNote(reading, record);
      return [];
    default:
      if (values.type === undefined && asText(values.sessionId) !== undefined) {
        addSession(reading, values);
        return [];
      }
      return [{ code: 'unknown-record', detail: `type ${toPlainName(values.type)}` }];
  }
}

function toRewind(messageId: unknown): Record<string, string> {
  const id = asText(messageId);
  return id === undefined ? {} : { rewound_to_message_id: id };
}

function addSession(reading: SessionReading, values: Values): void {
  reading.startedAt ??= parseRfc3339(values.startTime);
  reading.title = asTitle(values.summary) ?? reading.title;
  reading.cwd ??= asText(asList(values.directories)[0]);
}

/** How a compaction begins what it leaves of the conversation. */
const COMPACTED = /^\s*<(scratchpad|state_snapshot|compressed_history)>/;

function addSet(reading: SessionReading, set: Values, record: ChatRecord): void {
  addSession(reading, set);
  let isCompaction = false;
  for (const entry of asList(set.messages)) {
    const message = asRecord(entry);
    const id = asText(message?.id);
    if (!message || id === undefined || reading.seenIds.has(id) || reading.answerOf.has(id)) continue;
    reading.seenIds.add(id);
    const text = parseParts(message.content).output ?? '';
    if (COMPACTED.test(text)) isCompaction = true;
    else addSurroundings(reading, text);
  }
  if (!isCompaction) return;
  currentTurn(reading);
  const unixNano = parseRfc3339(set.lastUpdated);
  const at = unixNano === undefined ? {} : { at: { unixNano, source: 'transcript' as const, resolutionNano: 1e6 } };
  reading.facts.push({ ...baseOf(reading, record, `compaction:${record.order}`), ...at, type: 'context.changed', change: 'compaction' });
}

/** The first words to the model, which nobody typed. */
const SURROUNDINGS = /^\s*(<session_context>|This is the Gemini CLI\. We are setting up the context for our chat\.)/;
const FOLDER = /\*\*Workspace Directories:\*\*\s*\n\s*- ([^\n]+)|currently working in the (?:following )?director(?:y|ies):\s*(?:- )?([^\n]+)/;

/** Whether a text is such; then it says where the agent works. */
function addSurroundings(reading: SessionReading, text: string): boolean {
  if (!SURROUNDINGS.test(text)) return false;
  const folder = FOLDER.exec(text);
  reading.cwd ??= asText((folder?.[1] ?? folder?.[2])?.trim());
  return true;
}

/** A prompt that is stopped at once may be written down behind its stop. */
const SAME_STOP_NANO = 2_000_000_000n;

/** What a shell command of the person's own (`!command`) is told to the model with: no model is asked. */
const SHELL_ESCAPE = /^I ran the following shell command:\n/;

function addPrompt(reading: SessionReading, record: ChatRecord): void {
  const { values, id, at } = record;
  const isResult = asList(values.content).some((part) => asRecord(part)?.functionResponse !== undefined);
  if (isResult) {
    reading.requestAt = at?.unixNano;
    return;
  }
  if (reading.seenIds.has(id)) return;
  reading.seenIds.add(id);
  const prompt = toPrompt(values.content);
  if (prompt !== undefined && (addSurroundings(reading, prompt) || SHELL_ESCAPE.test(prompt))) return;
  reading.requestAt = at?.unixNano;
  if (reading.isSubagent && reading.turns.some(({ started }) => started !== undefined)) return;
  const turn: TurnReading = { started: { ...baseOf(reading, record, `msg:${id}`), type: 'turn.started', messageId: id, prompt }, answers: [] };
  const early = reading.earlyStop;
  if (early && at && at.unixNano <= early.unixNano + SAME_STOP_NANO) turn.stop = { reason: 'cancelled', at: early };
  reading.earlyStop = undefined;
  reading.turns.push(turn);
}

/** The parts of a prompt follow each other as they are: what is read into it brings its own line ends. */
function toPrompt(content: unknown): string | undefined {
  const parts = typeof content === 'string' ? [content] : Array.isArray(content) ? (content as unknown[]) : [content];
  return asText(parts.map((part) => (typeof part === 'string' ? part : (asText(asRecord(part)?.text) ?? ''))).join(''));
}

/** How the agent writes down that the person stopped it, and that the service refused. */
const STOPPED = /^Request cancelled\b/i;
const FAILED = /^\s*\[?(API )?Error\b/i;

/** Most notes are answers to commands. One that stands where an answer is due says why none came. */
function addNote(reading: SessionReading, { values, at }: ChatRecord): void {
  const text = parseParts(values.content).output ?? '';
  const turn = reading.turns.at(-1);
  const isDue = turn !== undefined && !isAnswered(turn) && !turn.stop;
  if (STOPPED.test(text)) {
    if (isDue) turn.stop = { reason: 'cancelled', at };
    else {
      if (turn) turn.isStopDoubtful = true;
      reading.earlyStop = at;
    }
  } else if (values.type === 'error' && isDue && FAILED.test(text)) turn.stop = { reason: 'error', at, message: text };
}

