/** The head of an OTLP/HTTP request → what its body is. https://opentelemetry.io/docs/specs/otlp/#otlphttp-request */
import type { IncomingHttpHeaders } from 'node:http';
import type { ResponseEncoding } from '../otlp/parse-response.ts';
import type { Signal } from '../otlp/to-response.ts';
import type { Compression, Refusal } from './decode-request.ts';

const SIGNALS: Readonly<Record<string, Signal>> = { '/v1/traces': 'traces', '/v1/logs': 'logs', '/v1/metrics': 'metrics' };
const ENCODINGS: Readonly<Record<string, ResponseEncoding>> = { 'application/x-protobuf': 'protobuf', 'application/protobuf': 'protobuf', 'application/json': 'json' };
const COMPRESSIONS: Readonly<Record<string, Compression>> = { '': 'identity', identity: 'identity', gzip: 'gzip', 'x-gzip': 'gzip', deflate: 'deflate' };

export interface RequestHead {
  signal: Signal;
  encoding: ResponseEncoding;
  compression: Compression;
}

export interface HeadRequest {
  method?: string | undefined;
  /** With its query. */
  url?: string | undefined;
  headers: IncomingHttpHeaders;
}

/** Whether it is the receiver's to answer: all below `/v1/`. */
export function isTelemetryPath(url: string | undefined): boolean {
  return url !== undefined && url.startsWith('/v1/');
}

/** The encoding in which an answer is written, whatever else is wrong. JSON where the request tells none: a person can read it. */
export function toAnswerEncoding(headers: IncomingHttpHeaders): ResponseEncoding {
  return encodingOf(headers) ?? 'json';
}

/** 404: no such path. 405: POST only. 415: a content type or encoding that is not taken. 413: its length says that it is too long. */
export function parseHead({ method, url, headers }: HeadRequest, maxBytes: number): RequestHead | Refusal {
  const path = (url ?? '').split('?')[0] ?? '';
  const signal = Object.hasOwn(SIGNALS, path) ? SIGNALS[path] : undefined;
  if (!signal) return { status: 404, message: `There is no such path. Telemetry goes to ${Object.keys(SIGNALS).join(', ')}.` };
  if (method !== 'POST') return { status: 405, message: `Telemetry is sent with POST to ${path}.` };
  const encoding = encodingOf(headers);
  if (!encoding) return { status: 415, message: 'The content-type must be application/x-protobuf or application/json.' };
  const name = (headers['content-encoding'] ?? '').trim().toLowerCase();
  const compression = Object.hasOwn(COMPRESSIONS, name) ? COMPRESSIONS[name] : undefined;
  if (!compression) return { status: 415, message: 'The content-encoding must be gzip, deflate or none.' };
  if (Number(headers['content-length'] ?? 0) > maxBytes) return { status: 413, message: `The request is larger than ${maxBytes} bytes. Send smaller batches.` };
  return { signal, encoding, compression };
}

/** By the content type, which is foreign: names that every object has are none of ours. */
function encodingOf(headers: IncomingHttpHeaders): ResponseEncoding | undefined {
  const type = mediaType(headers);
  return Object.hasOwn(ENCODINGS, type) ? ENCODINGS[type] : undefined;
}

function mediaType(headers: IncomingHttpHeaders): string {
  return (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}
