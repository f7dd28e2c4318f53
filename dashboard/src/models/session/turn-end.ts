/** Until when a turn goes that has no end yet. Pure. */
import type { SessionAnswer, TurnRow } from '../../../../src/query/api/session.ts';

type Told = Pick<SessionAnswer, 'session' | 'turns'>;

/** Whether it is open and somebody works in it, or waits in it for a person: only the last turn can be such a one, and only of a session that shows signs of life. */
export function isTurnAlive(turn: TurnRow, { session, turns }: Told): boolean {
  return turn.endMillis === undefined && (session.state === 'running' || session.state === 'waiting') && turn.spanId === turns.at(-1)?.spanId;
}

/** Its end; of one that is alive now, of any other that is open the last that happened in it. Unix ms. */
export function toTurnEnd(turn: TurnRow, told: Told, nowMillis: number): number {
  const last = turn.endMillis ?? Math.max(turn.lastMillis ?? turn.startMillis, turn.startMillis);
  return isTurnAlive(turn, told) ? Math.max(last, nowMillis) : last;
}
