/** A transcript's lines → facts. One pass; lines may come again (a resume), and results before their calls. */
import type { Fact, FactOf } from '../../core/fact.ts';
import { isTooDeep } from '../../core/json.ts';
import type { Outcome } from '../../core/span.ts';
import type { Problem } from '../../core/problem.ts';
import { parseRfc3339 } from '../../core/time.ts';
import { createFarTexts, type FarTexts } from '../far-texts.ts';
import { asRecord, asText, asTitle } from '../untrusted.ts';
import { addAssistant } from './assistant-record.ts';
import { toName } from './names.ts';
import { baseOf, newReading, toPlace, type RecordPlace, type SessionReading, type TurnReading, type Values } from './reading.ts';
import { addSystem } from './system-record.ts';
import { addQueued, addUser } from './user-record.ts';

/** Records that tell nothing of a trace: they keep the terminal's, the files' and the prompt cache's state. */
const STATE_RECORDS = new Set([
  'agent-color', 'agent-setting', 'api-request-blob', 'api-request-shape', 'atis-latch', 'attribution-snapshot', 'bridge-session', 'content-replacement',
  'context-collapse-commit', 'context-collapse-snapshot', 'cost-state', 'file-history-delta', 'file-history-snapshot', 'frame-link', 'last-prompt', 'marble-origami-commit',
  'marble-origami-snapshot', 'mode', 'permission-mode', 'pr-link', 'progress', 'queue-operation', 'result', 'saved_hook_context', 'speculation-accept', 'started', 'tag',
  'task-summary', 'tools-used', 'worktree-state',
]);

/** Only texts with more brackets than this may nest too deep to be walked. */
const MIN_DEEP_BRACKETS = 200;

export interface TranscriptReader {
  /** One line of the file and its number, from 0. Returns what was wrong with it. */
  add(text: string, order: number): Problem[];
  /** All facts of the lines, and what they say of the session. */
  finish(): TranscriptFacts;
}

export interface TranscriptFacts extends Pick<SessionReading, 'about'> {
  facts: Fact[];
}

/** A reader of one session's transcript, its own or a subagent's. `far`: absent, all texts are kept. */
export function createTranscriptReader(sessionId: string, { isSubagent, far = createFarTexts('', 0) }: { isSubagent: boolean; far?: FarTexts }): TranscriptReader {
  const reading = newReading(sessionId, isSubagent, far);
  return {
    add: (text, order) => addLine(reading, text, order),
    finish() {
      refineCalls(reading);
      const ends = reading.turns.flatMap((turn, index) => toTurnEnd(reading, turn, index < reading.turns.length - 1) ?? []);
      return { facts: [...reading.facts, ...ends], about: reading.about };
    },
  };
}

function addLine(reading: SessionReading, text: string, order: number): Problem[] {
  let values: Values | undefined;
  try {
    values = asRecord(JSON.parse(text));
  } catch {
    return [{ code: 'bad-json', detail: `line ${order + 1}: ${text.length} characters that are no JSON` }];
  }
  if (!values) return [{ code: 'record-not-an-object', detail: `line ${order + 1}: JSON, but no object` }];
  if (hasManyBrackets(text) && isTooDeep(values)) return [{ code: 'too-deep', detail: `line ${order + 1}: nests deeper than 200 levels` }];
  const id = asText(values.uuid);
  if (id !== undefined) {
    if (reading.seenIds.has(id)) return [];
    reading.seenIds.add(id);
  }
  noteAbout(reading, values);
  return addRecord(reading, values, toPlace(values, order));
}

/** Far quicker than walking the value: most lines are long texts with few brackets. */
function hasManyBrackets(text: string): boolean {
  let count = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) if (++count > MIN_DEEP_BRACKETS) return true;
  }
  return false;
}

