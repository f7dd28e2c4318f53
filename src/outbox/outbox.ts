/**
 * The outbox's contract: which span goes to which destination, and how far it got. Types only. Rows are references; a span is
 * rendered when it is sent. All calls are synchronous, and join the store's transaction when made inside one.
 */

/** A delivery that waits. */
export interface OutboxRow {
  id: number;
  spanId: string;
  /** The span's row in the store. */
  spanRow: number;
  /** Failed attempts so far. */
  attempts: number;
  /** What the store counts up when the span changes: as the span is now. */
  changed: number;
  /** When it was put in (Unix ms). */
  enqueuedAtMillis: number;
  /** Nothing more is expected of the span's turn. */
  isTurnSettled: boolean;
  /** When the destination first refused for good a batch that held this span (Unix ms). */
  refusedAtMillis?: number;
  /** It goes out under other ids, which are made with this. */
  salt?: string;
}

/** A row that is done, and the state of the span that was told. */
export type ToldRow = Pick<OutboxRow, 'id' | 'changed'>;

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
  /** Spans that its queue had no room for; they are put in when it has. Absent: none. */
  held?: { spans: number; sinceMillis: number };
  /** Spans of sessions that are not in its sample; they are not sent. */
  sampledOut: number;
}

/** A replay under other ids: its rows carry its number as their copy. */
export interface Replay {
  copy: number;
  /** It was begun before and cut off. */
  isResumed: boolean;
}

export interface Outbox extends QueueLimiter, Replays {
  /** Notes a configured destination the first time it is seen; `addedMillis` (Unix ms), where it is known, counts instead of that time. An address that changed ends its backoff. */
  addDestination(destination: { name: string; fingerprint: string; addedMillis?: number }, nowMillis: number): DestinationStatus;
  /** Every destination ever noted, by name. */
  readDestinations(): DestinationStatus[];
  readDestination(name: string): DestinationStatus | undefined;
  /**
   * Puts spans in, in this order. One that was sent is not sent again; one that was set aside gets another chance; one that is
   * not in the store is passed over. Returns how many now wait that did not before. Throws when the destination was never noted.
   * `copy`: of a replay; the span may have been sent under its own id.
   */
  enqueue(spanIds: readonly string[], destination: string, nowMillis: number, options?: { copy?: number }): number;
  /** The destinations for which something was ever put in of the traces that stand below this envelope, once for each copy of it. */
  readReceivers(envelopeSpanId: string): { name: string; copy: number }[];
  /** The oldest that are due, in the order they were put in; what was refused before comes last. The backoff is not looked at. */
  take(destination: string, limit: number, nowMillis: number): OutboxRow[];
  /** When the next row is due, backoff included (Unix ms; the past: now). Undefined: nothing waits. */
  nextAttemptMillis(destination: string): number | undefined;
  /** The destination took these. `rejected`: of them, how many it refused for good. Ends its backoff. */
  markSent(destination: string, rows: readonly ToldRow[], sent: { nowMillis: number; rejected?: number }): void;
  /** Nothing stands for these there: they are done, and nothing is known of the destination by it. */
  markUnsaid(rows: readonly ToldRow[]): void;
  /** Try these again, not before `atMillis`. `refused`: they were refused for good, with nobody knowing whether they are at fault. */
  markRetry(rowIds: readonly number[], retry: { atMillis: number; error: string; refusedAtMillis?: number }): void;
  /** Lets these wait, for a reason that is not the destination's; `atMillis` (Unix ms) is no promise: a person who asks has them tried at once. */
  defer(rowIds: readonly number[], deferral: { atMillis: number; error: string }): void;
  /** Makes everything due that waits for a time of its own. The backoff stays. */
  hasten(destination: string): void;
  /** These can never succeed there. They stay, and are shown. */
  markSetAside(rowIds: readonly number[], error: string): void;
  /** Undefined: it works again. */
  saveBackoff(destination: string, backoff: Backoff | undefined): void;
}

/** What a queue with limits needs. */
export interface QueueLimiter {
  /** How many wait; counts no further than to `upTo`. */
  countWaiting(destination: string, upTo: number): number;
  /** Notes that the queue had no room for so many spans of a trace. */
  hold(traces: ReadonlyMap<string, number>, destination: string, nowMillis: number): void;
  /** Whether anything is held. */
  hasHeld(destination: string): boolean;
  /** Puts in all that is final of the traces that have been held the longest, until at least so many spans are in or nothing is held; they count as put in when they were held. Returns how many are. */
  release(destination: string, atLeast: number): number;
  /** Sets aside the oldest that have waited since before this time (Unix ms), so many at most. Returns their spans. */
  expire(destination: string, expiry: { beforeMillis: number; limit: number; error: string }): string[];
  noteSampledOut(destination: string, spans: number): void;
}

/** Spans of one turn or envelope, to be sent again. */
export interface Replays {
  /** The replay of this request that is not through yet, else a new one. */
  openReplay(destination: string, request: string, begun: { nowMillis: number; salt: string }): Replay;
  endReplay(copy: number, nowMillis: number): void;
  /**
   * Has spans wait again that were sent and have changed since, under the ids that they had. Returns how many.
   */
  enqueueChanged(spanIds: readonly string[], destination: string, nowMillis: number): number;
  /** How these spans stand with a destination under this copy: none, waiting, sent, set aside. */
  countStates(spanIds: readonly string[], destination: string, copy: number): { absent: number; waiting: number; sent: number; setAside: number };
  /** Those of these spans that were sent and have changed since. */
  findChanged(spanIds: readonly string[], destination: string): string[];
  /** Final envelopes that stand above traces of which something was put in under this copy, and were not put in themselves. */
  findMissingEnvelopes(destination: string, grouping: string, copy: number): string[];
}
