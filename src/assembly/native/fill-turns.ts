/**
 * Step 5b: what only telemetry knows. A turn of which the history tells nothing gets its requests, and the calls that no hook saw; a session of
 * which nobody else tells gets its turns. Where the history tells of something it tells of all of it: what it does not have is none of a turn's.
 */
import type { AgentTraits } from '../../agents/agent.ts';
import type { FactOf } from '../../core/fact.ts';
import { compare } from '../../core/order.ts';
import { earliest } from '../../core/time.ts';
import type { AnswerDraft, TurnDraft } from '../drafts.ts';
import { newTurn } from '../draft-turns.ts';
import { endOf, type NativeCall, type NativeTurn } from './native-turns.ts';

/** A hook runs a moment before or after what telemetry tells of the same. */
const NEAR_NANO = 2_000_000_000n;

export interface FillContext {
  sessionId: string;
  traits: AgentTraits;
  /** Whether somebody else tells of this request or call in another session: some agents' telemetry names a subagent's parent. */
  isElsewhere(id: string): boolean;
}

/** The turns of a session, and those that telemetry alone knows, in their places. */
export function fillTurns(turns: readonly TurnDraft[], told: readonly NativeTurn[], context: FillContext): TurnDraft[] {
  const all = [...turns];
  if (told.length === 0) return all;
  const hasHistory = turns.some(hasToldAnswers);
  const findHome = createHomeFinder(turns);
  for (const one of told) {
    const native = withoutOthers(one, context);
    const home = findHome(native);
    if (home) fill(home, native, context);
    else if (!hasHistory && isTurn(native)) insert(all, toTurn(native, context.sessionId));
  }
  return all;
}

/** Somebody else than telemetry tells of its prompt in the history, or of its requests. */
function hasToldAnswers({ historyStart, answers }: TurnDraft): boolean {
  return (historyStart !== undefined && historyStart.source !== 'native') || answers.some(({ fact }) => fact.source !== 'native');
}

function withoutOthers(native: NativeTurn, { isElsewhere }: FillContext): NativeTurn {
  const isOthers = ({ requestId, responseId }: FactOf<'model.answered'>): boolean => [requestId, responseId].some((id) => id !== undefined && id !== null && isElsewhere(id));
  return { ...native, answers: native.answers.filter((answer) => !isOthers(answer)), calls: native.calls.filter(({ callId }) => !isElsewhere(callId)) };
}

/** Startup tells of requests, too: of the agent's own accord. */
function isTurn({ start, end, answers, calls }: NativeTurn): boolean {
  return start !== undefined || end !== undefined || answers.length + calls.length > 0;
}

/** Finds the turn that telemetry tells of: by the turn's id, by an id of a request or call, by the moment. What it knows of the turns is what others told of them. */
function createHomeFinder(turns: readonly TurnDraft[]): (native: NativeTurn) => TurnDraft | undefined {
  const places = toPlaces(turns);
  const findByMoment = createMomentFinder(turns);
  const firstOf = (ids: readonly (string | null | undefined)[]): TurnDraft | undefined => {
    const found = ids.flatMap((id) => (id ? (places.get(id) ?? []) : []));
    return found.length === 0 ? undefined : turns[found.reduce((first, place) => Math.min(first, place))];
  };
  return (native) => {
    const { turnKey, start, answers, calls } = native;
    const ids = [...answers.flatMap(({ requestId, responseId }) => [requestId, responseId]), ...calls.map(({ callId }) => callId)];
    return firstOf([turnKey === undefined ? undefined : `turn ${turnKey}`, start?.messageId === undefined ? undefined : `start ${start.messageId}`]) ?? firstOf(ids.map((id) => id && `id ${id}`)) ?? findByMoment(native);
  };
}

