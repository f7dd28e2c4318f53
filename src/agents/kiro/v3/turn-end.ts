/** How a V3 turn ended, what it cost, and which of its calls started which session. */
import type { Fact, FactOf, SpawnedAgent } from '../../../core/fact.ts';
import type { Problem } from '../../../core/problem.ts';
import type { Outcome } from '../../../core/span.ts';
import { asAmount, asDurationMillis, asList, asRecord, asText } from '../../untrusted.ts';
import { toMetered } from '../metering.ts';
import { toName } from '../names.ts';
import { turnOf, type SessionReading, type TurnReading, type UsageReading, type V3Record } from './reading.ts';

/** `stopReason` of the agent client protocol, and what is written beside it. Limits end a turn without failing it: then the status counts. */
const STOP_REASONS: Readonly<Record<string, Outcome>> = { end_turn: 'ok', cancelled: 'cancelled', canceled: 'cancelled', interrupted: 'cancelled', error: 'error' };
const STATUSES: Readonly<Record<string, Outcome>> = {
  success: 'ok', completed: 'ok', cancelled: 'cancelled', canceled: 'cancelled', aborted: 'cancelled', error: 'error', failed: 'error', failure: 'error',
};

/** Whole-turn figures: written again for the same execution, they replace. */
export function addUsage(reading: SessionReading, { payload }: V3Record): void {
  const executionId = asText(payload.executionId);
  const credits = asList(payload.promptTurnSummaries).flatMap((entry) => {
    const summary = asRecord(entry);
    const usage = asAmount(summary?.usage);
    return usage !== undefined && (summary?.unit === undefined || summary.unit === 'credit') ? [usage] : [];
  });
  const usage: UsageReading = {
    credits: credits.length > 0 ? credits.reduce((sum, value) => sum + value, 0) : undefined,
    metered: asList(payload.promptTurnSummaries),
    requestIds: asList(payload.requestIds).filter((id): id is string => typeof id === 'string'),
    elapsedMillis: asAmount(payload.elapsedTime),
    status: asText(payload.status),
  };
  turnOf(reading, executionId).usage.set(executionId ?? '', usage);
}

/** Remembers the end; a turn that went on after one ends with its last. */
export function addTurnEnd(reading: SessionReading, { payload, order, at }: V3Record): Problem[] {
  const turn = turnOf(reading, asText(payload.executionId));
  const reason = asText(payload.stopReason);
  turn.end = { order, at, reason };
  const isKnown = toReason(turn) !== 'unknown';
  return isKnown ? [] : [{ code: 'unknown-stop-reason', detail: `stopReason ${toName(reason)}` }];
}

function toReason({ end, usage }: TurnReading): Outcome {
  const status = [...usage.values()].at(-1)?.status;
  return lookUp(STOP_REASONS, end?.reason) ?? lookUp(STATUSES, status) ?? 'unknown';
}

function lookUp(table: Readonly<Record<string, Outcome>>, word: string | undefined): Outcome | undefined {
  return word !== undefined && Object.hasOwn(table, word) ? table[word] : undefined;
}

/** A turn that was read to its end, or as far as there is of it → its facts. `isFollowed`: another turn came after it. */
export function toTurnFacts(turn: TurnReading, sessionId: string, isFollowed: boolean): Fact[] {
  const isOver = turn.end !== undefined || (isFollowed && turn.usage.size > 0);
  const reason = toReason(turn);
  if (isOver) settleAnswers(turn, reason);
  linkSpawned(turn);
  const facts: Fact[] = [...turn.answers.map(({ fact }) => fact), ...turn.calls.values(), ...turn.results.values()];
  if (turn.started) facts.push(turn.started);
  for (const fact of facts) fact.turnKey ??= turn.turnKey;
  if (isOver) facts.push(toTurnEnded(turn, sessionId, reason));
  return facts;
}

/**
 * Words at the end that no measure closed: with as many measured requests as the agent counts they are the last answer's; else they are
 * a request of their own, broken off where the turn was.
 */
