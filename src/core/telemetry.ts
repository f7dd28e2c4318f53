/**
 * A record of somebody's OTLP telemetry in our words: what the receiver hands to the agent that sent it. Untrusted in every part.
 * https://opentelemetry.io/docs/specs/otel/logs/data-model/
 */
import type { Attributes } from './attributes.ts';
import type { Fact } from './fact.ts';
import type { Parsed } from './problem.ts';

/** What all records of one request's resource and scope share. */
export interface TelemetrySource {
  /** `service.name`; absent: none is told. */
  service?: string;
  /** The instrumentation scope's name. */
  scope?: string;
  resource: Attributes;
}

export interface TelemetryLog {
  signal: 'log';
  /** The event's name, wherever the record has it: EventName, `event.name`, else a short body. */
  name?: string;
  body?: string;
  atUnixNano?: bigint;
  attributes: Attributes;
  /** Lower-case hex. */
  traceId?: string;
  spanId?: string;
}

export interface TelemetrySpan {
  signal: 'span';
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  startUnixNano: bigint;
  endUnixNano?: bigint;
  attributes: Attributes;
  status: 'unset' | 'ok' | 'error';
  statusMessage?: string;
  events: { name: string; unixNano: bigint; attributes: Attributes }[];
}

/** One data point. */
export interface TelemetryMetric {
  signal: 'metric';
  name: string;
  unit?: string;
  atUnixNano?: bigint;
  startUnixNano?: bigint;
  attributes: Attributes;
  /** delta: since the point before; cumulative: since the start. Absent: a gauge. */
  temporality?: 'delta' | 'cumulative';
  /** Of a sum or gauge its value; of a histogram the sum, with the count beside it. */
  value?: number;
  count?: number;
}

export type TelemetryRecord = TelemetryLog | TelemetrySpan | TelemetryMetric;

/** What an agent's own OpenTelemetry says, as facts that join its hooks and its history by native ids. */
export interface Telemetry {
  /** Whether this agent is who sends that. */
  isOwn(source: TelemetrySource): boolean;
  /**
   * Records of one request → facts (`source: 'native'`). What adds nothing to a tree gives none and is no problem; `used` has the places of
   * those that gave one. A key is unique to what is told, so that a record sent again is the same fact. Never throws.
   */
  parse(source: TelemetrySource, records: readonly TelemetryRecord[]): Parsed<Fact[]> & { used: readonly number[] };
}
