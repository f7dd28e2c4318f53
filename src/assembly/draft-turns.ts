/** Step 3: the facts of one session → its turns as the history tells them, and as the hooks tell them. */
import type { Fact, FactOf } from '../core/fact.ts';
import { earliestOf, latestOf } from '../core/time.ts';
import type { TurnDraft } from './drafts.ts';

/** An empty turn. Ids and times come later. */
export function newTurn(sessionId: string): TurnDraft {
  return {
    sessionId, index: 0, hookTools: [], hookAnswers: [], hookAsks: [], answers: [], calls: [], results: [], permissions: [], changes: [], models: [], metered: [], tools: [],
    isFollowed: false, isHooked: false, window: { source: 'estimated' }, closed: false, outcome: 'unknown', seed: '', keys: [], spanId: '', traceId: '', isPinned: false,
  };
}

export interface HistoryTurns {
  turns: TurnDraft[];
  /** Ends that name no message of any turn: a turn that failed before its first answer leaves only this. */
  strayEnds: FactOf<'turn.ended'>[];
}

/** History facts, in order → turns. A prompt opens one; what stands before the first prompt is a turn without its prompt. */
export function draftHistoryTurns(sessionId: string, facts: readonly Fact[]): HistoryTurns {
  const turns: TurnDraft[] = [];
  const byMessage = new Map<string, TurnDraft>();
  const early: FactOf<'context.changed'>[] = [];
  const ends: FactOf<'turn.ended'>[] = [];
  const seen: (FactOf<'model.seen'> | FactOf<'turn.metered'>)[] = [];
  const open = (): TurnDraft => {
    const turn = { ...newTurn(sessionId), changes: early.splice(0) };
    turns.push(turn);
    return turn;
  };
  const current = (): TurnDraft => turns.at(-1) ?? open();
  for (const fact of facts) {
    if (fact.type === 'turn.started') Object.assign(open(), { historyStart: fact, turnKey: fact.turnKey });
    else if (fact.type === 'model.answered') current().answers.push({ fact, tools: [], window: { source: 'estimated' }, keys: [], spanId: '' });
    else if (fact.type === 'tool.called') current().calls.push(fact);
    else if (fact.type === 'tool.ended') current().results.push(fact);
    else if (fact.type === 'permission.asked' || fact.type === 'permission.answered') current().permissions.push(fact);
    else if (fact.type === 'context.changed') (turns.at(-1)?.changes ?? early).push(fact);
    else if (fact.type === 'turn.ended') ends.push(fact);
    else if (fact.type === 'model.seen' || fact.type === 'turn.metered') seen.push(fact);
    if ('messageId' in fact && fact.messageId && fact.type !== 'model.seen' && fact.type !== 'turn.metered') byMessage.set(fact.messageId, current());
  }
  const strayEnds = ends.filter((end) => {
    const turn = end.messageIds?.map((id) => byMessage.get(id)).find((found) => found !== undefined);
    if (turn) turn.historyEnd ??= end;
    return !turn;
  });
  // The earliest sight is nearest to the turn: later the person may have chosen another model.
  seen.sort((a, b) => compareMoments(a.at?.unixNano, b.at?.unixNano));
  for (const fact of seen) {
    const turn = byMessage.get(fact.messageId);
    if (fact.type === 'model.seen') turn?.models.push(fact);
    else turn?.metered.push(fact);
  }
  return { turns, strayEnds };
}

/** The history's clock and the hooks' are two: a hook this near to a turn ran in it. */
const NEAR_NANO = 2_000_000_000n;

/**
 * Marks the turns that ended, or at least began, when hooks had told of the session: some may have had no hook of their own. One between
 * two processes of the agent that hooks told of is none of these: it ran in a third, whose shell had tracing off.
 */
