/** A store with spans, an outbox, a clock that stands still and exporters that answer as told: what delivery needs to be played with. */
import { afterEach } from 'node:test';
import { createDelivery } from '#spoor/collector/deliver.ts';
import type { Delivery, FlushReport } from '#spoor/collector/deliver.ts';
import type { DeliveryClock, DeliveryEvent, DeliveryOptions } from '#spoor/collector/delivery/delivery-options.ts';
import type { Destination, ExportResult } from '#spoor/exporters/exporter.ts';
import type { TraceBatch } from '#spoor/otlp/trace.ts';
import { createOutbox } from '#spoor/outbox/create-outbox.ts';
import type { DestinationStatus, Outbox } from '#spoor/outbox/outbox.ts';
import { findDialect } from '#spoor/semconv/index.ts';
import { openMemoryStore } from '#spoor/store/memory.ts';
import type { SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import type { Store } from '#spoor/store/store.ts';
import { buildSpan, buildTurn, idOf } from '../store/builders.ts';
import { toContentPolicy } from '#spoor/semconv/content.ts';

export const NOW = 1_800_000_000_000;

/** What a fake backend says to a batch; `spanIds` of the batch are at hand. A promise that never resolves is a hung one. */
export type Answer = (spanIds: string[], batch: TraceBatch) => ExportResult | Promise<ExportResult>;

export const success: ExportResult = { status: 'success' };
export const busy: ExportResult = { status: 'retryable', message: 'answered 503' };
export const refused: ExportResult = { status: 'failure', message: 'answered 400' };

/** Refuses every batch that holds one of these spans. */
export function refuseThose(...numbers: number[]): Answer {
  const poison = new Set(numbers.map(idOf));
  return (spanIds) => (spanIds.some((id) => poison.has(id)) ? refused : success);
}

/** A destination named `name` over a fake exporter; `overrides` replace its settings. */
export function destinationOf(name: string, overrides: Partial<Destination> = {}): Destination {
  const fixed = { exporter: 'otlp-http', protocol: 'http/protobuf', compression: 'none', dialect: 'gen-ai' } as const;
  return { name, url: `http://${name}.test/v1/traces`, headers: {}, timeoutMillis: 1000, sharing: { content: toContentPolicy('none') }, ...fixed, ...overrides };
}

/** Numbers from `first` to `last`. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Backends that do as they are told, and remember. */
class Backends {
  /** Every request in order. */
  readonly requests: { destination: string; spanIds: string[]; batch: TraceBatch }[] = [];
  readonly #answers = new Map<string, Answer>();
  readonly #taken: { destination: string; spanId: string }[] = [];

  /** Changes what a destination answers from now on. */
  answer(destination: string, answer: Answer): void {
    this.#answers.set(destination, answer);
  }

  /** The ids of every span that a destination took, in order. */
  taken(destination = 'a'): string[] {
    return this.#taken.filter((one) => one.destination === destination).map(({ spanId }) => spanId);
  }

  async export(destination: string, batch: TraceBatch): Promise<ExportResult> {
    const spanIds = batch.resourceSpans.flatMap((group) => group.spans.map((span) => span.spanId));
    this.requests.push({ destination, spanIds, batch });
    const result = await (this.#answers.get(destination) ?? (() => success))(spanIds, batch);
    if (result.status === 'success') this.#taken.push(...spanIds.map((spanId) => ({ destination, spanId })));
    return result;
  }
}

/** Time that passes when it is told to. */
class StillClock implements DeliveryClock {
  now = NOW;
  #timers = new Set<{ atMillis: number; callback: () => void }>();

  nowMillis(): number {
    return this.now;
  }

  setTimer(delayMillis: number, callback: () => void): () => void {
    const timer = { atMillis: this.now + delayMillis, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Calls back everything that is due; whether there was any. */
  fire(): boolean {
    const due = [...this.#timers].filter(({ atMillis }) => atMillis <= this.now);
    for (const timer of due) {
      this.#timers.delete(timer);
      timer.callback();
    }
    return due.length > 0;
  }
}

export class Stage {
  readonly store: Store;
  readonly outbox: Outbox;
  readonly clock = new StillClock();
  readonly backends = new Backends();
  readonly events: DeliveryEvent[] = [];
  delivery: Delivery;
  #options: DeliveryOptions;
  #isClosed = false;

  constructor(destinations: Destination[], overrides: Partial<DeliveryOptions>, store: SqliteStore = openMemoryStore()) {
    this.store = store;
    this.outbox = createOutbox(store.database);
    this.#options = {
      store,
      outbox: this.outbox,
      destinations,
      findDialect,
      random: () => 0.5,
      report: (event) => this.events.push(event),
      clock: this.clock,
      createExporter: ({ name }) => ({ export: (batch) => this.backends.export(name, batch), close: async () => {} }),
      ...overrides,
    };
    this.delivery = createDelivery(this.#options);
  }

  get requests(): Backends['requests'] {
    return this.backends.requests;
  }

  /** Stores spans with these numbers and puts them in for every destination. */
  put(...numbers: number[]): void {
    this.store.transaction(() => {
      for (const number of numbers) this.store.saveTurn(buildTurn(number), [buildSpan(number)]);
      this.delivery.enqueue(numbers.map((number) => buildSpan(number)), this.clock.now);
    });
  }

  flush(retryNow?: boolean): Promise<FlushReport[]> {
    return this.delivery.flush({ deadlineMillis: this.clock.now + 10_000, retryNow });
  }

  status(destination = 'a'): DestinationStatus {
    const status = this.outbox.readDestination(destination);
    if (!status) throw new Error(`${destination} is not noted`);
    return status;
  }

  /** Lets time pass: fires what is due and waits until nothing moves. */
  async pass(millis: number): Promise<void> {
    this.clock.now += millis;
    // A pass gives way once a batch: when nothing new came in three turns of the loop, nothing is under way but what hangs.
    for (let idle = 0; idle < 3; idle += 1) {
      const before = this.requests.length;
      const fired = this.clock.fire();
      await new Promise((resolve) => setImmediate(resolve));
      if (fired || this.requests.length > before) idle = 0;
    }
  }

  /** Delivery as a new collector makes it over the same store. */
  async restart(): Promise<void> {
    await this.delivery.stop();
    this.delivery = createDelivery(this.#options);
  }

  /** The same with an edited configuration. */
  async become(destinations: Destination[]): Promise<void> {
    this.#options = { ...this.#options, destinations };
    await this.restart();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.delivery.stop();
    this.store.close();
  }
}

/** Sets the stage with these destinations; each answers `success` until told otherwise. `store`: instead of an empty one. */
export function openStage(destinations: Destination[] = [destinationOf('a')], overrides: Partial<DeliveryOptions> = {}, store?: SqliteStore): Stage {
  return new Stage(destinations, overrides, store);
}

/** What opens stages for a file's tests; each is closed after its test. */
export function createStages(): typeof openStage {
  const stages: Stage[] = [];
  afterEach(async () => {
    for (const stage of stages.splice(0)) await stage.close();
  });
  return (...args) => {
    const stage = openStage(...args);
    stages.push(stage);
    return stage;
  };
}
