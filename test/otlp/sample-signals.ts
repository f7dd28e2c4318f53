/** Requests with logs and metrics in OTLP's JSON: one written by hand with every kind, and any that fast-check can think of. */
import fc from 'fast-check';
import type { JsonValue } from '@bufbuild/protobuf';

type Json = { [key: string]: JsonValue };

const resource: Json = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }, { key: 'process.pid', value: { intValue: '42' } }] };
const scope = { name: 'shop.events', version: '2.0' };

export const sampleLogs: Json = {
  resourceLogs: [
    {
      resource,
      scopeLogs: [
        {
          scope,
          logRecords: [
            { timeUnixNano: '1790000000000000001', observedTimeUnixNano: '1790000000000000002', severityNumber: 9, severityText: 'INFO', eventName: 'shop.paid', body: { stringValue: 'paid' }, traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', attributes: [{ key: 'cart', value: { intValue: '7' } }] },
            { observedTimeUnixNano: '1790000000000000003', body: { kvlistValue: { values: [{ key: 'a', value: { intValue: '1' } }] } }, attributes: [{ key: 'event.name', value: { stringValue: 'shop.left' } }] },
            {},
          ],
        },
      ],
    },
  ],
};

const at = { startTimeUnixNano: '1790000000000000000', timeUnixNano: '1790000060000000001' };
const attributes: JsonValue = [{ key: 'model', value: { stringValue: 'm' } }];

export const sampleMetrics: Json = {
  resourceMetrics: [
    {
      resource,
      scopeMetrics: [
        {
          scope,
          metrics: [
            { name: 'temperature', unit: 'Cel', gauge: { dataPoints: [{ timeUnixNano: '1790000060000000001', asDouble: 21.5 }, { asInt: '-3', attributes }] } },
            { name: 'requests', unit: '{request}', sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints: [{ ...at, asInt: '12', attributes }] } },
            { name: 'duration', unit: 's', histogram: { aggregationTemporality: 2, dataPoints: [{ ...at, count: '5', sum: 40.25, min: 0.5, max: 20, bucketCounts: ['0', '1', '4'], explicitBounds: [1, 4.5], attributes }] } },
            { name: 'size', exponentialHistogram: { aggregationTemporality: 2, dataPoints: [{ ...at, count: '9', sum: 3.5, scale: -2, zeroCount: '1', positive: { offset: -1, bucketCounts: ['2', '3'] }, negative: { offset: 4, bucketCounts: ['3'] } }] } },
            { name: 'old', summary: { dataPoints: [{ ...at, count: '3', sum: 6.5, quantileValues: [{ quantile: 0.5, value: 2 }, { quantile: 1, value: 4.5 }] }] } },
            { name: 'nothing' },
          ],
        },
      ],
    },
  ],
};

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const nano = fc.bigInt({ min: 1n, max: 0x7fff_ffff_ffff_ffffn }).map(String);
const hex = (length: number): fc.Arbitrary<string> => fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length }).filter((id) => !/^0+$/.test(id));
const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value));
const int = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
const count = fc.nat().map(String);

const { value } = fc.letrec<{ value: Json; list: Json; map: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.oneof(text.map((stringValue) => ({ stringValue })), fc.boolean().map((boolValue) => ({ boolValue })), int.map((intValue) => ({ intValue })), double.map((doubleValue) => ({ doubleValue }))),
    tie('list'), tie('map'),
  ),
  list: fc.array(tie('value'), { maxLength: 3 }).map((values) => ({ arrayValue: { values } })),
  map: fc.array(fc.record({ key: text, value: tie('value') }), { maxLength: 3 }).map((values) => ({ kvlistValue: { values } })),
}));
const keyValues = fc.uniqueArray(fc.record({ key: text, value }), { selector: ({ key }) => key, maxLength: 4 });
const some = (model: Record<string, fc.Arbitrary<JsonValue>>): fc.Arbitrary<Json> => fc.record(model, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<Json>;

const log = some({ timeUnixNano: nano, observedTimeUnixNano: nano, severityNumber: fc.integer({ min: 1, max: 24 }), severityText: text, eventName: text, body: value, traceId: hex(32), spanId: hex(16), attributes: keyValues });
const time = { startTimeUnixNano: nano, timeUnixNano: nano, attributes: keyValues };
const numberPoint = fc.oneof(some({ ...time, asInt: int }), some({ ...time, asDouble: double }));
const buckets = some({ offset: fc.integer({ min: -100, max: 100 }), bucketCounts: fc.array(count, { maxLength: 4 }) });
const data = fc.oneof(
  some({ dataPoints: fc.array(numberPoint, { maxLength: 2 }) }).map((gauge) => ({ gauge })),
  some({ dataPoints: fc.array(numberPoint, { maxLength: 2 }), aggregationTemporality: fc.constantFrom(0, 1, 2), isMonotonic: fc.boolean() }).map((sum) => ({ sum })),
  some({ dataPoints: fc.array(some({ ...time, count, sum: double, min: double, max: double, bucketCounts: fc.array(count, { maxLength: 4 }), explicitBounds: fc.array(double, { maxLength: 4 }) }), { maxLength: 2 }), aggregationTemporality: fc.constantFrom(1, 2) }).map((histogram) => ({ histogram })),
  some({ dataPoints: fc.array(some({ ...time, count, sum: double, scale: fc.integer({ min: -10, max: 20 }), zeroCount: count, positive: buckets, negative: buckets }), { maxLength: 2 }), aggregationTemporality: fc.constantFrom(1, 2) }).map((exponentialHistogram) => ({ exponentialHistogram })),
  some({ dataPoints: fc.array(some({ ...time, count, sum: double, quantileValues: fc.array(some({ quantile: double, value: double }), { maxLength: 2 }) }), { maxLength: 2 }) }).map((summary) => ({ summary })),
);
const metric = fc.tuple(text, text, data).map(([name, unit, told]): Json => ({ name, unit, ...told }));

/** Any ExportLogsServiceRequest. */
export const anyLogs: fc.Arbitrary<Json> = fc.array(fc.record({ resource: fc.record({ attributes: keyValues }), scopeLogs: fc.array(fc.record({ scope: some({ name: text, version: text }), logRecords: fc.array(log, { maxLength: 3 }) }), { maxLength: 2 }) }), { maxLength: 2 }).map((resourceLogs): Json => ({ resourceLogs: resourceLogs as unknown as JsonValue }));

/** Any ExportMetricsServiceRequest. */
export const anyMetrics: fc.Arbitrary<Json> = fc.array(fc.record({ resource: fc.record({ attributes: keyValues }), scopeMetrics: fc.array(fc.record({ scope: some({ name: text, version: text }), metrics: fc.array(metric, { maxLength: 3 }) }), { maxLength: 2 }) }), { maxLength: 2 }).map((resourceMetrics): Json => ({ resourceMetrics: resourceMetrics as unknown as JsonValue }));
