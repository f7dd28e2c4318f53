/**
 * Step 10: windows. A turn is a row of steps: answer 0, its tools, answer 1, its tools, … Between two steps lies a boundary. Hooks
 * tell some boundaries exactly (the calls of an answer start when it is there; the next request starts when the last of them is
 * done). The others lie somewhere between their neighbours: they are spread evenly and every window that leans on one is marked
 * `estimated`. Boundaries never run backwards.
 */
import { earliest, earliestOf, latest, latestOf, momentBefore } from '../core/time.ts';
import type { TimeSource } from '../core/time.ts';
import type { AnswerDraft, ToolDraft, TurnDraft, WaitDraft, Window } from './drafts.ts';

/** Estimated steps that have no room are laid this far apart, so that their order survives sorting by start. */
const ORDER_STEP_NANO = 1000n;

interface Boundary {
  at?: bigint;
  /** Unknown, but not before this. */
  atLeast?: bigint;
  source: TimeSource;
}

/** Sets the windows of the turn, its answers and its tools. A turn that is not closed has no end. */
export function timeTurn(turn: TurnDraft, fallbackStart: bigint): void {
  const start = turnStart(turn, fallbackStart);
  const end = turn.closed ? givenEnd(turn) : undefined;
  const steps = toSteps(turn);
  const boundaries = toBoundaries(steps, start, end);
  spread(boundaries, turn.closed);
  steps.forEach((step, index) => setWindows(step, boundaries[index] as Boundary, boundaries[index + 1] as Boundary));
  for (const tool of turn.tools) if (tool.answerIndex === -1) setLooseWindow(tool, turn, boundaries.at(-1)?.at);
  for (const tool of turn.tools) setWaits(tool, turn.closed);
  const source = worst(start.source, end?.source ?? (turn.closed ? 'estimated' : start.source));
  turn.window = { start: start.at, end: turn.closed ? turnEnd(turn, start.at as bigint, end?.at) : undefined, source };
}

function turnStart(turn: TurnDraft, fallback: bigint): Boundary {
  // A hook's clock may be as coarse as a file's time: no request began before its turn.
  if (turn.hookStart?.at) return { at: earliest(turn.hookStart.at.unixNano, turn.answers[0]?.fact.startedAt), source: 'hook' };
  const told = turn.historyEnd?.startedAt ?? turn.historyStart?.at?.unixNano;
  if (told !== undefined) return { at: told, source: (turn.historyEnd?.startedAt === undefined ? turn.historyStart : turn.historyEnd)?.source === 'native' ? 'native' : 'transcript' };
  const asked = firstHook(turn) === undefined ? turn.answers.find(({ fact }) => fact.source === 'native')?.fact.startedAt : undefined;
  if (asked !== undefined) return { at: asked, source: 'native' };
  return { at: firstHook(turn) ?? fallback, source: 'estimated' };
}

/** A stop hook that sent the agent back to work was not the end; the one after it may have been lost. */
const AFTER_STOP_NANO = 5_000_000_000n;

/** Whether the turn ended with the stop hook that is known. */
export function endsWithHook(turn: TurnDraft): boolean {
  const stop = turn.hookEnd?.at?.unixNano;
  const told = turn.historyEnd?.endedAt;
  return stop !== undefined && (told === undefined || told <= stop + AFTER_STOP_NANO);
}

/** A history that tells each end to the millisecond is believed before a stop hook, which may run a moment before or after it. */
function givenEnd(turn: TurnDraft): Boundary | undefined {
  const { endedAt } = turn.historyStart?.isEndTold ? (turn.historyEnd ?? {}) : {};
  if (endedAt !== undefined) return { at: endedAt, source: 'transcript' };
  if (turn.hookEnd?.at && endsWithHook(turn)) return { at: turn.hookEnd.at.unixNano, source: 'hook' };
  return turn.historyEnd?.endedAt === undefined ? undefined : { at: turn.historyEnd.endedAt, source: turn.historyEnd.source === 'native' ? 'native' : 'transcript' };
}

/** A window is as good as the worse of its ends. */
function worst(a: TimeSource, b: TimeSource): TimeSource {
  if (a === b) return a;
  const both = [a, b];
  return both.includes('estimated') ? 'estimated' : both.includes('transcript') ? 'transcript' : 'native';
}

type Step = { answer: AnswerDraft } | { tools: ToolDraft[] };

function toSteps(turn: TurnDraft): Step[] {
  return turn.answers.flatMap((answer): Step[] => (answer.tools.length > 0 ? [{ answer }, { tools: answer.tools }] : [{ answer }]));
}

function firstHook(turn: TurnDraft): bigint | undefined {
  return earliestOf([...turn.hookTools.map((fact) => fact.at?.unixNano), turn.hookEnd?.at?.unixNano]);
}

