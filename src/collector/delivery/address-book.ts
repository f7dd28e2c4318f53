/** Which destination gets which spans: puts them into the outbox, and a turn below its session's envelope where one trace a session is wanted. */
import type { SessionGrouping } from '../../core/trace-grouping.ts';
import type { Destination } from '../../exporters/exporter.ts';
import type { Envelope } from '../../store/store.ts';
import { toFingerprint } from '../destinations.ts';
import type { DeliveryOptions } from './delivery-options.ts';
import { createAboutFinder } from './find-about.ts';
import { findRootId } from './find-root.ts';
import { placeTraces, toGrouping, type PlaceableSpan } from './place-traces.ts';
import { findRefusal, type Scope } from './scope.ts';
import { createQueueGuard, type QueueGuard } from './queue-guard.ts';
import { isSampled } from './sampling.ts';
import type { AboutSession } from './settings-for.ts';

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
  /** Keeps the queue of a destination that is noted; undefined for every other. */
  guardOf(name: string): QueueGuard | undefined;
}

/** An empty book over the outbox. */
export function createAddressBook(options: Pick<DeliveryOptions, 'outbox' | 'store' | 'clock' | 'report' | 'exclude'>): AddressBook {
  const { outbox, store, clock, exclude } = options;
  const addedAt = new Map<string, number>();
  /** Their addresses without secrets. */
  const extra = new Map<string, string>();
  const grouped = new Map<string, SessionGrouping>();
  const noted = new Map<string, { destination: Destination; guard: QueueGuard }>();
  const noteOne = (destination: Destination): void => {
    const grouping = toGrouping(destination);
    if (grouping !== 'turn') grouped.set(destination.name, grouping);
    noted.set(destination.name, { destination, guard: createQueueGuard(destination, options) });
  };
  const put = (name: string, given: readonly PlaceableSpan[]): void => {
    const one = noted.get(name);
    const findAbout = createAboutFinder(store);
    const wanted = given.filter((span) => isWanted({ ...one?.destination, excludeAll: exclude }, findAbout(span).about));
    const spans = one ? inSample(wanted, one.destination, options) : wanted;
    if (spans.length === 0) return;
    if (one?.guard.admits(spans) !== false) outbox.enqueue(spans.map(({ spanId }) => spanId), name, clock.nowMillis());
    // Also of what is held: later its session may be closed.
    const grouping = grouped.get(name);
    if (grouping) placeTraces(store, spans, { grouping, nowMillis: clock.nowMillis() });
  };
  // Again before every use: what was noted in a transaction that was rolled back is not there.
  const saveExtra = (name: string): void => void outbox.addDestination({ name, fingerprint: extra.get(name) ?? '' }, clock.nowMillis());
  return {
    note(destination) {
      const { name, addedMillis } = destination;
      noteOne(destination);
      addedAt.set(name, outbox.addDestination({ name, fingerprint: toFingerprint(destination), addedMillis }, clock.nowMillis()).addedAtMillis);
    },
    noteExtra(destination) {
      if (extra.has(destination.name)) return false;
      extra.set(destination.name, toFingerprint(destination));
      noteOne(destination);
      saveExtra(destination.name);
      return true;
    },
    removeExtra: (name) => extra.delete(name),
    has: (name) => extra.has(name) || addedAt.has(name),
    enqueue(spans, turnEndMillis) {
      const receivers = [...addedAt].filter(([, addedAtMillis]) => turnEndMillis >= addedAtMillis).map(([name]) => name);
      receivers.forEach((name) => put(name, spans));
      return receivers;
    },
    enqueueFor(name, spans) {
      saveExtra(name);
      put(name, spans);
    },
    enqueueEnvelope({ span, grouping }) {
      for (const { name, copy } of outbox.readReceivers(span.spanId)) {
        // One that is not configured at the moment may come back, and has all the rest.
        if ((grouped.get(name) ?? (addedAt.has(name) ? 'turn' : grouping)) !== grouping) continue;
        // A copy is no news: it comes as fast as its replay wants it.
        if (copy > 0 || noted.get(name)?.guard.admits([span]) !== false) outbox.enqueue([span.spanId], name, clock.nowMillis(), { copy });
      }
    },
    guardOf: (name) => noted.get(name)?.guard,
  };
}

/** A folder that is not known yet may be by the time of sending: it is asked again there. */
function isWanted(scope: Scope, about: AboutSession): boolean {
  const refusal = findRefusal(scope, about);
  return refusal === undefined || refusal.isUnknown === true;
}

/** Those of sessions that the destination gets: the one at the top decides. */
function inSample(spans: readonly PlaceableSpan[], destination: Destination, { store, outbox }: Pick<DeliveryOptions, 'store' | 'outbox'>): readonly PlaceableSpan[] {
  if (destination.sample === undefined || destination.sample >= 1) return spans;
  const known = new Map<string, boolean>();
  const sampled = spans.filter(({ agent, sessionId }) => {
    const isIn = known.get(sessionId) ?? isSampled(destination, { agent, sessionId: findRootId(store, store.readSession(agent, sessionId) ?? { agent, sessionId }) });
    known.set(sessionId, isIn);
    return isIn;
  });
  if (sampled.length < spans.length) outbox.noteSampledOut(destination.name, spans.length - sampled.length);
  return sampled;
}
