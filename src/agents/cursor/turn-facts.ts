/** What was read of a session → its facts. */
import type { Fact, FactOf } from '../../core/fact.ts';
import { NANOS_PER_MILLI, type Instant } from '../../core/time.ts';
import { toProvider } from './models.ts';
import { AGENT } from './names.ts';
import type { AnswerReading, SessionReading, TurnReading } from './reading.ts';

/** Far more than one record tells: each turn's facts stand together, in their order. */
type Add = (fact: Fact) => void;

/** All facts of a session, in the order of what happened. */
export function toFacts(session: SessionReading): Fact[] {
  const facts: Fact[] = [toSessionSeen(session)];
  session.turns.forEach((turn, index) => addTurn(session, turn, { isLast: index === session.turns.length - 1, add: (fact) => void facts.push({ ...fact, order: facts.length }) }));
  return facts;
}

function toSessionSeen({ sessionId, parent, title, cwd, agentName, model, contextWindowTokens, startedAt, writtenAt }: SessionReading): Fact {
  return {
    agent: AGENT, sessionId, source: 'history', type: 'session.seen', key: `session:${sessionId}`, order: 0, startedAt,
    ...(writtenAt === undefined ? {} : { writtenAt }), ...(parent ? { parent } : {}), ...(title === undefined ? {} : { title }), ...(cwd === undefined ? {} : { cwd }), ...(agentName === undefined ? {} : { agentName }),
    ...(model === undefined ? {} : { model }), ...(contextWindowTokens === undefined ? {} : { contextWindowTokens }),
  };
}

type Base = Pick<Fact, 'agent' | 'sessionId' | 'order'> & { source: 'history' };

function toInstant(unixNano: bigint | undefined, resolutionNano = Number(NANOS_PER_MILLI)): { at?: Instant } {
  return unixNano === undefined ? {} : { at: { unixNano, source: 'transcript', resolutionNano } };
}

function addTurn(session: SessionReading, turn: TurnReading, { isLast, add }: { isLast: boolean; add: Add }): void {
  const base: Base = { agent: AGENT, sessionId: session.sessionId, source: 'history', order: 0 };
  if (turn.id !== undefined) {
    add({
      ...base, ...toInstant(turn.at, turn.resolutionNano), key: `prompt:${turn.id}`, type: 'turn.started', messageId: turn.id, ...(turn.prompt === undefined ? {} : { prompt: turn.prompt }),
      ...(session.isEndTold ? { isEndTold: true } : {}), extra: turn.extra,
    });
  }
  for (const id of turn.compactions) add({ ...base, key: `compaction:${id}`, type: 'context.changed', change: 'compaction', recordId: id });
  for (const answer of turn.answers) addAnswer(base, turn, { answer, add });
  const messageIds = [turn.id, ...turn.answers.map(({ id }) => id)].filter((id) => id !== undefined);
  const [first] = messageIds;
  const model = turn.model ?? turn.answers.find((answer) => answer.model !== undefined)?.model;
  if (first !== undefined && model !== undefined) add({ ...base, key: `model:${first}`, type: 'model.seen', messageId: first, model });
  const end = first === undefined ? undefined : toEnd(session, turn, isLast);
  if (end) add({ ...base, ...end, messageIds, startedAt: turn.resolutionNano === undefined ? turn.at : undefined, key: `end:${first ?? ''}`, type: 'turn.ended' });
}

function addAnswer(base: Base, turn: TurnReading, { answer, add }: { answer: AnswerReading; add: Add }): void {
  const { id, responseId, text, reasoning, usage, calls, endedAt } = answer;
  const model = answer.model ?? turn.model;
  const provider = toProvider(model);
  add({
    ...base, ...toInstant(answer.at), key: `answer:${id}`, type: 'model.answered', messageId: id, responseId: responseId ?? null, outcome: toAnswerOutcome(turn, answer), callIds: calls.map(({ request }) => request.callId),
    ...(text === undefined ? {} : { text }), ...(reasoning === undefined ? {} : { reasoning }), ...(model === undefined ? {} : { requestModel: model }), ...(provider === undefined ? {} : { provider }),
    ...(usage ? { usage } : {}), ...(endedAt === undefined ? {} : { endedAt }),
  });
  for (const { request, at, result } of calls) {
    add({ ...base, ...toInstant(at), key: `call:${request.callId}`, type: 'tool.called', tool: request, messageId: id });
    if (result) add({ ...base, key: `result:${request.callId}`, type: 'tool.ended', callId: request.callId, result });
  }
}

/** The last request of a turn that failed is the one that failed. */
function toAnswerOutcome({ answers, end }: TurnReading, answer: AnswerReading): FactOf<'model.answered'>['outcome'] {
  const isCut = answer === answers.at(-1) && (end?.reason === 'error' || end?.reason === 'cancelled') && answer.calls.length === 0;
  return isCut ? (end?.reason ?? 'ok') : 'ok';
}

type End = Pick<FactOf<'turn.ended'>, 'reason' | 'endedAt' | 'durationNano' | 'errorType' | 'errorMessage' | 'contextUsagePercent' | 'agentName' | 'isTentative' | 'extra'>;

/** Of an older turn what followed it tells that it is over; the newest one's end may only be supposed. */
function toEnd(session: SessionReading, turn: TurnReading, isLast: boolean): End | undefined {
  const { end } = turn;
  const last = turn.answers.at(-1);
  const isAnswered = last !== undefined && last.calls.length === 0;
  if (!end && isLast && (session.isEndTold || !isAnswered) && session.parent?.relation !== 'subagent') return undefined;
  const reason = end?.reason ?? (isAnswered ? 'ok' : 'unknown');
  return {
    reason, ...(end || !isLast ? {} : { isTentative: true }), ...(session.agentName === undefined ? {} : { agentName: session.agentName }),
    ...(end?.endedAt === undefined ? {} : { endedAt: end.endedAt }), ...(end?.durationNano === undefined ? {} : { durationNano: end.durationNano }),
    ...(end?.contextUsagePercent === undefined ? {} : { contextUsagePercent: end.contextUsagePercent }), ...(end?.extra ? { extra: end.extra } : {}),
    ...(reason === 'error' ? { errorType: 'agent_error', ...(end?.errorMessage === undefined ? {} : { errorMessage: end.errorMessage }) } : {}),
  };
}
