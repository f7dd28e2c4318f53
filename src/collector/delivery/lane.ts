/** One destination's own loop: it takes what is due, batch after batch, and sleeps until something is. No lane knows of another. */
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { OutboxRow } from '../../outbox/outbox.ts';
import { deliverBatch } from './deliver-batch.ts';
import type { DeliveryOptions, PassEnd } from './delivery-options.ts';
import { createLink, Stopped } from './link.ts';
import type { Link, LinkParts } from './link.ts';
import type { QueueGuard } from './queue-guard.ts';
import { readEntries } from './read-entries.ts';

/** After something of ours failed. */
const FAILED_RETRY_MILLIS = 60_000;
/** The folder of a session is looked for so often. */
const UNKNOWN_RETRY_MILLIS = 10_000;
/** No wait is longer (Retry-After counts up to an hour): a time beyond it was written by a clock that was wrong. */
const LONGEST_WAIT_MILLIS = 2 * 3_600_000;

export interface Lane {
  name: string;
  /** From now on it works by itself. */
  start(): void;
  /** Something was put in. */
  wake(): void;
  /** Sends all that is due, after the pass that runs now. `retryNow`: also what waits for its time. */
  pass(retryNow: boolean): Promise<PassEnd>;
  /** Something is being sent, or is due. */
  isBusy(): boolean;
  /** Spans sent since it was made, and those that wait. */
  count(): { sent: number; waiting: number };
  /** Resolves when nothing more will be marked. */
  stop(): Promise<void>;
}

/** Makes the loop of one destination. It rests until it is started or asked for a pass. */
export function createLane(parts: Omit<LinkParts, 'signal'> & { guard?: QueueGuard }): Lane {
  const { name } = parts.destination;
  const { clock, outbox, report } = parts.options;
  const controller = new AbortController();
  const link = createLink({ ...parts, signal: controller.signal });
  let isStarted = false;
  let cancelTimer = (): void => {};
  let running: Promise<PassEnd> | undefined;

  const schedule = (delayMillis = delayUntilDue(link, parts)): void => {
    cancelTimer();
    if (!isStarted || running || controller.signal.aborted || delayMillis === undefined) return;
    cancelTimer = clock.setTimer(delayMillis, () => void pass(false));
  };
  const runPass = async (retryNow: boolean): Promise<PassEnd> => {
    try {
      return await drain(link, { options: parts.options, retryNow, guard: parts.guard });
    } catch (error) {
      if (error instanceof Stopped) return 'stopped';
      report?.({ type: 'failed', destination: name, error });
      return 'failed';
    }
  };
  const pass = async (retryNow: boolean): Promise<PassEnd> => {
    while (running) await running;
    if (controller.signal.aborted) return 'stopped';
    running = runPass(retryNow);
    const end = await running;
    running = undefined;
    if (end !== 'stopped') schedule(end === 'failed' ? FAILED_RETRY_MILLIS : undefined);
    return end;
  };
  return {
    name,
    start: () => {
      isStarted = true;
      schedule();
    },
    wake: () => schedule(),
    pass,
    isBusy: () => running !== undefined || delayUntilDue(link, parts) === 0,
    count: () => ({ sent: link.sentCount(), waiting: outbox.readDestination(name)?.waiting ?? 0 }),
    stop: async () => {
      controller.abort();
      cancelTimer();
      await Promise.all([running, parts.exporter.close()]);
    },
  };
}

/** Milliseconds until something is due, or can be put in because nothing waits; undefined: there is nothing. */
function delayUntilDue(link: Link, { options: { outbox, clock }, guard }: { options: DeliveryOptions; guard?: QueueGuard }): number | undefined {
  const { name } = link.destination;
  const atMillis = outbox.nextAttemptMillis(name) ?? (guard && outbox.hasHeld(name) ? link.waitsUntilMillis() : undefined);
  if (atMillis === undefined) return undefined;
  const delay = atMillis - clock.nowMillis();
  return delay > LONGEST_WAIT_MILLIS ? 0 : Math.max(0, delay);
}

/** Takes batch after batch until nothing is due or the destination wants to be left alone. */
async function drain(link: Link, { options, retryNow, guard }: { options: DeliveryOptions; retryNow: boolean; guard?: QueueGuard }): Promise<PassEnd> {
  const { outbox, clock } = options;
  const { destination } = link;
  // Once: what is deferred on the way is not taken again and again.
  if (retryNow || (outbox.nextAttemptMillis(destination.name) ?? 0) - clock.nowMillis() > LONGEST_WAIT_MILLIS) outbox.hasten(destination.name);
  for (;;) {
    guard?.release();
    if ((guard?.expire() ?? 0) > 0) await yieldToOthers();
    const nowMillis = clock.nowMillis();
    const wait = link.waitsUntilMillis() - nowMillis;
    const isFree = retryNow || wait > LONGEST_WAIT_MILLIS;
    if (wait > 0 && !isFree) return 'waiting';
    const rows = ofOneKind(outbox.take(destination.name, link.batchSpans(), nowMillis));
    if (rows.length === 0) {
      if (outbox.nextAttemptMillis(destination.name) !== undefined) return 'waiting';
      // The guard counts seldom: it may not know yet that there is room.
      guard?.release({ isEmpty: true });
      if (outbox.nextAttemptMillis(destination.name) === undefined) return 'drained';
      continue;
    }
    const { entries, unreadable, refused } = readEntries(rows, { ...options, destination });
    if (unreadable.length > 0) link.setAside(unreadable, 'its row in the store cannot be read');
    for (const { rows: kept, reason, isOpen } of refused) {
      if (isOpen) link.defer(kept, { error: reason, delayMillis: UNKNOWN_RETRY_MILLIS });
      else link.setAside(kept, reason);
    }
    for (const part of link.sieve(entries)) if ((await deliverBatch(link, part)) === 'waiting') return 'waiting';
    // An exporter that never waits (a file, memory) would otherwise keep every timer and socket from its turn.
    await yieldToOthers();
  }
}

/** What was refused before goes in batches of its own, or it would have the others refused with it. It comes last. */
function ofOneKind(rows: readonly OutboxRow[]): OutboxRow[] {
  const fresh = rows.filter((row) => row.refusedAtMillis === undefined);
  return fresh.length > 0 ? fresh : [...rows];
}
