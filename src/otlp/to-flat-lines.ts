/** Spans as JSON lines for people and their tools (jq, DuckDB, pandas): one a line, attributes as plain maps. No OTLP. */
import type { Attributes } from '../core/attributes.ts';
import type { TraceBatch } from './trace.ts';

/** One line a span, each with its line break. A `bigint` becomes a number where that holds it exactly, else a text. Times are texts of nanoseconds. */
export function toFlatLines({ resourceSpans }: TraceBatch): string {
  return resourceSpans.flatMap(({ resource, scope, spans }) => spans.map((span) => `${JSON.stringify({
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    name: span.name.toWellFormed(),
    kind: span.kind,
    startTimeUnixNano: String(span.startUnixNano),
    endTimeUnixNano: String(span.endUnixNano),
    status: span.status,
    attributes: toPlain(span.attributes),
    events: span.events.length === 0 ? undefined : span.events.map((event) => ({ name: event.name, timeUnixNano: String(event.unixNano), attributes: toPlain(event.attributes) })),
    links: span.links.length === 0 ? undefined : span.links.map(({ traceId, spanId, traceState, attributes }) => ({ traceId, spanId, traceState, attributes: toPlain(attributes) })),
    resource: toPlain(resource),
    scope: scope.name,
  })}\n`)).join('');
}

function toPlain(attributes: Attributes): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, toPlainValue(value)]));
}

function toPlainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === 'string') return value.toWellFormed();
  return Array.isArray(value) ? value.map(toPlainValue) : value;
}
