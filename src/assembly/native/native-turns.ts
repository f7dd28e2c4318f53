/**
 * What an agent's own telemetry told of one session → its turns as that tells them. Several records may tell of one request or one call (a
 * log and a span): they are put together here, by the agent's own ids.
 */
import type { Attributes } from '../../core/attributes.ts';
import type { Fact, FactOf, ToolRequest, ToolResult } from '../../core/fact.ts';
import { compare } from '../../core/order.ts';
import { earliestOf, latestOf } from '../../core/time.ts';

type Answer = FactOf<'model.answered'>;

/** Behind every moment. */
const LATEST = 1n << 63n;

/** One call as telemetry tells it. */
export interface NativeCall {
  callId: string;
  /** The id that other sources know, where `callId` is not it. */
  nativeCallId?: string;
  /** The first fact that told of it. */
  fact: Fact;
  tool?: ToolRequest;
  /** The request that asked for it, by the `messageId` of its answer. */
  messageId?: string;
  startedAt?: bigint;
  endedAt?: bigint;
  result?: ToolResult;
  decided?: FactOf<'tool.decided'>;
  extra: Attributes;
}

export interface NativeTurn {
  turnKey?: string;
  start?: FactOf<'turn.started'>;
  end?: FactOf<'turn.ended'>;
  answers: Answer[];
  calls: NativeCall[];
  changes: FactOf<'context.changed'>[];
  skills: FactOf<'skill.activated'>[];
  /** When the first thing of it was told. */
  at?: bigint;
}

/** Native facts of one session, in order → its turns, in order. What comes before any prompt is a turn without one. */
export function toNativeTurns(facts: readonly Fact[]): NativeTurn[] {
  const turns: NativeTurn[] = [];
  const byKey = new Map<string, NativeTurn>();
  const answers = new Map<string, Answer[]>();
  const calls = new Map<string, NativeCall>();
  const asked: FactOf<'model.asked'>[] = [];
  const turnOf = (fact: Fact): NativeTurn => {
    const known = fact.turnKey === undefined ? turns.at(-1) : byKey.get(fact.turnKey);
    if (known) return known;
    const turn: NativeTurn = { answers: [], calls: [], changes: [], skills: [], ...(fact.turnKey === undefined ? {} : { turnKey: fact.turnKey }) };
    if (fact.turnKey !== undefined) byKey.set(fact.turnKey, turn);
    turns.push(turn);
    return turn;
  };
  const places = new Map<string, NativeTurn>();
  // What names its turn says where the rest belongs.
  for (const fact of facts) {
    if (fact.type === 'session.seen') continue;
    if (fact.type === 'turn.started') openTurn(fact, { turns, byKey, turnOf });
    else if (fact.type === 'model.asked') asked.push(fact);
    else if (fact.type === 'model.answered') {
      const told = answers.get(fact.messageId);
      if (told) told.push(fact);
      else answers.set(fact.messageId, [fact]);
      if (!places.has(fact.messageId) || fact.turnKey !== undefined) places.set(fact.messageId, turnOf(fact));
    } else if (fact.type === 'turn.ended') turnOf(fact).end = fact;
    else if (fact.type === 'context.changed') turnOf(fact).changes.push(fact);
    else if (fact.type === 'skill.activated') turnOf(fact).skills.push(fact);
    else addToCall(fact, { calls, places, turnOf });
  }
  for (const [messageId, told] of answers) places.get(messageId)?.answers.push(mergeAnswers(told));
  for (const call of calls.values()) places.get(`#${call.callId}`)?.calls.push(call);
  for (const turn of turns) settleTurn(turn, asked);
  return turns.filter(({ at }) => at !== undefined);
}

interface Opened {
  turns: NativeTurn[];
  byKey: Map<string, NativeTurn>;
  turnOf(fact: Fact): NativeTurn;
}

/** A prompt without a key of its own opens a turn; one with the key of a known turn belongs to that. */
function openTurn(fact: FactOf<'turn.started'>, { turns, byKey, turnOf }: Opened): void {
  if (fact.turnKey !== undefined && byKey.has(fact.turnKey)) {
    turnOf(fact).start ??= fact;
    return;
  }
  const turn: NativeTurn = { start: fact, answers: [], calls: [], changes: [], skills: [], ...(fact.turnKey === undefined ? {} : { turnKey: fact.turnKey }) };
  if (fact.turnKey !== undefined) byKey.set(fact.turnKey, turn);
  turns.push(turn);
}

interface Calls {
  calls: Map<string, NativeCall>;
  places: Map<string, NativeTurn>;
  turnOf(fact: Fact): NativeTurn;
}

