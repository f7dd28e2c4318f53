/**
 * When a session is over, its `agent_session` span gets its end and goes out, behind all it holds. Each step of the collector looks,
 * at times kept in the store. A collector stays for it, half an hour after the last turn at most: a trace without its root is none to
 * most backends. One that was ended meanwhile leaves it to the next, which any event of any session starts, or to
 * `spoor collect --once`.
 */
import type { Agent, AgentEnvironment } from '../agents/agent.ts';
import type { Fact } from '../core/fact.ts';
import { latestOf, nanoToMillis } from '../core/time.ts';
import type { Envelope, EnvelopeContent, Store } from '../store/store.ts';
import { findRootId } from './delivery/find-root.ts';
import { toClosedSpan } from './envelope-span.ts';
import { hasLivingProcess } from './expiry.ts';
import { environmentOf } from './family.ts';
import { isForeignFailure } from './foreign-failure.ts';

/** So long without a turn, a session is over for its trace; a turn that comes later stands under an envelope of its own. */
const IDLE_MILLIS = 30 * 60_000;
/** Whether its agent still runs is looked after this often. It costs reading the session's facts. */
const LOOK_MILLIS = 5_000;
/** What foreign data makes fail is left alone for a while. */
const FAILED_RETRY_MILLIS = 10 * 60_000;
/** The hook that tells the end and the history that tells the last turn's go by two clocks. */
const TOLERANCE_NANO = 2_000_000_000n;

export interface CloseContext {
  store: Store;
  environment: AgentEnvironment;
  findAgent(id: string): Agent | undefined;
  /** Called inside the transaction that makes it final. */
  enqueueEnvelope(envelope: Envelope): void;
  nowMillis(): number;
}

/** Closes every session that is over. `all`: also those that are not due to be looked at. Returns how many were closed. */
export function closeSessions(context: CloseContext, { all }: { all: boolean }): number {
  const { store } = context;
  const untilMillis = all ? Number.MAX_VALUE : context.nowMillis();
  if (store.readDueEnvelopes(untilMillis).length === 0) return 0;
  // Read again in the transaction: another process may have put a turn below one meanwhile.
  return store.transaction(() => store.readDueEnvelopes(untilMillis).filter((envelope) => tryToClose(envelope, context)).length);
}

/** One session that fails stops no other. Throws on a disk that refuses. */
function tryToClose(envelope: Envelope, context: CloseContext): boolean {
  try {
    return context.store.transaction(() => closeIfOver(envelope, context));
  } catch (error) {
    if (!isForeignFailure(error)) throw error;
    context.store.saveEnvelope({ ...envelope, dueMillis: context.nowMillis() + FAILED_RETRY_MILLIS });
    return false;
  }
}

function closeIfOver(envelope: Envelope, context: CloseContext): boolean {
  const { store } = context;
  const content = store.readEnvelopeContent(envelope.span.spanId);
  const nextLookMillis = content ? whenToLook(envelope, content, context) : context.nowMillis() + IDLE_MILLIS;
  if (!content || nextLookMillis !== undefined) {
    store.saveEnvelope({ ...envelope, dueMillis: nextLookMillis });
    return false;
  }
  const { dueMillis: _due, ...closed } = { ...envelope, span: toClosedSpan(envelope.span, content) };
  store.saveEnvelope(closed);
  context.enqueueEnvelope(closed);
  return true;
}

/** When it is to be looked at again (Unix ms); undefined: its session is over. A turn that goes on keeps it open, however long. */
function whenToLook(envelope: Envelope, content: EnvelopeContent, { store, environment, findAgent, nowMillis }: CloseContext): number | undefined {
  const { agent: id, sessionId } = envelope.span;
  const agent = findAgent(id);
  const now = nowMillis();
  const nextLookMillis = now + LOOK_MILLIS;
  if (hasOpenTurn(store, envelope)) return nextLookMillis;
  const idleEndMillis = nanoToMillis(content.endUnixNano) + IDLE_MILLIS;
  if (idleEndMillis <= now || isFollowed(store, envelope)) return undefined;
  const facts = store.readFacts(id, [sessionId]);
  const running = agent?.history?.isRunning?.(environmentOf(facts, environment), sessionId) ?? hasLivingProcess(sessionId, facts);
  if (running === false || isEndTold(facts, content)) return undefined;
  return running === undefined ? idleEndMillis : Math.min(nextLookMillis, idleEndMillis);
}

/** The agent's own word that it left the session, behind its last turn and with no process that took it up again. */
function isEndTold(facts: readonly Fact[], content: EnvelopeContent): boolean {
  const moments = (change: 'began' | 'ended'): bigint[] => facts.flatMap((fact) => (fact.type === 'session.seen' && fact.process?.change === change ? [fact.process.unixNano] : []));
  const ended = latestOf(moments('ended'));
  return ended !== undefined && ended + TOLERANCE_NANO >= content.endUnixNano && !moments('began').some((began) => began > ended);
}

/** Of the session itself or of a subagent of it; a fork goes its own way. */
function hasOpenTurn(store: Store, { span: { agent, sessionId } }: Envelope): boolean {
  const ids = store.readFamily(agent, sessionId).filter((session) => findRootId(store, session) === sessionId);
  return store.readTurns(agent, ids.map((session) => session.sessionId)).some((turn) => turn.live && !turn.settled);
}

/** The session went on in another trace: a new process of the agent began one. */
function isFollowed(store: Store, { span, grouping }: Envelope): boolean {
  return store.readNewestEnvelope(span.agent, span.sessionId, { grouping })?.span.spanId !== span.spanId;
}
