/** Which destination gets which spans: puts them into the outbox, and a turn below its session's envelope where one trace a session is wanted. */
import type { SessionGrouping, TraceGrouping } from '../../core/trace-grouping.ts';
import type { Destination } from '../../exporters/exporter.ts';
import type { Envelope } from '../../store/store.ts';
import { toFingerprint } from '../destinations.ts';
import type { DeliveryOptions } from './delivery-options.ts';
import { placeTraces, toGrouping, type PlaceableSpan } from './place-traces.ts';

export interface AddressBook {
  /** A configured destination: gets what ends after it was added. */
  note(destination: Destination): void;
  /** One that gets only what it is given by name. False: it is there already. */
  noteExtra(destination: Destination): boolean;
  /** False: it was none of those. */
  removeExtra(name: string): boolean;
  has(name: string): boolean;
  /** For every configured destination that was there before the turn ended (Unix ms). Gives their names. */
  enqueue(spans: readonly PlaceableSpan[], turnEndMillis: number): string[];
  enqueueFor(name: string, spans: readonly PlaceableSpan[]): void;
  /** For all that got some of what stands below it. */
  enqueueEnvelope(envelope: Envelope): void;
}

/** An empty book over the outbox. */
export function createAddressBook({ outbox, store, clock }: Pick<DeliveryOptions, 'outbox' | 'store' | 'clock'>): AddressBook {
  const addedAt = new Map<string, number>();
  /** Their addresses without secrets. */
  const extra = new Map<string, string>();
  const grouped = new Map<string, SessionGrouping>();
  const noteGrouping = (destination: Destination): void => {
    const grouping = toGrouping(destination);
    if (grouping !== 'turn') grouped.set(destination.name, grouping);
  };
  const put = (name: string, spans: readonly PlaceableSpan[]): void => {
    outbox.enqueue(spans.map(({ spanId }) => spanId), name, clock.nowMillis());
    const grouping = grouped.get(name);
    if (grouping) placeTraces(store, spans, { grouping, nowMillis: clock.nowMillis() });
  };
  // Again before every use: what was noted in a transaction that was rolled back is not there.
  const saveExtra = (name: string): void => void outbox.addDestination({ name, fingerprint: extra.get(name) ?? '' }, clock.nowMillis());
  return {
    note(destination) {
      const { name, addedMillis } = destination;
      noteGrouping(destination);
      addedAt.set(name, outbox.addDestination({ name, fingerprint: toFingerprint(destination), addedMillis }, clock.nowMillis()).addedAtMillis);
    },
    noteExtra(destination) {
      if (extra.has(destination.name)) return false;
      extra.set(destination.name, toFingerprint(destination));
      noteGrouping(destination);
      saveExtra(destination.name);
      return true;
    },
    removeExtra: (name) => extra.delete(name),
    has: (name) => extra.has(name) || addedAt.has(name),
    enqueue(spans, turnEndMillis) {
      const receivers = [...addedAt].flatMap(([name, addedAtMillis]) => (turnEndMillis >= addedAtMillis ? [name] : []));
      for (const name of receivers) put(name, spans);
      return receivers;
    },
    enqueueFor(name, spans) {
      saveExtra(name);
      put(name, spans);
    },
    enqueueEnvelope({ span, grouping }) {
      // One that is not configured at the moment may come back, and has all the rest.
      const groupingOf = (name: string): TraceGrouping => grouped.get(name) ?? (addedAt.has(name) ? 'turn' : grouping);
      const receivers = outbox.readReceivers(span.spanId).filter((name) => groupingOf(name) === grouping);
      for (const name of receivers) outbox.enqueue([span.spanId], name, clock.nowMillis());
    },
  };
}
