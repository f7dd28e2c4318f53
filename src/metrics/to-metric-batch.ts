/** What is to be sent to a destination → one OTLP request. Pure. */
import type { Attributes } from '../core/attributes.ts';
import type { Temporality, WireMetric, WireResourceMetrics } from '../otlp/metric.ts';
import type { MetricBatch } from '../otlp/metric.ts';
import type { WireScope } from '../otlp/trace.ts';
import { OVERFLOW } from '../semconv/metric-names.ts';
import { findInstrument, type Instrument } from './instruments.ts';
import type { ResourceLabels, Sending, Series } from './ledger.ts';

/** Series grouped by resource and metric. Those of metrics that this version does not know are left out. */
export function toMetricBatch(sending: Sending, { scope, temporality }: { scope: WireScope; temporality: Temporality }): MetricBatch {
  const groups = new Map<string, { group: WireResourceMetrics; metrics: Map<string, WireMetric> }>();
  for (const series of sending.series) {
    const instrument = findInstrument(series.metric);
    if (!instrument) continue;
    const key = JSON.stringify(series.resource);
    const known = groups.get(key) ?? { group: { resource: toAttributes(series.resource), scope, metrics: [] }, metrics: new Map<string, WireMetric>() };
    groups.set(key, known);
    let metric = known.metrics.get(series.metric);
    if (!metric) {
      metric = toEmptyMetric(instrument, temporality);
      known.metrics.set(series.metric, metric);
      known.group.metrics.push(metric);
    }
    addPoint(metric, series, { instrument, sending });
  }
  return { resourceMetrics: [...groups.values()].map(({ group }) => group) };
}

function toEmptyMetric({ name, unit, description, bounds }: Instrument, temporality: Temporality): WireMetric {
  return { name, unit, description, temporality, data: bounds ? { type: 'histogram', bounds, points: [] } : { type: 'sum', points: [] } };
}

function addPoint({ data }: WireMetric, { labels, isOverflow, figure }: Series, { instrument, sending }: { instrument: Instrument; sending: Sending }): void {
  const at = { attributes: isOverflow ? { [OVERFLOW]: true } : { ...labels }, startUnixNano: sending.fromUnixNano, unixNano: sending.untilUnixNano };
  if (data.type === 'sum') data.points.push({ ...at, value: instrument.isWhole ? BigInt(Math.round(figure.sum)) : figure.sum });
  else data.points.push({ ...at, count: figure.count, sum: figure.sum, bucketCounts: figure.buckets ?? [] });
}

/** Whole numbers are ints on the wire. */
function toAttributes(resource: ResourceLabels): Attributes {
  return Object.fromEntries(Object.entries(resource).map(([name, value]) => [name, typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value]));
}
