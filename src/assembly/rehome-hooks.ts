/**
 * Step 5: hook calls that their turn does not know. A turn that was cancelled has no end hook; if the next prompt's hook was lost too,
 * the calls of two turns look like one. Such calls go to the nearest turn that knows them, misses them, and ran at that time.
 */
import type { FactOf } from '../core/fact.ts';
import { compare } from '../core/order.ts';
import { keyOf, keysOf } from './align-turns.ts';
import type { TurnDraft } from './drafts.ts';

type HookCall = FactOf<'tool.started'> | FactOf<'tool.ended'>;

/** A history's prompts are told in whole seconds, and a hook runs a moment before or after. */
const TOLERANCE_NANO = 1_000_000_000n;

/** Moves such calls, and the end hook behind them. A turn whose history may still grow keeps what it has: nothing says otherwise yet. */
export function rehomeHooks(turns: TurnDraft[]): void {
  const lastTold = turns.findLastIndex((turn) => turn.calls.length + turn.answers.length > 0);
  turns.forEach((turn, index) => {
    if (turn.historyStart) moveEnd(turns, index);
    const isWhole = turn.historyEnd !== undefined || index < lastTold;
    const hasHistory = turn.historyStart !== undefined || turn.answers.length > 0;
    if (!isWhole || !hasHistory) return;
    // Of equal calls the one of another time is the stranger.
    const isOwn = (fact: HookCall): boolean => isRunningAt(turns, index, fact);
    const byTime = [...turn.hookTools.filter(isOwn), ...turn.hookTools.filter((fact) => !isOwn(fact))];
    for (const fact of takeUnknown(turn, byTime)) {
      const other = nearest(turns, index).find((candidate) => isRunningAt(turns, candidate, fact) && isMissing(turns[candidate] as TurnDraft, fact));
      if (other !== undefined) move(fact, turn, turns[other] as TurnDraft);
    }
  });
}

/** An end of the hooks behind the beginning of a later turn is that turn's: its own prompt's hook was lost, and the turn before had no end. */
function moveEnd(turns: TurnDraft[], index: number): void {
  const turn = turns[index] as TurnDraft;
  const at = turn.hookEnd?.at?.unixNano;
  if (at === undefined) return;
  const to = turns.findLast((other, k) => k > index && other.historyStart !== undefined && (startOf(other) ?? at) + coarsenessOf(other) <= at);
  if (!to || to.hookStart) return;
  // Its last end counts: a stop hook may have sent it back to work.
  to.hookEnd ??= turn.hookEnd;
  turn.hookEnd = undefined;
}

/** How far behind its prompt a hook may still seem to be before it. */
function coarsenessOf({ historyStart }: TurnDraft): bigint {
  return historyStart?.at?.resolutionNano === undefined ? TOLERANCE_NANO : BigInt(historyStart.at.resolutionNano);
}

/** The other turns that have calls, by distance; of two equally near ones the later. */
function nearest(turns: TurnDraft[], from: number): number[] {
  const others = turns.flatMap((turn, index) => (index !== from && turn.calls.length > 0 ? [index] : []));
  return others.sort((a, b) => Math.abs(a - from) - Math.abs(b - from) || b - a);
}

function isMissing(turn: TurnDraft, fact: HookCall): boolean {
  return !takeUnknown(turn, [...turn.hookTools, fact]).includes(fact);
}

/** Each call of the turn answers for one start and one end; what is left over is unknown to it. */
function takeUnknown(turn: TurnDraft, facts: HookCall[]): HookCall[] {
  if (facts.length === 0) return [];
  const free = new Map<string, number>();
  for (const call of turn.calls) for (const type of ['tool.started', 'tool.ended']) for (const key of keysOf(call.tool)) add(free, `${type} ${key}`, 1);
  return facts.filter((fact) => add(free, fact.tool ? `${fact.type} ${keyOf(fact.tool)}` : '', -1) < 0);
}

function add(counts: Map<string, number>, key: string, change: number): number {
  const count = (counts.get(key) ?? 0) + change;
  counts.set(key, count);
  return count;
}

function isRunningAt(turns: TurnDraft[], index: number, fact: HookCall): boolean {
  const at = fact.at?.unixNano;
  const from = startOf(turns[index]);
  const to = startOf(turns[index + 1]);
  return at === undefined || ((from === undefined || at >= from - TOLERANCE_NANO) && (to === undefined || at <= to + TOLERANCE_NANO));
}

function startOf(turn: TurnDraft | undefined): bigint | undefined {
  return turn?.hookStart?.at?.unixNano ?? turn?.historyStart?.at?.unixNano;
}

function move(fact: HookCall, from: TurnDraft, to: TurnDraft): void {
  from.hookTools = from.hookTools.filter((other) => other !== fact);
  to.hookTools = [...to.hookTools, fact].sort((a, b) => compare(a.at?.unixNano ?? 0n, b.at?.unixNano ?? 0n));
  const end = from.hookEnd;
  const isBehind = end?.at !== undefined && fact.at !== undefined && fact.at.unixNano <= end.at.unixNano && to.index > from.index;
  if (isBehind && !to.hookEnd) {
    to.hookEnd = end;
    from.hookEnd = undefined;
  }
}
