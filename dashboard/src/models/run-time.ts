/** How long a span ran: one rule for the waterfall, the filter and the comparison. Pure. */
import type { SpanDetails } from '../../../src/query/api/session.ts';

/**
 * ms: the agent's own measure where it tells one, else `windowMillis` (from its start to its end) without the waits inside it. Undefined: it has
 * no end (`windowMillis` is absent or below 0), or its times are only estimated.
 */
export function toRunMillis(windowMillis: number | undefined, details: Pick<SpanDetails, 'own' | 'estimated' | 'waits'> = {}): number | undefined {
  if (details.own !== undefined) return details.own;
  if (windowMillis === undefined || windowMillis < 0 || details.estimated) return undefined;
  return Math.max(0, windowMillis - toWaitMillis(details));
}

/** ms in which a person was waited for inside the span. */
export function toWaitMillis({ waits = [] }: Pick<SpanDetails, 'waits'>): number {
  return waits.reduce((sum, [from, to]) => sum + Math.max(0, to - from), 0);
}
