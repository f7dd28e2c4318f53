/** Lines of the user: prompts, results of tools, and what Claude Code writes in the user's name. */
import type { Attributes } from '../../core/attributes.ts';
import type { FactOf, ToolResult } from '../../core/fact.ts';
import type { Problem } from '../../core/problem.ts';
import { toBranch } from '../../core/repository.ts';
import { asList, asRecord, asText } from '../untrusted.ts';
import { PREFIX } from './names.ts';
import { isNotification, parseUserText, toPromptText } from './prompts.ts';
import { baseOf, currentTurn, openTurn, touchTurn, type RecordPlace, type SessionReading, type Values } from './reading.ts';
import { toFailure, toOwnDuration, toResultText, toStarted } from './tool-results.ts';
import { isAtLeast } from './versions.ts';

/** A skill's text, put in behind its call, begins so. */
const SKILL_FOLDER = /^Base directory for this skill: ([^\n]+)/;

/** Takes in one `user` line. */
export function addUser(reading: SessionReading, values: Values, place: RecordPlace): Problem[] {
  const content = asRecord(values.message)?.content;
  const results = asList(content).flatMap((entry) => {
    const block = asRecord(entry);
    return block?.type === 'tool_result' ? [block] : [];
  });
  if (results.length > 0) {
    for (const block of results) addResult(reading, values, { block, place, isOnly: results.length === 1 });
    return [];
  }
  if (content === undefined) return [{ code: 'no-message', detail: `line ${place.order + 1}: a prompt without its message` }];
  const text = toPromptText(content);
  noteSkill(reading, values, text);
  const isOwn = values.isMeta === true || values.isCompactSummary === true || values.isVisibleInTranscriptOnly === true;
  const told = parseUserText(text, isOwn);
  if (told.kind === 'interruption') addInterruption(reading, place);
  // A subagent has one task; what else comes to it comes in the middle. A sidechain in a session's own file is a subagent's, of old versions.
  else if (told.kind === 'echo') noteSentBack(reading, isOwn);
  else if (reading.isSubagent && reading.turns.length > 0) addSteering(reading, place, text);
  else if (values.isSidechain === true && !reading.isSubagent) return [];
  else if (told.kind === 'command') reading.pending = { fact: { ...toPrompt(reading, place), prompt: told.text, ...toTold(values, { command: told.name }) } };
  else {
    delete reading.pending;
    openTurn(reading, { ...toPrompt(reading, place), prompt: told.text, ...toTold(values, { isNotified: isNotification(text) }) });
  }
  return [];
}

/** Prompts queued while the agent works are taken in between two requests: they join the turn. */
export function addQueued(reading: SessionReading, attachment: Values, place: RecordPlace): void {
  const text = toPromptText(attachment.prompt);
  if (attachment.commandMode === 'task-notification' || isNotification(text)) return;
  addSteering(reading, place, text);
}

function addSteering(reading: SessionReading, place: RecordPlace, text: string): void {
  if (text === '' || reading.turns.length === 0) return;
  reading.facts.push({ ...baseOf(reading, place, `steering:${place.id}`), type: 'context.changed', change: 'steering', recordId: place.id, text });
}

function toPrompt(reading: SessionReading, place: RecordPlace): FactOf<'turn.started'> {
  return { ...baseOf(reading, place, `prompt:${place.id}`), type: 'turn.started', messageId: place.id };
}

const PROMPT_TEXTS: readonly (readonly [field: string, name: string])[] = [
  ['permissionMode', 'permission_mode'], ['entrypoint', 'entrypoint'], ['promptSource', 'prompt.source'],
];

/** What a prompt's line says of where and how it was given. */
function toTold(values: Values, about: { command?: string; isNotified?: boolean }): Pick<FactOf<'turn.started'>, 'extra' | 'repository'> {
  const branch = toBranch(asText(values.gitBranch));
  return { extra: toExtra(values, about), ...(branch === undefined ? {} : { repository: { branch } }) };
}

function toExtra(values: Values, { command, isNotified = false }: { command?: string; isNotified?: boolean }): Attributes {
  const extra: Attributes = {};
  for (const [field, name] of PROMPT_TEXTS) {
    const text = asText(values[field]);
    if (text !== undefined) extra[PREFIX + name] = text;
  }
  const origin = asText(asRecord(values.origin)?.kind) ?? (isNotified ? 'task-notification' : undefined);
  if (origin !== undefined) extra[`${PREFIX}prompt.origin`] = origin;
  if (command !== undefined && command !== '') extra[`${PREFIX}command.name`] = command;
  return extra;
}

