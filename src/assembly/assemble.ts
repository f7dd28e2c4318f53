/**
 * Facts → spans: a pure function. It has no memory, no clock and no disk; any order, repetition or split of the same facts gives
 * the same spans. Read this file top to bottom: each step is a file of its own.
 */
import { digestOf } from '../core/ids.ts';
import { toJson } from '../core/json.ts';
import { latest, latestOf } from '../core/time.ts';
import type { Fact } from '../core/fact.ts';
import type { Span } from '../core/span.ts';
import { ASSEMBLER_VERSION } from '../core/version.ts';
import { alignTurns } from './align-turns.ts';
import { closeTurn, hasToldEnd, isLive } from './close-turn.ts';
import { draftSessions } from './draft-sessions.ts';
import { draftHistoryTurns, draftHookTurns, isEndAlone, markHooked, markLeft, promptMoments } from './draft-turns.ts';
import type { AssembledSession, AssembledTurn, Assembly, AssemblyInput, SessionDraft, TurnDraft } from './drafts.ts';
import { dropEchoes } from './drop-echoes.ts';
import { dropRepeated } from './drop-repeated.ts';
import { findBilling, type BillingOf } from './find-billing.ts';
import { findRepositories } from './find-repositories.ts';
import { findShells } from './find-shells.ts';
import { identify } from './identify.ts';
import { linkSubagents } from './link-subagents.ts';
import { matchEnds } from './match-ends.ts';
import { orderFacts } from './order-facts.ts';
import { pairTools } from './pair-tools.ts';
import { placeChildHooks } from './place-child-hooks.ts';
import { rehomeHooks } from './rehome-hooks.ts';
import { enrich } from './native/enrich.ts';
import { fillTurns, type FillContext } from './native/fill-turns.ts';
import { toNativeTurns, type NativeTurn } from './native/native-turns.ts';
import { timeTurn } from './time-turn.ts';
import { toSpans } from './to-spans.ts';

/** Assembles a family of sessions wholly. Turns come parents before children; equal digests mean that nothing changed. */
export function assemble(input: AssemblyInput): Assembly {
  const facts = orderFacts(input.facts);
  const sessions = draftSessions(facts);
  const { bySession, forkPoints } = dropRepeated(facts, sessions, input.lookup);
  if (input.traits.subagentHooksNameParent) placeChildHooks(sessions, bySession);
  const native: NativeTurn[] = [];
  const sessionsOf = toSessionsOf(facts);
  const drafts = sessions.map((session) => {
    const own = bySession.get(session.sessionId) ?? [];
    const told = toNativeTurns(own.filter((fact) => fact.source === 'native'));
    native.push(...told);
    return draftSession(session, own, { firstIndex: input.countDropped?.(session.sessionId) ?? 0, traits: input.traits, told, isElsewhere: (id) => isOnlyElsewhere(sessionsOf.get(id), session.sessionId) });
  });
  enrich(drafts, native);
  identify(drafts, input);
  for (const { session, turns } of drafts) {
    // One without any clock began when the one before was over.
    let fallback = session.startUnixNano ?? 0n;
    for (const turn of turns) {
      closeTurn(turn, input.isExpired(turn.spanId));
      allotCredits(turn);
      timeTurn(turn, fallback);
      fallback = latest(fallback, turn.window.end, turn.window.start) ?? fallback;
    }
  }
  linkSubagents(drafts);
  for (const { session, turns } of drafts) {
    for (const turn of turns) {
      if (turn.host && turn.historyEnd?.isTentative) closeChild(turn, session, input);
      if (isBeforeItsCall(turn)) timeTurn(turn, turn.hostCall?.window.start ?? 0n);
    }
  }
  findShells(drafts, bySession);
  findRepositories(drafts, bySession);
  const byKey = new Map(drafts.flatMap(({ turns }) => turns.flatMap((turn) => turn.keys.map((key) => [key, turn] as const))));
  const billingOf = findBilling(drafts, input.traits);
  const withNative = new Set(drafts.flatMap(({ session, hasNative }) => (hasNative ? [session.sessionId] : [])));
  const turns = drafts.flatMap(({ session, turns: list }) => list.map((turn) => toAssembledTurn(turn, session, { input, withNative, byKey, forkPoints, billingOf })));
  for (const { session, turns: list } of drafts) {
    session.endUnixNano = latestOf(list.map((turn) => turn.window.end ?? turn.window.start));
  }
  return { sessions, turns };
}

