/** One request as the receiver has it once it is decoded. Types only. */
import type { TelemetrySource } from '../core/telemetry.ts';
import type { WireLog } from '../otlp/log.ts';
import type { WirePointMetric } from '../otlp/metric-point.ts';
import type { WireSpan } from '../otlp/trace.ts';

/** Records of one resource and one scope. */
export interface TelemetryGroup {
  source: TelemetrySource & { scopeVersion?: string };
  spans: WireSpan[];
  logs: WireLog[];
  metrics: WirePointMetric[];
  /** How many records were taken for an agent's tree, and by whom; see `Telemetry.parse`. */
  agent?: string;
  merged: number;
}