function addToCall(fact: Fact, { calls, places, turnOf }: Calls): void {
  if (fact.type !== 'tool.called' && fact.type !== 'tool.started' && fact.type !== 'tool.ended' && fact.type !== 'tool.decided') return;
  const callId = fact.type === 'tool.called' || fact.type === 'tool.started' ? fact.tool.callId : fact.callId;
  if (callId === undefined) return;
  const known = calls.get(callId);
  const call = known ?? { callId, fact, extra: {} };
  calls.set(callId, call);
  if (!known || fact.turnKey !== undefined) places.set(`#${callId}`, turnOf(fact));
  if (fact.type === 'tool.decided') {
    call.decided ??= fact;
    Object.assign(call.extra, fact.extra);
    return;
  }
  const { tool } = fact;
  if (tool) {
    call.tool = { ...tool, input: call.tool?.input ?? tool.input };
    call.nativeCallId ??= tool.nativeCallId ?? undefined;
  }
  if (fact.type === 'tool.called') call.messageId ??= fact.messageId;
  else if (fact.type === 'tool.started') call.startedAt = earliestOf([call.startedAt, fact.at?.unixNano]);
  else {
    call.endedAt = latestOf([call.endedAt, fact.at?.unixNano]);
    call.result = mergeResults(call.result, fact.result);
    Object.assign(call.extra, fact.extra);
  }
}

/** What a span does not know of a verdict a log does. That it ran and failed says less than that it was not allowed to. */
const WEIGHTS: Readonly<Record<ToolResult['outcome'], number>> = { unknown: 0, ok: 1, error: 2, timeout: 3, cancelled: 4, denied: 5 };

function mergeResults(known: ToolResult | undefined, more: ToolResult): ToolResult {
  if (!known) return more;
  const [better, other] = WEIGHTS[more.outcome] > WEIGHTS[known.outcome] ? [more, known] : [known, more];
  const durationNano = better.durationNano ?? other.durationNano;
  return { ...other, ...better, ...(durationNano === undefined ? {} : { durationNano }) };
}

/** Of several tellings the one that saw the request begin first counts (a log knows its last try alone); the others fill gaps. */
function mergeAnswers(told: readonly Answer[]): Answer {
  const [first, ...others] = [...told].sort((a, b) => compare(a.startedAt ?? LATEST, b.startedAt ?? LATEST) || compare(a.key, b.key)) as [Answer, ...Answer[]];
  const merged = { ...first, extra: { ...first.extra } };
  for (const other of others) {
    for (const [name, value] of Object.entries(other) as [keyof Answer, never][]) if (merged[name] === undefined) merged[name] = value;
    merged.extra = { ...other.extra, ...merged.extra };
    if ((other.attempts ?? 1) > (merged.attempts ?? 1)) merged.attempts = other.attempts;
  }
  return merged;
}

/** Orders what the turn has, finds when each request was sent, and which answer asked for which call. */
function settleTurn(turn: NativeTurn, asked: readonly FactOf<'model.asked'>[]): void {
  turn.answers.sort((a, b) => compare(endOf(a), endOf(b)) || compare(a.key, b.key));
  turn.calls.sort((a, b) => compare(a.startedAt ?? a.endedAt ?? 0n, b.startedAt ?? b.endedAt ?? 0n) || compare(a.callId, b.callId));
  let last = turn.start?.at?.unixNano ?? 0n;
  turn.answers = turn.answers.map((answer) => {
    const end = endOf(answer);
    const tries = answer.startedAt === undefined ? asked.filter(({ at }) => at !== undefined && at.unixNano >= last && at.unixNano <= end) : [];
    last = end;
    const [first] = tries;
    const timed = first?.at ? { ...answer, startedAt: first.at.unixNano, ...(tries.length > 1 ? { attempts: tries.length } : {}) } : answer;
    return { ...timed, callIds: [] };
  });
  for (const call of turn.calls) findAsking(turn.answers, call)?.callIds.push(call.callId);
  const moments = [turn.start?.at?.unixNano, turn.end?.startedAt, turn.end?.at?.unixNano, ...turn.answers.map((answer) => answer.startedAt ?? answer.endedAt ?? answer.at?.unixNano), ...turn.calls.map(({ startedAt, endedAt, decided }) => startedAt ?? endedAt ?? decided?.at?.unixNano), ...[...turn.skills, ...turn.changes].map((fact) => fact.at?.unixNano)];
  turn.at = earliestOf(moments);
}

/** When a request was over; 0n: nobody tells. */
export function endOf({ endedAt, at }: Answer): bigint {
  return endedAt ?? at?.unixNano ?? 0n;
}

/** The answer that names it, else the last that was there when it began. */
function findAsking(answers: readonly Answer[], { messageId, startedAt, endedAt, result }: NativeCall): Answer | undefined {
  const named = messageId === undefined ? undefined : answers.find((answer) => answer.messageId === messageId);
  const began = startedAt ?? (endedAt === undefined ? undefined : endedAt - (result?.durationNano ?? 0n));
  return named ?? (began === undefined ? undefined : answers.findLast((answer) => endOf(answer) <= began));
}
