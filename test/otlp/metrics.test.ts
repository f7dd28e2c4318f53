/** Metrics as bytes and as JSON, against the official schema. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MetricBatch, WireMetric } from '#spoor/otlp/metric.ts';
import { metricsToJson } from '#spoor/otlp/metrics-to-json.ts';
import { metricsToProtobuf } from '#spoor/otlp/metrics-to-protobuf.ts';
import { metricsFromJson, metricsToOfficialJson } from './official.ts';

const scope = { name: 'spoor', version: '1.2.3' };
const at = { startUnixNano: 1_800_000_000_000_000_000n, unixNano: 1_800_000_060_000_000_001n };

const batch: MetricBatch = {
  resourceMetrics: [
    {
      resource: { 'service.name': 'kiro', 'team.size': 3n, 'is.test': true },
      scope,
      metrics: [
        { name: 'spoor.turns', description: 'Turns', unit: '{turn}', temporality: 'cumulative', data: { type: 'sum', points: [{ ...at, attributes: { 'spoor.outcome': 'ok' }, value: 12n }, { ...at, attributes: {}, value: 0n }] } },
        { name: 'spoor.cost.usd', description: 'Dollars', unit: '{USD}', temporality: 'delta', data: { type: 'sum', points: [{ ...at, attributes: { 'gen_ai.request.model': 'm "1"\n' }, value: 0.0125 }] } },
        {
          name: 'gen_ai.client.token.usage', description: 'Tokens', unit: '{token}', temporality: 'cumulative',
          data: { type: 'histogram', bounds: [1, 4, 16.5], points: [{ ...at, attributes: { 'otel.metric.overflow': true }, count: 5, sum: 40.25, bucketCounts: [0, 1, 3, 1] }] },
        },
      ],
    },
    { resource: {}, scope: { name: 'bare' }, metrics: [] },
  ],
};

test('the bytes are what the official schema says', () => {
  const read = metricsToOfficialJson(metricsToProtobuf(batch)) as { resourceMetrics: { resource: object; scopeMetrics: { scope: object; metrics: Record<string, unknown>[] }[] }[] };
  const [first, second] = read.resourceMetrics;
  assert.deepEqual(first?.resource, { attributes: [{ key: 'service.name', value: { stringValue: 'kiro' } }, { key: 'team.size', value: { intValue: '3' } }, { key: 'is.test', value: { boolValue: true } }] });
  assert.deepEqual(first?.scopeMetrics[0]?.scope, scope);
  const times = { startTimeUnixNano: '1800000000000000000', timeUnixNano: '1800000060000000001' };
  assert.deepEqual(first?.scopeMetrics[0]?.metrics, [
    {
      name: 'spoor.turns', description: 'Turns', unit: '{turn}',
      sum: { dataPoints: [{ ...times, asInt: '12', attributes: [{ key: 'spoor.outcome', value: { stringValue: 'ok' } }] }, { ...times, asInt: '0' }], aggregationTemporality: 'AGGREGATION_TEMPORALITY_CUMULATIVE', isMonotonic: true },
    },
    {
      name: 'spoor.cost.usd', description: 'Dollars', unit: '{USD}',
      sum: { dataPoints: [{ ...times, asDouble: 0.0125, attributes: [{ key: 'gen_ai.request.model', value: { stringValue: 'm "1"\n' } }] }], aggregationTemporality: 'AGGREGATION_TEMPORALITY_DELTA', isMonotonic: true },
    },
    {
      name: 'gen_ai.client.token.usage', description: 'Tokens', unit: '{token}',
      histogram: {
        dataPoints: [{ ...times, attributes: [{ key: 'otel.metric.overflow', value: { boolValue: true } }], count: '5', sum: 40.25, bucketCounts: ['0', '1', '3', '1'], explicitBounds: [1, 4, 16.5] }],
        aggregationTemporality: 'AGGREGATION_TEMPORALITY_CUMULATIVE',
      },
    },
  ]);
  assert.deepEqual(second?.scopeMetrics, [{ scope: { name: 'bare' } }]);
});

/** OTLP's JSON has enums as integers, which proto3 JSON reads as well. */
const viaJson = (one: MetricBatch): unknown => metricsToOfficialJson(metricsFromJson(JSON.parse(metricsToJson(one)) as Parameters<typeof metricsFromJson>[0]));

test('the JSON says the same as the bytes', () => {
  assert.deepEqual(viaJson(batch), metricsToOfficialJson(metricsToProtobuf(batch)));
  assert.ok(!metricsToJson(batch).includes('\n'));
});

test('whatever is in it: JSON and bytes say the same', () => {
  const attributes = fc.dictionary(fc.stringMatching(/^[a-z.]{1,12}$/), fc.oneof(fc.string({ unit: 'grapheme' }), fc.boolean(), fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })));
  const nano = fc.bigInt({ min: 0n, max: 2n ** 63n });
  const head = { name: fc.string(), description: fc.string(), unit: fc.string(), temporality: fc.constantFrom('delta' as const, 'cumulative' as const) };
  const value = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 62n }), fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0));
  const point = { attributes, startUnixNano: nano, unixNano: nano };
  const sum = fc.record({ ...head, data: fc.record({ type: fc.constant('sum' as const), points: fc.array(fc.record({ ...point, value }), { maxLength: 3 }) }) });
  const counts = fc.array(fc.nat(), { minLength: 3, maxLength: 3 });
  const histogram = fc.record({ ...head, data: fc.record({ type: fc.constant('histogram' as const), bounds: fc.constant([0.5, 2]), points: fc.array(fc.record({ ...point, count: fc.nat(), sum: fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0), bucketCounts: counts }), { maxLength: 3 }) }) });
  const metrics: fc.Arbitrary<WireMetric[]> = fc.array(fc.oneof(sum, histogram), { maxLength: 4 });
  fc.assert(
    fc.property(attributes, metrics, (resource, list) => {
      const one: MetricBatch = { resourceMetrics: [{ resource, scope, metrics: list }] };
      assert.deepEqual(viaJson(one), metricsToOfficialJson(metricsToProtobuf(one)));
    }),
    { numRuns: 200 },
  );
});
