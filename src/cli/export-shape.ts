/** The shape in which `spoor export` writes a session: one trace a turn, or all of it below an `agent_session` span. */
import { createTurnTest } from '../collector/delivery/find-turn.ts';
import { newEnvelopeSpan, toClosedSpan } from '../collector/envelope-span.ts';
import { toPermissionSpanId, toSessionTraceId } from '../core/ids.ts';
import type { Session } from '../core/session.ts';
import type { Span } from '../core/span.ts';
import { compare } from '../core/order.ts';
import { earliestOf, latestOf } from '../core/time.ts';
import type { TracePlace } from '../core/trace-grouping.ts';
import { regroup } from '../otlp/regroup.ts';
import type { Dialect } from '../semconv/dialect.ts';
import type { Store } from '../store/store.ts';

export interface ShapeOptions {
  trace: 'turn' | 'session';
  mcpSpan: 'merged' | 'child';
  dialect?: Pick<Dialect, 'isFlat'>;
}

export interface Shape {
  /** The session's own spans; one that is open has no end. None with one trace a turn. */
  envelopes: Span[];
  /** A stored span → those that stand for it. */
  toSpans(span: Span): Span[];
}

type ShapeStore = Pick<Store, 'readTracePlace' | 'readNewestEnvelope' | 'readSpan' | 'readSession'>;

/** `spans`: all of a session and its subagents. What was delivered in this shape has the same ids here. */
export function toShape(store: ShapeStore, session: Session, { spans, trace, mcpSpan, dialect }: ShapeOptions & { spans: readonly Span[] }): Shape {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const waitsOf = (span: Span): Span[] => {
    const waits: Span[] = [];
    for (let wait = byId.get(toPermissionSpanId(span.spanId)); wait; wait = byId.get(toPermissionSpanId(span.spanId, waits.length))) waits.push(wait);
    return waits;
  };
  const { places, envelopes } = trace === 'session' ? placeAll(store, session, spans) : { places: new Map<string, TracePlace>(), envelopes: [] };
  const isTurn = dialect?.isFlat ? createTurnTest({ readSpan: (spanId) => byId.get(spanId), readSession: (agent, sessionId) => store.readSession(agent, sessionId) }) : undefined;
  return {
    envelopes,
    toSpans: (span) => regroup(span, { grouping: trace, isTurn, placeOf: (traceId) => places.get(traceId), mcpSpan, waits: span.kind === 'tool' ? waitsOf(span) : [] }),
  };
}

/** Places that delivery gave, and for all other traces one envelope of their own, in the same trace. */
function placeAll(store: ShapeStore, session: Session, spans: readonly Span[]): { places: Map<string, TracePlace>; envelopes: Span[] } {
  const places = new Map<string, TracePlace>();
  const others: Span[] = [];
  for (const span of spans) {
    const place = places.get(span.traceId) ?? store.readTracePlace(span.traceId, 'session');
    if (place) places.set(span.traceId, place);
    else others.push(span);
  }
  const known = new Set([...places.values()].map(({ envelopeSpanId }) => envelopeSpanId));
  const envelopes = [...known].map((id) => store.readSpan(id)).filter((span) => span !== undefined);
  const envelope = toEnvelope(store, session, others);
  if (!envelope) return { places, envelopes };
  for (const { traceId } of others) places.set(traceId, { traceId: envelope.traceId, envelopeSpanId: envelope.spanId });
  return { places, envelopes: [...envelopes, envelope] };
}

function toEnvelope(store: ShapeStore, session: Session, spans: readonly Span[]): Span | undefined {
  const [first] = [...spans].sort((a, b) => compare(a.startUnixNano, b.startUnixNano));
  if (!first) return undefined;
  const { agent, sessionId } = session;
  const began = earliestOf([session.startUnixNano, first.startUnixNano]) ?? first.startUnixNano;
  const traceId = store.readNewestEnvelope(agent, sessionId, { grouping: 'session' })?.span.traceId ?? toSessionTraceId(began, agent, sessionId, '');
  const open = newEnvelopeSpan(first, { traceId, sessionId, grouping: 'session' });
  if (spans.some(({ endUnixNano }) => endUnixNano === undefined)) return open;
  const lastTurn = spans.filter((span) => span.kind === 'agent' && span.parentSpanId === undefined).sort((a, b) => compare(b.startUnixNano, a.startUnixNano))[0];
  return toClosedSpan(open, { startUnixNano: first.startUnixNano, endUnixNano: latestOf(spans.map((span) => span.endUnixNano)) ?? first.startUnixNano, ...(lastTurn ? { lastTurn } : {}) });
}
