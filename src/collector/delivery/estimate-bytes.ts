/** How large a request will be, without encoding it. Never less than it is: a backend's limit is kept by it. */
import type { Attributes, AttributeValue } from '../../core/attributes.ts';
import type { Destination } from '../../exporters/exporter.ts';
import type { TraceBatch, WireResourceSpans, WireSpan } from '../../otlp/trace.ts';

type Protocol = Destination['protocol'];

/** Tags, lengths and numbers around one attribute, around one span with its ids and times, and around all of them. */
const FRAME_BYTES = {
  'http/protobuf': { attribute: 24, span: 100, request: 0 },
  'http/json': { attribute: 60, span: 320, request: 24 },
} as const;

/** The most that one UTF-16 unit becomes: three bytes of UTF-8, or a control character as JSON writes it. */
const MOST_BYTES = { 'http/protobuf': 3, 'http/json': 6 } as const;

/** Whether the request is not larger than so many bytes. Most are not by far, which is seen by the lengths of their texts alone. */
export function isWithinBytes(batch: TraceBatch, protocol: Destination['protocol'], maxBytes: number): boolean {
  const { attribute, span: frame } = FRAME_BYTES[protocol];
  let [units, frames] = [0, 0];
  const add = (attributes: Attributes): void => {
    for (const key in attributes) {
      const value = attributes[key];
      units += key.length + (typeof value === 'string' ? value.length : 0);
      frames += attribute;
      if (typeof value !== 'object') continue;
      for (const item of value) units += item.length;
      frames += attribute * value.length;
    }
  };
  for (const { resource, spans } of batch.resourceSpans) {
    add(resource);
    frames += frame;
    for (const span of spans) {
      units += span.name.length + (span.status.message ?? '').length;
      frames += frame;
      add(span.attributes);
      for (const one of [...span.events, ...span.links]) {
        units += 'name' in one ? one.name.length : 0;
        frames += frame;
        add(one.attributes);
      }
    }
  }
  return units * MOST_BYTES[protocol] + frames <= maxBytes || estimateBytes(batch, protocol) <= maxBytes;
}

/** Bytes of the request before compression. */
export function estimateBytes({ resourceSpans }: TraceBatch, protocol: Protocol): number {
  let bytes: number = FRAME_BYTES[protocol].request;
  for (const group of resourceSpans) {
    bytes += estimateResourceBytes(group, protocol) + FRAME_BYTES[protocol].span;
    for (const span of group.spans) bytes += estimateSpanBytes(span, protocol);
  }
  return bytes;
}

/** Bytes of a resource and its scope. */
export function estimateResourceBytes({ resource, scope }: Pick<WireResourceSpans, 'resource' | 'scope'>, protocol: Protocol): number {
  return attributeBytes(resource, protocol) + textBytes(scope.name, protocol) + textBytes(scope.version ?? '', protocol);
}

/** Bytes of one span. */
export function estimateSpanBytes(span: WireSpan, protocol: Protocol): number {
  const { span: frame } = FRAME_BYTES[protocol];
  let bytes = frame + textBytes(span.name, protocol) + textBytes(span.status.message ?? '', protocol) + textBytes(span.traceState ?? '', protocol);
  bytes += attributeBytes(span.attributes, protocol);
  for (const { name, attributes } of span.events) bytes += frame + textBytes(name, protocol) + attributeBytes(attributes, protocol);
  for (const { traceState, attributes } of span.links) bytes += frame + textBytes(traceState ?? '', protocol) + attributeBytes(attributes, protocol);
  return bytes;
}

function attributeBytes(attributes: Attributes, protocol: Protocol): number {
  const { attribute: frame } = FRAME_BYTES[protocol];
  let bytes = 0;
  for (const [key, value] of Object.entries(attributes)) bytes += frame + textBytes(key, protocol) + valueBytes(value, protocol);
  return bytes;
}

/** Numbers are within the frame, but for one beyond 64 bits, which is written as its digits. */
function valueBytes(value: AttributeValue, protocol: Protocol): number {
  if (typeof value === 'string') return textBytes(value, protocol);
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? 0 : value.toString().length;
  if (typeof value !== 'object' || value === null) return 0;
  return value.reduce((sum, item) => sum + FRAME_BYTES[protocol].attribute + textBytes(item, protocol), 0);
}

/** JSON writes line breaks and quotes with a backslash, and a control character as six. */
function textBytes(text: string, protocol: Protocol): number {
  return Buffer.byteLength(protocol === 'http/json' ? JSON.stringify(text) : text);
}
