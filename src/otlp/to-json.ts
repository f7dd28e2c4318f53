/**
 * Encodes spans as an ExportTraceServiceRequest in OTLP's JSON: hex ids, 64-bit integers as strings, enums as integers,
 * lowerCamelCase keys. One line, no line breaks inside; TracesData of the OTLP file format is the same text.
 */
import { toUint64 } from './attribute-value.ts';
import { toKeyValues, toText } from './to-key-values.ts';
import type { TraceBatch, WireResourceSpans, WireSpan } from './trace.ts';

/** Spans → JSON text. A `bigint` attribute becomes intValue (stringValue beyond 64 bits), a `number` doubleValue. */
export function toOtlpJson(batch: TraceBatch): string {
  return JSON.stringify({ resourceSpans: batch.resourceSpans.map(toResourceSpans) });
}

function toResourceSpans(group: WireResourceSpans): object {
  return {
    resource: { attributes: toKeyValues(group.resource) },
    scopeSpans: [{ scope: { name: toText(group.scope.name), version: group.scope.version }, spans: group.spans.map(toSpan) }],
  };
}

function toSpan(span: WireSpan): object {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    traceState: span.traceState,
    parentSpanId: span.parentSpanId,
    name: toText(span.name),
    kind: span.kind,
    startTimeUnixNano: toUint64(span.startUnixNano).toString(),
    endTimeUnixNano: toUint64(span.endUnixNano).toString(),
    attributes: toKeyValues(span.attributes),
    events: span.events.length === 0 ? undefined : span.events.map(toEvent),
    links: span.links.length === 0 ? undefined : span.links.map(toLink),
    status: toStatus(span.status),
  };
}

function toEvent(event: WireSpan['events'][number]): object {
  return { timeUnixNano: toUint64(event.unixNano).toString(), name: toText(event.name), attributes: toKeyValues(event.attributes) };
}

function toLink(link: WireSpan['links'][number]): object {
  return { traceId: link.traceId, spanId: link.spanId, traceState: link.traceState, attributes: toKeyValues(link.attributes) };
}

/** proto3 leaves out what has its default. */
function toStatus(status: WireSpan['status']): object | undefined {
  if (status.code === 0 && !status.message) return undefined;
  return { code: status.code || undefined, message: status.message ? toText(status.message) : undefined };
}
