/** Neutral spans of sessions → one request, in a destination's dialect. */
import type { Attributes } from '../core/attributes.ts';
import type { Sharing } from '../core/sharing.ts';
import type { Span } from '../core/span.ts';
import type { Dialect, RenderContext, RenderedSpan } from '../semconv/dialect.ts';
import { shareAttributes, shareRepository, shareSession, shareSpan, shareText } from '../semconv/share.ts';
import type { TraceBatch, WireResourceSpans, WireSpan } from './trace.ts';

/** Stands as the scope of every span we send. */
const SCOPE_NAME = 'spoor';

/** A span and what it is rendered with. Items of one session should share one context object: it is looked at once. */
export interface RenderItem {
  span: Span;
  context: RenderContext;
}

/** The project as the backend itself names it, whatever the dialect. */
function toProject({ project, projectAttribute }: RenderContext): Attributes {
  return project === undefined || projectAttribute === undefined ? {} : { [projectAttribute]: project };
}

/** The dialect, with the project where the backend wants it: on the resource and on every span. */
function withProjects(dialect: Dialect): Dialect {
  return {
    ...dialect,
    toResource: (context) => ({ ...dialect.toResource(context), ...toProject(context) }),
    toSpans: (span, context) => {
      const rendered = dialect.toSpans(span, context);
      return context.projectAttribute === undefined ? rendered : rendered.map((one) => ({ ...one, attributes: { ...one.attributes, ...toProject(context) } }));
    },
  };
}

/**
 * Renders spans and groups them by resource, in the order in which they come. `pendingEndUnixNano` is where a span that is still
 * open ends on the wire (never before its start); without it, at its start.
 */
export function toTraceBatch(items: readonly RenderItem[], plain: Dialect, pendingEndUnixNano?: bigint): TraceBatch {
  const dialect = withProjects(plain);
  const byContext = new Map<RenderContext, { group: WireResourceSpans; shared: RenderContext }>();
  const byResource = new Map<string, WireResourceSpans>();
  for (const { span, context } of items) {
    let known = byContext.get(context);
    if (!known) {
      const { session, repository, sharing } = context;
      const shared = { ...context, session: shareSession(session, sharing), repository: shareRepository(repository, sharing) };
      known = { group: findGroup(byResource, dialect, shared), shared };
      byContext.set(context, known);
    }
    const shared = addAnswerBytes(shareSpan(span, context.sharing, context.session.cwd), span);
    for (const rendered of dialect.toSpans(shared, known.shared)) known.group.spans.push(withoutOwnPatterns(toWireSpan(shared, rendered, pendingEndUnixNano), context.sharing));
  }
  return { resourceSpans: [...byResource.values()].filter(({ spans }) => spans.length > 0) };
}

/** `shared`: a span as it may leave. Of a turn: its answer may stay at home, and may not be told to be shorter than it is. */
export function addAnswerBytes(shared: Span, { kind, content }: Span): Span {
  if (kind !== 'agent' || content.answer === undefined) return shared;
  return { ...shared, values: { ...shared.values, answerBytes: utf8.encode(content.answer).length } };
}

const utf8 = new TextEncoder();

function findGroup(byResource: Map<string, WireResourceSpans>, dialect: Dialect, context: RenderContext): WireResourceSpans {
  const resource = shareAttributes(dialect.toResource(context), context.sharing);
  const scope = { name: context.scopeName ?? SCOPE_NAME, version: context.version };
  const key = JSON.stringify([scope.name, scope.version, resource], (_name, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  const known = byResource.get(key);
  if (known) return known;
  const group: WireResourceSpans = { resource, scope, spans: [] };
  byResource.set(key, group);
  return group;
}

function toWireSpan(span: Span, rendered: RenderedSpan, pendingEndUnixNano: bigint | undefined): WireSpan {
  const start = rendered.startUnixNano ?? span.startUnixNano;
  const end = rendered.endUnixNano ?? span.endUnixNano ?? pendingEndUnixNano ?? start;
  return {
    traceId: span.traceId,
    spanId: rendered.spanId ?? span.spanId,
    parentSpanId: 'parentSpanId' in rendered ? rendered.parentSpanId : span.parentSpanId,
    ...(span.traceState === undefined ? {} : { traceState: span.traceState }),
    name: rendered.name,
    kind: rendered.kind,
    startUnixNano: start,
    endUnixNano: end < start ? start : end,
    attributes: rendered.attributes,
    events: rendered.withoutEvents ? [] : span.events,
    links: rendered.withoutEvents ? [] : span.links.map((link) => ({ ...link, attributes: link.attributes ?? {} })),
    status: rendered.status,
  };
}

/** Names, attributes, events and status as they are about to leave. The same span where the destination takes nothing out. */
function withoutOwnPatterns(span: WireSpan, sharing: Sharing): WireSpan {
  if (!sharing.redact && !sharing.hash) return span;
  const { status } = span;
  return {
    ...span,
    name: shareText(span.name, sharing),
    attributes: shareAttributes(span.attributes, sharing),
    events: span.events.map((event) => ({ ...event, name: shareText(event.name, sharing), attributes: shareAttributes(event.attributes, sharing) })),
    links: span.links.map((link) => ({ ...link, attributes: shareAttributes(link.attributes, sharing) })),
    status: status.message === undefined ? status : { ...status, message: shareText(status.message, sharing) },
  };
}
