/** The lines of a transcript → what was read of it: `{role, message: {content}}`, and `{type: "turn_ended", status}` behind each turn. */
import { isTooDeep } from '../../core/json.ts';
import type { Problem } from '../../core/problem.ts';
import type { HistorySource } from '../agent.ts';
import { hasManyBrackets } from '../jsonl.ts';
import { asList, asRecord, asText, asUnixMillis } from '../untrusted.ts';
import { toName } from './names.ts';
import { toMessageText, toPromptExtra, toPromptText, toPromptTime } from './prompts.ts';
import { newTurn, type AnswerReading, type CallReading, type SessionReading, type TurnReading } from './reading.ts';
import { parseToolRequest } from './tools.ts';

type Values = Record<string, unknown>;

export interface TranscriptReader {
  /** Takes the next line and its number; gives what of it is not understood. */
  add(text: string, line: number): Problem[];
  finish(): SessionReading;
}

const ONE_MINUTE_NANO = 60_000_000_000;
/** What stands for a thought that is not shown. */
const HIDDEN = /\s*\[REDACTED\]\s*$/;

/** Reads the lines of one transcript. */
export function createTranscriptReader({ sessionId, parent, modifiedMillis }: Pick<HistorySource, 'sessionId' | 'parent' | 'modifiedMillis'>): TranscriptReader {
  const turns: TurnReading[] = [];
  let isEndTold = false;
  return {
    add(text, line) {
      const parsed = parseLine(text, line);
      if ('code' in parsed) return [parsed];
      const { values } = parsed;
      const id = `${sessionId}/${line}`;
      const content = asRecord(values.message)?.content ?? values.content;
      if (values.role === 'user') return addPrompt(turns, content, id);
      if (values.role === 'assistant') return addAnswer(turns, content, id);
      if (values.type !== 'turn_ended') return [{ code: 'unknown-record', detail: `line ${line + 1}: role ${toName(values.role ?? values.type)}` }];
      isEndTold = true;
      const turn = turns.at(-1);
      if (turn) turn.end = toEnd(values);
      return [];
    },
    finish() {
      const writtenAt = asUnixMillis(modifiedMillis);
      // A prompt may have a clock, to the minute; else nothing tells more than when the file was written.
      return { sessionId, turns, isEndTold, writtenAt, startedAt: turns.find(({ at }) => at !== undefined)?.at ?? writtenAt, ...(parent ? { parent } : {}) };
    },
  };
}

function parseLine(text: string, line: number): { values: Values } | Problem {
  try {
    const values = asRecord(JSON.parse(text));
    if (values && (!hasManyBrackets(text) || !isTooDeep(values))) return { values };
    return { code: values ? 'too-deep' : 'unknown-record', detail: `line ${line + 1}: ${values ? 'nests deeper than 200 levels' : 'no JSON object'}` };
  } catch {
    return { code: 'bad-json', detail: `line ${line + 1}: no JSON` };
  }
}

/** Results stand in no transcript of today; where an older one has them, they are no words of a person's. */
function addPrompt(turns: TurnReading[], content: unknown, id: string): Problem[] {
  const text = toMessageText(content);
  const prompt = toPromptText(text);
  const problems = findUnknown(content, ['text', 'tool_result', 'image']);
  if (prompt === undefined) return problems;
  const at = toPromptTime(text);
  turns.push({ ...newTurn(), id, prompt, ...(at === undefined ? {} : { at, resolutionNano: ONE_MINUTE_NANO }), extra: toPromptExtra(prompt) });
  return problems;
}

function addAnswer(turns: TurnReading[], content: unknown, id: string): Problem[] {
  const answer: AnswerReading = { id, calls: [] };
  const text = asText(toMessageText(content)?.replace(HIDDEN, ''));
  if (text !== undefined) answer.text = text;
  for (const block of asList(content)) {
    const values = asRecord(block);
    if (values?.type === 'tool_use') answer.calls.push(toCall(values, `${id}/${answer.calls.length}`));
    const thought = values?.type === 'thinking' ? (asText(values.thinking) ?? asText(values.text)) : undefined;
    if (thought !== undefined) answer.reasoning = answer.reasoning === undefined ? thought : `${answer.reasoning}\n${thought}`;
  }
  let turn = turns.at(-1);
  if (!turn) turns.push((turn = newTurn()));
  turn.answers.push(answer);
  return findUnknown(content, ['text', 'tool_use', 'thinking', 'redacted']);
}

function toCall(block: Values, place: string): CallReading {
  const callId = asText(block.id);
  const request = parseToolRequest(asText(block.name) ?? 'unknown', block.input, { callId: callId ?? place });
  return { request: { ...request, callId: callId ?? place, ...(callId === undefined ? { nativeCallId: null } : {}) } };
}

function findUnknown(content: unknown, known: readonly string[]): Problem[] {
  const types = asList(content).map((block) => asRecord(block)?.type);
  return types.filter((type) => typeof type !== 'string' || !known.includes(type)).map((type) => ({ code: 'unknown-record', detail: `content ${toName(type)}` }));
}

function toEnd(values: Values): NonNullable<TurnReading['end']> {
  const error = asText(values.error) ?? asText(asRecord(values.error)?.message);
  if (values.status === 'success') return { reason: 'ok' };
  if (values.status === 'aborted' || values.status === 'cancelled' || /\babort(?:ed)?\b|\bcancel/i.test(error ?? '')) return { reason: 'cancelled' };
  return { reason: values.status === 'error' ? 'error' : 'unknown', ...(error === undefined ? {} : { errorMessage: error }) };
}
