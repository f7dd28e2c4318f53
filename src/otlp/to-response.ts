/**
 * What a receiver says to a request, in the request's own encoding: Export…ServiceResponse on success, google.rpc.Status on failure.
 * https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
 */
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import * as tags from './generated/tags.ts';
import type { ResponseEncoding } from './parse-response.ts';

export type Signal = 'traces' | 'logs' | 'metrics';

/** What each signal calls the records that were refused. All three messages have the same field numbers. */
const REJECTED: Readonly<Record<Signal, string>> = { traces: 'rejectedSpans', logs: 'rejectedLogRecords', metrics: 'rejectedDataPoints' };

/** `google.rpc.Status`: code, field 1, a varint; message, field 2 (googleapis, google/rpc/status.proto). */
const STATUS_CODE = 1 << 3;
const STATUS_MESSAGE = (2 << 3) | 2;

/** The body of a 200. `partial`: what was refused, and why; absent: everything was taken. */
export function toSuccess(signal: Signal, encoding: ResponseEncoding, partial?: { rejected: number; message: string }): Uint8Array {
  if (encoding === 'json') {
    return new TextEncoder().encode(JSON.stringify(partial ? { partialSuccess: { [REJECTED[signal]]: String(partial.rejected), errorMessage: partial.message } } : {}));
  }
  const writer = new BinaryWriter();
  if (partial) {
    writer.uint32(tags.EXPORT_TRACE_SERVICE_RESPONSE.partialSuccess).fork();
    writer.uint32(tags.EXPORT_TRACE_PARTIAL_SUCCESS.rejectedSpans).int64(partial.rejected);
    writer.uint32(tags.EXPORT_TRACE_PARTIAL_SUCCESS.errorMessage).string(partial.message);
    writer.join();
  }
  return writer.finish();
}

/** The body of an error. `code`: one of google.rpc.Code. */
export function toErrorStatus(encoding: ResponseEncoding, { code, message }: { code: number; message: string }): Uint8Array {
  if (encoding === 'json') return new TextEncoder().encode(JSON.stringify({ code, message }));
  return new BinaryWriter().uint32(STATUS_CODE).int32(code).uint32(STATUS_MESSAGE).string(message).finish();
}
