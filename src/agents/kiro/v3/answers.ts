/** Records of the model's side: its words, the measure of its context, the calls it asks for and what came back. */
import type { FactOf } from '../../../core/fact.ts';
import type { Problem } from '../../../core/problem.ts';
import { asAmount, asDurationMillis, asRecord, asText } from '../../untrusted.ts';
import { toName } from '../names.ts';
import { parseTextResult, parseToolRequest } from '../tools.ts';
import { baseOf, currentTurn, type AnswerReading, type SessionReading, type V3Record } from './reading.ts';

/** The body of a reasoning that the service keeps to itself. */
const WITHHELD = '...';
/** What Kiro writes as the result of a call that an interruption cut off. */
const INTERRUPTED = /^Tool did not complete\b/;

/**
 * `Say` and `Reasoning` are an answer's. Words behind a result are a new answer's; behind a measure, too. `Print` is shown to the
 * person beside it; `Summary` says again what was done.
 */
export function addWords(reading: SessionReading, record: V3Record): Problem[] {
  const { payload, id } = record;
  const operation = asText(payload.operationType);
  const turn = currentTurn(reading);
  const known = reading.answerOfWords.get(id);
  if (operation === 'Summary') return [];
  if (operation === 'Print' && !known && turn.answers.length === 0) return [];
  const last = turn.answers.at(-1);
  const isNext = operation !== 'Print' && (!last || last.isMeasured || last.hasResult);
  const answer = known ?? (isNext || !last ? openAnswer(reading, record, id) : last);
  reading.answerOfWords.set(id, answer);
  const text = asText(payload.content) ?? '';
  if (operation !== 'Reasoning') answer.texts.set(id, text);
  else if (text !== WITHHELD) answer.thoughts.set(id, text);
  answer.fact.text = join(answer.texts);
  answer.fact.reasoning = join(answer.thoughts);
  answer.lastWordAt = record.at?.unixNano ?? answer.lastWordAt;
  if (!answer.isMeasured) answer.fact.endedAt = answer.lastWordAt;
  answer.fact.requestModel ??= asText(payload.reasoningModelId)?.replace(/^[A-Za-z0-9_-]+::/, '');
  const isKnown = ['Say', 'Reasoning', 'Print'].includes(operation ?? '');
  return isKnown ? [] : [{ code: 'unknown-operation', detail: `operationType ${toName(operation)}` }];
}

function join(texts: ReadonlyMap<string, string>): string | undefined {
  return [...texts.values()].filter((text) => text !== '').join('\n') || undefined;
}

/** One measure a request. A request that said nothing is known by its measure alone. */
export function addMeasure(reading: SessionReading, record: V3Record): void {
  const turn = currentTurn(reading);
  const last = turn.answers.at(-1);
  const answer = last && !last.isMeasured ? last : openAnswer(reading, record, record.id);
  answer.isMeasured = true;
  // Measured before its calls run; a build that measures behind them leaves its last word as the end.
  if (answer.fact.callIds.length === 0) answer.fact.endedAt = record.at?.unixNano ?? answer.fact.endedAt;
  const percent = asAmount(asRecord(record.payload.value)?.usagePercentage);
  if (percent === undefined) return;
  answer.fact.contextUsagePercent = percent;
  turn.contextUsagePercent = percent;
}

function openAnswer(reading: SessionReading, record: V3Record, messageId: string): AnswerReading {
  const turn = currentTurn(reading);
  const fact: FactOf<'model.answered'> = {
    ...baseOf(reading, record, `msg:${messageId}`),
    type: 'model.answered',
    messageId,
    outcome: 'ok',
    callIds: [],
    // The request began when the results of the one before were there.
    startedAt: turn.answers.at(-1)?.hasResult ? turn.lastResultAt : undefined,
  };
  const answer: AnswerReading = { fact, isMeasured: false, hasResult: false, texts: new Map(), thoughts: new Map() };
  turn.answers.push(answer);
  return answer;
}

/** A call belongs to the newest answer. Written again (its status changed), the newer arguments count. */
export function addCall(reading: SessionReading, record: V3Record): Problem[] {
  const { payload } = record;
  const callId = asText(payload.toolCallId);
  if (callId === undefined) return [{ code: 'no-call-id', detail: `line ${record.order + 1}: a tool_call without toolCallId` }];
  const turn = reading.turnOfCall.get(callId) ?? currentTurn(reading);
  const tool = parseToolRequest(asText(payload.toolName) ?? 'unknown', payload.args ?? {}, callId);
  const path = asText(payload.filePath);
  const operation = asText(payload.actionType) === 'create' ? 'create' : undefined;
  if (path && !tool.files && asText(payload.kind) === 'edit') tool.files = [{ path, operation: operation ?? 'edit' }];
  else if (operation && tool.files?.length === 1) tool.files = tool.files.map((file) => ({ ...file, operation }));
  const known = turn.calls.get(callId);
  if (known) {
    known.tool = tool;
    return [];
  }
  const answer = turn.answers.at(-1);
  if (answer) {
    answer.fact.callIds.push(callId);
    reading.answerOfCall.set(callId, answer);
  }
  reading.turnOfCall.set(callId, turn);
  turn.calls.set(callId, { ...baseOf(reading, record, `call:${callId}`), type: 'tool.called', tool, messageId: answer?.fact.messageId });
  return [];
}

/** `success` is the agent's verdict; what a person forbade is told by the permission. */
export function addResult(reading: SessionReading, record: V3Record): Problem[] {
  const { payload } = record;
  const callId = asText(payload.toolCallId);
  if (callId === undefined) return [{ code: 'no-call-id', detail: `line ${record.order + 1}: a tool_result without toolCallId` }];
  const turn = reading.turnOfCall.get(callId) ?? currentTurn(reading);
  const text = toText(payload.content);
  const durationNano = asDurationMillis(payload.durationMs);
  const isInterrupted = payload.success !== true && INTERRUPTED.test(text);
  const outcome = isInterrupted ? 'cancelled' : payload.success === true ? 'ok' : payload.success === false ? 'error' : 'unknown';
  const answer = reading.answerOfCall.get(callId) ?? turn.answers.at(-1);
  if (answer) answer.hasResult = true;
  turn.lastResultAt = record.at?.unixNano ?? turn.lastResultAt;
  turn.results.set(callId, {
    ...baseOf(reading, record, `result:${callId}`),
    type: 'tool.ended',
    callId,
    result: {
      outcome,
      ...parseTextResult(text),
      ...(outcome === 'error' ? { errorType: 'tool_error', errorMessage: text || undefined } : {}),
      ...(durationNano !== undefined && !isInterrupted ? { durationNano } : {}),
    },
  });
  return [];
}

/** Text as it is, a list of blocks by their texts, anything else as JSON. */
export function toText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return content === undefined || content === null ? '' : JSON.stringify(content);
  return content.map((entry) => asText(asRecord(entry)?.text) ?? (typeof entry === 'string' ? entry : JSON.stringify(entry))).join('\n');
}
