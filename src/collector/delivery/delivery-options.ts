/** What delivery is made of and what it tells. Types only. */
import type { Attributes } from '../../core/attributes.ts';
import type { Destination, DialectName, Exporter } from '../../exporters/exporter.ts';
import type { Outbox } from '../../outbox/outbox.ts';
import type { Dialect } from '../../semconv/dialect.ts';
import type { SessionTraces, SpanReader, SpanWriter } from '../../store/store.ts';

export interface DeliveryClock {
  /** Unix ms. */
  nowMillis(): number;
  /** Calls back once after so long; the result takes it back. Never keeps the process alive. */
  setTimer(delayMillis: number, callback: () => void): () => void;
}

export interface DeliveryOptions {
  store: Pick<SpanReader, 'readSpan' | 'readSpanRows' | 'readShell' | 'readSession' | 'readFacts' | 'readShellKeyOf' | 'readShellOf' | 'readRepository'> & Pick<SpanWriter, 'addProblems' | 'transaction'> & SessionTraces;
  outbox: Outbox;
  destinations: readonly Destination[];
  /** Configured, but not to be reached as it stands (a secret is missing): what becomes final is kept for it. */
  unreachable?: readonly { destination: Destination; reason: string }[];
  createExporter(destination: Destination): Exporter;
  findDialect(name: DialectName): Dialect | undefined;
  clock: DeliveryClock;
  /** From 0 to below 1. */
  random(): number;
  userId?: string;
  /** Nothing is sent for now: what becomes final waits. */
  isClosed?: boolean;
  /** The configuration's own: folders whose sessions leave for no destination. */
  exclude?: readonly string[];
  /** The configuration's own, on all that leaves. */
  attributes?: Attributes;
  /** For the log. */
  report?(event: DeliveryEvent): void;
}

/** `error` is one line without content or secrets, as the exporter gave it. */
export type DeliveryEvent =
  | { type: 'sent'; destination: string; spans: number; rejected: number; message?: string }
  | { type: 'waiting'; destination: string; error: string; untilMillis: number }
  | { type: 'set-aside'; destination: string; spanIds: string[]; error: string }
  /** Its queue is full: what comes is held from now on. */
  | { type: 'full'; destination: string; rows: number }
  /** There is room again: so many spans that were held were put in. */
  | { type: 'released'; destination: string; spans: number }
  /** Something of ours broke (the database, a bug); tried again later. */
  | { type: 'failed'; destination: string; error: unknown };

/** drained: nothing waits · waiting: the destination is left alone for a while · stopped: by `stop` · failed: something of ours */
export type PassEnd = 'drained' | 'waiting' | 'stopped' | 'failed';
