/** What was decoded → the records that an agent's room reads. Pure. */
import type { TelemetryLog, TelemetryMetric, TelemetryRecord, TelemetrySpan } from '../core/telemetry.ts';
import type { WireLog } from '../otlp/log.ts';
import type { WirePoint, WirePointMetric } from '../otlp/metric-point.ts';
import type { WireSpan } from '../otlp/trace.ts';
import type { TelemetryGroup } from './telemetry-group.ts';

/** A body longer than this is no event's name. */
const MAX_NAME_LENGTH = 100;

/** Spans, then logs, then points: the order in which `removeUsed` counts them. */
export function toRecords({ spans, logs, metrics }: TelemetryGroup): TelemetryRecord[] {
  return [...spans.map(toSpan), ...logs.map(toLog), ...metrics.flatMap((metric) => metric.points.map((point) => toMetric(metric, point)))];
}

/** How many records stand in it. */
export function countRecords({ spans, logs, metrics }: TelemetryGroup): number {
  return spans.length + logs.length + metrics.reduce((sum, { points }) => sum + points.length, 0);
}

/** The group without the records at these places of `toRecords`, which are counted as merged. */
export function removeUsed(group: TelemetryGroup, used: readonly number[]): TelemetryGroup {
  const gone = new Set(used);
  let place = 0;
  const isLeft = (): boolean => !gone.has(place++);
  const spans = group.spans.filter(isLeft);
  const logs = group.logs.filter(isLeft);
  const metrics = group.metrics.map((metric) => ({ ...metric, points: metric.points.filter(isLeft) }));
  const left: TelemetryGroup = { ...group, spans, logs, metrics };
  return { ...left, merged: countRecords(group) - countRecords(left) };
}

/** The name of the event that a record is: EventName, `event.name`, else a short body. */
export function toLogName({ eventName, attributes, body }: WireLog): string | undefined {
  if (eventName !== undefined) return eventName;
  const told = attributes['event.name'];
  if (typeof told === 'string' && told !== '') return told;
  return body !== undefined && body.length <= MAX_NAME_LENGTH ? body : undefined;
}

function toSpan({ traceId, spanId, parentSpanId, name, startUnixNano, endUnixNano, attributes, status, events }: WireSpan): TelemetrySpan {
  return {
    signal: 'span', name, traceId, spanId, startUnixNano, attributes, events,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    ...(endUnixNano === 0n ? {} : { endUnixNano }),
    status: (['unset', 'ok', 'error'] as const)[status.code],
    ...(status.message === undefined ? {} : { statusMessage: status.message }),
  };
}

function toLog(log: WireLog): TelemetryLog {
  const name = toLogName(log);
  const { body, attributes, traceId, spanId } = log;
  const atUnixNano = log.atUnixNano ?? log.observedUnixNano;
  return {
    signal: 'log', attributes,
    ...(name === undefined ? {} : { name }),
    ...(body === undefined ? {} : { body }),
    ...(atUnixNano === undefined ? {} : { atUnixNano }),
    ...(traceId === undefined ? {} : { traceId }),
    ...(spanId === undefined ? {} : { spanId }),
  };
}

function toMetric({ name, unit, temporality }: WirePointMetric, { attributes, unixNano, startUnixNano, value, count }: WirePoint): TelemetryMetric {
  return {
    signal: 'metric', name, attributes,
    ...(unit === undefined ? {} : { unit }),
    ...(unixNano === undefined ? {} : { atUnixNano: unixNano }),
    ...(startUnixNano === undefined ? {} : { startUnixNano }),
    ...(temporality === undefined ? {} : { temporality }),
    ...(value === undefined ? {} : { value }),
    ...(count === undefined ? {} : { count }),
  };
}
