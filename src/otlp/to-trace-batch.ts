/** Neutral spans of sessions → one request, in a destination's dialect. */
import type { Span } from '../core/span.ts';
import type { Dialect, RenderContext } from '../semconv/dialect.ts';
import type { TraceBatch, WireResourceSpans, WireSpan } from './trace.ts';

/** Stands as the scope of every span we send. */
const SCOPE_NAME = 'spoor';

/** A span and what it is rendered with. Items of one session should share one context object: it is looked at once. */
export interface RenderItem {
  span: Span;
  context: RenderContext;
}

/**
 * Renders spans and groups them by resource, in the order in which they come. `pendingEndUnixNano` is where a span that is still
 * open ends on the wire (never before its start); without it, at its start.
 */
export function toTraceBatch(items: readonly RenderItem[], dialect: Dialect, pendingEndUnixNano?: bigint): TraceBatch {
  const byContext = new Map<RenderContext, WireResourceSpans>();
  const byResource = new Map<string, WireResourceSpans>();
  for (const { span, context } of items) {
    let group = byContext.get(context);
    if (!group) {
      group = findGroup(byResource, dialect, context);
      byContext.set(context, group);
    }
    group.spans.push(toWireSpan(span, dialect, { context, pendingEndUnixNano }));
  }
  return { resourceSpans: [...byResource.values()] };
}

function findGroup(byResource: Map<string, WireResourceSpans>, dialect: Dialect, context: RenderContext): WireResourceSpans {
  const resource = dialect.toResource(context);
  const key = JSON.stringify([context.version, resource], (_name, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  const known = byResource.get(key);
  if (known) return known;
  const group: WireResourceSpans = { resource, scope: { name: SCOPE_NAME, version: context.version }, spans: [] };
  byResource.set(key, group);
  return group;
}

function toWireSpan(span: Span, dialect: Dialect, options: { context: RenderContext; pendingEndUnixNano?: bigint }): WireSpan {
  const rendered = dialect.toSpan(span, options.context);
  const end = span.endUnixNano ?? options.pendingEndUnixNano ?? span.startUnixNano;
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    ...(span.traceState === undefined ? {} : { traceState: span.traceState }),
    name: rendered.name,
    kind: rendered.kind,
    startUnixNano: span.startUnixNano,
    endUnixNano: end < span.startUnixNano ? span.startUnixNano : end,
    attributes: rendered.attributes,
    events: span.events,
    links: span.links.map((link) => ({ ...link, attributes: link.attributes ?? {} })),
    status: rendered.status,
  };
}
