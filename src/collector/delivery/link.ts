/** The link to one destination: sends one batch, and writes down what became of it. */
import { XRAY_LIMITS } from '../../exporters/presets/xray-limits.ts';
import type { Destination, DestinationLimits, Exporter, ExportResult } from '../../exporters/exporter.ts';
import { countWireSpans } from '../../otlp/count-wire-spans.ts';
import { toTraceBatch } from '../../otlp/to-trace-batch.ts';
import type { TraceBatch } from '../../otlp/trace.ts';
import type { OutboxRow } from '../../outbox/outbox.ts';
import type { Dialect } from '../../semconv/dialect.ts';
import { backoffMillis } from './backoff.ts';
import type { DeliveryOptions } from './delivery-options.ts';
import { fitBatch } from './fit-batch.ts';
import { divideByProject, toSharedProject, withProjectHeader } from './project-header.ts';
import { estimateBytes, isWithinBytes } from './estimate-bytes.ts';
import type { Entry } from './read-entries.ts';
import { splitByTime } from './split-by-time.ts';

/** Thrown through a pass that `stop` ends: nothing is marked after it. */
export class Stopped extends Error {}

/** What the collector and the Collector's default take without asking (OpenTelemetry: 4 MiB for gRPC; many proxies have less). */
const MAX_BATCH_BYTES = 4_000_000;
/** The batch processor of OpenTelemetry sends as many (OTEL_BSP_MAX_EXPORT_BATCH_SIZE): every backend is used to it. */
const MAX_BATCH_SPANS = 512;
/** A backend that does not take this much in time takes nothing. */
const MIN_BATCH_SPANS = 8;
/** A destination that refuses even this as too large has another reason. */
const MIN_BATCH_BYTES = 16_384;
/** A clock that was wrong may be right again sooner, and no wait of a row is believed that is much longer. */
const LONGEST_DEFERRAL_MILLIS = 3_600_000;
/** As whose problems those of delivery are counted. */
const PROBLEM_OWNER = 'spoor';

export interface Link {
  destination: Destination;
  /** Parts that may each be one request by their time; what the destination never takes for its age is set aside, what it does not take yet waits. */
  sieve(entries: readonly Entry[]): (readonly Entry[])[];
  render(entries: readonly Entry[]): TraceBatch;
  /** Parts that may each share a request. */
  divide(entries: readonly Entry[]): (readonly Entry[])[];
  /**
   * How many spans to send at once: half as many after each failure (a slow line may not carry a full batch within the timeout),
   * twice as many after each success, up to 512.
   */
  batchSpans(): number;
  /** Whether a batch is small enough for this destination, as far as is known. */
  fits(batch: TraceBatch): boolean;
  /** The destination said that this is too large. */
  learnTooLarge(batch: TraceBatch): void;
  /** Never throws but `Stopped`. */
  send(batch: TraceBatch): Promise<ExportResult>;
  markSent(entries: readonly Entry[], result: { rejectedSpans?: number; message?: string }): void;
  /** Whether something stands for it in the dialect of this destination. */
  isSaid(entry: Entry): boolean;
  /** Nothing stands for them in the dialect of this destination: they are done, and it took nothing. */
  markUnsaid(entries: readonly Entry[]): void;
  /** Leaves the destination alone for a while. `refused`: it refused them for good, and it is not known whether it is their fault. */
  postpone(entries: readonly Entry[], why: { message: string; retryAfterMillis?: number; refused?: boolean }): void;
  setAside(rows: readonly OutboxRow[], error: string): void;
  /** Lets these wait for so long at most, which says nothing of the destination. */
  defer(rows: readonly OutboxRow[], why: { error: string; delayMillis: number }): void;
  /** Unix ms; 0: no need to wait. */
  waitsUntilMillis(): number;
  /** When it last took a span (Unix ms); 0: never. */
  acceptedAtMillis(): number;
  /** Spans sent since the start. */
  sentCount(): number;
}

export interface LinkParts {
  options: DeliveryOptions;
  destination: Destination;
  exporter: Exporter;
  dialect: Dialect;
  signal: AbortSignal;
}