function settleAnswers(turn: TurnReading, reason: Outcome): void {
  const last = turn.answers.at(-1);
  const before = turn.answers.at(-2);
  if (!last || last.isMeasured || !before || last.fact.callIds.length > 0) {
    if (last && !last.isMeasured && reason === 'cancelled') last.fact.outcome = 'cancelled';
    return;
  }
  const counted = [...turn.usage.values()].flatMap(({ requestIds }) => requestIds).length;
  const measured = turn.answers.filter(({ isMeasured }) => isMeasured).length;
  if (counted > 0 && counted <= measured) {
    before.fact.text = [before.fact.text, last.fact.text].filter((text) => text !== undefined).join('\n') || undefined;
    turn.answers.pop();
  } else if (reason === 'cancelled') last.fact.outcome = 'cancelled';
}

function toTurnEnded(turn: TurnReading, sessionId: string, reason: Outcome): FactOf<'turn.ended'> {
  const messageIds = [turn.started?.messageId, ...turn.answers.map(({ fact }) => fact.messageId)].filter((id) => id !== undefined);
  const usages = [...turn.usage.values()];
  const requestIds = usages.flatMap((usage) => usage.requestIds);
  const elapsed = usages.flatMap(({ elapsedMillis }) => elapsedMillis ?? []);
  return {
    agent: 'kiro', sessionId, source: 'history', type: 'turn.ended',
    key: `turn:${messageIds[0] ?? turn.turnKey ?? ''}`,
    order: turn.end?.order ?? turn.answers.at(-1)?.fact.order ?? 0,
    turnKey: turn.turnKey,
    reason,
    messageIds,
    startedAt: turn.started?.at?.unixNano,
    endedAt: turn.end?.at?.unixNano,
    durationNano: elapsed.length > 0 ? asDurationMillis(sum(elapsed)) : undefined,
    turnCredits: usages.some(({ credits }) => credits !== undefined) ? sum(usages.map(({ credits }) => credits ?? 0)) : undefined,
    metered: toMetered(usages.flatMap(({ metered }) => metered)),
    requestCount: requestIds.length > 0 ? requestIds.length : undefined,
    contextUsagePercent: turn.contextUsagePercent,
    ...(reason === 'error' ? { errorType: 'agent_error', errorMessage: turn.errorMessage } : {}),
    extra: {
      ...(turn.end?.reason === undefined ? {} : { 'kiro.stop_reason': turn.end.reason }),
      ...(requestIds.length > 0 ? { 'kiro.request_ids': requestIds } : {}),
      ...(turn.turnKey === undefined ? {} : { 'kiro.execution_id': turn.turnKey }),
    },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/**
 * `sub_agent_start` names a session but no call. Newer builds say what the subagent was told: the call that says the same is its own. Else
 * a call's record may stand before it (while it runs) or behind it (written when it is done): the newest open one, else the next one
 * that has no session yet.
 */
function linkSpawned(turn: TurnReading): void {
  const calls = [...turn.calls.values()].filter(({ tool }) => tool.spawns !== undefined);
  const left = turn.spawned.filter(({ sessionId, prompt }) => {
    const spawn = prompt === undefined ? undefined : calls.map(freeSpawn).find((one) => one?.prompt?.trim() === prompt.trim());
    if (spawn) spawn.sessionId = sessionId;
    return !spawn;
  });
  for (const { sessionId, order } of left) {
    const isOpen = (call: FactOf<'tool.called'>): boolean => call.order < order && (turn.results.get(call.tool.callId ?? '')?.order ?? Infinity) > order;
    const call = calls.findLast((one) => isOpen(one) && freeSpawn(one)) ?? calls.find((one) => one.order > order && freeSpawn(one));
    const spawn = call && freeSpawn(call);
    if (spawn) spawn.sessionId = sessionId;
  }
}

function freeSpawn(call: FactOf<'tool.called'>): SpawnedAgent | undefined {
  return call.tool.spawns?.find((spawn) => spawn.sessionId === undefined);
}
