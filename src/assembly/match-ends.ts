/**
 * Step 6: ends that the history tells without any message (a turn that failed before its first answer leaves no line, only
 * metadata) → the turn of the hooks that ran then, or a turn without its prompt.
 */
import type { FactOf } from '../core/fact.ts';
import { newTurn } from './draft-turns.ts';
import type { TurnDraft } from './drafts.ts';

/** The agent's clock and ours are the same machine's: a prompt hook runs within this of the turn's own start. */
const TOLERANCE_NANO = 5_000_000_000n;

/** Gives each stray end to the nearest turn that has none; one that nobody wants becomes a turn of its own, in its place. */
export function matchEnds(turns: TurnDraft[], strayEnds: FactOf<'turn.ended'>[]): TurnDraft[] {
  const all = [...turns];
  for (const end of strayEnds) {
    const turn = nearestOpen(turns, end);
    if (turn) turn.historyEnd = end;
    else if (end.reason !== 'unknown' || end.requestCredits) {
      const start = end.startedAt ?? end.endedAt;
      const next = start === undefined ? -1 : all.findIndex((other) => (startOf(other) ?? start) > start);
      all.splice(next === -1 ? all.length : next, 0, { ...newTurn(end.sessionId), historyEnd: end });
    }
  }
  return all;
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