/** Requests and calls that hooks or history tell of, with their sessions. Asked for only where telemetry tells of them as well. */
function toSessionsOf(facts: readonly Fact[]): ReadonlyMap<string, ReadonlySet<string>> {
  const sessions = new Map<string, Set<string>>();
  if (!facts.some(({ source }) => source === 'native')) return sessions;
  for (const fact of facts) {
    if (fact.source === 'native') continue;
    const answer = fact.type === 'model.answered' ? [fact.requestId, fact.responseId] : [];
    const call = 'tool' in fact ? [fact.tool?.callId, fact.tool?.nativeCallId] : [];
    for (const id of [...answer, ...call]) if (id) sessions.set(id, (sessions.get(id) ?? new Set()).add(fact.sessionId));
  }
  return sessions;
}

function isOnlyElsewhere(sessions: ReadonlySet<string> | undefined, sessionId: string): boolean {
  return sessions !== undefined && !sessions.has(sessionId);
}

interface Drafting extends Pick<FillContext, 'traits' | 'isElsewhere'> {
  firstIndex: number;
  told: readonly NativeTurn[];
}

function draftSession(session: AssembledSession, facts: Fact[], { firstIndex, told, ...context }: Drafting): SessionDraft {
  const history = draftHistoryTurns(session.sessionId, facts.filter((fact) => fact.source === 'history'));
  const hooks = facts.filter((fact) => fact.source === 'hook');
  markHooked(history.turns, hooks);
  const fromHooks = draftHookTurns(session.sessionId, dropEchoes(hooks), promptMoments(history.turns)).filter((turn) => !isEndAlone(turn, history.turns));
  const aligned = alignTurns(history.turns, fromHooks, { writtenAt: session.writtenAt, isSubagent: session.parent?.relation === 'subagent' });
  aligned.forEach((turn, index) => (turn.index = index));
  rehomeHooks(aligned);
  const turns = fillTurns(matchEnds(aligned, history.strayEnds), told, { ...context, sessionId: session.sessionId });
  markLeft(turns, hooks);
  turns.forEach((turn, index) => {
    turn.index = firstIndex + index;
    turn.isFollowed = index < turns.length - 1;
    if (turn.answers.length === 0) turn.answers = turn.hookAnswers;
    pairTools(turn);
  });
  return { session, turns, hasNative: facts.some((fact) => fact.source === 'native') };
}

/**
 * A request may tell its own credits. Else the agent meters each request, in order: the k-th figure is the k-th answer's, but only if there are as many of both. A turn that
 * was seen several times while it ran is told of with more figures each time.
 */
function allotCredits(turn: TurnDraft): void {
  const seen = turn.metered.reduce<number[] | undefined>((most, { requestCredits }) => (most && most.length >= requestCredits.length ? most : requestCredits), undefined);
  const credits = turn.historyEnd?.requestCredits ?? seen;
  turn.requestCredits = credits;
  const answers = turn.answers.filter((answer) => !answer.fact.isSynthetic);
  for (const answer of answers) if (answer.fact.credits !== undefined) answer.credits = answer.fact.credits;
  if (!credits || credits.length !== answers.length) return;
  answers.forEach((answer, index) => (answer.credits = credits[index]));
}

