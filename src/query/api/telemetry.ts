/** `GET /api/telemetry…`: what came in over OTLP and is no agent's tree, as it came. Types only. */
import type { Page, Timed } from './figures.ts';

export interface TelemetryServiceRow {
  signal: 'traces' | 'logs' | 'metrics';
  /** '': none is told. */
  service: string;
  /** Of these `merged` gave facts for an agent's tree, and `kept` are kept as they are. The rest came twice. */
  records: number;
  merged: number;
  kept: number;
  lastMillis: number;
}

/** `/api/telemetry`. */
export interface TelemetryAnswer extends Timed {
  services: TelemetryServiceRow[];
}

export interface TelemetryQuery {
  service?: string;
  limit?: number;
  after?: string;
}

interface RawRow {
  id: number;
  service?: string;
  scope?: string;
  agent?: string;
  attributes: Record<string, unknown>;
  resource: Record<string, unknown>;
}

export interface LogRow extends RawRow {
  receivedMillis: number;
  atMillis?: number;
  name?: string;
  severity?: string;
  body?: string;
  traceId?: string;
  spanId?: string;
}

export interface MetricRow extends RawRow {
  receivedMillis: number;
  atMillis?: number;
  name: string;
  unit?: string;
  kind: string;
  temporality?: string;
  value?: number;
  count?: number;
}

export interface ForeignTraceRow {
  traceId: string;
  service?: string;
  /** Of the span without a parent; absent: it has not come. */
  name?: string;
  /** Both absent: no span of it tells a time. */
  startMillis?: number;
  durationMillis?: number;
  spans: number;
  errors: number;
}

/** `/api/telemetry/logs`, `/metrics`, `/traces`: newest first. */
export type LogsAnswer = Page<LogRow> & Timed;
export type MetricsAnswer = Page<MetricRow> & Timed;
export type ForeignTracesAnswer = Page<ForeignTraceRow> & Timed;

export interface ForeignSpanRow {
  spanId: string;
  parentSpanId?: string;
  service?: string;
  scope?: string;
  name: string;
  /** internal · server · client · producer · consumer · unspecified */
  kind: string;
  /** Absent: not told. */
  startMillis?: number;
  /** Absent: start or end is not told, or the end lies before the start. */
  durationMillis?: number;
  status: 'unset' | 'ok' | 'error';
  statusMessage?: string;
  attributes: Record<string, unknown>;
  resource: Record<string, unknown>;
  events: unknown[];
  links: unknown[];
}

/** `/api/telemetry/traces/:traceId`: by start. */
export interface ForeignTraceAnswer extends Timed {
  traceId: string;
  spans: ForeignSpanRow[];
  /** More than are given here. */
  isCut: boolean;
}
