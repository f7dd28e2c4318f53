/** Delivery: what the outbox holds goes to every destination, each in its own loop. See `delivery/` for one of them. */
import type { Destination } from '../exporters/exporter.ts';
import type { Envelope } from '../store/store.ts';
import { createAddressBook } from './delivery/address-book.ts';
import type { DeliveryClock, DeliveryOptions, PassEnd } from './delivery/delivery-options.ts';
import { createLane } from './delivery/lane.ts';
import type { Lane } from './delivery/lane.ts';
import type { PlaceableSpan } from './delivery/place-traces.ts';
import type { QueueGuard } from './delivery/queue-guard.ts';

export interface FlushReport {
  destination: string;
  /** late: the deadline passed while it was at it; it goes on by itself. */
  end: PassEnd | 'late';
  /** Spans sent by this flush. */
  sent: number;
  waiting: number;
}

export interface Delivery {
  /** From now on every destination is served by itself, also what waits from before. */
  start(): void;
  /**
   * For the transaction that stores them: puts spans that became final in for every destination that was there before their turn
   * ended. Import does not call it. Gives their names.
   */
  enqueue(spans: readonly PlaceableSpan[], turnEndMillis: number): string[];
  /** The same for one destination, whenever its turn ended: the shell that the turn ran in asked for it. */
  enqueueFor(name: string, spans: readonly PlaceableSpan[]): void;
  /** Serves one more destination from now on; one of that name that is there already stays. */
  addDestination(destination: Destination): void;
  hasDestination(name: string): boolean;
  /** Serves it no more. What waits for it stays in the outbox. */
  removeDestination(name: string): Promise<void>;
  /** For the transaction that closes it: puts a session's own span in for every destination that has one trace a session and got some of it. */
  enqueueEnvelope(envelope: Envelope): void;
  /** Something was put in by somebody else. */
  wake(): void;
  /**
   * Tries once all that is due. Resolves when each destination has nothing left, or failed and waits, or at the deadline (Unix ms).
   * `retryNow`: a person asked: what waits for its time is tried too.
   */
  flush(options: { deadlineMillis: number; retryNow?: boolean }): Promise<FlushReport[]>;
  /** Something is being sent, or is due: not the moment to leave. False while every destination that has something waits for its time. */
  isBusy(): boolean;
  /** Cuts what is under way; it stays waiting and is sent again. After it resolved the store may be closed. */
  stop(): Promise<void>;
}

/** The longest that setTimeout counts. */
const LONGEST_TIMER_MILLIS = 2 ** 31 - 1;

/** The real clock. Its timers do not keep the process alive. */
export const systemClock: DeliveryClock = {
  nowMillis: () => Date.now(),
  setTimer: (delayMillis, callback) => {
    const timer = setTimeout(callback, Math.min(delayMillis, LONGEST_TIMER_MILLIS));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** A missing secret is found by the next start, not by waiting: the time is only shown. */
const UNREACHABLE_MILLIS = 60_000;

/** Notes the destinations in the outbox and makes a loop for each. Nothing is sent before `start` or `flush`. */
export function createDelivery(options: DeliveryOptions): Delivery {
  const { outbox, clock } = options;
  const book = createAddressBook(options);
  const lanes: Lane[] = [];
  let isStarted = false;
  const open = (destination: Destination): Lane | undefined => {
    const lane = options.isClosed ? undefined : openLane(destination, options, book.guardOf(destination.name));
    if (lane) lanes.push(lane);
    return lane;
  };
  for (const { destination, reason } of options.unreachable ?? []) {
    book.note(destination);
    outbox.saveBackoff(destination.name, { failures: 0, nextAttemptMillis: clock.nowMillis() + UNREACHABLE_MILLIS, error: reason });
  }
  for (const destination of options.destinations) {
    book.note(destination);
    open(destination);
  }
  const wake = (): void => lanes.forEach((lane) => lane.wake());
  const waking = <T extends unknown[], R>(put: (...what: T) => R) => (...what: T): R => {
    const told = put(...what);
    wake();
    return told;
  };
  return {
    start: () => {
      isStarted = true;
      lanes.forEach((lane) => lane.start());
    },
    enqueue: waking(book.enqueue),
    enqueueFor: waking(book.enqueueFor),
    enqueueEnvelope: waking(book.enqueueEnvelope),
    addDestination: (destination) => {
      const lane = book.noteExtra(destination) ? open(destination) : undefined;
      if (isStarted) lane?.start();
    },
    hasDestination: book.has,
    removeDestination: async (name) => {
      const index = book.removeExtra(name) ? lanes.findIndex((lane) => lane.name === name) : -1;
      const [lane] = index === -1 ? [] : lanes.splice(index, 1);
      await lane?.stop();
    },
    wake,
    flush: ({ deadlineMillis, retryNow = false }) => Promise.all(lanes.map((lane) => flushLane(lane, { deadlineMillis, retryNow, clock }))),
    isBusy: () => lanes.some((lane) => lane.isBusy()),
    stop: async () => {
      await Promise.all(lanes.map((lane) => lane.stop()));
    },
  };
}

/** A destination that cannot be opened keeps what is put in for it, and is reported. */
function openLane(destination: Destination, options: DeliveryOptions, guard: QueueGuard | undefined): Lane | undefined {
  const { store, createExporter, findDialect } = options;
  const tell = (detail: string): undefined => {
    store.addProblems('spoor', [{ code: 'bad-destination', detail }]);
    return undefined;
  };
  const dialect = findDialect(destination.dialect);
  if (!dialect) return tell(`${destination.name}: there is no dialect ${destination.dialect}`);
  try {
    return createLane({ options, destination, exporter: createExporter(destination), dialect, ...(guard ? { guard } : {}) });
  } catch (error) {
    return tell(error instanceof Error ? error.message : String(error));
  }
}

interface FlushOptions {
  deadlineMillis: number;
  retryNow: boolean;
  clock: DeliveryClock;
}

async function flushLane(lane: Lane, { deadlineMillis, retryNow, clock }: FlushOptions): Promise<FlushReport> {
  const before = lane.count().sent;
  let cancel = (): void => {};
  const late = new Promise<'late'>((resolve) => {
    cancel = clock.setTimer(Math.max(0, deadlineMillis - clock.nowMillis()), () => resolve('late'));
  });
  const end = await Promise.race([lane.pass(retryNow), late]);
  cancel();
  const { sent, waiting } = end === 'stopped' ? { sent: before, waiting: 0 } : lane.count();
  return { destination: lane.name, end, sent: sent - before, waiting };
}
