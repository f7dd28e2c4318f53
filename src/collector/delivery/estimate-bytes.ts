/** How large a request will be, without encoding it. Never less than it is: a backend's limit is kept by it. */
import type { Attributes, AttributeValue } from '../../core/attributes.ts';
import type { Destination } from '../../exporters/exporter.ts';
import type { TraceBatch, WireResourceSpans, WireSpan } from '../../otlp/trace.ts';

type Protocol = Destination['protocol'];

/** Tags, lengths and numbers around one attribute, around one span with its ids and times, and around all of them; and the bytes of a text. */
interface Scale {
  attribute: number;
  span: number;
  request: number;
  textBytes(text: string): number;
}

const PROTOBUF = { attribute: 24, span: 100, request: 0 };
const JSON_TEXT = { attribute: 60, span: 320, request: 24 };

/** JSON writes line breaks and quotes with a backslash, and a control character as six. */
const SCALES: Readonly<Record<Protocol, Scale>> = {
  'http/protobuf': { ...PROTOBUF, textBytes: (text) => Buffer.byteLength(text) },
  'http/json': { ...JSON_TEXT, textBytes: (text) => Buffer.byteLength(JSON.stringify(text)) },
};

/** By the length of a text alone: a UTF-16 unit becomes three bytes of UTF-8 at most, and six characters in JSON, between two quotes. */
const ROUGH_SCALES: Readonly<Record<Protocol, Scale>> = {
  'http/protobuf': { ...PROTOBUF, textBytes: (text) => 3 * text.length },
  'http/json': { ...JSON_TEXT, textBytes: (text) => 6 * text.length + 2 },
};

/** Whether the request is estimated at so many bytes at most. Most are far below, which the lengths of their texts show. */
export function isWithinBytes(batch: TraceBatch, protocol: Protocol, maxBytes: number): boolean {
  return batchBytes(batch, ROUGH_SCALES[protocol]) <= maxBytes || batchBytes(batch, SCALES[protocol]) <= maxBytes;
}

/** Bytes of the request before compression. */
export function estimateBytes(batch: TraceBatch, protocol: Protocol): number {
  return batchBytes(batch, SCALES[protocol]);
}

/** Bytes of a resource and its scope. */
export function estimateResourceBytes(group: Pick<WireResourceSpans, 'resource' | 'scope'>, protocol: Protocol): number {
  return resourceBytes(group, SCALES[protocol]);
}

/** Bytes of one span. */
export function estimateSpanBytes(span: WireSpan, protocol: Protocol): number {
  return spanBytes(span, SCALES[protocol]);
}

function batchBytes({ resourceSpans }: TraceBatch, scale: Scale): number {
  let bytes = scale.request;
  for (const group of resourceSpans) {
    bytes += resourceBytes(group, scale) + scale.span;
    for (const span of group.spans) bytes += spanBytes(span, scale);
  }
  return bytes;
}

function resourceBytes({ resource, scope }: Pick<WireResourceSpans, 'resource' | 'scope'>, scale: Scale): number {
  return attributeBytes(resource, scale) + scale.textBytes(scope.name) + scale.textBytes(scope.version ?? '');
}

function spanBytes(span: WireSpan, scale: Scale): number {
  const { span: frame, textBytes } = scale;
  let bytes = frame + textBytes(span.name) + textBytes(span.status.message ?? '') + textBytes(span.traceState ?? '');
  bytes += attributeBytes(span.attributes, scale);
  for (const { name, attributes } of span.events) bytes += frame + textBytes(name) + attributeBytes(attributes, scale);
  for (const { traceState, attributes } of span.links) bytes += frame + textBytes(traceState ?? '') + attributeBytes(attributes, scale);
  return bytes;
}

function attributeBytes(attributes: Attributes, scale: Scale): number {
  let bytes = 0;
  for (const key of Object.keys(attributes)) bytes += scale.attribute + scale.textBytes(key) + valueBytes(attributes[key], scale);
  return bytes;
}

/** Numbers are within the frame, but for one beyond 64 bits, which is written as its digits. */
function valueBytes(value: AttributeValue | undefined, scale: Scale): number {
  if (typeof value === 'string') return scale.textBytes(value);
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? 0 : value.toString().length;
  if (typeof value !== 'object' || value === null) return 0;
  return value.reduce((sum, item) => sum + scale.attribute + scale.textBytes(item), 0);
}
