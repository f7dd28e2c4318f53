/**
 * The ledger's contract: what final spans come to, for each who reads it. Types only. All calls are synchronous, and join the store's
 * transaction when made inside one.
 */
import type { Figure } from './figure.ts';
import type { Labels, Measurement } from './measure-span.ts';

/** The attributes of a resource. */
export type ResourceLabels = Readonly<Record<string, string | number | boolean>>;

export interface Series {
  metric: string;
  resource: ResourceLabels;
  labels: Labels;
  /** The labels of other series that found no place are in it. */
  isOverflow: boolean;
  figure: Figure;
}

export interface Reading {
  /** When counting began (Unix ns). */
  startedUnixNano: bigint;
  series: Series[];
}

/** What is to be sent to a reader. */
export interface Sending {
  /** cumulative: when counting began; delta: until when it has them (Unix ns). */
  fromUnixNano: bigint;
  untilUnixNano: bigint;
  /** `id`: for `endPart`. */
  series: readonly (Series & { id: number })[];
}

/** How a reader that does not take them is left alone. Kept through restarts. */
export interface MetricBackoff {
  failures: number;
  /** Unix ms. */
  nextAttemptMillis: number;
  error: string;
}

export interface Addition {
  resource: ResourceLabels;
  measurements: readonly Measurement[];
}

export interface MetricLedger {
  /** Begins counting for a reader. One that is there goes on. */
  open(reader: string, nowUnixNano: bigint): void;
  /** To be called in the transaction in which the measured spans become final. Opens the reader where it is not there. */
  add(reader: string, additions: readonly Addition[], nowUnixNano: bigint): void;
  /** Whether the session of this span was not counted for this reader before; it is from now on. False also where the store has no such span. */
  countSession(reader: string, spanId: string): boolean;
  /** Everything counted for a reader up to now; undefined: nobody counts for it. */
  read(reader: string): Reading | undefined;
  /** Whether something was counted that the reader did not take yet. */
  isChanged(reader: string): boolean;
  /**
   * Writes down what is about to be sent, and gives it. Cumulative: all, as it is now. Delta: what was added since the reader last took some;
   * one that was written down and not taken is given again as it was, so that a repetition is no other figure. Undefined: nothing to send.
   */
  beginSending(reader: string, how: { isDelta: boolean; nowUnixNano: bigint }): Sending | undefined;
  /** The same for some of the series (their ids) that are being sent: what is left of them is given again. */
  endPart(reader: string, ids: readonly number[]): void;
  /** The reader took what was being sent, or never will: it is not sent again. Ends its backoff. */
  endSending(reader: string): void;
  readBackoff(reader: string): MetricBackoff | undefined;
  saveBackoff(reader: string, backoff: MetricBackoff): void;
}
