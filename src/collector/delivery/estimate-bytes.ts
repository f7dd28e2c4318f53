/** How large a request will be, without encoding it. Rather too much than too little. */
import type { Attributes, AttributeValue } from '../../core/attributes.ts';
import type { Destination } from '../../exporters/exporter.ts';
import type { TraceBatch, WireSpan } from '../../otlp/trace.ts';

/** Tags, lengths and numbers around one attribute, and around one span with its ids and times. */
const FRAME_BYTES = {
  'http/protobuf': { attribute: 24, span: 100 },
  'http/json': { attribute: 60, span: 320 },
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
export function estimateBytes({ resourceSpans }: TraceBatch, protocol: Destination['protocol']): number {
  let bytes = 0;
  for (const { resource, spans } of resourceSpans) {
    bytes += attributeBytes(resource, protocol) + FRAME_BYTES[protocol].span;
    for (const span of spans) bytes += spanBytes(span, protocol);
  }
  return bytes;
}

function spanBytes(span: WireSpan, protocol: Destination['protocol']): number {
  const { span: frame } = FRAME_BYTES[protocol];
  let bytes = frame + textBytes(span.name, protocol) + textBytes(span.status.message ?? '', protocol);
  bytes += attributeBytes(span.attributes, protocol);
  for (const { name, attributes } of span.events) bytes += frame + textBytes(name, protocol) + attributeBytes(attributes, protocol);
  for (const { attributes } of span.links) bytes += frame + attributeBytes(attributes, protocol);
  return bytes;
}

function attributeBytes(attributes: Attributes, protocol: Destination['protocol']): number {
  const { attribute: frame } = FRAME_BYTES[protocol];
  let bytes = 0;
  for (const [key, value] of Object.entries(attributes)) bytes += frame + textBytes(key, protocol) + valueBytes(value, protocol);
  return bytes;
}

function valueBytes(value: AttributeValue, protocol: Destination['protocol']): number {
  if (typeof value === 'string') return textBytes(value, protocol);
  if (typeof value !== 'object') return 0;
  return value.reduce((sum, item) => sum + FRAME_BYTES[protocol].attribute + textBytes(item, protocol), 0);
}

/** JSON writes line breaks and quotes with a backslash, and a control character as six. */
function textBytes(text: string, protocol: Destination['protocol']): number {
  return Buffer.byteLength(protocol === 'http/json' ? JSON.stringify(text) : text);
}
