/** Metrics on the wire: what the encoders take. */
import type { Attributes } from '../core/attributes.ts';
import type { WireScope } from './trace.ts';

/** One attribute set's figure for a stretch of time. */
interface Point {
  attributes: Attributes;
  /** cumulative: when counting began; delta: the end of the stretch before. */
  startUnixNano: bigint;
  unixNano: bigint;
}

export interface NumberPoint extends Point {
  /** `bigint`: an OTLP int; `number`: a double. */
  value: bigint | number;
}

export interface HistogramPoint extends Point {
  count: number;
  sum: number;
  /** One more than there are bounds. */
  bucketCounts: readonly number[];
}

export type Temporality = 'delta' | 'cumulative';

export interface WireMetric {
  name: string;
  description: string;
  /** UCUM. */
  unit: string;
  temporality: Temporality;
  /** sum: monotonic. */
  data: { type: 'sum'; points: NumberPoint[] } | { type: 'histogram'; bounds: readonly number[]; points: HistogramPoint[] };
}

/** Metrics of one resource and one scope. */
export interface WireResourceMetrics {
  resource: Attributes;
  scope: WireScope;
  metrics: WireMetric[];
}

/** One ExportMetricsServiceRequest. */
export interface MetricBatch {
  resourceMetrics: WireResourceMetrics[];
}

/** AggregationTemporality of metrics.proto. */
export const TEMPORALITIES: Readonly<Record<Temporality, 1 | 2>> = { delta: 1, cumulative: 2 };
