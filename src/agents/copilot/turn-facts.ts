/** What was read of a session → its facts. */
import type { Fact, FactOf } from '../../core/fact.ts';
import type { Outcome } from '../../core/span.ts';
import { AGENT } from './names.ts';
import { baseOf, isAnswered, type SessionReading, type ThreadReading, type TurnReading } from './reading.ts';

/** All facts but the session's own. */
export function toFacts(reading: SessionReading): Fact[] {
  const facts: Fact[] = toThreadFacts(reading.root);
  for (const thread of reading.threads.values()) {
    // One that failed before it was told anything is only a name.
    if (thread.turns.length > 0) facts.push(toChildSeen(reading, thread), ...toThreadFacts(thread));
  }
  return [toRootSeen(reading), ...facts];
}

function toRootSeen({ sessionId, title, cwd, agentVersion, model, root, startedAt, forkOf }: SessionReading): Fact {
  return {
    agent: AGENT, sessionId, source: 'history', type: 'session.seen', key: `session:${sessionId}`, order: 0, title, cwd, agentVersion, model: root.model ?? model, startedAt,
    ...(forkOf === undefined ? {} : { parent: { sessionId: forkOf, relation: 'fork' as const } }),
  };
}

function toChildSeen(reading: SessionReading, { sessionId, host, agentName, model, startedAt }: ThreadReading): Fact {
  return {
    agent: AGENT, sessionId, source: 'history', type: 'session.seen', key: `session:${sessionId}`, order: 0, cwd: reading.cwd, agentVersion: reading.agentVersion, agentName, model, startedAt,
    parent: { sessionId: host?.sessionId ?? reading.sessionId, relation: 'subagent', ...(host ? { callId: host.callId } : {}) },
  };
}

function toThreadFacts(thread: ThreadReading): Fact[] {
  return thread.turns.flatMap((turn, index) => toTurnFacts(thread, turn, index === thread.turns.length - 1));
}

/** `isLast`: nothing followed so far. No event tells that a turn is over: what follows it does, or that the process left. */
function toTurnFacts(thread: ThreadReading, turn: TurnReading, isLast: boolean): Fact[] {
  const facts: Fact[] = turn.started ? [turn.started] : [];
  for (const { fact } of turn.answers) facts.push(fact);
  for (const { called, ended } of turn.calls.values()) facts.push(called, ...(ended ? [ended] : []));
  facts.push(...turn.facts);
  const messageIds = [turn.started?.messageId, ...turn.answers.map(({ fact }) => fact.messageId)].filter((id) => id !== undefined);
  const [first] = messageIds;
  if (first === undefined) return facts;
  const reason = toReason(turn);
  const isCertain = turn.stop !== undefined || turn.isOver || !isLast;
  if (isCertain || reason !== 'unknown' || isAwaited(thread, turn)) facts.push(toEnd(thread, turn, { messageIds, reason, isTentative: !isCertain }));
  return facts;
}

/** The call that started a subagent tells that it is over, unless it was over itself before the subagent was. */
function isAwaited({ isSubagent, host }: ThreadReading, { lastAt }: TurnReading): boolean {
  const verdictAt = host?.call.ended?.at?.unixNano;
  return isSubagent && (verdictAt === undefined || lastAt === undefined || lastAt.unixNano <= verdictAt);
}

function toReason(turn: TurnReading): Outcome {
  return turn.stop?.reason ?? (isAnswered(turn) ? 'ok' : 'unknown');
}

interface End {
  messageIds: string[];
  reason: Outcome;
  isTentative: boolean;
}

function toEnd(thread: ThreadReading, turn: TurnReading, { messageIds, reason, isTentative }: End): FactOf<'turn.ended'> {
  const { stop, credits, premiumRequests } = turn;
  const endedAt = stop?.at?.unixNano ?? turn.lastAt?.unixNano;
  const isMetered = turn.answers.some(({ fact }) => fact.credits !== undefined);
  return {
    ...baseOf(thread, turn, { key: `end:${messageIds[0] ?? ''}`, order: turn.lastOrder, ...(stop?.at ? { at: stop.at } : {}) }), type: 'turn.ended', reason, messageIds,
    startedAt: turn.started?.at?.unixNano, endedAt, agentName: thread.agentName,
    ...(isTentative ? { isTentative: true } : {}),
    ...(credits === undefined || isMetered ? {} : { turnCredits: credits }),
    ...(premiumRequests === undefined ? {} : { turnPremiumRequests: premiumRequests }),
    ...(reason === 'error' ? { errorType: stop?.errorType, errorMessage: stop?.errorMessage } : {}),
    extra: turn.extra,
  };
}
