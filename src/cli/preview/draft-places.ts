/** The places of traces as delivery would give them, written down nowhere but here: a preview changes nothing. */
import { toClosedSpan } from '../../collector/envelope-span.ts';
import type { ReadOptions } from '../../collector/delivery/read-entries.ts';
import { earliestOf, latestOf } from '../../core/time.ts';
import { compare } from '../../core/order.ts';
import type { TracePlace } from '../../core/trace-grouping.ts';
import type { Envelope, EnvelopeContent, Store, StoredSpan } from '../../store/store.ts';

export interface DraftPlaces {
  /** The store as delivery reads it, with the draft over it. */
  store: Omit<ReadOptions['store'], 'readSpanRows'>;
  /** Span ids of the envelopes that these spans stand below, each closed by what stands below it now; the places must have been given. */
  closeEnvelopes(spans: readonly StoredSpan[]): string[];
}

/** A draft over a store that stays as it is. */
export function createDraftPlaces(store: Store): DraftPlaces {
  const envelopes = new Map<string, Envelope>();
  const closed = new Map<string, StoredSpan>();
  const places = new Map<string, TracePlace>();
  const keyOf = (traceId: string, grouping: string): string => `${grouping} ${traceId}`;
  const readPlace: Store['readTracePlace'] = (traceId, grouping) => store.readTracePlace(traceId, grouping) ?? places.get(keyOf(traceId, grouping));
  const draft: DraftPlaces['store'] = {
    readSession: store.readSession, readShell: store.readShell, readFacts: store.readFacts, readRepository: store.readRepository, readDueEnvelopes: store.readDueEnvelopes,
    readSpan: (spanId) => closed.get(spanId) ?? store.readSpan(spanId),
    readShellKeyOf: (spanId) => envelopes.get(spanId)?.shell ?? store.readShellKeyOf(spanId),
    readShellOf: (spanId) => {
      const shell = envelopes.get(spanId)?.shell;
      return shell === undefined ? store.readShellOf(spanId) : store.readShell(shell);
    },
    transaction: (work) => work(),
    readTracePlace: readPlace,
    saveTracePlace: (traceId, { span, grouping }) => void places.set(keyOf(traceId, grouping), { traceId: span.traceId, envelopeSpanId: span.spanId }),
    readNewestEnvelope: (agent, sessionId, kind) => newestOf(envelopes.values(), { agent, sessionId, ...kind }) ?? store.readNewestEnvelope(agent, sessionId, kind),
    saveEnvelope: (envelope) => void envelopes.set(envelope.span.spanId, envelope),
    markEnvelopesDue: () => undefined,
    readEnvelopeContent: store.readEnvelopeContent,
  };
  return {
    store: draft,
    closeEnvelopes(spans) {
      const below = new Map<string, StoredSpan[]>();
      for (const span of spans) {
        for (const grouping of ['session', 'spawn'] as const) {
          const id = readPlace(span.traceId, grouping)?.envelopeSpanId;
          if (id !== undefined) below.set(id, [...(below.get(id) ?? []), span]);
        }
      }
      for (const [id, list] of below) {
        const known = envelopes.get(id)?.span ?? store.readSpan(id);
        const content = toContent(list);
        if (known && content) closed.set(id, { changed: false, ...(known.final ? known : toClosedSpan(known, content)) });
      }
      return [...below.keys()].filter((id) => closed.has(id));
    },
  };
}

function newestOf(envelopes: Iterable<Envelope>, kind: { agent: string; sessionId: string; grouping: string; spawn?: string }): Envelope | undefined {
  const own = [...envelopes].filter(({ span, grouping, spawn }) => span.agent === kind.agent && span.sessionId === kind.sessionId && grouping === kind.grouping && (kind.spawn === undefined || spawn === kind.spawn));
  return own.sort((a, b) => compare(b.span.startUnixNano, a.span.startUnixNano))[0];
}

function toContent(spans: readonly StoredSpan[]): EnvelopeContent | undefined {
  const startUnixNano = earliestOf(spans.map((span) => span.startUnixNano));
  if (startUnixNano === undefined) return undefined;
  const [lastTurn] = spans.filter(({ kind, parentSpanId }) => kind === 'agent' && parentSpanId === undefined).sort((a, b) => compare(b.startUnixNano, a.startUnixNano));
  return { startUnixNano, endUnixNano: latestOf(spans.map((span) => span.endUnixNano)) ?? startUnixNano, ...(lastTurn ? { lastTurn } : {}) };
}
