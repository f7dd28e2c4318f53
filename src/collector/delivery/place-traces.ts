/**
 * For destinations with one trace a session: gives the trace of each turn its place below an `agent_session` span, the envelope. Done when
 * the first span of a turn is put in for delivery, kept in the store, and never changed: a span is rendered anew at each attempt, and
 * must come out with the same ids.
 */
import type { Fact } from '../../core/fact.ts';
import { toSessionTraceId } from '../../core/ids.ts';
import { earliest, latestOf } from '../../core/time.ts';
import type { Span } from '../../core/span.ts';
import type { SessionGrouping, TraceGrouping, TracePlace } from '../../core/trace-grouping.ts';
import type { Destination } from '../../exporters/exporter.ts';
import type { Envelope, SessionTraces, SpanReader, SpanWriter } from '../../store/store.ts';
import { newEnvelopeSpan } from '../envelope-span.ts';
import { findRootId } from './find-root.ts';

export type PlaceStore = Pick<SpanReader, 'readSession' | 'readFacts' | 'readShellKeyOf'> & Pick<SpanWriter, 'transaction'> & SessionTraces;

/** What of a span says where its trace belongs. */
export type PlaceableSpan = Pick<Span, 'spanId' | 'agent' | 'sessionId' | 'traceId' | 'startUnixNano'>;

/** How this destination wants spans put into traces. */
export function toGrouping({ trace, newTraceOn }: Pick<Destination, 'trace' | 'newTraceOn'>): TraceGrouping {
  return trace !== 'session' ? 'turn' : newTraceOn === 'spawn' ? 'spawn' : 'session';
}

/** Gives every trace among these spans a place that has none yet. To be called in the transaction that puts them in. */
export function placeTraces(store: PlaceStore, spans: readonly PlaceableSpan[], { grouping, nowMillis }: { grouping: SessionGrouping; nowMillis: number }): void {
  const traces = new Map<string, PlaceableSpan>();
  for (const span of spans) {
    const known = traces.get(span.traceId);
    if (!known || span.startUnixNano < known.startUnixNano) traces.set(span.traceId, span);
  }
  for (const first of traces.values()) if (!store.readTracePlace(first.traceId, grouping)) placeTrace(store, first, { grouping, nowMillis });
}

/** The place of the trace of this span, given now where it has none: a destination may have been told to group otherwise since. */
export function findOrPlace(store: PlaceStore, span: PlaceableSpan, how: { grouping: SessionGrouping; nowMillis: number }): TracePlace | undefined {
  const known = store.readTracePlace(span.traceId, how.grouping);
  if (known) return known;
  store.transaction(() => placeTraces(store, [span], how));
  return store.readTracePlace(span.traceId, how.grouping);
}

/**
 * Below the session's newest envelope, if that is still open or reaches as far as this turn; else below a new one, in the trace of the
 * one before. A new start of the agent's process begins a new trace where that is wanted.
 */
function placeTrace(store: PlaceStore, first: PlaceableSpan, { grouping, nowMillis }: { grouping: SessionGrouping; nowMillis: number }): void {
  const { agent, startUnixNano } = first;
  const sessionId = findRootId(store, store.readSession(agent, first.sessionId) ?? { agent, sessionId: first.sessionId });
  const began = grouping === 'spawn' ? findSpawn(store.readFacts(agent, [sessionId]), startUnixNano) : undefined;
  const spawn = began === undefined ? '' : String(began);
  const newest = store.readNewestEnvelope(agent, sessionId, { grouping, spawn });
  const isOpen = newest && (newest.dueMillis !== undefined || startUnixNano <= (newest.span.endUnixNano ?? newest.span.startUnixNano));
  if (isOpen) {
    // What is open is looked at again soon: it may have been waiting for half an hour to pass.
    if (newest.dueMillis !== undefined) store.saveEnvelope({ ...newest, dueMillis: nowMillis });
    return store.saveTracePlace(first.traceId, newest);
  }
  const from = began ?? earliest(store.readSession(agent, sessionId)?.startUnixNano, startUnixNano) ?? startUnixNano;
  const traceId = newest?.span.traceId ?? toSessionTraceId(from, agent, sessionId, spawn);
  const envelope: Envelope = { span: newEnvelopeSpan(first, { traceId, sessionId, grouping }), grouping, spawn, shell: store.readShellKeyOf(first.spanId), dueMillis: nowMillis };
  store.saveEnvelope(envelope);
  store.saveTracePlace(first.traceId, envelope);
}

/** When the process of the agent began that this moment lies behind: it tells one start from another, wherever its fact moves. */
function findSpawn(facts: readonly Fact[], unixNano: bigint): bigint | undefined {
  return latestOf(facts.map((fact) => (fact.type === 'session.seen' && fact.process?.change === 'began' && fact.process.unixNano <= unixNano ? fact.process.unixNano : undefined)));
}
