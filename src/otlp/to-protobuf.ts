/** Encodes spans as an ExportTraceServiceRequest in protobuf. */
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { toUint64 } from './attribute-value.ts';
import * as tags from './generated/tags.ts';
import type { TraceBatch, WireResourceSpans, WireSpan } from './trace.ts';
import { writeAttributes, writeResource, writeScope } from './write-attributes.ts';

/** Spans → bytes. A `bigint` attribute becomes intValue (stringValue beyond 64 bits), a `number` doubleValue. */
export function toProtobuf(batch: TraceBatch): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  for (const group of batch.resourceSpans) {
    writer.uint32(tags.EXPORT_TRACE_SERVICE_REQUEST.resourceSpans).fork();
    writeResourceSpans(writer, group);
    writer.join();
  }
  return writer.finish();
}

function writeResourceSpans(writer: BinaryWriter, group: WireResourceSpans): void {
  writeResource(writer, tags.RESOURCE_SPANS.resource, group.resource);
  writer.uint32(tags.RESOURCE_SPANS.scopeSpans).fork();
  writeScope(writer, tags.SCOPE_SPANS.scope, group.scope);
  for (const span of group.spans) {
    writer.uint32(tags.SCOPE_SPANS.spans).fork();
    writeSpan(writer, span);
    writer.join();
  }
  writer.join();
}

function writeSpan(writer: BinaryWriter, span: WireSpan): void {
  writer.uint32(tags.SPAN.traceId).bytes(toBytes(span.traceId));
  writer.uint32(tags.SPAN.spanId).bytes(toBytes(span.spanId));
  if (span.traceState) writer.uint32(tags.SPAN.traceState).string(span.traceState);
  if (span.parentSpanId) writer.uint32(tags.SPAN.parentSpanId).bytes(toBytes(span.parentSpanId));
  writer.uint32(tags.SPAN.name).string(span.name);
  writer.uint32(tags.SPAN.kind).int32(span.kind);
  writer.uint32(tags.SPAN.startTimeUnixNano).fixed64(toUint64(span.startUnixNano));
  writer.uint32(tags.SPAN.endTimeUnixNano).fixed64(toUint64(span.endUnixNano));
  writeAttributes(writer, tags.SPAN.attributes, span.attributes);
  for (const event of span.events) writeEvent(writer, event);
  for (const link of span.links) writeLink(writer, link);
  writeStatus(writer, span.status);
}

function writeEvent(writer: BinaryWriter, event: WireSpan['events'][number]): void {
  writer.uint32(tags.SPAN.events).fork();
  writer.uint32(tags.SPAN_EVENT.timeUnixNano).fixed64(toUint64(event.unixNano));
  writer.uint32(tags.SPAN_EVENT.name).string(event.name);
  writeAttributes(writer, tags.SPAN_EVENT.attributes, event.attributes);
  writer.join();
}

function writeLink(writer: BinaryWriter, link: WireSpan['links'][number]): void {
  writer.uint32(tags.SPAN.links).fork();
  writer.uint32(tags.SPAN_LINK.traceId).bytes(toBytes(link.traceId));
  writer.uint32(tags.SPAN_LINK.spanId).bytes(toBytes(link.spanId));
  if (link.traceState) writer.uint32(tags.SPAN_LINK.traceState).string(link.traceState);
  writeAttributes(writer, tags.SPAN_LINK.attributes, link.attributes);
  writer.join();
}

function writeStatus(writer: BinaryWriter, status: WireSpan['status']): void {
  if (status.code === 0 && !status.message) return;
  writer.uint32(tags.SPAN.status).fork();
  if (status.message) writer.uint32(tags.STATUS.message).string(status.message);
  if (status.code !== 0) writer.uint32(tags.STATUS.code).int32(status.code);
  writer.join();
}

/** Hex → bytes. Ids come from our own hashes or from a decoder that checked them. */
function toBytes(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length >> 1);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = (digit(hex, 2 * i) << 4) | digit(hex, 2 * i + 1);
  return bytes;
}

/** '0'–'9' are 48–57, 'a'–'f' 97–102. */
function digit(hex: string, at: number): number {
  const code = hex.charCodeAt(at);
  return code < 58 ? code - 48 : code - 87;
}
