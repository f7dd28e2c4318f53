/** Data points of metrics on the wire: what the decoders give. A metric is spread over its points, each of which says all of it. */
import type { Attributes } from '../core/attributes.ts';
import type { Temporality } from './metric.ts';
import type { WireScope } from './trace.ts';

export type MetricKind = 'gauge' | 'sum' | 'histogram' | 'exponential-histogram' | 'summary';

export interface WirePoint {
  attributes: Attributes;
  startUnixNano?: bigint;
  unixNano?: bigint;
  /** Of a gauge or sum its value; of the others the sum of what was measured. */
  value?: number;
  count?: number;
  min?: number;
  max?: number;
  /** Of a histogram: upper borders, and one more count than there are of them. */
  bounds?: number[];
  counts?: number[];
  /** Of an exponential histogram. */
  scale?: number;
  zeroCount?: number;
  positive?: { offset: number; counts: number[] };
  negative?: { offset: number; counts: number[] };
  /** Of a summary. */
  quantiles?: { quantile: number; value: number }[];
}

export interface WirePointMetric {
  name: string;
  unit?: string;
  kind: MetricKind;
  /** Absent: a gauge, a summary, or not told. */
  temporality?: Temporality;
  /** Of a sum. */
  isMonotonic?: boolean;
  points: WirePoint[];
}

/** Metrics of one resource and one scope. */
export interface WireResourcePoints {
  resource: Attributes;
  scope: WireScope;
  metrics: WirePointMetric[];
}

/** One ExportMetricsServiceRequest, decoded. */
export interface PointBatch {
  resourceMetrics: WireResourcePoints[];
}
