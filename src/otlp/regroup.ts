/**
 * A neutral span → the span or spans that stand for it on one destination's wire: its trace, its ids and its parent under that
 * destination's grouping, and an MCP request of its own. Pure: the same span gives the same ids in whatever batch and order it comes.
 *
 * Under another grouping than `turn` a span has another id, worked out of its own: a backend that keys spans by their id alone
 * (Phoenix does, and the first write wins) would otherwise take a session's spans for those of its turns.
 */
import { hashOf, toSpanId, toTraceId } from '../core/ids.ts';
import type { Span, SpanLink } from '../core/span.ts';
import { latestOf } from '../core/time.ts';
import type { RemoteParent } from '../core/shell.ts';
import type { TraceGrouping, TracePlace } from '../core/trace-grouping.ts';

export interface Regrouping {
  grouping: TraceGrouping;
  /** Where a trace of ours stands under this grouping; undefined for somebody else's, and for one that never went out so. */
  placeOf(traceId: string): TracePlace | undefined;
  mcpSpan: 'merged' | 'child';
  /** Whether the stored span with this id is a turn of the session itself. Only for flat dialects: what stands below a turn goes to its envelope. */
  isTurn?(spanId: string): boolean;
  /** The waits for a person inside this span, where it is a call. */
  waits?: readonly Span[];
  /** It goes out as a copy, under ids that are made with this. */
  salt?: string;
  /** Whether a link leads to a span of ours, which goes out under another id as well. Only asked with a salt. */
  isOwn?(link: SpanLink): boolean;
  /** What the agent's own process was started in. */
  context?: { remoteParent?: RemoteParent };
}

/**
 * Children before parents, as they are delivered. A span whose trace has no place stays in its own, under its own ids. The envelope of a
 * session is nothing to who groups by turn (and was told so after it had been put in).
 */
export function regroup(span: Span, how: Regrouping): Span[] {
  if (span.kind === 'session' && how.grouping === 'turn') return [];
  const placed = toPlaced(toFlat(span, how), how);
  const request = how.mcpSpan === 'child' ? toMcpRequest(placed, how.waits ?? []) : undefined;
  if (!request) return [placed];
  const { mcpServer: _server, mcpTool: _tool, ...values } = placed.values;
  return [request, { ...placed, values }];
}

/** For a flat dialect, of a trace that has a place: a turn is marked, and what stands below it becomes a root like itself. */
function toFlat(span: Span, { grouping, isTurn, placeOf }: Regrouping): Span {
  if (!isTurn || grouping === 'turn' || !placeOf(span.traceId)) return span;
  if (span.kind === 'agent' && isTurn(span.spanId)) return { ...span, isFlat: true };
  return span.parentSpanId !== undefined && isTurn(span.parentSpanId) ? { ...span, parentSpanId: undefined } : span;
}

function toPlaced(span: Span, how: Regrouping): Span {
  const { grouping } = how;
  if (span.kind === 'session') return withRemoteParent(salted(span, how), true, how);
  const place = grouping === 'turn' ? undefined : how.placeOf(span.traceId);
  const isRoot = span.parentSpanId === undefined;
  const links = span.links.map((link) => toSaltedLink(toPlacedLink(link, how), link, how));
  if (!place) return withRemoteParent(salted({ ...span, links }, how), isRoot, how);
  const parentSpanId = span.parentSpanId === undefined ? place.envelopeSpanId : toGroupedSpanId(span.parentSpanId, grouping);
  return withRemoteParent(salted({ ...span, traceId: place.traceId, spanId: toGroupedSpanId(span.spanId, grouping), parentSpanId, links }, how), false, how);
}

/**
 * A copy under other ids, the same for the same salt, so that parents and links meet in whatever batch they come. A trace id keeps its
 * first 8 digits: where they are the second it began, backends read its age there.
 */
function salted(span: Span, { salt }: Regrouping): Span {
  if (salt === undefined) return span;
  const { traceId, spanId, parentSpanId } = span;
  return { ...span, traceId: toSaltedTraceId(traceId, salt), spanId: toSaltedSpanId(spanId, salt), parentSpanId: parentSpanId && toSaltedSpanId(parentSpanId, salt) };
}

/** A link to a span of ours leads to its copy; `stored`: the link as the store has it. */
function toSaltedLink(link: SpanLink, stored: SpanLink, { salt, isOwn }: Regrouping): SpanLink {
  if (salt === undefined || !isOwn?.(stored)) return link;
  return { ...link, traceId: toSaltedTraceId(link.traceId, salt), spanId: toSaltedSpanId(link.spanId, salt) };
}

function toSaltedTraceId(traceId: string, salt: string): string {
  return traceId.slice(0, 8) + toTraceId(`copy:${salt}:${traceId}`).slice(8);
}

function toSaltedSpanId(spanId: string, salt: string): string {
  return toSpanId(`copy:${salt}:${spanId}`);
}

/** The id of a stored span on the wire of a destination with this grouping. */
function toGroupedSpanId(spanId: string, grouping: TraceGrouping): string {
  return grouping === 'turn' ? spanId : toSpanId(hashOf('grouped', grouping, spanId));
}

/** A link to a span of ours leads to it under the same grouping. */
function toPlacedLink(link: SpanLink, { grouping, placeOf }: Regrouping): SpanLink {
  const place = grouping === 'turn' ? undefined : placeOf(link.traceId);
  return place ? { ...link, traceId: place.traceId, spanId: toGroupedSpanId(link.spanId, grouping) } : link;
}

/** A headless run is part of the trace it was started in, with all its spans; any other only says, at its root, where it was started. */
function withRemoteParent(span: Span, isRoot: boolean, { context }: Regrouping): Span {
  const remote = context?.remoteParent;
  if (!remote) return span;
  const { traceId, spanId } = remote;
  const state = remote.traceState === undefined ? {} : { traceState: remote.traceState };
  if (remote.isHeadless) return { ...span, traceId, ...state, ...(isRoot ? { parentSpanId: spanId } : {}) };
  return isRoot ? { ...span, links: [...span.links, { traceId, spanId, ...state }] } : span;
}

/**
 * The request to the MCP server inside a call: from the end of the last wait for a person, since only what was allowed runs. Undefined for
 * every other call, and for one that never ran: then its names stay on the call.
 */
function toMcpRequest(call: Span, waits: readonly Span[]): Span | undefined {
  const { toolName, mcpServer, mcpTool, errorType, errorMessage } = call.values;
  if (call.kind !== 'tool' || (mcpServer === undefined && mcpTool === undefined)) return undefined;
  const decision = waits.at(-1)?.values.decision;
  if (call.outcome === 'denied' || decision === 'denied' || decision === 'cancelled') return undefined;
  const allowed = latestOf(waits.map((wait) => wait.endUnixNano)) ?? call.startUnixNano;
  const start = call.endUnixNano !== undefined && allowed > call.endUnixNano ? call.endUnixNano : allowed;
  return {
    ...call,
    kind: 'mcp',
    spanId: toSpanId(`mcp:${call.spanId}`),
    parentSpanId: call.spanId,
    startUnixNano: start > call.startUnixNano ? start : call.startUnixNano,
    values: known({ toolName, mcpServer, mcpTool, errorType, errorMessage }),
    content: {},
    events: [],
    links: [],
    extra: {},
    keys: [],
  };
}

function known(values: Span['values']): Span['values'] {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
