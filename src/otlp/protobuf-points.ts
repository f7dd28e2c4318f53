/** Data points of strangers' metrics, out of protobuf. */
import type { BinaryReader } from '@bufbuild/protobuf/wire';
import * as tags from './generated/tags.ts';
import { setPointTime } from './metric-checks.ts';
import type { WirePoint } from './metric-point.ts';
import { type Reading, readMessage } from './protobuf-fields.ts';
import { readKeyValue } from './protobuf-values.ts';

type Fields = 'attributes' | 'startTimeUnixNano' | 'timeUnixNano';

/** What every kind of point has, under tags of its own. */
function readSharedField(reading: Reading, tag: number, { point, known }: { point: WirePoint; known: Readonly<Record<Fields, number>> }): boolean {
  if (tag === known.attributes) return readKeyValue(reading, point.attributes);
  if (tag === known.startTimeUnixNano) setPointTime(point, 'startUnixNano', BigInt(reading.reader.fixed64()));
  else if (tag === known.timeUnixNano) setPointTime(point, 'unixNano', BigInt(reading.reader.fixed64()));
  else return false;
  return true;
}

/** The fields of a NumberDataPoint. */
export function readNumberField(reading: Reading, tag: number, point: WirePoint): boolean {
  if (tag === tags.NUMBER_DATA_POINT.asDouble) point.value = reading.reader.double();
  else if (tag === tags.NUMBER_DATA_POINT.asInt) point.value = Number(reading.reader.sfixed64());
  else return readSharedField(reading, tag, { point, known: tags.NUMBER_DATA_POINT });
  return true;
}

/** Counts that are 0 are not written. */
export function newHistogramPoint(): WirePoint {
  return { attributes: {}, count: 0 };
}

/** The fields of a HistogramDataPoint. */
export function readHistogramField(reading: Reading, tag: number, point: WirePoint): boolean {
  const { reader } = reading;
  switch (tag) {
    case tags.HISTOGRAM_DATA_POINT.count: point.count = Number(reader.fixed64()); return true;
    case tags.HISTOGRAM_DATA_POINT.sum: point.value = reader.double(); return true;
    case tags.HISTOGRAM_DATA_POINT.min: point.min = reader.double(); return true;
    case tags.HISTOGRAM_DATA_POINT.max: point.max = reader.double(); return true;
    case tags.HISTOGRAM_DATA_POINT.bucketCounts: readPacked(reader, (point.counts ??= []), () => Number(reader.fixed64())); return true;
    case tags.HISTOGRAM_DATA_POINT.explicitBounds: readPacked(reader, (point.bounds ??= []), () => reader.double()); return true;
    default: return readSharedField(reading, tag, { point, known: tags.HISTOGRAM_DATA_POINT });
  }
}

export function newExponentialPoint(): WirePoint {
  return { attributes: {}, count: 0, scale: 0, zeroCount: 0 };
}

/** The fields of an ExponentialHistogramDataPoint. */
export function readExponentialField(reading: Reading, tag: number, point: WirePoint): boolean {
  const { reader } = reading;
  const known = tags.EXPONENTIAL_HISTOGRAM_DATA_POINT;
  switch (tag) {
    case known.count: point.count = Number(reader.fixed64()); return true;
    case known.sum: point.value = reader.double(); return true;
    case known.min: point.min = reader.double(); return true;
    case known.max: point.max = reader.double(); return true;
    case known.scale: point.scale = reader.sint32(); return true;
    case known.zeroCount: point.zeroCount = Number(reader.fixed64()); return true;
    case known.positive: point.positive = readBuckets(reading); return true;
    case known.negative: point.negative = readBuckets(reading); return true;
    default: return readSharedField(reading, tag, { point, known });
  }
}

type Buckets = NonNullable<WirePoint['positive']>;

function readBuckets(reading: Reading): Buckets {
  return readMessage(reading, 'EXPONENTIAL_HISTOGRAM_DATA_POINT_BUCKETS', { offset: 0, counts: [] }, readBucketsField);
}

function readBucketsField({ reader }: Reading, tag: number, buckets: Buckets): boolean {
  if (tag === tags.EXPONENTIAL_HISTOGRAM_DATA_POINT_BUCKETS.offset) buckets.offset = reader.sint32();
  else if (tag === tags.EXPONENTIAL_HISTOGRAM_DATA_POINT_BUCKETS.bucketCounts) readPacked(reader, buckets.counts, () => Number(reader.uint64()));
  else return false;
  return true;
}

export function newSummaryPoint(): WirePoint {
  return { attributes: {}, value: 0, count: 0, quantiles: [] };
}

/** The fields of a SummaryDataPoint. */
export function readSummaryField(reading: Reading, tag: number, point: WirePoint): boolean {
  if (tag === tags.SUMMARY_DATA_POINT.count) point.count = Number(reading.reader.fixed64());
  else if (tag === tags.SUMMARY_DATA_POINT.sum) point.value = reading.reader.double();
  else if (tag === tags.SUMMARY_DATA_POINT.quantileValues) {
    (point.quantiles ??= []).push(readMessage(reading, 'SUMMARY_DATA_POINT_VALUE_AT_QUANTILE', { quantile: 0, value: 0 }, readQuantileField));
  } else return readSharedField(reading, tag, { point, known: tags.SUMMARY_DATA_POINT });
  return true;
}

function readQuantileField({ reader }: Reading, tag: number, at: { quantile: number; value: number }): boolean {
  if (tag === tags.SUMMARY_DATA_POINT_VALUE_AT_QUANTILE.quantile) at.quantile = reader.double();
  else if (tag === tags.SUMMARY_DATA_POINT_VALUE_AT_QUANTILE.value) at.value = reader.double();
  else return false;
  return true;
}

/** A packed list of numbers. Throws when its length is wrong. */
function readPacked(reader: BinaryReader, into: number[], read: () => number): void {
  const end = reader.uint32() + reader.pos;
  while (reader.pos < end) into.push(read());
  if (reader.pos !== end) throw new Error('a list ends beyond its field');
}
