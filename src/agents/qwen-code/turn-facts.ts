/** A turn that was read to its end, or as far as there is of it → its facts. */
import type { Fact, FactOf } from '../../core/fact.ts';
import type { Outcome } from '../../core/span.ts';
import { latestOf, parseRfc3339 } from '../../core/time.ts';
import { asText } from '../untrusted.ts';
import type { SessionReading, TurnReading } from './reading.ts';

/** `isLast`: nothing followed so far. Only what follows a turn says that it is over; of a subagent its sidecar does. */
export function toTurnFacts(turn: TurnReading, reading: SessionReading, isLast: boolean): Fact[] {
  const facts: Fact[] = [];
  if (turn.started) facts.push(turn.started);
  for (const { fact, calls } of turn.answers) facts.push(fact, ...[...calls.values()].flatMap(({ called, ended }): Fact[] => (ended ? [called, ended] : [called])));
  const answered = turn.answers.findLast(({ fact }) => fact.requestModel !== undefined)?.fact;
  const first = turn.started?.messageId ?? turn.answers[0]?.fact.messageId;
  if (first === undefined) return facts;
  if (answered?.requestModel !== undefined) facts.push({ ...shared(reading), type: 'model.seen', key: `model:${first}`, order: answered.order, messageId: first, model: answered.requestModel, contextWindowTokens: reading.contextWindowTokens });
  const told = isLast ? toldEnd(reading) : undefined;
  const reason = told?.reason ?? toReason(turn);
  // A subagent that runs on in the background outlives the call that started it: while its sidecar says so nothing ends it.
  const isOpen = isLast && told === undefined && (asText(reading.meta?.status) !== undefined || (reason === 'unknown' && !reading.isSubagent));
  if (!isOpen) facts.push(toTurnEnded(turn, reading, { reason, endedAt: told?.endedAt, isTentative: isLast && told === undefined }));
  return facts;
}

/** `status` of a subagent's sidecar. */
const STATUSES: Readonly<Record<string, Outcome>> = { completed: 'ok', success: 'ok', failed: 'error', error: 'error', cancelled: 'cancelled', canceled: 'cancelled', aborted: 'cancelled' };

function toldEnd({ isSubagent, meta }: SessionReading): { reason: Outcome; endedAt?: bigint } | undefined {
  const status = isSubagent ? asText(meta?.status) : undefined;
  const reason = status !== undefined && Object.hasOwn(STATUSES, status) ? STATUSES[status] : undefined;
  return reason === undefined ? undefined : { reason, endedAt: parseRfc3339(meta?.lastUpdatedAt) };
}

/** A turn ends with an answer that asks for nothing, or where every call of an answer was refused or stopped. */
function toReason(turn: TurnReading): Outcome {
  if (turn.failure) return 'error';
  const last = turn.answers.findLast(({ isAside }) => !isAside);
  if (!last) return 'unknown';
  const calls = [...last.calls.values()];
  if (calls.length === 0) return last.fact.text === undefined ? 'unknown' : 'ok';
  const isStopped = calls.every(({ ended }) => ended?.result.outcome === 'cancelled' || ended?.result.outcome === 'denied');
  return isStopped ? 'cancelled' : 'unknown';
}

function shared({ sessionId }: SessionReading): Pick<Fact, 'agent' | 'sessionId'> & { source: 'history' } {
  return { agent: 'qwen-code', sessionId, source: 'history' };
}

function toTurnEnded(turn: TurnReading, reading: SessionReading, end: { reason: Outcome; endedAt?: bigint; isTentative: boolean }): FactOf<'turn.ended'> {
  const messageIds = [turn.started?.messageId, ...turn.answers.map(({ fact }) => fact.messageId)].filter((id) => id !== undefined);
  const last = turn.answers.findLast(({ isAside }) => !isAside);
  const results = [...(last?.calls.values() ?? [])].map(({ ended }) => ended?.at?.unixNano);
  return {
    ...shared(reading),
    type: 'turn.ended',
    key: `turn:${messageIds[0] ?? ''}`,
    order: last?.fact.order ?? turn.started?.order ?? 0,
    reason: end.reason,
    messageIds,
    startedAt: turn.started?.at?.unixNano,
    endedAt: end.endedAt ?? latestOf([turn.failure?.at?.unixNano, last?.fact.endedAt, ...results]),
    ...(end.isTentative ? { isTentative: true } : {}),
    ...(end.reason === 'error' ? { errorType: turn.failure?.errorType ?? 'agent_error', ...(turn.failure?.message === undefined ? {} : { errorMessage: turn.failure.message }) } : {}),
    extra: { ...turn.extra, ...reading.extra },
  };
}
