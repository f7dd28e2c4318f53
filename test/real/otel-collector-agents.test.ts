/**
 * Sessions of every agent, and what was counted of them, delivered to a real OpenTelemetry Collector over protobuf and JSON and read back from its file
 * exporter. Not part of `npm test`: see scripts/backends/otel-collector.ts.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { createMetricsDesk, type MetricsDesk } from '#spoor/collector/metrics/metrics-desk.ts';
import { systemClock } from '#spoor/collector/deliver.ts';
import { createOtlpHttpExporter } from '#spoor/exporters/otlp-http.ts';
import type { MetricBatch } from '#spoor/otlp/metric.ts';
import { metricsToProtobuf } from '#spoor/otlp/metrics-to-protobuf.ts';
import { findCollectorFault, startCollector } from '../../scripts/backends/otel-collector.ts';
import { destinationOf } from '../collector/delivery-stage.ts';
import { agentSamples, oneSampleEach } from '../support/agent-stores.ts';
import { readPoints, type ReceivedPoint } from '../support/metrics-backend.ts';
import { readSpans } from './otlp-lines.ts';
import { sendSample } from './sent-samples.ts';

const PROTOCOLS = ['http/protobuf', 'http/json'] as const;

/** The file exporter writes a moment later; a busy machine takes longer. */
const READ_DEADLINE_MILLIS = 60_000;

/** The file's text once `isAll` of it is there, or at the deadline. */
async function readUntil(file: string, isAll: (text: string) => boolean): Promise<string> {
  const deadline = Date.now() + READ_DEADLINE_MILLIS;
  for (;;) {
    const text = readFileSync(file, 'utf8');
    if ((text.endsWith('\n') && isAll(text)) || Date.now() > deadline) return text;
    await sleep(50);
  }
}

test('sessions of every agent come out of a real OpenTelemetry Collector as they were sent', { skip: findCollectorFault() }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-otelcol-'));
  // A lane each: hand-made sessions of two agents may have the same id.
  const ways = agentSamples.flatMap((sample) => PROTOCOLS.map((protocol) => ({ sample, protocol })));
  const collector = await startCollector(folder, ways.length);
  t.after(async () => {
    await collector.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const counts = new Map<string, number>();
  for (const [index, { sample, protocol }] of ways.entries()) {
    const lane = collector.lanes[index] ?? assert.fail();
    const { spans } = await sendSample(t, sample, { url: `${lane.url}/v1/traces`, protocol, compression: index % 4 < 2 ? 'gzip' : 'none' });
    const found = readSpans(await readUntil(lane.file, (text) => readSpans(text).size >= spans.size));
    assert.deepEqual([...found.keys()].sort(), [...spans.keys()].sort());
    for (const [id, span] of spans) assert.deepEqual({ parentSpanId: undefined, ...found.get(id) }, { parentSpanId: undefined, ...span }, `${sample.agent}: ${sample.name} over ${protocol}`);
    counts.set(sample.agent, (counts.get(sample.agent) ?? 0) + spans.size);
  }
  t.diagnostic(`spans of ${[...counts].map(([agent, count]) => `${agent} ${count}`).join(', ')}`);
});

test('what was counted comes out of a real OpenTelemetry Collector as it was sent', { skip: findCollectorFault() }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-otelcol-'));
  const ways = oneSampleEach.flatMap((sample) => PROTOCOLS.map((protocol) => ({ sample, protocol })));
  const collector = await startCollector(folder, ways.length);
  t.after(async () => {
    await collector.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  let points = 0;
  for (const [index, { sample, protocol }] of ways.entries()) {
    const lane = collector.lanes[index] ?? assert.fail();
    const temporality = index % 4 < 2 ? 'cumulative' : 'delta';
    const destination = destinationOf('a', { protocol, compression: 'gzip', timeoutMillis: 30_000, url: `${lane.url}/v1/traces`, metrics: { url: `${lane.url}/v1/metrics`, intervalMillis: 60_000, temporality } });
    const sent: ReceivedPoint[] = [];
    let desk: MetricsDesk | undefined;
    const createExporter: typeof createOtlpHttpExporter = (one) => {
      const exporter = createOtlpHttpExporter(one);
      const exportMetrics = async (batch: MetricBatch) => {
        sent.push(...readPoints(Buffer.from(metricsToProtobuf(batch)), false));
        const result = await exporter.exportMetrics?.(batch);
        assert.equal(result?.status, 'success', result?.message);
        return result ?? assert.fail();
      };
      return { ...exporter, exportMetrics };
    };
    await sample.fill(t, (store) => {
      desk = createMetricsDesk({ store, destinations: [destination], unreachable: [], own: {}, createExporter, clock: systemClock, random: () => 0.5, report: ({ message }) => assert.fail(message) });
      const counting = desk;
      return { enqueue: (spans) => {
          const inScope = new Map([['a', new Set(spans.map(({ spanId }) => spanId))]]);
          counting.count(spans as Parameters<MetricsDesk['count']>[0], inScope);
          return inScope;
        }, enqueueEnvelope: () => undefined };
    });
    await desk?.flush(Date.now() + 30_000);
    await desk?.stop();
    const text = await readUntil(lane.metricsFile, (one) => one.length > 0);
    const found = text.split('\n').filter(Boolean).flatMap((line) => readPoints(Buffer.from(line), true));
    assert.ok(sent.length > 5);
    assert.deepEqual(found, sent, `${sample.agent}: ${sample.name} over ${protocol}`);
    points += sent.length;
  }
  t.diagnostic(`${points} points of ${oneSampleEach.length} agents`);
});
