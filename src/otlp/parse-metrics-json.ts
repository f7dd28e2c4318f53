/** Decodes an ExportMetricsServiceRequest in OTLP's JSON. Untrusted: never throws. */
import type { Parsed } from '../core/problem.ts';
import { type JsonObject, toDouble, toInteger, toList, toObject, toRecords, toText, type MessageName } from './json-fields.ts';
import { parseAttributes, parseRoot, parseScope, parseTime } from './json-values.ts';
import type { MetricKind, PointBatch, WirePoint, WirePointMetric, WireResourcePoints } from './metric-point.ts';
import { setPointTime, toTemporality } from './metric-checks.ts';
import { createProblemCounter, type ProblemCounter } from './problem-counter.ts';

/** JSON text → the data points in it. A field of a wrong type is taken as absent and counted; text that is no JSON object gives no value. */
export function parseMetricsJson(text: string): Parsed<PointBatch> {
  const root = parseRoot(text, 'metric');
  if ('problems' in root) return root;
  const problems = createProblemCounter();
  const request = toObject(root.value, 'EXPORT_METRICS_SERVICE_REQUEST', problems);
  const resourceMetrics = toList(request.resourceMetrics, problems).flatMap((item) => parseResourceMetrics(item, problems));
  return { value: { resourceMetrics }, problems: problems.list() };
}

function parseResourceMetrics(value: unknown, problems: ProblemCounter): WireResourcePoints[] {
  const message = toObject(value, 'RESOURCE_METRICS', problems);
  const resource = parseAttributes(toObject(message.resource, 'RESOURCE', problems).attributes, problems);
  return toList(message.scopeMetrics, problems).map((item) => {
    const group = toObject(item, 'SCOPE_METRICS', problems);
    return { resource, scope: parseScope(group.scope, problems), metrics: toList(group.metrics, problems).flatMap((metric) => parseMetric(metric, problems)) };
  });
}

/** The member of the message that holds the points, what it is called in the schema and by us, and how a point is read. */
const KINDS: readonly { member: string; message: MessageName; kind: MetricKind; parsePoint(value: unknown, problems: ProblemCounter): WirePoint }[] = [
  { member: 'gauge', message: 'GAUGE', kind: 'gauge', parsePoint: parseNumberPoint },
  { member: 'sum', message: 'SUM', kind: 'sum', parsePoint: parseNumberPoint },
  { member: 'histogram', message: 'HISTOGRAM', kind: 'histogram', parsePoint: parseHistogramPoint },
  { member: 'exponentialHistogram', message: 'EXPONENTIAL_HISTOGRAM', kind: 'exponential-histogram', parsePoint: parseExponentialPoint },
  { member: 'summary', message: 'SUMMARY', kind: 'summary', parsePoint: parseSummaryPoint },
];

/** None: a metric without data. */
function parseMetric(value: unknown, problems: ProblemCounter): WirePointMetric[] {
  const message = toObject(value, 'METRIC', problems);
  const found = KINDS.find(({ member }) => message[member] !== undefined && message[member] !== null);
  if (!found) return [];
  const data = toObject(message[found.member], found.message, problems);
  const unit = toText(message.unit, problems);
  const temporality = toTemporality(data.aggregationTemporality);
  const points = toRecords(data.dataPoints, problems).map((point) => found.parsePoint(point, problems));
  return [{ name: toText(message.name, problems), ...(unit && { unit }), kind: found.kind, ...(temporality && { temporality }), ...(found.kind === 'sum' ? { isMonotonic: data.isMonotonic === true } : {}), points }];
}

function newPoint(message: JsonObject, problems: ProblemCounter): WirePoint {
  const point: WirePoint = { attributes: parseAttributes(message.attributes, problems) };
  setPointTime(point, 'startUnixNano', parseTime(message.startTimeUnixNano, problems));
  setPointTime(point, 'unixNano', parseTime(message.timeUnixNano, problems));
  return point;
}

function setNumber(point: WirePoint, field: 'value' | 'count' | 'min' | 'max' | 'scale' | 'zeroCount', number: number | undefined): void {
  if (number !== undefined) point[field] = number;
}

/** A double, where there is one. */
function doubleOf(value: unknown, problems: ProblemCounter): number | undefined {
  return value === undefined || value === null ? undefined : toDouble(value, problems);
}

/** An integer as a number; beyond 2^53 its last digits are lost. */
function countOf(value: unknown, problems: ProblemCounter): number | undefined {
  const integer = value === undefined || value === null ? undefined : toInteger(value, problems);
  return integer === undefined ? undefined : Number(integer);
}

const countsOf = (value: unknown, problems: ProblemCounter): number[] => toList(value, problems).map((item) => countOf(item, problems) ?? 0);

function parseNumberPoint(value: unknown, problems: ProblemCounter): WirePoint {
  const message = toObject(value, 'NUMBER_DATA_POINT', problems);
  const point = newPoint(message, problems);
  setNumber(point, 'value', countOf(message.asInt, problems) ?? doubleOf(message.asDouble, problems));
  return point;
}

function setSums(point: WirePoint, message: JsonObject, problems: ProblemCounter): WirePoint {
  setNumber(point, 'value', doubleOf(message.sum, problems));
  point.count = countOf(message.count, problems) ?? 0;
  setNumber(point, 'min', doubleOf(message.min, problems));
  setNumber(point, 'max', doubleOf(message.max, problems));
  return point;
}

function parseHistogramPoint(value: unknown, problems: ProblemCounter): WirePoint {
  const message = toObject(value, 'HISTOGRAM_DATA_POINT', problems);
  const point = setSums(newPoint(message, problems), message, problems);
  const [counts, bounds] = [countsOf(message.bucketCounts, problems), toList(message.explicitBounds, problems).map((item) => toDouble(item, problems) ?? 0)];
  return { ...point, ...(counts.length > 0 ? { counts } : {}), ...(bounds.length > 0 ? { bounds } : {}) };
}

function parseExponentialPoint(value: unknown, problems: ProblemCounter): WirePoint {
  const message = toObject(value, 'EXPONENTIAL_HISTOGRAM_DATA_POINT', problems);
  const point = setSums(newPoint(message, problems), message, problems);
  point.scale = countOf(message.scale, problems) ?? 0;
  point.zeroCount = countOf(message.zeroCount, problems) ?? 0;
  for (const side of ['positive', 'negative'] as const) {
    if (message[side] === undefined || message[side] === null) continue;
    const buckets = toObject(message[side], 'EXPONENTIAL_HISTOGRAM_DATA_POINT_BUCKETS', problems);
    point[side] = { offset: countOf(buckets.offset, problems) ?? 0, counts: countsOf(buckets.bucketCounts, problems) };
  }
  return point;
}

function parseSummaryPoint(value: unknown, problems: ProblemCounter): WirePoint {
  const message = toObject(value, 'SUMMARY_DATA_POINT', problems);
  const point = newPoint(message, problems);
  point.value = doubleOf(message.sum, problems) ?? 0;
  point.count = countOf(message.count, problems) ?? 0;
  point.quantiles = toList(message.quantileValues, problems).map((item) => {
    const told = toObject(item, 'SUMMARY_DATA_POINT_VALUE_AT_QUANTILE', problems);
    return { quantile: doubleOf(told.quantile, problems) ?? 0, value: doubleOf(told.value, problems) ?? 0 };
  });
  return point;
}
