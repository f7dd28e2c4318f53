/**
 * Step 5: ends that the history tells without any message (a turn that failed before its first answer leaves no line, only
 * metadata) → the turn of the hooks that ran then. One that nothing else tells of becomes a turn only if it cost something.
 */
import type { FactOf } from '../core/fact.ts';
import { newTurn } from './draft-turns.ts';
import type { TurnDraft } from './drafts.ts';

/** The agent's clock and ours are the same machine's: a prompt hook runs within this of the turn's own start. */
const TOLERANCE_NANO = 5_000_000_000n;

/** Gives each stray end to the nearest turn that has none, and returns the list with paid-for turns added in their place. */
export function matchEnds(turns: TurnDraft[], strayEnds: FactOf<'turn.ended'>[]): TurnDraft[] {
  const added: TurnDraft[] = [];
  for (const end of strayEnds) {
    const turn = nearestOpen(turns, end);
    if (turn) turn.historyEnd = end;
    else if (end.requestCredits) added.push({ ...newTurn(end.sessionId), historyEnd: end });
  }
  if (added.length === 0) return turns;
  return [...turns, ...added].sort((a, b) => compareStart(startOf(a), startOf(b)));
}

function nearestOpen(turns: TurnDraft[], end: FactOf<'turn.ended'>): TurnDraft | undefined {
  const moment = end.startedAt ?? end.endedAt;
  if (moment === undefined) return undefined;
  let nearest: { turn: TurnDraft; distance: bigint } | undefined;
  for (const turn of turns) {
    const start = turn.hookStart?.at?.unixNano;
    if (turn.historyEnd || turn.historyStart || start === undefined) continue;
    const distance = start > moment ? start - moment : moment - start;
    if (distance <= TOLERANCE_NANO && (!nearest || distance < nearest.distance)) nearest = { turn, distance };
  }
  return nearest?.turn;
}

function startOf(turn: TurnDraft): bigint | undefined {
  return turn.hookStart?.at?.unixNano ?? turn.historyEnd?.startedAt ?? turn.historyStart?.at?.unixNano;
}

function compareStart(a: bigint | undefined, b: bigint | undefined): number {
  if (a === undefined || b === undefined) return 0;
  return a < b ? -1 : a > b ? 1 : 0;
}
