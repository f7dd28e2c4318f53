/** How long a span took, in words: what its agent measured, and where it was seen. Pure. */
import type { SessionAnswer, SpanAnswer } from '../../../../src/query/api/session.ts';
import { formatDuration } from '../format.ts';
import { toWaitMillis } from '../run-time.ts';
import { isTurnOpen } from './turn-end.ts';

type Told = Pick<SessionAnswer, 'session' | 'turns' | 'spans' | 'details' | 'startMillis'>;

/** Clocks of hooks and agents differ by so much without saying anything, in ms. */
const SAME_MILLIS = 1;

/**
 * `1.2 s` · `1.2 s, and 4 s waiting for a person` · `12 ms, by the agent’s own measure; seen from 1 s to 2 s` (after the session's start) ·
 * `not told: estimated from 1 s to 2 s` · `no end told yet` · `end not told`
 */
export function toTookText({ spanId, startMillis, endMillis, runMillis, isEstimated = false }: Pick<SpanAnswer, 'spanId' | 'startMillis' | 'endMillis' | 'runMillis' | 'isEstimated'>, told: Told): string {
  const row = told.spans.id.indexOf(spanId);
  const { own, waits } = told.details[row] ?? {};
  const run = runMillis ?? own;
  if (endMillis === undefined && run === undefined) {
    const turn = told.turns[told.spans.turn[row] ?? -1];
    return turn && !isTurnOpen(turn, told) ? 'end not told' : 'no end told yet';
  }
  const seen = endMillis === undefined ? '' : `from ${formatDuration(startMillis - told.startMillis)} to ${formatDuration(endMillis - told.startMillis)}`;
  if (run === undefined) return isEstimated ? `not told: estimated ${seen}` : formatDuration(undefined);
  const wait = toWaitMillis({ waits });
  const isOwn = own !== undefined && endMillis !== undefined && Math.abs(endMillis - startMillis - wait - own) > SAME_MILLIS;
  const parts = [formatDuration(run), wait > 0 ? `and ${formatDuration(wait)} waiting for a person` : '', isOwn ? `by the agent’s own measure; ${isEstimated ? 'estimated' : 'seen'} ${seen}` : ''];
  return parts.filter((part) => part !== '').join(', ');
}
