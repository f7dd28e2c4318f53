/** Logs and metrics decoded: what the official schema writes is read, and JSON and protobuf say the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseLogsJson } from '#spoor/otlp/parse-logs-json.ts';
import { parseLogsProtobuf } from '#spoor/otlp/parse-logs-protobuf.ts';
import { parseMetricsJson } from '#spoor/otlp/parse-metrics-json.ts';
import { parseMetricsProtobuf } from '#spoor/otlp/parse-metrics-protobuf.ts';
import { hexIdsToBase64, logsFromJson, metricsFromJson } from './official.ts';
import { anyLogs, anyMetrics, sampleLogs, sampleMetrics } from './sample-signals.ts';

/** A key with the value undefined and one that is not there say the same. */
const plain = (value: unknown): unknown => structuredClone(JSON.parse(JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? `${item}n` : typeof item === 'number' && !Number.isFinite(item) ? String(item) : item)) ?? 'null'));

test('log records are read', () => {
  const { value, problems } = parseLogsProtobuf(logsFromJson(hexIdsToBase64(structuredClone(sampleLogs))));
  assert.deepEqual(problems, []);
  const [group] = value?.resourceLogs ?? [];
  assert.deepEqual(group?.resource, { 'service.name': 'shop', 'process.pid': 42n });
  assert.deepEqual(group?.scope, { name: 'shop.events', version: '2.0' });
  assert.deepEqual(group?.logs, [
    { eventName: 'shop.paid', body: 'paid', severityNumber: 9, severityText: 'INFO', atUnixNano: 1_790_000_000_000_000_001n, observedUnixNano: 1_790_000_000_000_000_002n, traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', attributes: { cart: 7n } },
    { observedUnixNano: 1_790_000_000_000_000_003n, body: '{"a":1}', attributes: { 'event.name': 'shop.left' } },
    { attributes: {} },
  ]);
});

test('every kind of metric is read', () => {
  const { value, problems } = parseMetricsProtobuf(metricsFromJson(sampleMetrics));
  assert.deepEqual(problems, []);
  const times = { startUnixNano: 1_790_000_000_000_000_000n, unixNano: 1_790_000_060_000_000_001n };
  const attributes = { model: 'm' };
  assert.deepEqual(value?.resourceMetrics[0]?.metrics, [
    { name: 'temperature', unit: 'Cel', kind: 'gauge', points: [{ attributes: {}, unixNano: times.unixNano, value: 21.5 }, { attributes, value: -3 }] },
    { name: 'requests', unit: '{request}', kind: 'sum', temporality: 'delta', isMonotonic: true, points: [{ ...times, attributes, value: 12 }] },
    { name: 'duration', unit: 's', kind: 'histogram', temporality: 'cumulative', points: [{ ...times, attributes, count: 5, value: 40.25, min: 0.5, max: 20, counts: [0, 1, 4], bounds: [1, 4.5] }] },
    { name: 'size', kind: 'exponential-histogram', temporality: 'cumulative', points: [{ ...times, attributes: {}, count: 9, value: 3.5, scale: -2, zeroCount: 1, positive: { offset: -1, counts: [2, 3] }, negative: { offset: 4, counts: [3] } }] },
    { name: 'old', kind: 'summary', points: [{ ...times, attributes: {}, count: 3, value: 6.5, quantiles: [{ quantile: 0.5, value: 2 }, { quantile: 1, value: 4.5 }] }] },
  ]);
});

test('any log records: JSON and protobuf say the same', () => {
  fc.assert(
    fc.property(anyLogs, (json) => {
      const fromJson = parseLogsJson(JSON.stringify(json));
      const fromBytes = parseLogsProtobuf(logsFromJson(hexIdsToBase64(structuredClone(json))));
      assert.deepEqual([fromJson.problems, fromBytes.problems], [[], []]);
      assert.deepEqual(plain(fromBytes.value), plain(fromJson.value));
    }),
  );
});

test('any metrics: JSON and protobuf say the same', () => {
  fc.assert(
    fc.property(anyMetrics, (json) => {
      const fromJson = parseMetricsJson(JSON.stringify(json));
      const fromBytes = parseMetricsProtobuf(metricsFromJson(json));
      assert.deepEqual([fromJson.problems, fromBytes.problems], [[], []]);
      assert.deepEqual(plain(fromBytes.value), plain(fromJson.value));
    }),
  );
});

test('any bytes and any text: nothing is thrown', () => {
  const bytesOf = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.tuple(fc.nat(), fc.nat(255)).map(([place, byte]) => {
    const bytes = logsFromJson(hexIdsToBase64(structuredClone(sampleLogs)));
    bytes[place % bytes.length] = byte;
    return bytes;
  }), fc.nat().map((length) => {
    const bytes = metricsFromJson(sampleMetrics);
    return bytes.subarray(0, length % bytes.length);
  }));
  fc.assert(fc.property(bytesOf, (bytes) => {
    for (const parse of [parseLogsProtobuf, parseMetricsProtobuf]) {
      const { value, problems } = parse(bytes);
      assert.ok(value !== undefined || problems.some(({ code }) => code === 'bad-protobuf'));
    }
  }));
  fc.assert(fc.property(fc.json(), (text) => {
    parseLogsJson(text);
    parseMetricsJson(text);
    parseLogsJson(`{"resourceLogs":[{"resource":${text},"scopeLogs":[{"scope":${text},"logRecords":[${text}]}]}]}`);
    parseMetricsJson(`{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"sum":${text}},{"histogram":{"dataPoints":[${text}]}},{"exponentialHistogram":{"dataPoints":[{"positive":${text}}]}},{"summary":{"dataPoints":[${text}]}}]}]}]}`);
  }));
});

test('ids that are none are left out, not the record with them', () => {
  const { value, problems } = parseLogsJson(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ traceId: 'x', spanId: '0000000000000000' }, { traceId: '' }] }] }] }));
  assert.deepEqual(value?.resourceLogs[0]?.logs, [{ attributes: {} }, { attributes: {} }]);
  assert.deepEqual(problems.map(({ code }) => code), ['bad-log-id']);
});
