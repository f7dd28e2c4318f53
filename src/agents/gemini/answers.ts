/** Records of the model's side: its words, its tokens, the calls it asks for and what became of them. */
import type { FactOf } from '../../core/fact.ts';
import type { Problem } from '../../core/problem.ts';
import { latestOf, parseRfc3339 } from '../../core/time.ts';
import type { Usage } from '../../core/usage.ts';
import { asCount, asList, asRecord, asText } from '../untrusted.ts';
import { baseOf, currentTurn, type AnswerReading, type ChatRecord, type SessionReading, type Values } from './reading.ts';
import { parseHistoryResult, parseParts, parseToolRequest } from './tools.ts';

/** A message of the model. It stands once without its calls, and again with them when they are through. */
export function addAnswer(reading: SessionReading, record: ChatRecord): Problem[] {
  const { values, id } = record;
  const turn = reading.turnOf.get(id) ?? currentTurn(reading);
  reading.turnOf.set(id, turn);
  const known = reading.answerOf.get(id);
  const isRest = isRestOfAnswer(turn.answers.at(-1), values);
  const answer = known ?? openAnswer(reading, record);
  reading.answerOf.set(id, answer);
  if (!known && isRest) answer.fact.isSynthetic = true;
  fill(answer.fact, values);
  if (answer.fact.requestModel !== undefined) reading.model = answer.fact.requestModel;
  // A turn that goes on was not stopped.
  if (!known && turn.stop && turn.stop.at !== undefined && (record.at?.unixNano ?? 0n) > turn.stop.at.unixNano) turn.stop = undefined;
  return addCalls(reading, answer, record);
}

/**
 * Calls that were through only when a note had been written behind their answer stand in a message of their own, which no model was asked
 * for: the answer before has none, and would have been the last one.
 */
function isRestOfAnswer(last: AnswerReading | undefined, values: Values): boolean {
  if (!last || last.calls.size > 0 || last.fact.isSynthetic) return false;
  const hasWords = parseParts(values.content).output !== undefined || asList(values.thoughts).length > 0;
  return !hasWords && asRecord(values.tokens) === undefined && asList(values.toolCalls).length > 0;
}

function openAnswer(reading: SessionReading, record: ChatRecord): AnswerReading {
  const { id, at, values } = record;
  const startedAt = reading.requestAt;
  reading.requestAt = undefined;
  const isForward = startedAt !== undefined && at !== undefined && startedAt <= at.unixNano;
  // Older builds write an answer without words down only when its calls are through: that is not when it came.
  const isLate = asList(values.toolCalls).length > 0 && parseParts(values.content).output === undefined;
  const fact: FactOf<'model.answered'> = {
    ...baseOf(reading, record, `msg:${id}`), type: 'model.answered', messageId: id, outcome: 'ok', callIds: [],
    ...(isForward ? { startedAt } : {}), ...(at && !isLate ? { endedAt: at.unixNano } : {}),
  };
  const answer: AnswerReading = { fact, calls: new Map() };
  currentTurn(reading).answers.push(answer);
  return answer;
}

function fill(fact: FactOf<'model.answered'>, values: Values): void {
  fact.text = parseParts(values.content).output;
  fact.reasoning = toReasoning(values.thoughts);
  fact.requestModel = asText(values.model);
  fact.usage = toUsage(asRecord(values.tokens));
}

function toReasoning(thoughts: unknown): string | undefined {
  const texts = asList(thoughts).map((entry) => {
    const thought = asRecord(entry);
    return [asText(thought?.subject), asText(thought?.description)].filter((text) => text !== undefined).join('\n');
  });
  return asText(texts.filter((text) => text !== '').join('\n\n'));
}

/** The agent writes 0 for what the service does not tell: only input and output are always told. */
function toUsage(tokens: Values | undefined): Usage | undefined {
  const [input, output] = [asCount(tokens?.input), asCount(tokens?.output)];
  if (!tokens || (input ?? 0) + (output ?? 0) + (asCount(tokens.total) ?? 0) === 0) return undefined;
  const thoughts = asCount(tokens.thoughts) || undefined;
  const cached = asCount(tokens.cached) || undefined;
  return {
    // What the service's own tools put into the prompt is counted apart.
    ...(input === undefined ? {} : { inputTokens: input + (asCount(tokens.tool) ?? 0) }),
    ...(output === undefined ? {} : { outputTokens: output + (thoughts ?? 0) }),
    ...(cached === undefined ? {} : { cacheReadTokens: cached }),
    ...(thoughts === undefined ? {} : { reasoningTokens: thoughts }),
  };
}

function addCalls(reading: SessionReading, answer: AnswerReading, record: ChatRecord): Problem[] {
  const problems: Problem[] = [];
  for (const entry of asList(record.values.toolCalls)) {
    const call = asRecord(entry);
    const nativeCallId = asText(call?.id);
    if (!call || nativeCallId === undefined) {
      problems.push({ code: 'no-call-id', detail: `line ${record.order + 1}: a tool call without id` });
      continue;
    }
    // The service makes it up anew for each answer: only with its session it is one of a kind.
    const callId = `${reading.sessionId}/${nativeCallId}`;
    const tool = parseToolRequest(asText(call.name) ?? 'unknown', call.args ?? {}, { callId, nativeCallId, displayName: call.displayName, agentId: call.agentId, resultDisplay: call.resultDisplay });
    // In the place of its answer, wherever it was written again.
    const asking = reading.askedBy.get(callId) ?? answer;
    reading.askedBy.set(callId, asking);
    const called: FactOf<'tool.called'> = { ...baseOf(reading, record, `call:${callId}`), order: asking.fact.order, at: undefined, type: 'tool.called', tool, messageId: asking.fact.messageId };
    asking.calls.set(callId, { called, result: parseHistoryResult(call), doneAt: parseRfc3339(call.timestamp) });
  }
  answer.fact.callIds = [...answer.calls.keys()];
  // Builds that write no results down behind their calls: the next request takes them as soon as they are there.
  if (answer.calls.size > 0 && answer === currentTurn(reading).answers.at(-1)) reading.requestAt = latestOf([...answer.calls.values()].map(({ doneAt }) => doneAt));
  return problems;
}
