/** A traced home with one destination that keeps what it gets. */
import type { TestContext } from 'node:test';
import { createDelivery, systemClock, type Delivery } from '#spoor/collector/deliver.ts';
import type { Destination } from '#spoor/exporters/exporter.ts';
import { createMemoryExporter } from '#spoor/exporters/memory.ts';
import type { WireResourceSpans, WireSpan } from '#spoor/otlp/trace.ts';
import { createOutbox } from '#spoor/outbox/create-outbox.ts';
import { toContentPolicy } from '#spoor/semconv/content.ts';
import { findDialect } from '#spoor/semconv/index.ts';
import { destinationOf } from '../collector/delivery-stage.ts';
import { createTracedHome, type TracedHome } from './traced-home.ts';

export interface Wire {
  traced: TracedHome;
  /** All that was put in, delivered. */
  deliver(): Promise<WireSpan[]>;
  /** The same with the resources that they came under. */
  groups(): WireResourceSpans[];
}

/** A home with hooks whose destination is of this shape; it gets all texts unless told otherwise. */
export function createWire(t: TestContext, shape: Partial<Destination>): Wire {
  const exporter = createMemoryExporter();
  let delivery: Delivery | undefined;
  const traced = createTracedHome({
    hooked: true,
    createDelivery: (store, nowMillis) =>
      (delivery = createDelivery({
        store, outbox: createOutbox(store.database), destinations: [destinationOf('whole', { sharing: { content: toContentPolicy('full') }, addedMillis: 0, ...shape })],
        createExporter: () => exporter, findDialect, clock: { ...systemClock, nowMillis }, random: () => 0.5,
      })),
  });
  t.after(() => traced.close());
  const deliver = async (): Promise<WireSpan[]> => {
    await delivery?.flush({ deadlineMillis: Date.now() + 48 * 3_600_000, retryNow: true });
    await delivery?.stop();
    return exporter.spans();
  };
  return { traced, deliver, groups: () => exporter.batches.flatMap(({ resourceSpans }) => resourceSpans) };
}
