/**
 * What was counted → the text that Prometheus reads: the exposition format 0.0.4, or OpenMetrics 1.0.0. Names as OpenTelemetry's
 * compatibility page has them: dots become underscores, a unit of seconds and `_total` stand behind. Pure.
 * https://prometheus.io/docs/instrumenting/exposition_formats/ · https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
 */
import { OVERFLOW } from '../semconv/metric-names.ts';
import type { Figure } from './figure.ts';
import { findInstrument, type Instrument } from './instruments.ts';
import type { Reading, Series } from './ledger.ts';

export type PrometheusFormat = 'text' | 'openmetrics';

export const PROMETHEUS_CONTENT_TYPES: Readonly<Record<PrometheusFormat, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

export interface Gauge {
  name: string;
  description: string;
  samples: readonly { labels: Readonly<Record<string, string>>; value: number }[];
}

/** `gauges`: figures of the moment that are not counted. */
export function toPrometheusText(reading: Pick<Reading, 'series'>, { format, gauges = [] }: { format: PrometheusFormat; gauges?: readonly Gauge[] }): string {
  const families = new Map<string, Series[]>();
  for (const series of reading.series) families.set(series.metric, [...(families.get(series.metric) ?? []), series]);
  const lines = [...families].flatMap(([metric, list]) => {
    const instrument = findInstrument(metric);
    return instrument ? toFamily(instrument, list, format) : [];
  });
  const all = [...lines, ...gauges.flatMap((gauge) => toGaugeLines(gauge, format)), ...(format === 'openmetrics' ? ['# EOF'] : [])];
  return all.map((line) => `${line}\n`).join('');
}

function toFamily(instrument: Instrument, list: readonly Series[], format: PrometheusFormat): string[] {
  const base = `${toName(instrument.name)}${instrument.unit === 's' ? '_seconds' : ''}`;
  const isHistogram = instrument.bounds !== undefined;
  // A counter's family has no suffix in OpenMetrics, and has it in the older format.
  const family = isHistogram || format === 'openmetrics' ? base : `${base}_total`;
  const head = toHead(family, { type: isHistogram ? 'histogram' : 'counter', unit: instrument.unit === 's' ? 'seconds' : undefined, description: instrument.description }, format);
  const samples = list.flatMap((series) => {
    const labels = toLabels(series);
    return instrument.bounds ? toHistogramLines(base, labels, { bounds: instrument.bounds, figure: series.figure, format }) : [`${base}_total${toBraces(labels)} ${toNumber(series.figure.sum)}`];
  });
  return [...head, ...samples];
}

function toHead(family: string, { type, unit, description }: { type: string; unit?: string; description: string }, format: PrometheusFormat): string[] {
  return [`# HELP ${family} ${escapeHelp(description)}`, `# TYPE ${family} ${type}`, ...(unit !== undefined && format === 'openmetrics' ? [`# UNIT ${family} ${unit}`] : [])];
}

type Label = readonly [name: string, value: string];

/** Buckets are cumulative: each counts what is not above its bound. */
function toHistogramLines(name: string, labels: readonly Label[], { bounds, figure, format }: { bounds: readonly number[]; figure: Figure; format: PrometheusFormat }): string[] {
  let reached = 0;
  const buckets = [...bounds, Infinity].map((bound, index) => {
    reached += figure.buckets?.[index] ?? 0;
    return `${name}_bucket${toBraces([...labels, ['le', toBound(bound, format)]])} ${reached}`;
  });
  return [...buckets, `${name}_sum${toBraces(labels)} ${toNumber(figure.sum)}`, `${name}_count${toBraces(labels)} ${figure.count}`];
}

function toGaugeLines({ name, description, samples }: Gauge, format: PrometheusFormat): string[] {
  if (samples.length === 0) return [];
  const lines = samples.map(({ labels, value }) => `${name}${toBraces(Object.entries(labels).map(([key, text]): Label => [toName(key), text]))} ${toNumber(value)}`);
  return [...toHead(name, { type: 'gauge', description }, format), ...lines];
}

function toLabels({ labels, isOverflow }: Series): Label[] {
  const told = isOverflow ? { [OVERFLOW]: 'true' } : labels;
  return Object.entries(told).map(([name, value]) => [toName(name), value]);
}

function toBraces(labels: readonly Label[]): string {
  return labels.length === 0 ? '' : `{${labels.map(([name, value]) => `${name}="${escapeLabel(value)}"`).join(',')}}`;
}

function toName(name: string): string {
  return name.replace(/[^a-zA-Z0-9_]/g, '_');
}

/** OpenMetrics writes every bound as a float. */
function toBound(bound: number, format: PrometheusFormat): string {
  if (bound === Infinity) return '+Inf';
  return format === 'openmetrics' && Number.isInteger(bound) ? `${bound}.0` : String(bound);
}

function toNumber(value: number): string {
  return Number.isFinite(value) ? String(value) : 'NaN';
}

function escapeLabel(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/"/g, '\\"');
}

function escapeHelp(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
}
