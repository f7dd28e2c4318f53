/**
 * A real OpenTelemetry Collector that hands on traces, logs and metrics to our receiver: what is kept is what is kept of the same sent by hand,
 * over protobuf and JSON, packed and not. Not part of `npm test`: see scripts/backends/otel-collector.ts.
 */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { toOtlpJson } from '#spoor/otlp/to-json.ts';
import type { TelemetryReader } from '#spoor/receiver/read-telemetry.ts';
import { findCollectorFault, startForwarder } from '../../scripts/backends/otel-collector.ts';
import { sampleBatch } from '../otlp/sample-batch.ts';
import { sampleLogs, sampleMetrics } from '../otlp/sample-signals.ts';
import { startReceiving } from '../support/receiving.ts';
import { removeFolder } from '../support/remove-folder.ts';

/** It sends a moment later; a busy machine takes longer. */
const READ_DEADLINE_MILLIS = 60_000;

const BODIES: Readonly<Record<string, string>> = { '/v1/traces': toOtlpJson(sampleBatch), '/v1/logs': JSON.stringify(sampleLogs), '/v1/metrics': JSON.stringify(sampleMetrics) };

/** Everything that is shown, without what is of this receiver alone. */
function look(reader: TelemetryReader): unknown {
  const bare = <T extends { id: number; receivedMillis?: number }>(rows: readonly T[]): unknown[] => rows.map(({ id: _id, receivedMillis: _received, ...row }) => row);
  const traces = reader.readTraces({ limit: 99 });
  return {
    traces: bare(traces),
    spans: traces.flatMap(({ traceId }) => bare(reader.readTrace(traceId, 99))),
    logs: bare(reader.readLogs({ limit: 99 })),
    metrics: bare(reader.readMetrics({ limit: 99 })),
    counts: reader.readServices().map(({ lastMillis: _last, ...count }) => count),
  };
}

const countOf = (reader: TelemetryReader): number => reader.readServices().reduce((sum, { kept }) => sum + kept, 0);

test('what a real OpenTelemetry Collector hands on is kept as if it had been sent by hand', { skip: findCollectorFault() }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-forwarder-'));
  t.after(() => removeFolder(folder));
  const byHand = await startReceiving(t);
  for (const [path, body] of Object.entries(BODIES)) assert.equal((await byHand.send(path, body)).status, 200, path);
  const expected = byHand.read(look);
  const count = byHand.read(countOf);
  assert.ok(count > 5, `${count} records`);

  for (const encoding of ['proto', 'json'] as const) {
    for (const compression of ['gzip', 'none'] as const) {
      const receiving = await startReceiving(t);
      const forwarder = await startForwarder(folder, { target: receiving.url, encoding, compression });
      try {
        for (const [path, body] of Object.entries(BODIES)) {
          const answer = await fetch(`${forwarder.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', connection: 'close' }, body });
          assert.equal(answer.status, 200, path);
        }
        const isWhole = (): boolean => {
          try {
            return receiving.read(countOf) >= count;
          } catch {
            return false;
          }
        };
        for (const deadline = Date.now() + READ_DEADLINE_MILLIS; !isWhole() && Date.now() < deadline; ) await sleep(50);
        assert.deepEqual(receiving.read(look), expected, `${encoding}, ${compression}`);
        assert.deepEqual(receiving.troubles, []);
      } finally {
        await forwarder.stop();
      }
    }
  }
  t.diagnostic(`${count} records over each of four ways`);
});
