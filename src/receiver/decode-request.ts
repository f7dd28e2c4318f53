/** The body of one OTLP request → what stands in it. Untrusted: never throws. */
import { constants, gunzipSync, inflateSync } from 'node:zlib';
import type { Attributes } from '../core/attributes.ts';
import type { Parsed, Problem } from '../core/problem.ts';
import { parseLogsJson } from '../otlp/parse-logs-json.ts';
import { parseLogsProtobuf } from '../otlp/parse-logs-protobuf.ts';
import { parseMetricsJson } from '../otlp/parse-metrics-json.ts';
import { parseMetricsProtobuf } from '../otlp/parse-metrics-protobuf.ts';
import { parseOtlpJson } from '../otlp/parse-json.ts';
import { parseProtobuf } from '../otlp/parse-protobuf.ts';
import type { ResponseEncoding } from '../otlp/parse-response.ts';
import { MAX_PARTS } from '../otlp/protobuf-fields.ts';
import type { Signal } from '../otlp/to-response.ts';
import type { WireScope } from '../otlp/trace.ts';
import type { TelemetryGroup } from './telemetry-group.ts';

export type Compression = 'identity' | 'gzip' | 'deflate';

export interface EncodedRequest {
  signal: Signal;
  encoding: ResponseEncoding;
  compression: Compression;
  body: Uint8Array;
  /** The most that the body may come to unpacked. */
  maxBytes: number;
}

export interface DecodedRequest {
  groups: TelemetryGroup[];
  /** Unpacked. */
  bytes: number;
  /** Records that were left out, because they cannot be what they say. */
  rejected: number;
  /** Those first that say why. */
  problems: Problem[];
}

/** Why it is not taken: an HTTP status and a sentence. */
export interface Refusal {
  status: number;
  message: string;
}

/** Problems of which each is a record that was left out. */
const LEFT_OUT: readonly string[] = ['bad-span-id', 'bad-record'];

/** 400: it is not what it says. 413: it is too much, unpacked. */
export function decodeRequest(request: EncodedRequest): DecodedRequest | Refusal {
  const body = unpack(request);
  if ('status' in body) return body;
  if (request.encoding === 'json' && countOpenings(body) > MAX_PARTS) return { status: 400, message: `Not an OTLP request: more than ${MAX_PARTS} objects and lists.` };
  const { value: groups, problems } = parse(request, body);
  if (!groups) return { status: 400, message: problems.at(-1)?.detail ?? 'Not an OTLP request.' };
  const left = problems.filter(({ code }) => LEFT_OUT.includes(code));
  return { groups, bytes: body.length, rejected: left.reduce((sum, problem) => sum + countOf(problem), 0), problems: [...left, ...problems.filter((problem) => !left.includes(problem))] };
}

function unpack({ body, compression, maxBytes }: EncodedRequest): Uint8Array | Refusal {
  const tooLarge = { status: 413, message: `The request is larger than ${maxBytes} bytes. Send smaller batches.` };
  if (compression === 'identity') return body.length > maxBytes ? tooLarge : body;
  try {
    const options = { maxOutputLength: maxBytes, finishFlush: constants.Z_FINISH };
    return compression === 'gzip' ? gunzipSync(body, options) : inflateSync(body, options);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge : { status: 400, message: `The body is not ${compression}, though the header content-encoding says so (${code ?? 'unreadable'}).` };
  }
}

/** `{` and `[`. */
function countOpenings(bytes: Uint8Array): number {
  if (bytes.length < MAX_PARTS) return 0;
  let count = 0;
  for (const byte of bytes) if (byte === 0x7b || byte === 0x5b) count += 1;
  return count;
}

/** The counter of problems says how often in its sentence: `… (3 times)`. */
function countOf({ detail }: Problem): number {
  return Number(/\((\d+) times\)$/.exec(detail)?.[1] ?? 1);
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function parse({ signal, encoding }: EncodedRequest, body: Uint8Array): Parsed<TelemetryGroup[]> {
  const isJson = encoding === 'json';
  if (signal === 'traces') {
    const { value, problems } = isJson ? parseOtlpJson(text(body)) : parseProtobuf(body);
    return { value: value?.resourceSpans.map(({ resource, scope, spans }) => ({ ...newGroup(resource, scope), spans })), problems };
  }
  if (signal === 'logs') {
    const { value, problems } = isJson ? parseLogsJson(text(body)) : parseLogsProtobuf(body);
    return { value: value?.resourceLogs.map(({ resource, scope, logs }) => ({ ...newGroup(resource, scope), logs })), problems };
  }
  const { value, problems } = isJson ? parseMetricsJson(text(body)) : parseMetricsProtobuf(body);
  return { value: value?.resourceMetrics.map(({ resource, scope, metrics }) => ({ ...newGroup(resource, scope), metrics })), problems };
}

function newGroup(resource: Attributes, { name, version }: WireScope): TelemetryGroup {
  const service = resource['service.name'];
  return {
    source: { ...(typeof service === 'string' && service !== '' ? { service } : {}), ...(name === '' ? {} : { scope: name }), ...(version === undefined ? {} : { scopeVersion: version }), resource },
    spans: [], logs: [], metrics: [], merged: 0,
  };
}