function noteSkill(reading: SessionReading, values: Values, text: string): void {
  const callId = asText(values.sourceToolUseID);
  const folder = callId === undefined ? undefined : SKILL_FOLDER.exec(text)?.[1]?.trim();
  if (callId !== undefined && folder) reading.skillFolders.set(callId, folder);
}

/** The feedback of a stop hook, and whatever else the agent tells itself: the turn may go on, an end behind it says nothing. */
function noteSentBack(reading: SessionReading, isOwn: boolean): void {
  const turn = reading.turns.at(-1);
  if (turn && isOwn && turn.lastAnswer && !turn.end) turn.isSentBack = true;
}

/** Esc, or a signal: whatever ran is over. The words that an answer had got to stand in the last answer. */
function addInterruption(reading: SessionReading, place: RecordPlace): void {
  const turn = reading.turns.at(-1);
  if (!turn) return;
  const answer = turn.lastAnswer;
  if (answer && !answer.isSynthetic && answer.callIds.length === 0 && !answer.finishReasons) answer.outcome = 'cancelled';
  turn.last = { order: place.order, at: place.at };
  turn.end = { reason: 'cancelled', order: place.order, ...(place.at ? { at: place.at } : {}) };
}

interface ResultLine {
  block: Values;
  place: RecordPlace;
  /** The structured result beside the message is this block's. */
  isOnly: boolean;
}

function addResult(reading: SessionReading, values: Values, { block, place, isOnly }: ResultLine): void {
  const callId = asText(block.tool_use_id);
  if (callId === undefined || reading.results.has(callId)) return;
  reading.results.add(callId);
  const structured = isOnly ? values.toolUseResult : undefined;
  const told = isStoppedRun(values) ? { ...toResult(block, { isDenied: true, structured }), outcome: 'cancelled' as const } : toResult(block, { isDenied: asText(values.toolDenialKind) !== undefined, structured });
  const result = leaveOutput(reading, callId, told);
  reading.facts.push({ ...baseOf(reading, place, `result:${callId}`), type: 'tool.ended', callId, result });
  touchTurn(currentTurn(reading), place);
  noteStructured(reading, callId, structured);
}

/** The first version seen to write `toolDenialBeforeRun` beside a refusal: in earlier ones its absence says nothing. */
const TELLS_REFUSALS = '2.1.330';

/** A call that ran and was stopped is told as one that the user rejected, too; but only a refusal says that it was one. */
function isStoppedRun({ toolDenialKind, toolDenialBeforeRun, permissionDecision, version }: Values): boolean {
  if (toolDenialKind !== 'user-rejected' || toolDenialBeforeRun === true || asRecord(permissionDecision) !== undefined) return false;
  return isAtLeast(asText(version) ?? '', TELLS_REFUSALS);
}

/** What went wrong is mostly the output itself. */
function leaveOutput({ far }: SessionReading, callId: string, result: ToolResult): ToolResult {
  if (result.output === undefined) return result;
  const output = far.leave(result.output, (record) => toResultText(findResult(record, callId)?.content));
  return { ...result, output, ...(result.errorMessage === result.output ? { errorMessage: output } : {}) };
}

function findResult(record: Values, callId: string): Values | undefined {
  return asList(asRecord(record.message)?.content).map(asRecord).find((block) => block?.tool_use_id === callId);
}

function toResult(block: Values, { isDenied, structured }: { isDenied: boolean; structured: unknown }): ToolResult {
  const output = toResultText(block.content);
  if (block.is_error === true) return toFailure(output ?? '', isDenied);
  return { outcome: 'ok', ...(output === undefined ? {} : { output }), ...toOwnDuration(structured), ...toStarted(structured) };
}

/** What only the structured result tells: whether a Write made the file. */
function noteStructured(reading: SessionReading, callId: string, structured: unknown): void {
  const values = asRecord(structured);
  if (!values) return;
  if (values.type === 'create') reading.fileOperations.set(callId, 'create');
  if (values.type === 'update') reading.fileOperations.set(callId, 'edit');
}
