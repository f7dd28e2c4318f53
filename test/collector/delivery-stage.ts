/** A store with spans, an outbox, a clock that stands still and exporters that answer as told: what delivery needs to be played with. */
import type { DeliveryEvent, DeliveryOptions } from '#spoor/collector/delivery/delivery-options.ts';
import { createDelivery } from '#spoor/collector/deliver.ts';
import type { Delivery, FlushReport } from '#spoor/collector/deliver.ts';
import type { Destination, ExportResult } from '#spoor/exporters/exporter.ts';
import type { TraceBatch } from '#spoor/otlp/trace.ts';
import { createOutbox } from '#spoor/outbox/create-outbox.ts';
import type { DestinationStatus, Outbox } from '#spoor/outbox/outbox.ts';
import { findDialect } from '#spoor/semconv/index.ts';
import { openMemoryStore } from '#spoor/store/memory.ts';
import type { Store } from '#spoor/store/store.ts';
import { buildSpan, buildTurn, idOf } from '../store/builders.ts';

export const NOW = 1_800_000_000_000;

/** What a fake backend says to a batch; `spanIds` of the batch are at hand. A promise that never resolves is a hung one. */
export type Answer = (spanIds: string[], batch: TraceBatch) => ExportResult | Promise<ExportResult>;

export const success: ExportResult = { status: 'success' };
export const busy: ExportResult = { status: 'retryable', message: 'answered 503' };
export const refused: ExportResult = { status: 'failure', message: 'answered 400' };

export interface Stage {
  store: Store;
  outbox: Outbox;
  delivery: Delivery;
  clock: { nowMillis: number };
  events: DeliveryEvent[];
  /** Every request in order. */
  requests: { destination: string; spanIds: string[]; batch: TraceBatch }[];
  /** Changes what a destination answers from now on. */
  answer(destination: string, answer: Answer): void;
  /** Stores spans with these numbers and puts them in for every destination. */
  put(...numbers: number[]): void;
  flush(retryNow?: boolean): Promise<FlushReport[]>;
  status(destination?: string): DestinationStatus;
  /** Lets time pass: fires what is due and waits until nothing moves. */
  pass(millis: number): Promise<void>;
  /** Delivery as a new collector makes it over the same store. */
  restart(): Promise<void>;
  /** The ids of every span that a destination took, in order. */
  taken(destination?: string): string[];
  close(): Promise<void>;
}

/** A destination named `name` over a fake exporter; `overrides` replace its settings. */
export function destinationOf(name: string, overrides: Partial<Destination> = {}): Destination {
  const fixed = { exporter: 'otlp-http', protocol: 'http/protobuf', compression: 'none', dialect: 'gen-ai', content: 'none' } as const;
  return { name, url: `http://${name}.test/v1/traces`, headers: {}, timeoutMillis: 1000, ...fixed, ...overrides };
}

/** Sets the stage with these destinations; each answers `success` until told otherwise. */
export function openStage(destinations: Destination[] = [destinationOf('a')], overrides: Partial<DeliveryOptions> = {}): Stage {
  const store = openMemoryStore();
  const outbox = createOutbox(store.database);
  const answers = new Map<string, Answer>();
  const timers = new Set<{ atMillis: number; callback: () => void }>();
  const clock = { nowMillis: NOW };
  const events: DeliveryEvent[] = [];
  const requests: Stage['requests'] = [];
  const taken: { destination: string; spanId: string }[] = [];
  const options: DeliveryOptions = {
    store,
    outbox,
    destinations,
    findDialect,
    random: () => 0.5,
    report: (event) => events.push(event),
    clock: {
      nowMillis: () => clock.nowMillis,
      setTimer: (delayMillis, callback) => {
        const timer = { atMillis: clock.nowMillis + delayMillis, callback };
        timers.add(timer);
        return () => timers.delete(timer);
      },
    },
    createExporter: ({ name }) => ({
      async export(batch) {
        const spanIds = batch.resourceSpans.flatMap((group) => group.spans.map((span) => span.spanId));
        requests.push({ destination: name, spanIds, batch });
        const result = await (answers.get(name) ?? (() => success))(spanIds, batch);
        if (result.status === 'success') taken.push(...spanIds.map((spanId) => ({ destination: name, spanId })));
        return result;
      },
      async close() {},
    }),
    ...overrides,
  };
  const stage: Stage = {
    store,
    outbox,
    delivery: createDelivery(options),
    clock,
    events,
    requests,
    answer: (destination, answer) => void answers.set(destination, answer),
    put: (...numbers) => {
      store.transaction(() => {
        for (const number of numbers) store.saveTurn(buildTurn(number), [buildSpan(number)]);
        stage.delivery.enqueue(numbers.map((number) => buildSpan(number)), clock.nowMillis);
      });
    },
    flush: (retryNow) => stage.delivery.flush({ deadlineMillis: clock.nowMillis + 10_000, retryNow }),
    status: (destination = 'a') => outbox.readDestination(destination) ?? fail(destination),
    pass: async (millis) => {
      clock.nowMillis += millis;
      for (let idle = 0; idle < 3; idle += 1) {
        for (const timer of [...timers].filter(({ atMillis }) => atMillis <= clock.nowMillis)) {
          timers.delete(timer);
          timer.callback();
          idle = 0;
        }
        // A pass gives way once a batch: when nothing new came in three turns of the loop, nothing is under way but what hangs.
        const before = requests.length;
        await new Promise((resolve) => setImmediate(resolve));
        if (requests.length > before) idle = 0;
      }
    },
    restart: async () => {
      await stage.delivery.stop();
      timers.clear();
      stage.delivery = createDelivery(options);
    },
    taken: (destination = 'a') => taken.filter((one) => one.destination === destination).map(({ spanId }) => spanId),
    close: async () => {
      await stage.delivery.stop();
      store.close();
    },
  };
  return stage;
}

/** Numbers from `first` to `last`. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Refuses every batch that holds one of these spans. */
export function refuseThose(...numbers: number[]): Answer {
  const poison = new Set(numbers.map(idOf));
  return (spanIds) => (spanIds.some((id) => poison.has(id)) ? refused : success);
}

function fail(destination: string): never {
  throw new Error(`${destination} is not noted`);
}
