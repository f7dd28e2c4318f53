/** How long a session was worked on. Pure. */
import type { SessionRow } from '../../../src/query/api/sessions.ts';

/** States in which a turn is open. */
const OPEN: ReadonlySet<SessionRow['state']> = new Set<SessionRow['state']>(['running', 'waiting', 'idle']);

/**
 * ms of its turns until something last happened in it. `activeMillis` is the sum of turns that have ended; the open one stands in the shares,
 * of which all but `idle` is inside turns.
 */
export function toActiveMillis({ state, activeMillis = 0, shares: { model, tool, wait = 0, gate = 0, other } }: Pick<SessionRow, 'state' | 'activeMillis' | 'shares'>): number {
  return OPEN.has(state) ? Math.max(activeMillis, model + tool + wait + gate + other) : activeMillis;
}

/** The same at `nowMillis`: where an agent works, or waits for a person, its open turn has gone on since. */
export function toActiveNowMillis(session: Pick<SessionRow, 'state' | 'activeMillis' | 'shares' | 'lastMillis'>, nowMillis: number): number {
  return toActiveMillis(session) + (goesOn(session.state) ? Math.max(0, nowMillis - session.lastMillis) : 0);
}

/** Whether time goes by in its open turn. */
export function goesOn(state: SessionRow['state']): boolean {
  return state === 'running' || state === 'waiting';
}
