/**
 * The oracle of the OTLP tests: the official schema (opentelemetry-proto.binpb, written by scripts/generate-otlp.ts) read and
 * written by protobuf-es' own reflection. It shares nothing with our encoders but the primitives of its wire format.
 */
import { createFileRegistry, type DescMessage, fromBinary, fromJson, toBinary, toJson, type JsonValue } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(join(import.meta.dirname, 'opentelemetry-proto.binpb'))));

function schema(name: string, signal = 'trace'): DescMessage {
  const found = registry.getMessage(`opentelemetry.proto.collector.${signal}.v1.${name}`);
  if (!found) throw new Error(`The descriptor set has no ${name}.`);
  return found;
}

/** Request bytes → proto3 JSON (ids in base64, enums by name). Throws on bytes that are no such message. */
export function requestToJson(bytes: Uint8Array): JsonValue {
  return toJson(schema('ExportTraceServiceRequest'), fromBinary(schema('ExportTraceServiceRequest'), bytes));
}

/** proto3 JSON → request bytes. */
export function requestFromJson(json: JsonValue): Uint8Array {
  return toBinary(schema('ExportTraceServiceRequest'), fromJson(schema('ExportTraceServiceRequest'), json));
}

/** The bytes of a request with metrics → proto3 JSON. */
export function metricsToOfficialJson(bytes: Uint8Array): JsonValue {
  const request = schema('ExportMetricsServiceRequest', 'metrics');
  return toJson(request, fromBinary(request, bytes));
}

/** proto3 JSON → the bytes of a request with metrics. */
export function metricsFromJson(json: JsonValue): Uint8Array {
  const request = schema('ExportMetricsServiceRequest', 'metrics');
  return toBinary(request, fromJson(request, json));
}

/** proto3 JSON → response bytes. */
export function responseFromJson(json: JsonValue): Uint8Array {
  return toBinary(schema('ExportTraceServiceResponse'), fromJson(schema('ExportTraceServiceResponse'), json));
}

/** proto3 JSON has bytes in base64 where OTLP's JSON has ids in hex. Changes every id in place and gives the value back. */
export function hexIdsToBase64<T>(value: T): T {
  if (Array.isArray(value)) value.forEach(hexIdsToBase64);
  else if (value !== null && typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) {
      const isId = typeof item === 'string' && /^(traceId|spanId|parentSpanId)$/.test(key);
      if (isId) (value as Record<string, unknown>)[key] = Buffer.from(item, 'hex').toString('base64');
      else hexIdsToBase64(item);
    }
  }
  return value;
}

/** proto3 JSON → the bytes of a request with log records. */
export function logsFromJson(json: JsonValue): Uint8Array {
  const request = schema('ExportLogsServiceRequest', 'logs');
  return toBinary(request, fromJson(request, json));
}
