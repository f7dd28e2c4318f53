/** What a destination would get of one session: read, placed, shared and rendered by the code that delivers it. */
import type { DeliveryOptions } from '../../collector/delivery/delivery-options.ts';
import { findRootId } from '../../collector/delivery/find-root.ts';
import { fitBatch } from '../../collector/delivery/fit-batch.ts';
import { limitsOf } from '../../collector/delivery/link.ts';
import { readEntries, type Entry } from '../../collector/delivery/read-entries.ts';
import { isSampled } from '../../collector/delivery/sampling.ts';
import { splitByTime } from '../../collector/delivery/split-by-time.ts';
import { isFromEnvironment } from '../../config/otlp-environment.ts';
import type { Session } from '../../core/session.ts';
import type { Destination } from '../../exporters/exporter.ts';
import { countWireSpans } from '../../otlp/count-wire-spans.ts';
import { toOtlpJson } from '../../otlp/to-json.ts';
import { toTraceBatch, type RenderItem } from '../../otlp/to-trace-batch.ts';
import type { Dialect } from '../../semconv/dialect.ts';
import { childrenFirst } from '../../store/span-order.ts';
import type { Store, StoredSpan } from '../../store/store.ts';
import { createDraftPlaces, type DraftPlaces } from './draft-places.ts';

export interface PreviewOptions extends Pick<DeliveryOptions, 'userId' | 'attributes' | 'exclude'> {
  destination: Destination;
  dialect: Dialect;
  nowMillis(): number;
}

export interface Preview {
  /**
   * ExportTraceServiceRequests without a line break: one, or more where the destination takes only so much time in one; none: nothing of the
   * session goes there.
   */
  requests: string[];
  /** Wire spans in them. */
  spans: number;
  /** What they were rendered from. */
  items: RenderItem[];
  /** Spans that are not over yet: they would follow. */
  open: number;
  /** Spans that stay here, by the reason. */
  kept: Map<string, number>;
}

/** Renders a session with its subagents as this destination would get it now. */
export function previewSession(store: Store, { agent, sessionId }: Session, options: PreviewOptions): Preview {
  const spans = store.readSpans(agent, sessionId);
  const final = spans.filter((span) => span.final);
  const kept = new Map<string, number>();
  const keep = (reason: string, count: number): void => void (count > 0 && kept.set(reason, (kept.get(reason) ?? 0) + count));
  const isInSample = createSampler(store, options.destination);
  const sent = final.filter((span) => {
    const reason = whyNot(store, span, options.destination.name) ?? (isInSample(span) ? undefined : 'its session is not in the sample of this destination');
    keep(reason ?? '', reason === undefined ? 0 : 1);
    return reason === undefined;
  });
  const draft = createDraftPlaces(store);
  const read = (spanIds: readonly string[]): Entry[] => {
    const rows = spanIds.map((spanId, id) => ({ id, spanId, spanRow: id, changed: 0, attempts: 0, enqueuedAtMillis: options.nowMillis(), isTurnSettled: true }));
    const readSpanRows: Store['readSpanRows'] = (places) => places.flatMap((place) => readPlaced(draft.store, spanIds[place] ?? ''));
    const { entries, refused, unreadable } = readEntries(rows, { ...options, store: { ...draft.store, readSpanRows }, clock: options });
    for (const one of refused) keep(one.reason, one.rows.length);
    keep('its row in the store cannot be read', unreadable.length);
    return entries;
  };
  const entries = toTurns(sent).flatMap((turn) => read(childrenFirst(turn).map(({ spanId }) => spanId)));
  if (entries.length > 0 && options.destination.trace === 'session') entries.push(...read(draft.closeEnvelopes(sent)));
  const limits = limitsOf(options.destination);
  const { groups, refused, early } = splitByTime(entries, limits, options.nowMillis());
  for (const { reason } of [...refused, ...early]) keep(reason, 1);
  const items = groups.flatMap((group) => group.flatMap((entry) => entry.items));
  const batches = groups.map((group) => fitBatch(toTraceBatch(group.flatMap((entry) => entry.items), options.dialect), limits)).filter((batch) => countWireSpans(batch) > 0);
  return { requests: batches.map(toOtlpJson), spans: batches.reduce((sum, batch) => sum + countWireSpans(batch), 0), items, open: spans.length - final.length, kept };
}

/** Whether the destination's sample has the session at the top of a span's family. Each session is looked up once. */
function createSampler(store: Store, destination: Destination): (span: StoredSpan) => boolean {
  const known = new Map<string, boolean>();
  return ({ agent, sessionId }) => {
    const isIn = known.get(sessionId) ?? isSampled(destination, { agent, sessionId: findRootId(store, store.readSession(agent, sessionId) ?? { agent, sessionId }) });
    known.set(sessionId, isIn);
    return isIn;
  };
}

/** A span with its shell's key; nothing where there is none of this id. */
function readPlaced(store: DraftPlaces['store'], spanId: string): ReturnType<Store['readSpanRows']> {
  const span = store.readSpan(spanId);
  const shell = store.readShellKeyOf(spanId);
  return span ? [{ span, ...(shell === undefined ? {} : { shell }) }] : [];
}

/** What the shell of a turn says of where it goes. */
function whyNot(store: Store, span: StoredSpan, destination: string): string | undefined {
  const shell = store.readShellOf(span.spanId);
  if (shell?.isDryRun) return 'a dry run';
  if (shell?.exportsNothing) return 'OTEL_TRACES_EXPORTER was none in its shell';
  return isFromEnvironment(destination) && shell?.destination !== destination ? 'its shell did not describe this destination' : undefined;
}

/** As they became final: turn by turn, in the order of the sessions' turns. */
function toTurns(spans: readonly StoredSpan[]): StoredSpan[][] {
  return [...Map.groupBy(spans, ({ sessionId, turnIndex }) => JSON.stringify([sessionId, turnIndex])).values()];
}