/** What names a turn → the place of the first that it names. */
function toPlaces(turns: readonly TurnDraft[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  const add = (kind: 'turn' | 'start' | 'id', id: string | null | undefined, place: number): void => {
    if (id && !places.has(`${kind} ${id}`)) places.set(`${kind} ${id}`, place);
  };
  turns.forEach((turn, place) => {
    add('turn', turn.turnKey, place);
    add('start', turn.historyStart?.messageId, place);
    for (const { fact } of turn.answers) for (const id of [fact.messageId, fact.requestId, fact.responseId]) add('id', id, place);
    for (const { tool } of [...turn.calls, ...turn.hookTools]) for (const id of [tool?.callId, tool?.nativeCallId]) add('id', id, place);
  });
  return places;
}

/** The last turn that had begun by then, unless it was over. */
function createMomentFinder(turns: readonly TurnDraft[]): (native: NativeTurn) => TurnDraft | undefined {
  // The earliest beginning of each turn and all behind it: it only grows, so that a search may halve.
  const beginnings: (bigint | undefined)[] = turns.map(startOf);
  for (let place = beginnings.length - 2; place >= 0; place -= 1) beginnings[place] = earliest(beginnings[place], beginnings[place + 1]);
  const hasBegun = (place: number, moment: bigint): boolean => {
    const beginning = beginnings[place];
    return beginning !== undefined && beginning <= moment;
  };
  return ({ at }) => {
    if (at === undefined) return undefined;
    let [low, high] = [0, turns.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (hasBegun(middle, at + NEAR_NANO)) low = middle + 1;
      else high = middle;
    }
    const turn = turns[low - 1];
    const end = turn?.hookEnd?.at?.unixNano ?? turn?.historyEnd?.endedAt;
    return end !== undefined && end + NEAR_NANO < at ? undefined : turn;
  };
}

function startOf(turn: TurnDraft): bigint | undefined {
  return turn.hookStart?.at?.unixNano ?? turn.historyStart?.at?.unixNano ?? turn.hookTools[0]?.at?.unixNano ?? turn.historyEnd?.startedAt;
}

function fill(turn: TurnDraft, native: NativeTurn, { traits }: FillContext): void {
  if (hasToldAnswers(turn)) return;
  // Another of telemetry's turns may have been this one, too.
  if (turn.hookAnswers.length === 0) turn.answers = [...turn.answers, ...native.answers.map(toAnswer)].sort((a, b) => compare(endOf(a.fact), endOf(b.fact)));
  const seen = new Set(turn.hookTools.flatMap(({ tool }) => [tool?.callId, tool?.nativeCallId]));
  const calls = traits.hooksKnowCallId ? native.calls.filter(({ callId, nativeCallId }) => !seen.has(callId) && !seen.has(nativeCallId ?? callId)) : native.calls;
  // A call without a name is one that its hooks will tell of.
  for (const call of calls) addCall(turn, call, native);
  turn.changes.push(...native.changes);
  const { end } = native;
  if (!turn.hookEnd && end && (!turn.historyEnd || isLaterEnd(end, turn.historyEnd))) turn.historyEnd = end;
}

/** Of two ends that telemetry tells of one turn the later one is its end. */
function isLaterEnd(end: FactOf<'turn.ended'>, known: FactOf<'turn.ended'>): boolean {
  return known.source === 'native' && (end.endedAt ?? end.at?.unixNano ?? 0n) > (known.endedAt ?? known.at?.unixNano ?? 0n);
}

function toAnswer(fact: FactOf<'model.answered'>): AnswerDraft {
  return { fact: withTold(fact), tools: [], window: { source: 'estimated' }, keys: [], spanId: '' };
}

function withTold(fact: FactOf<'model.answered'>): FactOf<'model.answered'> {
  return { ...fact, told: { times: 'native', ...(fact.usage ? { usage: 'native' as const } : {}), ...(fact.cost ? { cost: 'native' as const } : {}) } };
}

function addCall(turn: TurnDraft, call: NativeCall, native: NativeTurn): void {
  if (!call.tool) return;
  const base = { agent: call.fact.agent, sessionId: turn.sessionId, source: 'native' as const, order: 0 };
  const asking = native.answers.find(({ callIds }) => callIds.includes(call.callId))?.messageId;
  turn.calls.push({ ...base, type: 'tool.called', key: `${call.fact.key}:called`, tool: { ...call.tool, callId: call.callId }, ...(asking === undefined ? {} : { messageId: asking }) });
  // A verdict that nobody tells is none: a hook may still bring one.
  if (call.result && call.result.outcome !== 'unknown') turn.results.push({ ...base, type: 'tool.ended', key: `${call.fact.key}:ended`, callId: call.callId, result: call.result, ...(call.endedAt === undefined ? {} : { at: { unixNano: call.endedAt, source: 'native' } }) });
}

function toTurn(native: NativeTurn, sessionId: string): TurnDraft {
  const turn: TurnDraft = {
    ...newTurn(sessionId), answers: native.answers.map(toAnswer), changes: [...native.changes],
    ...(native.start ? { historyStart: native.start } : {}), ...(native.end ? { historyEnd: native.end } : {}), ...(native.turnKey === undefined ? {} : { turnKey: native.turnKey }),
  };
  for (const call of native.calls) addCall(turn, call, native);
  return turn;
}

function insert(turns: TurnDraft[], turn: TurnDraft): void {
  const at = turn.historyStart?.at?.unixNano ?? turn.answers[0]?.fact.startedAt ?? turn.answers[0]?.fact.endedAt ?? turn.historyEnd?.endedAt;
  const later = at === undefined ? -1 : turns.findIndex((other) => (startOf(other) ?? at) > at);
  turns.splice(later === -1 ? turns.length : later, 0, turn);
}
