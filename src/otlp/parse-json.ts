/** Decodes an ExportTraceServiceRequest (also a line of TracesData) in OTLP's JSON. Untrusted: never throws. */
import type { Attributes } from '../core/attributes.ts';
import type { Parsed } from '../core/problem.ts';
import { type AnyValue, isInt64, MAX_VALUE_DEPTH, setKey, toAttributeValue, toUint64 } from './attribute-value.ts';
import { toDouble, toInteger, toList, toObject, toText } from './json-fields.ts';
import { createProblemCounter, type ProblemCounter } from './problem-counter.ts';
import { keepLink, keepSpan, newSpan, setParent, setTraceState, toSpanKind, toStatusCode } from './span-checks.ts';
import type { TraceBatch, WireResourceSpans, WireSpan } from './trace.ts';

/**
 * JSON text → the spans in it. Unknown fields are skipped and counted; a field of a wrong type is taken as absent and
 * counted; a span with an impossible id is left out and counted; text that is no JSON object gives no value.
 */
export function parseOtlpJson(text: string): Parsed<TraceBatch> {
  const problems = createProblemCounter();
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    return { problems: [{ code: 'bad-json', detail: 'Not an OTLP trace request: not JSON.' }] };
  }
  if (root === null || typeof root !== 'object' || Array.isArray(root)) {
    return { problems: [{ code: 'bad-json', detail: 'Not an OTLP trace request: not a JSON object.' }] };
  }
  const request = toObject(root, 'EXPORT_TRACE_SERVICE_REQUEST', problems);
  const resourceSpans = toList(request.resourceSpans, problems).flatMap((item) => parseResourceSpans(item, problems));
  return { value: { resourceSpans }, problems: problems.list() };
}

function parseResourceSpans(value: unknown, problems: ProblemCounter): WireResourceSpans[] {
  const message = toObject(value, 'RESOURCE_SPANS', problems);
  const resource = parseAttributes(toObject(message.resource, 'RESOURCE', problems).attributes, problems);
  return toList(message.scopeSpans, problems).map((item) => {
    const group = toObject(item, 'SCOPE_SPANS', problems);
    const scope = toObject(group.scope, 'INSTRUMENTATION_SCOPE', problems);
    const version = toText(scope.version, problems);
    const spans: WireSpan[] = [];
    for (const span of toList(group.spans, problems)) keepSpan(spans, parseSpan(span, problems), problems);
    return { resource, scope: { name: toText(scope.name, problems), ...(version && { version }) }, spans };
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

function parseTime(value: unknown, problems: ProblemCounter): bigint {
  return value === undefined || value === null ? 0n : toUint64(toInteger(value, problems) ?? 0n);
}

function parseAttributes(value: unknown, problems: ProblemCounter): Attributes {
  const attributes: Attributes = {};
  for (const item of toList(value, problems)) {
    const pair = toObject(item, 'KEY_VALUE', problems);
    const parsed = parseAnyValue(pair.value, 0, problems);
    if (parsed !== undefined) setKey(attributes, toText(pair.key, problems), toAttributeValue(parsed));
  }
  return attributes;
}

/** Undefined: an AnyValue that holds nothing. */
function parseAnyValue(value: unknown, depth: number, problems: ProblemCounter): AnyValue | undefined {
  const message = toObject(value, 'ANY_VALUE', problems);
  if (message.stringValue !== undefined) return toText(message.stringValue, problems);
  if (message.intValue !== undefined) return parseIntValue(message.intValue, problems);
  if (message.boolValue !== undefined) return message.boolValue === true;
  if (message.doubleValue !== undefined) return toDouble(message.doubleValue, problems);
  if (message.bytesValue !== undefined) return toText(message.bytesValue, problems);
  if (message.arrayValue === undefined && message.kvlistValue === undefined) return undefined;
  if (depth < MAX_VALUE_DEPTH) return parseNested(message, depth + 1, problems);
  problems.add('too-deep', `Values nested deeper than ${MAX_VALUE_DEPTH} levels were left out`);
  return undefined;
}

function parseIntValue(value: unknown, problems: ProblemCounter): AnyValue | undefined {
  const integer = toInteger(value, problems);
  if (integer === undefined || isInt64(integer)) return integer;
  problems.add('bad-field', 'An integer is beyond 64 bits');
  return undefined;
}

/** An empty AnyValue in a list keeps its place. */
function parseNested(message: Record<string, unknown>, depth: number, problems: ProblemCounter): AnyValue {
  if (message.arrayValue !== undefined) {
    const list = toObject(message.arrayValue, 'ARRAY_VALUE', problems);
    return toList(list.values, problems).map((item) => parseAnyValue(item, depth, problems) ?? '');
  }
  const map: Record<string, AnyValue> = {};
  for (const item of toList(toObject(message.kvlistValue, 'KEY_VALUE_LIST', problems).values, problems)) {
    const pair = toObject(item, 'KEY_VALUE', problems);
    const parsed = parseAnyValue(pair.value, depth, problems);
    if (parsed !== undefined) setKey(map, toText(pair.key, problems), parsed);
  }
  return map;
}
