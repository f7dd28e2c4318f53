/**
 * What a backend says to a request: ExportTraceServiceResponse on success, google.rpc.Status on failure. Untrusted. The response to metrics
 * has the same field numbers, and another word in JSON for what was refused.
 */
import { BinaryReader } from '@bufbuild/protobuf/wire';
import * as tags from './generated/tags.ts';

/** `google.rpc.Status.message`: field 2, length-delimited (googleapis, google/rpc/status.proto). */
const RPC_STATUS_MESSAGE = (2 << 3) | 2;

export type ResponseEncoding = 'protobuf' | 'json';

/** A partial success. `rejectedSpans` 0 with a message is a warning. */
export interface PartialSuccess {
  rejectedSpans: number;
  errorMessage?: string;
}

/** The body of a 200 → its partial success; undefined when everything was taken, or the body cannot be read. Never throws. */
export function parsePartialSuccess(body: Uint8Array, encoding: ResponseEncoding): PartialSuccess | undefined {
  return attempt(() => (encoding === 'json' ? fromJsonSuccess(body) : fromProtobufSuccess(body)));
}

/** The body of an error → the message of its google.rpc.Status; undefined when it is none. Never throws. */
export function parseErrorStatus(body: Uint8Array, encoding: ResponseEncoding): string | undefined {
  return attempt(() => (encoding === 'json' ? fromJsonStatus(body) : fromProtobufStatus(body)));
}

function fromProtobufSuccess(body: Uint8Array): PartialSuccess | undefined {
  const reader = new BinaryReader(body);
  let found: PartialSuccess | undefined;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === tags.EXPORT_TRACE_SERVICE_RESPONSE.partialSuccess) found = readPartialSuccess(reader.bytes());
    else reader.skip(tag & 7, tag >>> 3);
  }
  return found;
}

function readPartialSuccess(bytes: Uint8Array): PartialSuccess | undefined {
  const reader = new BinaryReader(bytes);
  let rejected = 0;
  let message = '';
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === tags.EXPORT_TRACE_PARTIAL_SUCCESS.rejectedSpans) rejected = Number(reader.int64());
    else if (tag === tags.EXPORT_TRACE_PARTIAL_SUCCESS.errorMessage) message = reader.string();
    else reader.skip(tag & 7, tag >>> 3);
  }
  return toPartialSuccess(rejected, message);
}

function fromJsonSuccess(body: Uint8Array): PartialSuccess | undefined {
  const partial = toRecord(toRecord(parseText(body))?.partialSuccess);
  return toPartialSuccess(Number(partial?.rejectedSpans ?? partial?.rejectedDataPoints ?? 0), partial?.errorMessage);
}

/** An empty message says that nothing was refused. */
function toPartialSuccess(rejected: number, message: unknown): PartialSuccess | undefined {
  const rejectedSpans = Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0;
  const errorMessage = typeof message === 'string' && message !== '' ? message : undefined;
  if (rejectedSpans === 0 && errorMessage === undefined) return undefined;
  return { rejectedSpans, errorMessage };
}

function fromProtobufStatus(body: Uint8Array): string | undefined {
  const reader = new BinaryReader(body);
  let message: string | undefined;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === RPC_STATUS_MESSAGE) message = reader.string(true);
    else reader.skip(tag & 7, tag >>> 3);
  }
  return message || undefined;
}

function fromJsonStatus(body: Uint8Array): string | undefined {
  const message = toRecord(parseText(body))?.message;
  return typeof message === 'string' && message !== '' ? message : undefined;
}

function parseText(body: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(body));
}

function toRecord(value: unknown): Record<string, unknown> | undefined {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : undefined;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
