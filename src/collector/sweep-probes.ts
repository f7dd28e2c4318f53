/** Deletes what a `doctor` that was killed left in the store. */
import { isLeftProbe, PROBE_PREFIX } from '../core/probe.ts';
import type { Store } from '../store/store.ts';

/** Returns how many probes were there that nobody waits for. `nowMillis`: Unix ms. */
export function sweepProbes(store: Store, nowMillis: number): number {
  const left = store.findSessions(PROBE_PREFIX).filter(({ sessionId }) => isLeftProbe(sessionId, nowMillis));
  for (const { agent, sessionId } of left) store.erase(agent, sessionId);
  return left.length;
}