export function markHooked(turns: readonly TurnDraft[], hooks: readonly Fact[]): void {
  const since = earliestOf(hooks.map((fact) => fact.at?.unixNano));
  const moments = hooks.flatMap(toMoment).sort((a, b) => compareMoments(a.unixNano, b.unixNano));
  for (const turn of turns) {
    const at = turn.historyEnd?.endedAt ?? turn.historyStart?.at?.unixNano;
    turn.isHooked = turn.historyStart?.isEndTold === true && at !== undefined && since !== undefined && at >= since && !isBetweenProcesses(moments, turn.historyStart.at?.unixNano ?? at, at);
  }
}

/** Notes when a process of the agent left the session: with the last turn that had begun by then. */
export function markLeft(turns: readonly TurnDraft[], hooks: readonly Fact[]): void {
  for (const fact of hooks) {
    if (fact.type !== 'session.seen' || fact.process?.change !== 'ended') continue;
    const { unixNano } = fact.process;
    const turn = turns.findLast(({ hookStart, historyStart }) => ((hookStart ?? historyStart)?.at?.unixNano ?? unixNano) <= unixNano);
    if (turn) turn.leftAt = latestOf([turn.leftAt, unixNano]);
  }
}

interface HookMoment {
  unixNano: bigint;
  change?: 'began' | 'ended';
}

function toMoment(fact: Fact): HookMoment[] {
  // What is said of a session again and again is told beside what its hook was about.
  if (fact.type === 'session.seen') return fact.process ? [fact.process] : [];
  return fact.at ? [{ unixNano: fact.at.unixNano }] : [];
}

/** Moments in order. No hook ran within, and the one before was a process's last or the one after another's first. */
function isBetweenProcesses(moments: readonly HookMoment[], start: bigint, end: bigint): boolean {
  const [from, to] = [start - NEAR_NANO, end + NEAR_NANO];
  if (moments.some(({ unixNano }) => unixNano >= from && unixNano <= to)) return false;
  const before = moments.findLast(({ unixNano }) => unixNano < from);
  const after = moments.find(({ unixNano }) => unixNano > to);
  return before?.change === 'ended' || after?.change === 'began';
}

/** When the prompts came, where the history tells it to the millisecond. */
export function promptMoments(turns: readonly TurnDraft[]): bigint[] {
  return turns.flatMap(({ historyStart }) => (historyStart?.isEndTold && historyStart.at ? [historyStart.at.unixNano] : []));
}

function compareMoments(a: bigint | undefined, b: bigint | undefined): number {
  if (a === b) return 0;
  return a === undefined || (b !== undefined && a > b) ? 1 : -1;
}

/**
 * Hook facts, by time → turns. A prompt opens one, and so does a call after the end of another: its prompt came before the hooks were
 * installed, or its hook was ended before it had written. Such a turn has no start of its own yet. `prompts`: moments, in order, at which
 * the history is sure that a prompt came, for agents that have no hook for it. A prompt of the run that goes on (`runKey`)
 * opens none.
 */
export function draftHookTurns(sessionId: string, facts: readonly Fact[], prompts: readonly bigint[] = []): TurnDraft[] {
  const turns: TurnDraft[] = [];
  const open = (): TurnDraft => {
    const turn = newTurn(sessionId);
    turns.push(turn);
    return turn;
  };
  const byKey = new Map<string, TurnDraft>();
  let passed = 0;
  for (const fact of facts) {
    if (fact.turnKey !== undefined && fact.type !== 'session.seen') {
      const turn = byKey.get(fact.turnKey) ?? Object.assign(open(), { turnKey: fact.turnKey });
      byKey.set(fact.turnKey, turn);
      addTold(turn, fact);
      continue;
    }
    const isNext = fact.type !== 'session.seen' && fact.at !== undefined && fact.at.unixNano >= (prompts[passed] ?? fact.at.unixNano + 1n);
    while (fact.at !== undefined && isNext && fact.at.unixNano >= (prompts[passed] ?? fact.at.unixNano + 1n)) passed++;
    const last = isNext ? undefined : turns.at(-1);
    const running = last?.hookEnd ? undefined : last;
    if (fact.type === 'turn.started') {
      if (!isJoining(fact, running)) open().hookStart = fact;
    } else if (fact.type === 'tool.started') (running ?? open()).hookTools.push(fact);
    else if (fact.type === 'tool.ended') (last ?? open()).hookTools.push(fact);
    else if (fact.type === 'permission.asked' || fact.type === 'permission.answered') addPermission(last ?? open(), fact);
    else if (fact.type === 'turn.ended' && (running || !fact.isSessionEnd)) (running ?? open()).hookEnd = fact;
  }
  return turns;
}

