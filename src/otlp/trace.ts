/** Spans as they go over the wire, in any dialect: the input of every OTLP encoder and the output of every decoder. */
import type { Attributes } from '../core/attributes.ts';

/** OTLP numbers: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
export type WireSpanKind = 0 | 1 | 2 | 3 | 4 | 5;

export interface WireSpan {
  /** 32 lower-case hex digits. */
  traceId: string;
  /** 16 lower-case hex digits. */
  spanId: string;
  parentSpanId?: string;
  /** W3C tracestate. */
  traceState?: string;
  name: string;
  kind: WireSpanKind;
  startUnixNano: bigint;
  endUnixNano: bigint;
  attributes: Attributes;
  events: { name: string; unixNano: bigint; attributes: Attributes }[];
  links: { traceId: string; spanId: string; traceState?: string; attributes: Attributes }[];
  /** OTLP: 0 unset, 1 ok, 2 error. */
  status: { code: 0 | 1 | 2; message?: string };
}

export interface WireScope {
  name: string;
  version?: string;
}

/** Spans of one resource and one scope. */
export interface WireResourceSpans {
  resource: Attributes;
  scope: WireScope;
  spans: WireSpan[];
}

/** One ExportTraceServiceRequest. */
export interface TraceBatch {
  resourceSpans: WireResourceSpans[];
  /** Of this request, beside those of its destination: what depends on what is in it. No part of the message. */
  headers?: Readonly<Record<string, string>>;
}
