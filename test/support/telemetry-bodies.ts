/** Bodies of OTLP/HTTP requests as agents send them (JSON) → what the receiver hands to the agent's room. For tests that have no receiver. */
import type { Attributes, AttributeValue } from '#spoor/core/attributes.ts';
import type { TelemetryRecord, TelemetrySource } from '#spoor/core/telemetry.ts';

export interface TelemetryBatch {
  source: TelemetrySource;
  records: TelemetryRecord[];
}

type Json = Record<string, unknown>;

const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);
const record = (value: unknown): Json => (value !== null && typeof value === 'object' ? (value as Json) : {});

/** One parsed body of `/v1/logs` or `/v1/traces`. */
export function toBatches(body: unknown): TelemetryBatch[] {
  return [...list(record(body).resourceLogs), ...list(record(body).resourceSpans)].flatMap((group) => {
    const resource = toAttributes(record(group.resource).attributes);
    return [...list(group.scopeLogs), ...list(group.scopeSpans)].map((scoped): TelemetryBatch => ({
      source: { resource, service: resource['service.name'] as string, scope: record(scoped.scope).name as string },
      records: [...list(scoped.logRecords).map(toLog), ...list(scoped.spans).map(toSpan)],
    }));
  });
}

function toLog(log: Json): TelemetryRecord {
  const attributes = toAttributes(log.attributes);
  const at = BigInt((log.timeUnixNano as string | undefined) ?? 0) || BigInt((log.observedTimeUnixNano as string | undefined) ?? 0);
  const body = toValue(log.body);
  return { signal: 'log', name: (attributes['event.name'] ?? log.eventName) as string, attributes, ...(at > 0n ? { atUnixNano: at } : {}), ...(typeof body === 'string' ? { body } : {}), traceId: log.traceId as string, spanId: log.spanId as string };
}

function toSpan(span: Json): TelemetryRecord {
  const code = record(span.status).code;
  return {
    signal: 'span', name: span.name as string, traceId: span.traceId as string, spanId: span.spanId as string, parentSpanId: span.parentSpanId as string,
    startUnixNano: BigInt(span.startTimeUnixNano as string), endUnixNano: BigInt(span.endTimeUnixNano as string), attributes: toAttributes(span.attributes),
    status: code === 2 ? 'error' : code === 1 ? 'ok' : 'unset', events: list(span.events).map((event) => ({ name: event.name as string, unixNano: BigInt(event.timeUnixNano as string), attributes: toAttributes(event.attributes) })),
  };
}

function toAttributes(value: unknown): Attributes {
  return Object.fromEntries(list(value).flatMap((entry) => {
    const known = toValue(entry.value);
    return known === undefined ? [] : [[entry.key as string, known]];
  }));
}

function toValue(value: unknown): AttributeValue | undefined {
  const told = record(value);
  if (told.intValue !== undefined) return BigInt(told.intValue as string);
  const values = list(record(told.arrayValue).values);
  if (told.arrayValue !== undefined) return values.map((item) => String(item.stringValue ?? ''));
  return (told.stringValue ?? told.boolValue ?? told.doubleValue) as AttributeValue | undefined;
}
