/** Encodes spans as an ExportTraceServiceRequest in protobuf. */
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import type { AttributeValue, Attributes } from '../core/attributes.ts';
import { entriesOf, isInt64, toUint64 } from './attribute-value.ts';
import * as tags from './generated/tags.ts';
import type { TraceBatch, WireResourceSpans, WireSpan } from './trace.ts';

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
  writer.uint32(tags.RESOURCE_SPANS.resource).fork();
  writeAttributes(writer, tags.RESOURCE.attributes, group.resource);
  writer.join();
  writer.uint32(tags.RESOURCE_SPANS.scopeSpans).fork();
  writer.uint32(tags.SCOPE_SPANS.scope).fork();
  writer.uint32(tags.INSTRUMENTATION_SCOPE.name).string(group.scope.name);
  if (group.scope.version) writer.uint32(tags.INSTRUMENTATION_SCOPE.version).string(group.scope.version);
  writer.join();
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

function writeAttributes(writer: BinaryWriter, tag: number, attributes: Attributes): void {
  for (const [key, value] of entriesOf(attributes)) {
    writer.uint32(tag).fork();
    writer.uint32(tags.KEY_VALUE.key).string(key);
    writer.uint32(tags.KEY_VALUE.value).fork();
    writeValue(writer, value);
    writer.join();
    writer.join();
  }
}

function writeValue(writer: BinaryWriter, value: AttributeValue): void {
  switch (typeof value) {
    case 'string': writer.uint32(tags.ANY_VALUE.stringValue).string(value); return;
    case 'boolean': writer.uint32(tags.ANY_VALUE.boolValue).bool(value); return;
    case 'number': writer.uint32(tags.ANY_VALUE.doubleValue).double(value); return;
    case 'bigint':
      if (isInt64(value)) writer.uint32(tags.ANY_VALUE.intValue).int64(value);
      else writer.uint32(tags.ANY_VALUE.stringValue).string(value.toString());
      return;
    default: writeList(writer, value);
  }
}

function writeList(writer: BinaryWriter, items: readonly string[]): void {
  writer.uint32(tags.ANY_VALUE.arrayValue).fork();
  for (const item of items) {
    writer.uint32(tags.ARRAY_VALUE.values).fork();
    writer.uint32(tags.ANY_VALUE.stringValue).string(item);
    writer.join();
  }
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