/** One more boundary than steps. A tool step starts with the first of its hooks and ends with the last. */
function toBoundaries(steps: Step[], start: Boundary, end: Boundary | undefined): Boundary[] {
  const boundaries: Boundary[] = Array.from({ length: steps.length + 1 }, () => ({ source: 'estimated' }));
  const set = (index: number, at: bigint | undefined, source: TimeSource): void => {
    const boundary = boundaries[index];
    if (boundary && at !== undefined && boundary.at === undefined) Object.assign(boundary, { at, source });
  };
  set(0, start.at, start.source);
  steps.forEach((step, index) => {
    if ('answer' in step) {
      const { startedAt, endedAt, told } = step.answer.fact;
      set(index, startedAt, told?.times ?? 'transcript');
      set(index + 1, endedAt, told?.times ?? 'transcript');
    } else {
      set(index, earliestOf(step.tools.map((tool) => tool.started?.at?.unixNano)), 'hook');
      set(index, earliestOf(step.tools.map((tool) => tool.native?.startedAt)), 'native');
      set(index + 1, latestOf(step.tools.map((tool) => tool.ended?.at?.unixNano)), 'hook');
      set(index + 1, latestOf(step.tools.map((tool) => tool.result?.at?.unixNano)), 'transcript');
      const lastStart = latestOf(step.tools.map((tool) => tool.started?.at?.unixNano));
      if (lastStart !== undefined) (boundaries[index + 1] as Boundary).atLeast = lastStart + 1n;
    }
  });
  if (end) set(steps.length, end.at, end.source);
  return boundaries;
}

/** Puts every unknown boundary evenly between its known neighbours and keeps the row from running backwards. */
function spread(boundaries: Boundary[], isClosed: boolean): void {
  let last = 0;
  for (let index = 1; index < boundaries.length; index++) {
    const boundary = boundaries[index] as Boundary;
    if (boundary.at === undefined) continue;
    const from = boundaries[last]?.at ?? boundary.at;
    if (boundary.at < from) boundary.at = from;
    for (let k = last + 1; k < index; k++) {
      // At least a nanosecond apart: where there is no room at all, the order of the steps must still show.
      const even = from + ((boundary.at - from) * BigInt(k - last)) / BigInt(index - last);
      (boundaries[k] as Boundary).at = latest(even, (boundaries[k - 1]?.at ?? from) + 1n, boundaries[k]?.atLeast);
    }
    boundary.at = latest(boundary.at, boundaries[index - 1]?.at);
    last = index;
  }
  for (let k = last + 1; k < boundaries.length; k++) {
    const isOpenEnd = !isClosed && k === boundaries.length - 1;
    if (!isOpenEnd) (boundaries[k] as Boundary).at = latest(((boundaries[k - 1] as Boundary).at ?? 0n) + ORDER_STEP_NANO, boundaries[k]?.atLeast);
  }
}

function setWindows(step: Step, from: Boundary, to: Boundary): void {
  if ('answer' in step) {
    const { startedAt, endedAt, told } = step.answer.fact;
    // Two answers in a row share a boundary, and before the first one the agent's hooks ran: a request's own clock knows better.
    if (startedAt !== undefined && endedAt !== undefined && endedAt >= startedAt) step.answer.window = { start: startedAt, end: endedAt, source: told?.times ?? 'transcript' };
    else step.answer.window = { start: from.at, end: to.at, source: to.at === undefined ? from.source : worst(from.source, to.source) };
    return;
  }
  for (const tool of step.tools) tool.window = toolWindow(tool, { from, to, isAlone: step.tools.length === 1 });
}

/**
 * A tool's own hooks, else what the history says of this very call, else its step's. A result that came without its end hook (a failed
 * call) and without a clock ended at an unknown moment inside the step.
 */
function toolWindow(tool: ToolDraft, { from, to, isAlone }: { from: Boundary; to: Boundary; isAlone: boolean }): Window {
  const native = nativeWindow(tool);
  if (native) return native;
  // Not before the answer that asked for it, where that is known.
  const told = from.source === 'estimated' ? toldStart(tool) : clamp(toldStart(tool), from.at);
  // Of several calls the step does not say which began at its beginning.
  const isOnly = from.source === 'transcript' && tool.result?.at !== undefined && isAlone;
  const start = hookStart(tool, from) ?? told ?? from.at;
  const own = tool.result?.result.durationNano ?? tool.ended?.result.durationNano;
  const { isOver } = tool;
  let end = tool.ended?.at?.unixNano ?? tool.result?.at?.unixNano ?? (own !== undefined && start !== undefined ? start + own : undefined);
  const startSource = tool.started?.at ? 'hook' : told !== undefined || isOnly ? 'transcript' : 'estimated';
  const endSource = tool.ended?.at === undefined && tool.result?.at !== undefined ? 'transcript' : end !== undefined || !isOver ? startSource : 'estimated';
  end ??= isOver ? to.at : undefined;
  const isGuess = tool.isAmbiguous && (tool.started ?? tool.ended) !== undefined;
  const isBackwards = start !== undefined && end !== undefined && end < start;
  return { start, end: isBackwards ? start : end, source: isBackwards || isGuess ? 'estimated' : worst(startSource, endSource) };
}

