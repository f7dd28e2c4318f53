/** Decodes an ExportMetricsServiceRequest. Untrusted: never throws. */
import type { Attributes } from '../core/attributes.ts';
import type { Parsed } from '../core/problem.ts';
import * as tags from './generated/tags.ts';
import { toTemporality } from './metric-checks.ts';
import type { MetricKind, PointBatch, WirePointMetric, WireResourcePoints } from './metric-point.ts';
import { newExponentialPoint, newHistogramPoint, newSummaryPoint, readExponentialField, readHistogramField, readNumberField, readSummaryField } from './protobuf-points.ts';
import { type MessageName, parseRequest, type Reading, readMessage } from './protobuf-fields.ts';
import { readResourceField, readScopeField } from './protobuf-values.ts';

/** Bytes → the data points in them. Unknown fields are skipped and counted; bytes that are not such a message at all give no value. */
export function parseMetricsProtobuf(bytes: Uint8Array): Parsed<PointBatch> {
  const value: PointBatch = { resourceMetrics: [] };
  return parseRequest(bytes, { message: 'EXPORT_METRICS_SERVICE_REQUEST', what: 'metric', target: value, readField: readRequestField });
}

function readRequestField(reading: Reading, tag: number, batch: PointBatch): boolean {
  if (tag !== tags.EXPORT_METRICS_SERVICE_REQUEST.resourceMetrics) return false;
  const { groups } = readMessage(reading, 'RESOURCE_METRICS', { resource: {}, groups: [] }, readResourceMetricsField);
  for (const group of groups) batch.resourceMetrics.push(group);
  return true;
}

/** The resource may follow its metrics: every group holds the same object. */
function readResourceMetricsField(reading: Reading, tag: number, into: { resource: Attributes; groups: WireResourcePoints[] }): boolean {
  if (tag === tags.RESOURCE_METRICS.resource) readMessage(reading, 'RESOURCE', into.resource, readResourceField);
  else if (tag === tags.RESOURCE_METRICS.scopeMetrics) {
    const group: WireResourcePoints = { resource: into.resource, scope: { name: '' }, metrics: [] };
    into.groups.push(readMessage(reading, 'SCOPE_METRICS', group, readScopeMetricsField));
  } else return false;
  return true;
}

function readScopeMetricsField(reading: Reading, tag: number, group: WireResourcePoints): boolean {
  if (tag === tags.SCOPE_METRICS.scope) readMessage(reading, 'INSTRUMENTATION_SCOPE', group.scope, readScopeField);
  else if (tag === tags.SCOPE_METRICS.metrics) {
    const { kind, ...metric } = readMessage<Slot>(reading, 'METRIC', { name: '', points: [] }, readMetricField);
    if (kind) group.metrics.push({ ...metric, kind });
  } else return false;
  return true;
}

/** A metric whose data has not been met yet has no kind. */
type Slot = Omit<WirePointMetric, 'kind'> & { kind?: MetricKind };

function readMetricField(reading: Reading, tag: number, slot: Slot): boolean {
  const read = (kind: MetricKind, message: MessageName, readField: (reading: Reading, tag: number, slot: Slot) => boolean): true => {
    slot.kind = kind;
    readMessage(reading, message, slot, readField);
    return true;
  };
  switch (tag) {
    case tags.METRIC.name: slot.name = reading.reader.string(); return true;
    case tags.METRIC.unit: slot.unit = reading.reader.string() || undefined; return true;
    case tags.METRIC.gauge: return read('gauge', 'GAUGE', readGaugeField);
    case tags.METRIC.sum: slot.isMonotonic = false; return read('sum', 'SUM', readSumField);
    case tags.METRIC.histogram: return read('histogram', 'HISTOGRAM', readHistogramDataField);
    case tags.METRIC.exponentialHistogram: return read('exponential-histogram', 'EXPONENTIAL_HISTOGRAM', readExponentialDataField);
    case tags.METRIC.summary: return read('summary', 'SUMMARY', readSummaryDataField);
    default: return false;
  }
}

function setTemporality(slot: Slot, value: number): true {
  const temporality = toTemporality(value);
  if (temporality) slot.temporality = temporality;
  return true;
}

function readGaugeField(reading: Reading, tag: number, { points }: Slot): boolean {
  if (tag !== tags.GAUGE.dataPoints) return false;
  points.push(readMessage(reading, 'NUMBER_DATA_POINT', { attributes: {} }, readNumberField));
  return true;
}

function readSumField(reading: Reading, tag: number, slot: Slot): boolean {
  if (tag === tags.SUM.aggregationTemporality) return setTemporality(slot, reading.reader.int32());
  if (tag === tags.SUM.isMonotonic) slot.isMonotonic = reading.reader.bool();
  else if (tag === tags.SUM.dataPoints) slot.points.push(readMessage(reading, 'NUMBER_DATA_POINT', { attributes: {} }, readNumberField));
  else return false;
  return true;
}

function readHistogramDataField(reading: Reading, tag: number, slot: Slot): boolean {
  if (tag === tags.HISTOGRAM.aggregationTemporality) return setTemporality(slot, reading.reader.int32());
  if (tag !== tags.HISTOGRAM.dataPoints) return false;
  slot.points.push(readMessage(reading, 'HISTOGRAM_DATA_POINT', newHistogramPoint(), readHistogramField));
  return true;
}

function readExponentialDataField(reading: Reading, tag: number, slot: Slot): boolean {
  if (tag === tags.EXPONENTIAL_HISTOGRAM.aggregationTemporality) return setTemporality(slot, reading.reader.int32());
  if (tag !== tags.EXPONENTIAL_HISTOGRAM.dataPoints) return false;
  slot.points.push(readMessage(reading, 'EXPONENTIAL_HISTOGRAM_DATA_POINT', newExponentialPoint(), readExponentialField));
  return true;
}

function readSummaryDataField(reading: Reading, tag: number, { points }: Slot): boolean {
  if (tag !== tags.SUMMARY.dataPoints) return false;
  points.push(readMessage(reading, 'SUMMARY_DATA_POINT', newSummaryPoint(), readSummaryField));
  return true;
}
