/**
 * Keeps a destination's queue within its limits. A full one takes nothing: the traces are noted, their spans stay in the store, and are put
 * in by themselves, in the order in which they were held, when there is room again. Nothing is dropped.
 */
import type { Destination } from '../../exporters/exporter.ts';
import type { DeliveryOptions } from './delivery-options.ts';
import { toGrouping, type PlaceableSpan } from './place-traces.ts';

/**
 * Where the configuration says nothing. Two million spans are months of hard work and, at some 60 bytes a row, 120 MB beside the spans
 * themselves. Texts are kept for 90 days (`store.keep`): what waited as long is not wanted any more.
 */
export const DEFAULT_MAX_ROWS = 2_000_000;
export const DEFAULT_MAX_AGE_MILLIS = 90 * 86_400_000;

/** Counting a full queue takes milliseconds for a million rows: not for every span that comes. */
const RECOUNT_MILLIS = 1_000;
/** Put in at once: about what is sent at once, so that the newest work need not wait behind a long transaction. */
const RELEASED_SPANS = 1_000;
/** Set aside in one transaction. */
const EXPIRED_ROWS = 512;

export interface QueueGuard {
  /** Whether these may be put in; else they are held, and it is told. To be called in the transaction that would put them in. */
  admits(spans: readonly PlaceableSpan[]): boolean;
  /** Puts in what was held, as far as there is room. `isEmpty`: nothing waits, as was just seen. Returns how many spans. */
  release(how?: { isEmpty: boolean }): number;
  /** Sets aside what has waited too long, a part of it at a time. Returns how many. */
  expire(): number;
}

/** Of one destination that is noted in the outbox. */
export function createQueueGuard(destination: Pick<Destination, 'name' | 'queue' | 'trace' | 'newTraceOn'>, { outbox, store, clock, report }: Pick<DeliveryOptions, 'outbox' | 'store' | 'clock' | 'report'>): QueueGuard {
  const { name, queue } = destination;
  const grouping = toGrouping(destination);
  const maxRows = queue?.maxRows ?? DEFAULT_MAX_ROWS;
  const maxAgeMillis = queue?.maxAgeMillis ?? DEFAULT_MAX_AGE_MILLIS;
  const tell = (code: string, detail: string): void => store.addProblems('spoor', [{ code, detail: `${name}: ${detail}` }]);
  /** At least as many as wait. */
  let rows = 0;
  let countedMillis = -Infinity;
  let isHolding: boolean | undefined;
  const room = (): number => {
    const now = clock.nowMillis();
    // A clock that was set back must not keep a queue full.
    if (rows >= maxRows || countedMillis === -Infinity) {
      if (Math.abs(now - countedMillis) >= RECOUNT_MILLIS) [rows, countedMillis] = [outbox.countWaiting(name, maxRows), now];
    }
    return maxRows - rows;
  };
  return {
    admits(spans) {
      isHolding ??= outbox.hasHeld(name);
      // One trace is put in as a whole: a limit is passed by less than that.
      if (!isHolding && room() > 0) {
        rows += spans.length;
        return true;
      }
      if (!isHolding) report?.({ type: 'full', destination: name, rows: maxRows });
      isHolding = true;
      const traces = new Map<string, number>();
      for (const { traceId } of spans) traces.set(traceId, (traces.get(traceId) ?? 0) + 1);
      outbox.hold(traces, name, clock.nowMillis());
      tell('queue-full', `its queue is full (${maxRows} spans); what comes is held in the store and put in when there is room`);
      return false;
    },
    release({ isEmpty } = { isEmpty: false }) {
      if (isEmpty) {
        rows = 0;
        isHolding = undefined;
      }
      isHolding ??= outbox.hasHeld(name);
      if (!isHolding || room() <= 0) return 0;
      const put = outbox.release(name, Math.min(RELEASED_SPANS, room()));
      rows += put;
      isHolding = outbox.hasHeld(name);
      // Of sessions that were closed meanwhile.
      if (!isHolding && grouping !== 'turn') outbox.enqueue(outbox.findMissingEnvelopes(name, grouping, 0), name, clock.nowMillis());
      if (put > 0) report?.({ type: 'released', destination: name, spans: put });
      return put;
    },
    expire() {
      const error = `it waited for more than ${Math.round(maxAgeMillis / 3_600_000)} hours (queue.maxAge)`;
      const spanIds = outbox.expire(name, { beforeMillis: clock.nowMillis() - maxAgeMillis, limit: EXPIRED_ROWS, error });
      if (spanIds.length === 0) return 0;
      tell('span-set-aside', `${spanIds.length === 1 ? 'a span' : `${spanIds.length} spans`}: ${error}`);
      report?.({ type: 'set-aside', destination: name, spanIds, error });
      return spanIds.length;
    },
  };
}
