/**
 * Encodes metrics as an ExportMetricsServiceRequest in OTLP's JSON: 64-bit integers as strings, enums as integers, lowerCamelCase keys.
 * One line; MetricsData of the OTLP file format is the same text.
 */
import { toUint64 } from './attribute-value.ts';
import { TEMPORALITIES, type HistogramPoint, type MetricBatch, type NumberPoint, type WireMetric, type WireResourceMetrics } from './metric.ts';
import { toKeyValues, toText } from './to-key-values.ts';

/** Metrics → JSON text. A `bigint` value becomes asInt, a `number` asDouble. */
export function metricsToJson(batch: MetricBatch): string {
  return JSON.stringify({ resourceMetrics: batch.resourceMetrics.map(toResourceMetrics) });
}

function toResourceMetrics(group: WireResourceMetrics): object {
  return {
    resource: { attributes: toKeyValues(group.resource) },
    scopeMetrics: [{ scope: { name: toText(group.scope.name), version: group.scope.version }, metrics: group.metrics.map(toMetric) }],
  };
}

function toMetric({ name, description, unit, temporality, data }: WireMetric): object {
  const aggregationTemporality = TEMPORALITIES[temporality];
  const head = { name, description, unit };
  if (data.type === 'sum') return { ...head, sum: { dataPoints: data.points.map(toNumber), aggregationTemporality, isMonotonic: true } };
  return { ...head, histogram: { dataPoints: data.points.map((point) => toHistogram(point, data.bounds)), aggregationTemporality } };
}

function toNumber({ attributes, startUnixNano, unixNano, value }: NumberPoint): object {
  const figure = typeof value === 'bigint' ? { asInt: value.toString() } : { asDouble: value };
  return { attributes: toKeyValues(attributes), startTimeUnixNano: toUint64(startUnixNano).toString(), timeUnixNano: toUint64(unixNano).toString(), ...figure };
}

function toHistogram({ attributes, startUnixNano, unixNano, count, sum, bucketCounts }: HistogramPoint, bounds: readonly number[]): object {
  return {
    attributes: toKeyValues(attributes),
    startTimeUnixNano: toUint64(startUnixNano).toString(),
    timeUnixNano: toUint64(unixNano).toString(),
    count: String(count),
    sum,
    bucketCounts: bucketCounts.map(String),
    explicitBounds: bounds,
  };
}
