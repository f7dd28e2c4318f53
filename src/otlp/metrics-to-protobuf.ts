/** Encodes metrics as an ExportMetricsServiceRequest in protobuf. */
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { toUint64 } from './attribute-value.ts';
import * as tags from './generated/tags.ts';
import { TEMPORALITIES, type HistogramPoint, type MetricBatch, type NumberPoint, type WireMetric, type WireResourceMetrics } from './metric.ts';
import { writeAttributes, writeResource, writeScope } from './write-attributes.ts';

/** Metrics → bytes. A `bigint` value becomes asInt, a `number` asDouble. */
export function metricsToProtobuf(batch: MetricBatch): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  for (const group of batch.resourceMetrics) {
    writer.uint32(tags.EXPORT_METRICS_SERVICE_REQUEST.resourceMetrics).fork();
    writeResourceMetrics(writer, group);
    writer.join();
  }
  return writer.finish();
}

function writeResourceMetrics(writer: BinaryWriter, group: WireResourceMetrics): void {
  writeResource(writer, tags.RESOURCE_METRICS.resource, group.resource);
  writer.uint32(tags.RESOURCE_METRICS.scopeMetrics).fork();
  writeScope(writer, tags.SCOPE_METRICS.scope, group.scope);
  for (const metric of group.metrics) {
    writer.uint32(tags.SCOPE_METRICS.metrics).fork();
    writeMetric(writer, metric);
    writer.join();
  }
  writer.join();
}

function writeMetric(writer: BinaryWriter, metric: WireMetric): void {
  writer.uint32(tags.METRIC.name).string(metric.name);
  writer.uint32(tags.METRIC.description).string(metric.description);
  writer.uint32(tags.METRIC.unit).string(metric.unit);
  const { data } = metric;
  if (data.type === 'sum') {
    writer.uint32(tags.METRIC.sum).fork();
    for (const point of data.points) writeNumber(writer, point);
    writer.uint32(tags.SUM.aggregationTemporality).int32(TEMPORALITIES[metric.temporality]);
    writer.uint32(tags.SUM.isMonotonic).bool(true);
  } else {
    writer.uint32(tags.METRIC.histogram).fork();
    for (const point of data.points) writeHistogram(writer, point, data.bounds);
    writer.uint32(tags.HISTOGRAM.aggregationTemporality).int32(TEMPORALITIES[metric.temporality]);
  }
  writer.join();
}

function writeNumber(writer: BinaryWriter, { attributes, startUnixNano, unixNano, value }: NumberPoint): void {
  writer.uint32(tags.SUM.dataPoints).fork();
  writer.uint32(tags.NUMBER_DATA_POINT.startTimeUnixNano).fixed64(toUint64(startUnixNano));
  writer.uint32(tags.NUMBER_DATA_POINT.timeUnixNano).fixed64(toUint64(unixNano));
  if (typeof value === 'bigint') writer.uint32(tags.NUMBER_DATA_POINT.asInt).sfixed64(value);
  else writer.uint32(tags.NUMBER_DATA_POINT.asDouble).double(value);
  writeAttributes(writer, tags.NUMBER_DATA_POINT.attributes, attributes);
  writer.join();
}

function writeHistogram(writer: BinaryWriter, { attributes, startUnixNano, unixNano, count, sum, bucketCounts }: HistogramPoint, bounds: readonly number[]): void {
  writer.uint32(tags.HISTOGRAM.dataPoints).fork();
  writer.uint32(tags.HISTOGRAM_DATA_POINT.startTimeUnixNano).fixed64(toUint64(startUnixNano));
  writer.uint32(tags.HISTOGRAM_DATA_POINT.timeUnixNano).fixed64(toUint64(unixNano));
  writer.uint32(tags.HISTOGRAM_DATA_POINT.count).fixed64(BigInt(count));
  writer.uint32(tags.HISTOGRAM_DATA_POINT.sum).double(sum);
  // Both lists are packed: one length, then the numbers.
  writer.uint32(tags.HISTOGRAM_DATA_POINT.bucketCounts).fork();
  for (const one of bucketCounts) writer.fixed64(BigInt(one));
  writer.join();
  writer.uint32(tags.HISTOGRAM_DATA_POINT.explicitBounds).fork();
  for (const bound of bounds) writer.double(bound);
  writer.join();
  writeAttributes(writer, tags.HISTOGRAM_DATA_POINT.attributes, attributes);
  writer.join();
}