/** Takes up the link where an earlier collector left it. */
export function createLink({ options, destination, exporter, dialect, signal }: LinkParts): Link {
  const { outbox, store, clock, random } = options;
  const { name, protocol } = destination;
  const noted = outbox.readDestination(name);
  let backoff = noted?.backoff;
  let acceptedAtMillis = noted?.acceptedAtMillis ?? 0;
  const limits = limitsOf(destination);
  const mostSpans = Math.min(MAX_BATCH_SPANS, limits.requestSpans ?? Infinity);
  let maxBytes = Math.min(MAX_BATCH_BYTES, limits.requestBytes ?? Infinity);
  let batchSpans = mostSpans;
  let sentCount = 0;
  const tell = (code: string, text: string): void => store.addProblems(PROBLEM_OWNER, [{ code, detail: `${name}: ${text}` }]);
  const defer: Link['defer'] = (rows, { error, delayMillis }) => outbox.defer(rows.map(({ id }) => id), { atMillis: clock.nowMillis() + delayMillis, error });
  const setAside = createSetAside(options, name, tell);
  return {
    destination,
    sieve: createSieve(options, limits, { setAside, defer }),
    render: (entries) => withProjectHeader(fitBatch(toTraceBatch(entries.flatMap(({ items }) => items), dialect), limits), projectOf(entries[0]), destination),
    divide: (entries) => divideByProject(entries, projectOf, destination),
    batchSpans: () => batchSpans,
    fits: (batch) => isWithinBytes(batch, protocol, maxBytes) && countWireSpans(batch) <= (limits.requestSpans ?? Infinity),
    learnTooLarge: (batch) => {
      maxBytes = Math.max(MIN_BATCH_BYTES, Math.min(maxBytes, Math.floor(estimateBytes(batch, protocol) / 2)));
    },
    send: (batch) => sendOrStop(exporter, batch, signal),
    markSent: (entries, { rejectedSpans = 0, message }) => {
      acceptedAtMillis = clock.nowMillis();
      backoff = undefined;
      batchSpans = Math.min(mostSpans, batchSpans * 2);
      sentCount += entries.length;
      store.transaction(() => {
        outbox.markSent(name, rowsOf(entries), { nowMillis: acceptedAtMillis, rejected: rejectedSpans });
        if (rejectedSpans > 0) tell('spans-rejected', message ?? `${rejectedSpans} spans were taken and refused for good`);
        else if (message) tell('delivery-warning', message);
      });
      options.report?.({ type: 'sent', destination: name, spans: entries.length, rejected: rejectedSpans, message });
    },
    isSaid: ({ items }) => items.some(({ span }) => !dialect.omits?.has(span.kind)),
    markUnsaid: (entries) => outbox.markUnsaid(rowsOf(entries)),
    postpone: (entries, { message, retryAfterMillis = 0, refused }) => {
      const now = clock.nowMillis();
      batchSpans = Math.min(mostSpans, Math.max(MIN_BATCH_SPANS, Math.floor(batchSpans / 2)));
      const failures = (backoff?.failures ?? 0) + 1;
      const atMillis = now + Math.max(retryAfterMillis, backoffMillis(failures, random));
      backoff = { failures, nextAttemptMillis: atMillis, error: message };
      store.transaction(() => {
        outbox.markRetry(entries.map(({ row }) => row.id), { atMillis, error: message, refusedAtMillis: refused ? now : undefined });
        outbox.saveBackoff(name, backoff);
      });
      options.report?.({ type: 'waiting', destination: name, error: message, untilMillis: atMillis });
    },
    setAside,
    defer,
    waitsUntilMillis: () => backoff?.nextAttemptMillis ?? 0,
    acceptedAtMillis: () => acceptedAtMillis,
    sentCount: () => sentCount,
  };
}

function createSieve({ store, clock }: DeliveryOptions, limits: DestinationLimits, { setAside, defer }: Pick<Link, 'setAside' | 'defer'>): Link['sieve'] {
  return (entries) => {
    const { groups, refused, early } = splitByTime(entries, limits, clock.nowMillis());
    for (const [reason, those] of Map.groupBy(refused, (one) => one.reason)) setAside(those.map(({ entry }) => entry.row), reason);
    if (early.length > 0) store.transaction(() => {
      for (const { entry, reason, delayMillis } of early) defer([entry.row], { error: reason, delayMillis: Math.min(delayMillis, LONGEST_DEFERRAL_MILLIS) });
    });
    return groups;
  };
}

function createSetAside({ outbox, store, report }: DeliveryOptions, name: string, tell: (code: string, text: string) => void): Link['setAside'] {
  return (rows, error) => {
    store.transaction(() => {
      outbox.markSetAside(rows.map(({ id }) => id), error);
      tell('span-set-aside', `${rows.length === 1 ? 'a span' : `${rows.length} spans`} can never be delivered: ${error}`);
    });
    report?.({ type: 'set-aside', destination: name, spanIds: rows.map(({ spanId }) => spanId), error });
  };
}

/** What a destination takes at most. X-Ray is the only backend that is signed for, and one that has no preset has its limits all the same. */
export function limitsOf({ limits, auth }: Destination): DestinationLimits {
  return limits ?? (auth === 'sigv4' ? XRAY_LIMITS : {});
}

function projectOf(entry: Entry | undefined): string | undefined {
  const context = entry?.items[0]?.context;
  return context && toSharedProject(context);
}

function rowsOf(entries: readonly Entry[]): OutboxRow[] {
  return entries.map(({ row }) => row);
}

/** An answer that comes after `stop` is not looked at: its spans are sent again, which at-least-once allows. */
async function sendOrStop(exporter: Exporter, batch: TraceBatch, signal: AbortSignal): Promise<ExportResult> {
  if (signal.aborted) throw new Stopped();
  const exported = exporter.export(batch).catch((error: unknown): ExportResult => {
    const name = error instanceof Error ? error.name : 'unknown error';
    return { status: 'retryable', message: `the exporter failed (${name})` };
  });
  let stop = (): void => {};
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new Stopped());
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([exported, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
