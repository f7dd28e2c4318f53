/**
 * Step 6: ends that the history tells without any message (a turn that failed before its first answer leaves no line, only
 * metadata) → the turn of the hooks that ran then, or a turn without its prompt.
 */
import type { FactOf } from '../core/fact.ts';
import { latest } from '../core/time.ts';
import { newTurn } from './draft-turns.ts';
import type { TurnDraft } from './drafts.ts';

/** The agent's clock and ours are the same machine's: a prompt hook runs within this of the turn's own start. */
const TOLERANCE_NANO = 5_000_000_000n;

/** Gives each stray end to the nearest turn that has none; one that nobody wants becomes a turn of its own, in its place. */
export function matchEnds(turns: TurnDraft[], strayEnds: FactOf<'turn.ended'>[]): TurnDraft[] {
  const all = [...turns];
  // The latest start up to each turn: by it the first turn that began later is found without looking at them all.
  const latestStarts = toLatestStarts(turns);
  for (const end of strayEnds) {
    const turn = nearestOpen(turns, end);
    if (turn) turn.historyEnd = end;
    else if (end.reason !== 'unknown' || end.requestCredits) {
      const start = end.startedAt ?? end.endedAt;
      const place = start === undefined ? all.length : findLater(latestStarts, start);
      all.splice(place, 0, { ...newTurn(end.sessionId), historyEnd: end });
      latestStarts.splice(place, 0, latest(latestStarts[place - 1], end.startedAt) ?? 0n);
    }
  }
  return all;
}

function toLatestStarts(turns: readonly TurnDraft[]): bigint[] {
  let newest = 0n;
  return turns.map((turn) => (newest = latest(newest, startOf(turn)) ?? newest));
}

/** The first place whose turn, or one before it, began later than that; their number where there is none. */
function findLater(latestStarts: readonly bigint[], start: bigint): number {
  let [from, to] = [0, latestStarts.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((latestStarts[middle] ?? 0n) > start) to = middle;
    else from = middle + 1;
  }
  return from;
}

function nearestOpen(turns: TurnDraft[], end: FactOf<'turn.ended'>): TurnDraft | undefined {
  const moment = end.startedAt ?? end.endedAt;
  if (moment === undefined) return undefined;
  let nearest: { turn: TurnDraft; distance: bigint } | undefined;
  for (const turn of turns) {
    const start = turn.hookStart?.at?.unixNano;
    if (turn.historyEnd || turn.historyStart || start === undefined) continue;
    // A turn that began after this end is another one, however near.
    if (end.endedAt !== undefined && start > end.endedAt) continue;
    const distance = start > moment ? start - moment : moment - start;
    if (distance <= TOLERANCE_NANO && (!nearest || distance < nearest.distance)) nearest = { turn, distance };
  }
  return nearest?.turn;
}

function startOf(turn: TurnDraft): bigint | undefined {
  return turn.hookStart?.at?.unixNano ?? turn.historyEnd?.startedAt ?? turn.historyStart?.at?.unixNano;
}
