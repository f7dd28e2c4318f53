/** Decodes an ExportTraceServiceRequest (also a line of TracesData) in OTLP's JSON. Untrusted: never throws. */
import type { Parsed } from '../core/problem.ts';
import { toList, toObject, toText } from './json-fields.ts';
import { parseAttributes, parseRoot, parseScope, parseTime } from './json-values.ts';
import { createProblemCounter, type ProblemCounter } from './problem-counter.ts';
import { keepLink, keepSpan, newSpan, setParent, setTraceState, toSpanKind, toStatusCode } from './span-checks.ts';
import type { TraceBatch, WireResourceSpans, WireSpan } from './trace.ts';

/**
 * JSON text → the spans in it. Unknown fields are skipped and counted; a field of a wrong type is taken as absent and
 * counted; a span with an impossible id is left out and counted; text that is no JSON object gives no value.
 */
export function parseOtlpJson(text: string): Parsed<TraceBatch> {
  const problems = createProblemCounter();
  const root = parseRoot(text, 'trace');
  if ('problems' in root) return root;
  const request = toObject(root.value, 'EXPORT_TRACE_SERVICE_REQUEST', problems);
  const resourceSpans = toList(request.resourceSpans, problems).flatMap((item) => parseResourceSpans(item, problems));
  return { value: { resourceSpans }, problems: problems.list() };
}

function parseResourceSpans(value: unknown, problems: ProblemCounter): WireResourceSpans[] {
  const message = toObject(value, 'RESOURCE_SPANS', problems);
  const resource = parseAttributes(toObject(message.resource, 'RESOURCE', problems).attributes, problems);
  return toList(message.scopeSpans, problems).map((item) => {
    const group = toObject(item, 'SCOPE_SPANS', problems);
    const spans: WireSpan[] = [];
    for (const span of toList(group.spans, problems)) keepSpan(spans, parseSpan(span, problems), problems);
    return { resource, scope: parseScope(group.scope, problems), spans };
  });
}

function parseSpan(value: unknown, problems: ProblemCounter): WireSpan {
  const message = toObject(value, 'SPAN', problems);
  const span = newSpan();
  span.traceId = toText(message.traceId, problems).toLowerCase();
  span.spanId = toText(message.spanId, problems).toLowerCase();
  setTraceState(span, toText(message.traceState, problems));
  setParent(span, toText(message.parentSpanId, problems).toLowerCase(), problems);
  span.name = toText(message.name, problems);
  span.kind = toSpanKind(message.kind ?? 0, problems);
  span.startUnixNano = parseTime(message.startTimeUnixNano, problems);
  span.endUnixNano = parseTime(message.endTimeUnixNano, problems);
  span.attributes = parseAttributes(message.attributes, problems);
  span.events = toList(message.events, problems).map((item) => parseEvent(item, problems));
  for (const item of toList(message.links, problems)) keepLink(span, parseLink(item, problems), problems);
  span.status = parseStatus(message.status, problems);
  return span;
}

function parseEvent(value: unknown, problems: ProblemCounter): WireSpan['events'][number] {
  const message = toObject(value, 'SPAN_EVENT', problems);
  return {
    name: toText(message.name, problems),
    unixNano: parseTime(message.timeUnixNano, problems),
    attributes: parseAttributes(message.attributes, problems),
  };
}

function parseLink(value: unknown, problems: ProblemCounter): WireSpan['links'][number] {
  const message = toObject(value, 'SPAN_LINK', problems);
  const link: WireSpan['links'][number] = {
    traceId: toText(message.traceId, problems).toLowerCase(),
    spanId: toText(message.spanId, problems).toLowerCase(),
    attributes: parseAttributes(message.attributes, problems),
  };
  setTraceState(link, toText(message.traceState, problems));
  return link;
}

function parseStatus(value: unknown, problems: ProblemCounter): WireSpan['status'] {
  const message = toObject(value, 'STATUS', problems);
  const text = toText(message.message, problems);
  return { code: toStatusCode(message.code ?? 0, problems), ...(text && { message: text }) };
}
