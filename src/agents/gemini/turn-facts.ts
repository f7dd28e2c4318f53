/** A turn that was read to its end, or as far as there is of it → its facts. */
import type { Fact, FactOf } from '../../core/fact.ts';
import type { Outcome } from '../../core/span.ts';
import { latestOf } from '../../core/time.ts';
import { isAnswered, type AnswerReading, type CallReading, type SessionReading, type TurnReading } from './reading.ts';

/** `isLast`: nothing followed so far. Gemini CLI writes down no end of a turn: only what follows it says that it is over. */
export function toTurnFacts(turn: TurnReading, reading: SessionReading, isLast: boolean): Fact[] {
  const facts: Fact[] = [];
  if (turn.started) facts.push(turn.started);
  for (const answer of turn.answers) facts.push(answer.fact, ...toCallFacts(answer, turn, reading));
  const model = turn.answers.at(-1)?.fact.requestModel;
  const first = turn.started?.messageId ?? turn.answers[0]?.fact.messageId;
  if (first === undefined) return facts;
  if (model !== undefined) facts.push({ ...shared(reading), type: 'model.seen', key: `model:${first}`, order: turn.answers[0]?.fact.order ?? 0, messageId: first, model });
  const reason = toReason(turn);
  const isCertain = turn.stop !== undefined || !isLast;
  if (isCertain || reason !== 'unknown' || reading.isSubagent) facts.push(toTurnEnded(turn, reading, { reason, isTentative: !isCertain }));
  return facts;
}

function shared({ sessionId }: SessionReading): Pick<Fact, 'agent' | 'sessionId'> & { source: 'history' } {
  return { agent: 'gemini', sessionId, source: 'history' };
}

function toCallFacts({ calls, fact }: AnswerReading, turn: TurnReading, reading: SessionReading): Fact[] {
  return [...calls].flatMap(([callId, call]): Fact[] => {
    const result = call.result ?? (turn.stop?.reason === 'cancelled' ? { outcome: 'cancelled' as const } : undefined);
    if (!result) return [call.called];
    // The calls of an answer are written down together, when the last of them is through: that moment is only the end of one alone.
    const at = calls.size === 1 && call.doneAt !== undefined && call.doneAt >= (fact.endedAt ?? 0n) ? { at: { unixNano: call.doneAt, source: 'transcript' as const, resolutionNano: 1e6 } } : {};
    return [call.called, { ...shared(reading), ...at, type: 'tool.ended', key: `result:${callId}`, order: fact.order, callId, result }];
  });
}

/** A turn ends with an answer that asks for nothing, or where every call of an answer was refused or stopped. */
function toReason(turn: TurnReading): Outcome {
  if (turn.stop) return turn.stop.reason;
  if (isAnswered(turn)) return 'ok';
  const calls: CallReading[] = [...(turn.answers.at(-1)?.calls.values() ?? [])];
  const isStopped = calls.length > 0 && calls.every(({ result }) => result?.outcome === 'cancelled' || result?.outcome === 'denied');
  if (isStopped || turn.isStopDoubtful) return 'cancelled';
  const isDelivered = calls.some(({ called, result }) => called.tool.name === DELIVERY && result?.outcome === 'ok');
  return isDelivered ? 'ok' : 'unknown';
}

/** With this tool a subagent hands in what it found, which ends it. */
const DELIVERY = 'complete_task';

function toTurnEnded(turn: TurnReading, reading: SessionReading, { reason, isTentative }: { reason: Outcome; isTentative: boolean }): FactOf<'turn.ended'> {
  const messageIds = [turn.started?.messageId, ...turn.answers.map(({ fact }) => fact.messageId)].filter((id) => id !== undefined);
  const last = turn.answers.at(-1);
  const doneAt = latestOf([...(last?.calls.values() ?? [])].map((call) => call.doneAt));
  const endedAt = turn.stop?.at?.unixNano ?? latestOf([last?.fact.endedAt, doneAt]);
  return {
    ...shared(reading),
    type: 'turn.ended',
    key: `turn:${messageIds[0] ?? ''}`,
    order: last?.fact.order ?? turn.started?.order ?? 0,
    reason,
    messageIds,
    startedAt: turn.started?.at?.unixNano,
    endedAt,
    ...(isTentative ? { isTentative: true } : {}),
    ...(reason === 'error' ? { errorType: 'api_error', ...(turn.stop?.message === undefined ? {} : { errorMessage: turn.stop.message }) } : {}),
  };
}
