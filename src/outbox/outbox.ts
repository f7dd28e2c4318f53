/**
 * The outbox's contract: which span goes to which destination, and how far it got. Types only. Rows are references; a span is
 * rendered when it is sent. All calls are synchronous, and join the store's transaction when made inside one.
 */

/** A delivery that waits. */
export interface OutboxRow {
  id: number;
  spanId: string;
  /** Failed attempts so far. */
  attempts: number;
  /** When the destination first refused for good a batch that held this span (Unix ms). */
  refusedAtMillis?: number;
}

/** How a destination that does not take spans is left alone. Kept through restarts. */
export interface Backoff {
  /** Attempts in a row that failed. */
  failures: number;
  /** No attempt before this (Unix ms). */
  nextAttemptMillis: number;
  error: string;
}

export interface DestinationStatus {
  name: string;
  /** Its address without secrets. */
  fingerprint: string;
  /** When it was first configured (Unix ms): what ended before goes to it only on request. */
  addedAtMillis: number;
  waiting: number;
  /** Delivered so far, counted even when the session was forgotten since. */
  sent: number;
  /** Of those, how many it took and then refused (OTLP partial success); it does not say which. */
  rejected: number;
  /** Refused for good, kept here. */
  setAside: number;
  /** When the oldest that waits was put in (Unix ms). */
  oldestWaitingMillis?: number;
  /** When it last took a span (Unix ms). */
  acceptedAtMillis?: number;
  /** Why the last attempt failed; absent after one that did not. */
  backoff?: Backoff;
  /** Why the newest of the spans set aside was refused. */
  setAsideError?: string;
}

export interface Outbox {
  /** Notes a configured destination the first time it is seen; `addedMillis` (Unix ms), where it is known, counts instead of that time. An address that changed ends its backoff. */
  addDestination(destination: { name: string; fingerprint: string; addedMillis?: number }, nowMillis: number): DestinationStatus;
  /** Every destination ever noted, by name. */
  readDestinations(): DestinationStatus[];
  readDestination(name: string): DestinationStatus | undefined;
  /**
   * Puts spans in, in this order. One that was sent is not sent again; one that was set aside gets another chance; one that is
   * not in the store is passed over. Returns how many now wait that did not before. Throws when the destination was never noted.
   */
  enqueue(spanIds: readonly string[], destination: string, nowMillis: number): number;
  /** The destinations for which something was ever put in of the traces that stand below this envelope. */
  readReceivers(envelopeSpanId: string): string[];
  /** The oldest that are due, in the order they were put in; what was refused before comes last. The backoff is not looked at. */
  take(destination: string, limit: number, nowMillis: number): OutboxRow[];
  /** When the next row is due, backoff included (Unix ms; the past: now). Undefined: nothing waits. */
  nextAttemptMillis(destination: string): number | undefined;
  /** The destination took these. `rejected`: of them, how many it refused for good. Ends its backoff. */
  markSent(destination: string, rowIds: readonly number[], sent: { nowMillis: number; rejected?: number }): void;
  /** Try these again, not before `atMillis`. `refused`: they were refused for good, with nobody knowing whether they are at fault. */
  markRetry(rowIds: readonly number[], retry: { atMillis: number; error: string; refusedAtMillis?: number }): void;
  /** These can never succeed there. They stay, and are shown. */
  markSetAside(rowIds: readonly number[], error: string): void;
  /** Undefined: it works again. */
  saveBackoff(destination: string, backoff: Backoff | undefined): void;
}