/**
 * An end that names a turn of which nothing else is told, not by the history either (yet): an agent may tell the ends of what it asks a
 * model for itself, such as titles.
 */
export function isEndAlone({ turnKey, hookStart, hookTools, hookAnswers, hookAsks }: TurnDraft, history: readonly TurnDraft[]): boolean {
  const isBare = turnKey !== undefined && !hookStart && hookTools.length + hookAnswers.length + hookAsks.length === 0;
  return isBare && !history.some((turn) => turn.turnKey === turnKey);
}

/** A hook fact that names its turn. The last end counts: a stop hook may send the agent back to work. */
function addTold(turn: TurnDraft, fact: Fact): void {
  if (fact.type === 'turn.started') addStart(turn, fact);
  else if (fact.type === 'tool.started' || fact.type === 'tool.ended') turn.hookTools.push(fact);
  else if (fact.type === 'turn.ended') turn.hookEnd = fact;
  else if (fact.type === 'permission.asked' || fact.type === 'permission.answered') addPermission(turn, fact);
  else if (fact.type === 'context.changed') turn.changes.push(fact);
  else if (fact.type === 'model.answered') addAnswer(turn, fact);
  // The calls that start behind an answer are those that it asked for.
  if (fact.type === 'tool.started' && fact.tool.callId !== undefined) turn.hookAnswers.at(-1)?.fact.callIds.push(fact.tool.callId);
}

/** The words of an answer whose reasoning was told on its own, and that has asked for nothing yet, are the same answer's. */
function addAnswer(turn: TurnDraft, fact: FactOf<'model.answered'>): void {
  const last = turn.hookAnswers.at(-1);
  if (last?.fact.isReasoningAlone && last.fact.callIds.length === 0) {
    const { reasoning, startedAt } = last.fact;
    const words = [reasoning, fact.reasoning].filter((text) => text !== undefined).join('\n');
    last.fact = { ...last.fact, ...fact, callIds: [...fact.callIds], messageId: last.fact.messageId, reasoning: words, startedAt, isReasoningAlone: fact.isReasoningAlone };
    return;
  }
  turn.hookAnswers.push({ fact: { ...fact, callIds: [...fact.callIds] }, tools: [], window: { source: 'estimated' }, keys: [], spanId: '' });
}

/** Hooks that name the call tell the answer, too; those that do not are placed by what is asked about. */
function addPermission(turn: TurnDraft, fact: FactOf<'permission.asked'> | FactOf<'permission.answered'>): void {
  if (fact.type === 'permission.asked' && fact.callIds.length === 0) turn.hookAsks.push(fact);
  else turn.permissions.push(fact);
}

/** What a person says while the turn runs steers it. A subagent's start may be told before what it was told. */
function addStart(turn: TurnDraft, fact: FactOf<'turn.started'>): void {
  const { hookStart } = turn;
  if (!hookStart) turn.hookStart = fact;
  else if (hookStart.prompt === undefined) turn.hookStart = { ...hookStart, prompt: fact.prompt };
  else if (fact.prompt !== undefined) turn.changes.push({ ...fact, type: 'context.changed', change: 'steering', text: fact.prompt });
}

/** A word of the person, or of the agent itself, into the run that goes on. */
function isJoining(prompt: FactOf<'turn.started'>, running: TurnDraft | undefined): boolean {
  return prompt.runKey !== undefined && running?.hookStart?.runKey === prompt.runKey;
}
