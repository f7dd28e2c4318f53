/** Sessions of agents, sent to a real backend by our own delivery; what was sent is kept beside, to be compared with what comes back. */
import assert from 'node:assert/strict';
import { createDelivery, systemClock, type Delivery } from '#spoor/collector/deliver.ts';
import { createOtlpHttpExporter } from '#spoor/exporters/otlp-http.ts';
import type { Destination } from '#spoor/exporters/exporter.ts';
import { createOutbox } from '#spoor/outbox/create-outbox.ts';
import type { TraceBatch } from '#spoor/otlp/trace.ts';
import { toContentPolicy } from '#spoor/semconv/content.ts';
import { findDialect } from '#spoor/semconv/index.ts';
import { destinationOf } from '../collector/delivery-stage.ts';
import type { AgentSample } from '../support/agent-stores.ts';
import type { Cleanup } from '../support/stored-home.ts';
import type { SpansById } from './otlp-lines.ts';

export interface SentSample {
  /** What went over the wire, by id. */
  spans: SpansById;
  /** In requests, in their order. */
  batches: TraceBatch[];
  /** The same requests once more. */
  resend(): Promise<void>;
}

/** Plays a sample and delivers it over HTTP as it becomes final. Asserts that the backend took all of it. */
export async function sendSample(t: Cleanup, sample: AgentSample, { url, ...settings }: Partial<Destination> & { url: string }): Promise<SentSample> {
  const destination = destinationOf('backend', { url, timeoutMillis: 30_000, sharing: { content: toContentPolicy('full') }, addedMillis: 0, ...settings });
  const exporter = createOtlpHttpExporter(destination);
  const batches: TraceBatch[] = [];
  let delivery: Delivery | undefined;
  const { delivered } = await sample.fill(t, (store) => {
    const keep = { ...exporter, export: (batch: TraceBatch) => exporter.export(batch).finally(() => batches.push(batch)) };
    delivery = createDelivery({ store, outbox: createOutbox(store.database), destinations: [destination], createExporter: () => keep, findDialect, clock: systemClock, random: () => 0.5 });
    return delivery;
  });
  const [report] = (await delivery?.flush({ deadlineMillis: Date.now() + 60_000, retryNow: true })) ?? [];
  assert.deepEqual([report?.end, report?.sent, report?.waiting], ['drained', delivered.length, 0], `${sample.agent}: ${sample.name}`);
  await delivery?.stop();
  const spans: SpansById = new Map();
  for (const { resource, scope, spans: list } of batches.flatMap(({ resourceSpans }) => resourceSpans)) for (const span of list) spans.set(span.spanId, { ...span, resource, scope });
  return {
    spans,
    batches,
    async resend() {
      const again = createOtlpHttpExporter(destination);
      for (const batch of batches) assert.equal((await again.export(batch)).status, 'success');
      await again.close();
    },
  };
}
