/** How long a span ran: the number that stands beside its bar, and that quantiles and sums count. Pure, and in one place. */
import type { Span } from './span.ts';
import { unionNano } from './time.ts';

/** From a moment to a moment, Unix ns. */
export interface Wait {
  fromNano: bigint;
  toNano: bigint;
}

/** What of a span its run time is worked out of. */
type TimedSpan = Pick<Span, 'startUnixNano' | 'endUnixNano' | 'values' | 'provenance'>;

/** Whether its start, and its end if it has one, are what somebody told. Estimated ones say where to draw it, and not how long it took. */
export function isTimeTold({ provenance }: Pick<Span, 'provenance'>): boolean {
  return provenance.times !== 'estimated';
}

/** The agent's own measure, else from start to end without the waiting for a person inside it, in ns. Undefined: open, or only estimated. */
export function toRunNano(span: TimedSpan, waits: readonly Wait[] = []): bigint | undefined {
  const { startUnixNano, endUnixNano, values } = span;
  if (endUnixNano === undefined) return undefined;
  if (values.ownDurationNano !== undefined) return values.ownDurationNano;
  if (!isTimeTold(span)) return undefined;
  const run = endUnixNano - startUnixNano - toWaitNano(span, waits);
  return run > 0n ? run : 0n;
}

/** How much of `waits` lies inside the span, in ns; what overlaps counts once, and of an open span there is no end. */
export function toWaitNano({ startUnixNano, endUnixNano }: Pick<Span, 'startUnixNano' | 'endUnixNano'>, waits: readonly Wait[]): bigint {
  if (waits.length === 0) return 0n;
  return unionNano(waits.map(({ fromNano, toNano }) => ({
    fromNano: fromNano > startUnixNano ? fromNano : startUnixNano,
    toNano: endUnixNano !== undefined && toNano > endUnixNano ? endUnixNano : toNano,
  })));
}
