/** Decodes an ExportTraceServiceRequest (also TracesData, which has the same bytes). Untrusted: never throws. */
import type { Attributes } from '../core/attributes.ts';
import type { Parsed } from '../core/problem.ts';
import * as tags from './generated/tags.ts';
import { toIdHex } from './hex.ts';
import { parseRequest, type Reading, readMessage } from './protobuf-fields.ts';
import { readKeyValue, readResourceField, readScopeField } from './protobuf-values.ts';
import { keepLink, keepSpan, newSpan, setParent, setTraceState, toSpanKind, toStatusCode } from './span-checks.ts';
import type { TraceBatch, WireResourceSpans, WireSpan } from './trace.ts';

/**
 * Bytes → the spans in them. Unknown fields are skipped and counted; a span with an impossible id is left out and counted;
 * bytes that are not such a message at all give no value.
 */
export function parseProtobuf(bytes: Uint8Array): Parsed<TraceBatch> {
  const value: TraceBatch = { resourceSpans: [] };
  return parseRequest(bytes, { message: 'EXPORT_TRACE_SERVICE_REQUEST', what: 'trace', target: value, readField: readRequestField });
}

function readRequestField(reading: Reading, tag: number, batch: TraceBatch): boolean {
  if (tag !== tags.EXPORT_TRACE_SERVICE_REQUEST.resourceSpans) return false;
  const { groups } = readMessage(reading, 'RESOURCE_SPANS', { resource: {}, groups: [] }, readResourceSpansField);
  for (const group of groups) batch.resourceSpans.push(group);
  return true;
}

/** The resource may follow its spans: every group holds the same object. */
function readResourceSpansField(reading: Reading, tag: number, into: { resource: Attributes; groups: WireResourceSpans[] }): boolean {
  if (tag === tags.RESOURCE_SPANS.resource) readMessage(reading, 'RESOURCE', into.resource, readResourceField);
  else if (tag === tags.RESOURCE_SPANS.scopeSpans) {
    const group: WireResourceSpans = { resource: into.resource, scope: { name: '' }, spans: [] };
    into.groups.push(readMessage(reading, 'SCOPE_SPANS', group, readScopeSpansField));
  } else return false;
  return true;
}

function readScopeSpansField(reading: Reading, tag: number, group: WireResourceSpans): boolean {
  if (tag === tags.SCOPE_SPANS.scope) readMessage(reading, 'INSTRUMENTATION_SCOPE', group.scope, readScopeField);
  else if (tag === tags.SCOPE_SPANS.spans) keepSpan(group.spans, readMessage(reading, 'SPAN', newSpan(), readSpanField), reading.problems);
  else return false;
  return true;
}

function readSpanField(reading: Reading, tag: number, span: WireSpan): boolean {
  const { reader, problems } = reading;
  switch (tag) {
    case tags.SPAN.traceId: span.traceId = toIdHex(reader.bytes()); return true;
    case tags.SPAN.spanId: span.spanId = toIdHex(reader.bytes()); return true;
    case tags.SPAN.traceState: setTraceState(span, reader.string()); return true;
    case tags.SPAN.parentSpanId: setParent(span, toIdHex(reader.bytes()), problems); return true;
    case tags.SPAN.name: span.name = reader.string(); return true;
    case tags.SPAN.kind: span.kind = toSpanKind(reader.int32(), problems); return true;
    case tags.SPAN.startTimeUnixNano: span.startUnixNano = BigInt(reader.fixed64()); return true;
    case tags.SPAN.endTimeUnixNano: span.endUnixNano = BigInt(reader.fixed64()); return true;
    case tags.SPAN.attributes: return readKeyValue(reading, span.attributes);
    case tags.SPAN.events: span.events.push(readEvent(reading)); return true;
    case tags.SPAN.links: keepLink(span, readLink(reading), problems); return true;
    case tags.SPAN.status: readMessage(reading, 'STATUS', span.status, readStatusField); return true;
    default: return false;
  }
}

function readEvent(reading: Reading): WireSpan['events'][number] {
  return readMessage(reading, 'SPAN_EVENT', { name: '', unixNano: 0n, attributes: {} }, readEventField);
}

function readEventField(reading: Reading, tag: number, event: WireSpan['events'][number]): boolean {
  if (tag === tags.SPAN_EVENT.name) event.name = reading.reader.string();
  else if (tag === tags.SPAN_EVENT.timeUnixNano) event.unixNano = BigInt(reading.reader.fixed64());
  else return tag === tags.SPAN_EVENT.attributes && readKeyValue(reading, event.attributes);
  return true;
}

function readLink(reading: Reading): WireSpan['links'][number] {
  return readMessage(reading, 'SPAN_LINK', { traceId: '', spanId: '', attributes: {} }, readLinkField);
}

function readLinkField(reading: Reading, tag: number, link: WireSpan['links'][number]): boolean {
  if (tag === tags.SPAN_LINK.traceId) link.traceId = toIdHex(reading.reader.bytes());
  else if (tag === tags.SPAN_LINK.spanId) link.spanId = toIdHex(reading.reader.bytes());
  else if (tag === tags.SPAN_LINK.traceState) setTraceState(link, reading.reader.string());
  else return tag === tags.SPAN_LINK.attributes && readKeyValue(reading, link.attributes);
  return true;
}

function readStatusField({ reader, problems }: Reading, tag: number, status: WireSpan['status']): boolean {
  if (tag === tags.STATUS.code) status.code = toStatusCode(reader.int32(), problems);
  else if (tag === tags.STATUS.message) status.message = reader.string() || undefined;
  else return false;
  return true;
}
