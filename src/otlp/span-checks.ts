/** What both decoders check of a foreign span. */
import type { ProblemCounter } from './problem-counter.ts';
import type { WireSpan, WireSpanKind } from './trace.ts';

const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/;
const SPAN_ID = /^(?!0{16})[0-9a-f]{16}$/;

/** 32 lower-case hex digits that are not all 0. */
export function isTraceId(id: string): boolean {
  return TRACE_ID.test(id);
}

/** 16 lower-case hex digits that are not all 0. */
export function isSpanId(id: string): boolean {
  return SPAN_ID.test(id);
}

/** A span of which nothing is known yet. */
export function newSpan(): WireSpan {
  const times = { startUnixNano: 0n, endUnixNano: 0n };
  return { traceId: '', spanId: '', name: '', kind: 0, ...times, attributes: {}, events: [], links: [], status: { code: 0 } };
}

/** Adds a span whose ids are possible; another one is left out and counted. */
export function keepSpan(spans: WireSpan[], span: WireSpan, problems: ProblemCounter): void {
  if (TRACE_ID.test(span.traceId) && SPAN_ID.test(span.spanId)) spans.push(span);
  else problems.add('bad-span-id', 'A span without a valid trace id and span id was left out');
}

/** Adds a link whose ids are possible; another one is left out and counted. */
export function keepLink(span: WireSpan, link: WireSpan['links'][number], problems: ProblemCounter): void {
  if (TRACE_ID.test(link.traceId) && SPAN_ID.test(link.spanId)) span.links.push(link);
  else problems.add('bad-link-id', 'A link without a valid trace id and span id was left out');
}

/** Sets the tracestate. Empty means none. */
export function setTraceState(into: { traceState?: string }, text: string): void {
  if (text !== '') into.traceState = text;
}

/** Sets the parent. Empty and all-zero ids mean a root; an impossible one is left out, not the span with it. */
export function setParent(span: WireSpan, parentSpanId: string, problems: ProblemCounter): void {
  if (SPAN_ID.test(parentSpanId)) span.parentSpanId = parentSpanId;
  else if (parentSpanId !== '' && parentSpanId !== '0000000000000000') problems.add('bad-parent-id', 'An impossible parent span id was left out');
}

/** A number from the wire → span kind; what OTLP does not define becomes 0 (unspecified) and is counted. */
export function toSpanKind(value: unknown, problems: ProblemCounter): WireSpanKind {
  if (value === 0 || value === 1 || value === 2 || value === 3 || value === 4 || value === 5) return value;
  problems.add('bad-enum', 'A span kind that OTLP does not define was taken as unspecified');
  return 0;
}

/** A number from the wire → status code; what OTLP does not define becomes 0 (unset) and is counted. */
export function toStatusCode(value: unknown, problems: ProblemCounter): 0 | 1 | 2 {
  if (value === 0 || value === 1 || value === 2) return value;
  problems.add('bad-enum', 'A status code that OTLP does not define was taken as unset');
  return 0;
}
