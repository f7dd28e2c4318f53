/**
 * Step 5b: what only telemetry knows. A turn of which the history tells nothing gets its requests, and the calls that no hook saw; a session of
 * which nobody else tells gets its turns. Where the history tells of something it tells of all of it: what it does not have is none of a turn's.
 */
import type { AgentTraits } from '../../agents/agent.ts';
import type { FactOf } from '../../core/fact.ts';
import type { AnswerDraft, TurnDraft } from '../drafts.ts';
import { newTurn } from '../draft-turns.ts';
import type { NativeCall, NativeTurn } from './native-turns.ts';

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
  const hasHistory = turns.some((turn) => turn.historyStart !== undefined || turn.answers.length > 0);
  const all = [...turns];
  for (const one of told) {
    const native = withoutOthers(one, context);
    const home = findHome(native, turns);
    if (home) fill(home, native, context);
    else if (!hasHistory && isTurn(native)) insert(all, toTurn(native, context.sessionId));
  }
  return all;
}

function withoutOthers(native: NativeTurn, { isElsewhere }: FillContext): NativeTurn {
  const isOthers = ({ requestId, responseId }: FactOf<'model.answered'>): boolean => [requestId, responseId].some((id) => id !== undefined && id !== null && isElsewhere(id));
  return { ...native, answers: native.answers.filter((answer) => !isOthers(answer)), calls: native.calls.filter(({ callId }) => !isElsewhere(callId)) };
}

/** Startup tells of requests, too: of the agent's own accord. */
function isTurn({ start, end, answers, calls }: NativeTurn): boolean {
  return start !== undefined || end !== undefined || answers.length + calls.length > 0;
}

function findHome(native: NativeTurn, turns: readonly TurnDraft[]): TurnDraft | undefined {
  const { turnKey, start } = native;
  const byId = turns.find((turn) => (turnKey !== undefined && turn.turnKey === turnKey) || (start?.messageId !== undefined && turn.historyStart?.messageId === start.messageId));
  return byId ?? turns.find((turn) => sharesIds(turn, native)) ?? findByMoment(native, turns);
}

function sharesIds(turn: TurnDraft, { answers, calls }: NativeTurn): boolean {
  const known = new Set([...turn.answers.flatMap(({ fact }) => [fact.messageId, fact.requestId ?? '', fact.responseId ?? '']), ...[...turn.calls, ...turn.hookTools].flatMap(({ tool }) => [tool?.callId ?? '', tool?.nativeCallId ?? ''])]);
  known.delete('');
  return answers.some(({ requestId = '', responseId }) => known.has(requestId) || known.has(responseId ?? '')) || calls.some(({ callId }) => known.has(callId));
}

/** The last turn that had begun by then, unless it was over. */
function findByMoment({ at }: NativeTurn, turns: readonly TurnDraft[]): TurnDraft | undefined {
  if (at === undefined) return undefined;
  const turn = turns.findLast((one) => (startOf(one) ?? at + NEAR_NANO + 1n) <= at + NEAR_NANO);
  const end = turn?.hookEnd?.at?.unixNano ?? turn?.historyEnd?.endedAt;
  return end !== undefined && end + NEAR_NANO < at ? undefined : turn;
}

function startOf(turn: TurnDraft): bigint | undefined {
  return turn.hookStart?.at?.unixNano ?? turn.historyStart?.at?.unixNano ?? turn.hookTools[0]?.at?.unixNano ?? turn.historyEnd?.startedAt;
}

function fill(turn: TurnDraft, native: NativeTurn, { traits }: FillContext): void {
  const hasHistory = turn.historyStart !== undefined || turn.answers.length > 0;
  if (hasHistory) return;
  if (turn.hookAnswers.length === 0) turn.answers = native.answers.map(toAnswer);
  const seen = new Set(turn.hookTools.flatMap(({ tool }) => [tool?.callId, tool?.nativeCallId]));
  const calls = traits.hooksKnowCallId ? native.calls.filter(({ callId, nativeCallId }) => !seen.has(callId) && !seen.has(nativeCallId ?? callId)) : native.calls;
  // A call without a name is one that its hooks will tell of.
  for (const call of calls) addCall(turn, call, native);
  turn.changes.push(...native.changes);
  if (!turn.hookEnd && !turn.historyEnd && native.end) turn.historyEnd = native.end;
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
