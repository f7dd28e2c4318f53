/** Until when a turn goes that has no end yet, and how long it was. Pure. */
import type { SessionAnswer, TurnRow } from '../../../../src/query/api/session.ts';
import { goesOn, isOpen } from '../active-time.ts';

type Told = Pick<SessionAnswer, 'session' | 'turns'>;

/** Whether its end is still to come: only the last turn can be such a one, and only of a session that shows signs of life. The end of another was never told. */
export function isTurnOpen(turn: TurnRow, { session, turns }: Told): boolean {
  return turn.endMillis === undefined && isOpen(session.state) && turn.spanId === turns.at(-1)?.spanId;
}

/** Whether nobody told its end: it has none, or only one that is estimated, and how it ended is not told either. */
export function isEndUntold({ endMillis, activeMillis, outcome }: TurnRow): boolean {
  return endMillis === undefined || (activeMillis === undefined && outcome === 'unknown');
}

/** Whether it is open and somebody works in it, or waits in it for a person. */
export function isTurnAlive(turn: TurnRow, told: Told): boolean {
  return isTurnOpen(turn, told) && goesOn(told.session.state);
}

/** As far as it is drawn: its end; of one that is alive now, of any other that is open the last that happened in it. Unix ms. */
export function toTurnEnd(turn: TurnRow, told: Told, nowMillis: number): number {
  const last = turn.endMillis ?? Math.max(turn.lastMillis ?? turn.startMillis, turn.startMillis);
  return isTurnAlive(turn, told) ? Math.max(last, nowMillis) : last;
}

/** How long it was, or is so far, in ms. Undefined: nobody told its end, or it is only estimated. */
export function toTurnMillis(turn: TurnRow, told: Told, nowMillis: number): number | undefined {
  return isTurnOpen(turn, told) ? toTurnEnd(turn, told, nowMillis) - turn.startMillis : turn.endMillis === undefined ? undefined : turn.activeMillis;
}