function addRecord(reading: SessionReading, values: Values, place: RecordPlace): Problem[] {
  switch (values.type) {
    case 'user':
      return addUser(reading, values, place);
    case 'assistant':
      return addAssistant(reading, values, place);
    case 'system':
      return addSystem(reading, values, place);
    case 'attachment':
      addAttachment(reading, values, place);
      return [];
    case 'api-request':
      addRequestStart(reading, values);
      return [];
    case 'summary':
      reading.about.title ??= asTitle(values.summary);
      return [];
    case 'ai-title':
      reading.about.title = asTitle(values.aiTitle) ?? reading.about.title;
      return [];
    case 'custom-title':
      reading.about.title = asTitle(values.customTitle) ?? reading.about.title;
      return [];
    case 'agent-name':
      return [];
    default:
      return typeof values.type === 'string' && STATE_RECORDS.has(values.type) ? [] : [{ code: 'unknown-record', detail: `line ${place.order + 1}: type ${toName(values.type)}` }];
  }
}

/** The folder it began in, the newest version that wrote to it. */
function noteAbout({ about }: SessionReading, values: Values): void {
  about.cwd ??= asText(values.cwd);
  if (typeof values.version === 'string' && values.version !== '' && values.version !== about.version) about.version = values.version;
  if (about.agentName === undefined && typeof values.attributionAgent === 'string') about.agentName = asText(values.attributionAgent);
}

function addAttachment(reading: SessionReading, values: Values, place: RecordPlace): void {
  const attachment = asRecord(values.attachment);
  if (attachment?.type === 'queued_command') addQueued(reading, attachment, place);
}

function addRequestStart(reading: SessionReading, values: Values): void {
  const id = asText(values.id);
  const at = parseRfc3339(values.timestamp);
  if (id !== undefined && at !== undefined) reading.requestStarts.set(id, at);
}

/** What later lines told of a call. */
function refineCalls({ calls, fileOperations, skillFolders }: SessionReading): void {
  for (const [callId, operation] of fileOperations) {
    const tool = calls.get(callId)?.tool;
    if (tool?.name === 'Write') for (const file of tool.files ?? []) file.operation = operation;
  }
  for (const [callId, folder] of skillFolders) {
    const tool = calls.get(callId)?.tool;
    if (tool?.skillName !== undefined) tool.skillPath = folder;
  }
}

/**
 * A turn's end where a record tells it, or another turn followed. A subagent's last word ends its task: nothing else tells that it is
 * over but its hook, which may follow.
 */
function toTurnEnd(reading: SessionReading, turn: TurnReading, isFollowed: boolean): FactOf<'turn.ended'> | undefined {
  const messageId = turn.started?.messageId ?? turn.firstAnswerId;
  if (messageId === undefined || !turn.last) return undefined;
  const isDone = reading.isSubagent && turn.lastAnswer?.finishReasons !== undefined && turn.lastAnswer.callIds.length === 0;
  if (!turn.end && !isFollowed && !isDone) return undefined;
  const { order, at } = turn.end ?? turn.last;
  // By its last answer first: of a turn whose beginning is a copy (a fork's), the end is its own all the same.
  const messageIds = [...new Set([turn.lastAnswer?.messageId ?? messageId, messageId])];
  const millis = turn.durationNano;
  return {
    ...baseOf(reading, { id: messageId, order, ...(at ? { at } : {}) }, `end:${messageId}`), type: 'turn.ended', reason: turn.end?.reason ?? impliedReason(turn), messageIds,
    ...(at ? { endedAt: at.unixNano } : {}), ...(millis === undefined ? {} : { durationNano: millis }), ...(isDone && !turn.end ? { stopMayFollow: true } : {}),
    ...(turn.end?.errorType === undefined ? {} : { errorType: turn.end.errorType }), ...(turn.end?.errorMessage === undefined ? {} : { errorMessage: turn.end.errorMessage }),
  };
}

/** Nobody says how it ended: well, if its last answer asked for nothing more. */
function impliedReason({ lastAnswer }: TurnReading): Outcome {
  return lastAnswer && lastAnswer.callIds.length === 0 && lastAnswer.outcome === 'ok' ? 'ok' : 'unknown';
}
