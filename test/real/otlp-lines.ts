/** Requests in OTLP JSON, one a line, as `spoor export` and the Collector's file exporter write them. */
import assert from 'node:assert/strict';
import type { Attributes } from '#spoor/core/attributes.ts';
import { canonicalJson } from '#spoor/core/ids.ts';
import { parseOtlpJson } from '#spoor/otlp/parse-json.ts';
import type { WireScope, WireSpan } from '#spoor/otlp/trace.ts';

/** A span with what stands around it. */
export interface SpanInPlace extends WireSpan {
  resource: Attributes;
  scope: WireScope;
}

export type SpansById = Map<string, SpanInPlace>;

/** Text of such lines → every span by its id. Asserts that the lines are what they should be, and that an id means one span. */
export function readSpans(text: string): SpansById {
  const spans: SpansById = new Map();
  for (const line of text.split('\n').filter(Boolean)) {
    const { value, problems } = parseOtlpJson(line);
    assert.deepEqual(problems, []);
    for (const { resource, scope, spans: list } of value?.resourceSpans ?? []) {
      for (const span of list) {
        const placed = { ...span, resource, scope };
        if (spans.has(span.spanId)) assert.deepEqual(placed, spans.get(span.spanId));
        spans.set(span.spanId, placed);
      }
    }
  }
  return spans;
}

interface RawGroup {
  resource: unknown;
  scopeSpans: { scope: unknown; spans: { spanId: string }[] }[];
}

/** The same without our decoder, one text a span, in the order of their ids: what an encoder may write or leave out (empty values, the order of keys) is out. */
export function toRawTexts(text: string): string[] {
  const groups = text.split('\n').filter(Boolean).flatMap((line) => (JSON.parse(line) as { resourceSpans: RawGroup[] }).resourceSpans);
  const spans = groups.flatMap(({ resource, scopeSpans }) => scopeSpans.flatMap(({ scope, spans: list }) => list.map((span) => ({ spanId: span.spanId, resource, scope, span }))));
  return spans.map((one) => canonicalJson(withoutEmpty(one))).sort();
}

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, item]) => [key, withoutEmpty(item)] as const);
  return Object.fromEntries(entries.filter(([, item]) => item !== '' && item !== 0 && !(typeof item === 'object' && item !== null && Object.keys(item).length === 0)));
}
