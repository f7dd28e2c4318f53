/** What a destination would get of one session: read, placed, shared and rendered by the code that delivers it. */
import type { DeliveryOptions } from '../../collector/delivery/delivery-options.ts';
import { readEntries } from '../../collector/delivery/read-entries.ts';
import { isFromEnvironment } from '../../config/otlp-environment.ts';
import type { Session } from '../../core/session.ts';
import type { Destination } from '../../exporters/exporter.ts';
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
  /** One ExportTraceServiceRequest without a line break; undefined: nothing of the session goes there. */
  request?: string;
  /** Wire spans in it. */
  spans: number;
  /** What it was rendered from. */
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
  const sent = final.filter((span) => {
    const reason = whyNot(store, span, options.destination.name);
    keep(reason ?? '', reason === undefined ? 0 : 1);
    return reason === undefined;
  });
  const draft = createDraftPlaces(store);
  const read = (spanIds: readonly string[]): RenderItem[] => {
    const rows = spanIds.map((spanId, id) => ({ id, spanId, spanRow: id, changed: 0, attempts: 0, enqueuedAtMillis: options.nowMillis(), isTurnSettled: true }));
    const readSpanRows: Store['readSpanRows'] = (places) => places.flatMap((place) => readPlaced(draft.store, spanIds[place] ?? ''));
    const { entries, refused, unreadable } = readEntries(rows, { ...options, store: { ...draft.store, readSpanRows }, clock: options });
    for (const one of refused) keep(one.reason, one.rows.length);
    keep('its row in the store cannot be read', unreadable.length);
    return entries.flatMap((entry) => entry.items);
  };
  const items = toTurns(sent).flatMap((turn) => read(childrenFirst(turn).map(({ spanId }) => spanId)));
  if (items.length > 0 && options.destination.trace === 'session') items.push(...read(draft.closeEnvelopes(sent)));
  const batch = toTraceBatch(items, options.dialect);
  const count = batch.resourceSpans.reduce((sum, group) => sum + group.spans.length, 0);
  return { ...(count > 0 ? { request: toOtlpJson(batch) } : {}), spans: count, items, open: spans.length - final.length, kept };
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