/** Telemetry's clock, where not both of its hooks told. It comes later than they do, and what they told may have been sent by then. */
function nativeWindow({ started, ended, native }: ToolDraft): Window | undefined {
  if (native?.startedAt === undefined || native.endedAt === undefined || native.endedAt < native.startedAt) return undefined;
  return started?.at && ended?.at ? undefined : { start: native.startedAt, end: native.endedAt, source: 'native' };
}

function clamp(moment: bigint | undefined, least: bigint | undefined): bigint | undefined {
  return moment === undefined ? undefined : latest(moment, least);
}

/** The history's word on when a call began: a person was asked, its record came before its result, or it measured itself. */
function toldStart({ called, result, waits }: ToolDraft): bigint | undefined {
  const end = result?.at?.unixNano;
  const own = result?.result.durationNano;
  const begun = called?.at && end !== undefined && called.at.unixNano < end ? called.at.unixNano : undefined;
  return earliestOf([...waits.map(({ asked }) => asked.at?.unixNano), begun, end !== undefined && own ? momentBefore(end, own) : undefined]);
}

/** A wait lies inside its call: hooks run a moment before and after what the history tells. */
function setWaits(tool: ToolDraft, isClosed: boolean): void {
  const { start, end, source } = tool.window;
  tool.waits = tool.waits.filter((wait) => !wait.isAnswerUntold || setUntoldWait(tool, wait));
  for (const wait of tool.waits) {
    if (wait.isAnswerUntold) continue;
    const from = latest(wait.asked.at?.unixNano, start);
    const until = wait.answered?.at?.unixNano ?? (tool.isOver || isClosed ? end : undefined);
    const to = until === undefined ? undefined : latest(earliestOf([until, end]), from);
    const isTold = wait.asked.at !== undefined && (wait.answered === undefined || wait.answered.at !== undefined);
    wait.window = { start: from, end: to, source: !isTold ? source : wait.asked.source === 'hook' ? 'hook' : wait.asked.source === 'native' ? 'native' : 'transcript' };
  }
}

/**
 * Of a wait whose answer nobody tells: a call that was refused waited all its time, one that ran waited until it ran. False: how long it
 * ran is not told, so neither is how long it waited.
 */
function setUntoldWait({ window, result, ended, native, isOver, outcome }: ToolDraft, wait: WaitDraft): boolean {
  const start = latest(wait.asked.at?.unixNano, window.start);
  const own = result?.result.durationNano ?? ended?.result.durationNano ?? native?.durationNano;
  const isRefused = outcome === 'denied' || outcome === 'cancelled';
  if (isOver && (window.end === undefined || (!isRefused && own === undefined))) return false;
  const end = isOver && window.end !== undefined ? latest(window.end - (isRefused ? 0n : (own ?? 0n)), start) : undefined;
  wait.window = { start, end, source: end === undefined ? 'hook' : window.source };
  return true;
}

/** A call begins after the answer that asked for it: a hook that seems to have run before is one whose clock is coarser than the agent's. */
function hookStart({ started }: ToolDraft, from: Boundary): bigint | undefined {
  if (!started?.at || from.at === undefined || from.source !== 'transcript') return started?.at?.unixNano;
  const { unixNano, resolutionNano = 0 } = started.at;
  return unixNano < from.at && from.at - unixNano <= BigInt(resolutionNano) ? from.at : unixNano;
}

/** A call that only hooks know, or that no answer asked for. */
function setLooseWindow(tool: ToolDraft, turn: TurnDraft, last: bigint | undefined): void {
  const native = nativeWindow(tool);
  if (native) {
    tool.window = native;
    return;
  }
  const start = tool.started?.at?.unixNano ?? toldStart(tool) ?? tool.ended?.at?.unixNano ?? tool.result?.at?.unixNano ?? last;
  const end = tool.ended?.at?.unixNano ?? tool.result?.at?.unixNano ?? (turn.closed ? (givenEnd(turn)?.at ?? start) : undefined);
  const isExact = tool.started?.at !== undefined && (tool.ended?.at !== undefined || !turn.closed);
  tool.window = { start, end: start !== undefined && end !== undefined && end < start ? start : end, source: isExact ? 'hook' : 'estimated' };
}

/** Never before what is known to have happened inside. */
function turnEnd(turn: TurnDraft, start: bigint, given: bigint | undefined): bigint {
  const inside = latestOf([start, ...turn.answers.map((answer) => answer.window.end), ...turn.tools.map((tool) => tool.window.end ?? tool.window.start)]);
  return latest(given, inside) ?? start;
}