/** Which call started it is known only now: with that call's verdict it is over, and ended as the call did where it does not say itself. */
function closeChild(turn: TurnDraft, session: AssembledSession, input: AssemblyInput): void {
  closeTurn(turn, input.isExpired(turn.spanId));
  if (turn.outcome === 'unknown' && turn.hostCall?.result) turn.outcome = turn.hostCall.outcome;
  timeTurn(turn, session.startUnixNano ?? 0n);
}

/** A subagent that is a fork begins with a copy of what was before it: the copy's time is not its own, and nobody tells its own beginning. */
function isBeforeItsCall({ historyStart, hookStart, window, hostCall }: TurnDraft): boolean {
  const called = hostCall?.window.start;
  return called !== undefined && historyStart === undefined && hookStart === undefined && window.start !== undefined && window.start < called;
}

/** A guessed place of a subagent stands where nobody will name the right one. */
function isPlaceFinal({ host, isPlaceTold }: TurnDraft, { traits }: AssemblyInput): boolean {
  return host !== undefined && (isPlaceTold === true || !traits.callsNameSubagents || host.closed);
}

function isOfHistory(fact: Fact | undefined): boolean {
  return fact?.source === 'history';
}

/** Telemetry comes some seconds behind: what it is still to tell of a request would come too late for a span that was sent. */
function isNativeDue({ answers }: TurnDraft): boolean {
  return answers.some(({ fact, alias }) => !fact.isSynthetic && fact.source !== 'native' && alias === undefined);
}

interface FamilyContext {
  input: AssemblyInput;
  /** Sessions that the agent's own telemetry told of. */
  withNative: ReadonlySet<string>;
  byKey: ReadonlyMap<string, TurnDraft>;
  forkPoints: ReadonlyMap<string, string>;
  billingOf: BillingOf;
}

function toAssembledTurn(turn: TurnDraft, session: AssembledSession, family: FamilyContext): AssembledTurn {
  const { input, byKey, forkPoints } = family;
  const live = isLive(turn);
  const hasHistory = isOfHistory(turn.historyStart) || turn.answers.some(({ fact }) => fact.source === 'history') || isOfHistory(turn.historyEnd);
  const isExpired = input.isExpired(turn.spanId);
  const isPlaced = session.parent?.relation !== 'subagent' || isPlaceFinal(turn, input);
  const isStopDue = live && turn.historyEnd?.stopMayFollow === true && turn.hookEnd === undefined && !turn.isFollowed;
  const settled = turn.closed && (isExpired || (hasToldEnd(turn) && isPlaced && !isStopDue && !(live && family.withNative.has(turn.sessionId) && isNativeDue(turn))));
  const forkPoint = turn.index === 0 ? forkPoints.get(session.sessionId) : undefined;
  const origin = forkPoint === undefined ? undefined : (byKey.get(`msg:${forkPoint}`) ?? input.lookup(`msg:${forkPoint}`));
  const bare = toSpans(turn, {
    session,
    traits: input.traits,
    billingOf: family.billingOf,
    settled,
    placed: isPlaced,
    incomplete: settled && live && turn.historyEnd === undefined,
    forkedFrom: origin && { traceId: origin.traceId, spanId: origin.spanId },
  });
  const spans = input.price?.(bare) ?? bare;
  const flags = { live, hasHistory, closed: turn.closed, settled };
  const digest = input.outlineOnly ? '' : digestOf([String(ASSEMBLER_VERSION), JSON.stringify(flags), ...spans.flatMap(toDigestWords)]);
  return { sessionId: turn.sessionId, turnIndex: turn.index, spans, digest, ...flags, ...(turn.shell === undefined ? {} : { shell: turn.shell }) };
}

/** Texts and times stand apart: JSON of a text is one more copy of it, and JSON of a bigint a copy of the whole span. */
function toDigestWords({ content, startUnixNano, endUnixNano, ...rest }: Span): string[] {
  return [toJson(rest), `${startUnixNano} ${endUnixNano}`, ...Object.entries(content).flat()];
}
