/** How long a session was worked on. Pure. */
import type { SessionRow } from '../../../src/query/api/sessions.ts';

/** States in which a turn is open. */
const OPEN: ReadonlySet<SessionRow['state']> = new Set<SessionRow['state']>(['running', 'waiting', 'idle']);

export function isOpen(state: SessionRow['state']): boolean {
  return OPEN.has(state);
}

/** ms at `nowMillis`: where an agent works, or waits for a person, its open turn has gone on since. Undefined: of no turn it is told. */
export function toActiveNowMillis({ state, activeMillis, lastMillis }: Pick<SessionRow, 'state' | 'activeMillis' | 'lastMillis'>, nowMillis: number): number | undefined {
  return goesOn(state) ? (activeMillis ?? 0) + Math.max(0, nowMillis - lastMillis) : activeMillis;
}

/** Whether time goes by in its open turn. */
export function goesOn(state: SessionRow['state']): boolean {
  return state === 'running' || state === 'waiting';
}
