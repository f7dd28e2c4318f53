/** Metrics in several parts: each is taken once, and one that is refused holds up no other. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetricLane } from '#spoor/collector/metrics/metric-lane.ts';
import type { ExportResult } from '#spoor/exporters/exporter.ts';
import { createLedger } from '#spoor/metrics/create-ledger.ts';
import { INSTRUMENTS } from '#spoor/metrics/instruments.ts';
import type { MetricBatch } from '#spoor/otlp/metric.ts';
import { openMemoryStore } from '#spoor/store/memory.ts';
import { createStages, destinationOf, range, success } from '../delivery-stage.ts';

const open = createStages();
const HOUR_MILLIS = 3_600_000;

function sumOf({ resourceMetrics }: MetricBatch): number {
  const points = resourceMetrics.flatMap(({ metrics }) => metrics.flatMap(({ data }): readonly object[] => data.points));
  return points.reduce<number>((sum, point) => sum + ('value' in point ? Number(point.value) : 0), 0);
}

/** 4500 deltas in three parts, of which the second is answered so. Returns what the backend took, and what it was sent. */
async function deliver(second: ExportResult): Promise<{ taken: number; sent: number[]; reports: string[] }> {
  const stage = open([]);
  const store = openMemoryStore();
  const ledger = createLedger(store.database);
  ledger.open('m', 1n);
  for (const instrument of [INSTRUMENTS.turns, INSTRUMENTS.toolCalls, INSTRUMENTS.modelRequests]) {
    ledger.add('m', [{ resource: {}, measurements: range(1, 1500).map((n) => ({ instrument, labels: { n: String(n) }, value: 1 })) }], 1n);
  }
  const sent: number[] = [];
  const reports: string[] = [];
  let taken = 0;
  const exportMetrics = async (batch: MetricBatch): Promise<ExportResult> => {
    sent.push(sumOf(batch));
    if (sent.length === 2) return second;
    taken += sumOf(batch);
    return success;
  };
  const exporter = { export: async () => success, close: async () => undefined, exportMetrics };
  const destination = { ...destinationOf('m'), metrics: { url: 'http://m', intervalMillis: 1000, temporality: 'delta' as const } };
  const lane = createMetricLane({ destination, exporter, ledger, clock: stage.clock, random: () => 0.5, report: ({ message }) => reports.push(message) });
  for (let pass = 0; pass < 3; pass++) {
    await lane.flush();
    stage.clock.now += HOUR_MILLIS;
  }
  assert.equal(ledger.isChanged('m'), false);
  assert.equal(ledger.readBackoff('m'), undefined);
  await lane.stop();
  store.close();
  return { taken, sent, reports };
}

test('a part that waits is sent again with what comes after it, and nothing before it is', async () => {
  const { taken, sent, reports } = await deliver({ status: 'retryable', message: 'busy' });
  assert.deepEqual([taken, sent], [4500, [2000, 2000, 2000, 500]]);
  assert.deepEqual(reports, ['metrics wait: busy']);
});

test('a part that is refused for good is told, and those after it are sent', async () => {
  const { taken, sent, reports } = await deliver({ status: 'failure', message: 'no' });
  assert.deepEqual([taken, sent], [2500, [2000, 2000, 500]]);
  assert.deepEqual(reports, ['metrics were refused for good: no']);
});
