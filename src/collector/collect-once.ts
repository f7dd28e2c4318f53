/** `spoor collect --once`: all that can be done now is done when it returns, by this process or by the collector that runs. */
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '../config/config.ts';
import type { Home } from '../config/home.ts';
import { listShellDestinations } from '../config/shell-destinations.ts';
import { createOutbox } from '../outbox/create-outbox.ts';
import type { DestinationStatus } from '../outbox/outbox.ts';
import { ringBell } from '../spool/bell.ts';
import { isComplete, listSpool, toFileKey } from '../spool/read-spool.ts';
import { isBusyError } from '../store/sqlite/failures.ts';
import { openStore } from '../store/sqlite/open-store.ts';
import { acquireCollector, type CollectorLease } from './lifecycle/acquire.ts';
import { readCollector } from './lifecycle/pid-file.ts';
import type { CollectReport } from './reports.ts';
import type { CollectorOptions } from './run-collector.ts';
import { StuckCollectorError } from './stuck-collector-error.ts';
import { openWorkshop, type Workshop } from './workshop.ts';

/** A destination that hangs has its own timeout (10 s by default); several batches may be due. */
const FLUSH_MILLIS = 60_000;
/** A running collector drains within milliseconds and delivers within its destinations' timeouts. */
const WAIT_MILLIS = 60_000;
const POLL_MILLIS = 25;
/** A hook that is still writing has a moment to finish; one that never does is left for later. */
const WRITERS_MILLIS = 2_000;
/** The bell has the collector look at everything, which may cost it something. */
const RING_MILLIS = 1_000;

/** Drains, reconciles and delivers once. With a collector running, asks it to and waits for it. Throws when that one is stuck. */
export async function collectOnce(options: Omit<CollectorOptions, 'lingerMillis'>): Promise<CollectReport> {
  const acquired = await acquireCollector(options.home, { version: options.version });
  if (!acquired.lease) {
    if (acquired.refusal.reason === 'stuck') throw new StuckCollectorError(acquired.refusal.sentence);
    return waitForRunning(options);
  }
  const { lease } = acquired;
  const deadline = Date.now() + WAIT_MILLIS;
  try {
    const workshop = await whenFree(() => openWorkshop(options), deadline);
    try {
      return await workOnce(workshop, lease, deadline);
    } finally {
      await workshop.close();
    }
  } finally {
    lease.release();
  }
}

async function workOnce(workshop: Workshop, lease: CollectorLease, deadline: number): Promise<CollectReport> {
  const step = (): Promise<number> => whenFree(() => workshop.step({ all: true }), deadline);
  await whenFree(() => workshop.recheckAll(), deadline);
  await step();
  const writersDeadline = Date.now() + WRITERS_MILLIS;
  while (workshop.waitingFiles().count > 0 && Date.now() < writersDeadline) {
    await delay(POLL_MILLIS);
    await step();
  }
  // A person asked: what waits for its time after a failure is tried now.
  await workshop.delivery.flush({ deadlineMillis: Date.now() + FLUSH_MILLIS, retryNow: true });
  lease.leave();
  await step();
  return workshop.report();
}

/** While another process holds the store (a long import), this one waits: what it was about to do is still to be done. */
async function whenFree<T>(work: () => T, deadline: number): Promise<T> {
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusyError(error) || Date.now() > deadline) throw error;
    }
    await delay(POLL_MILLIS);
  }
}

/** What was spooled and written before this call is stored when it returns, and what is due is sent. */
async function waitForRunning(options: Omit<CollectorOptions, 'lingerMillis'>): Promise<CollectReport> {
  const { home } = options;
  const started = Date.now();
  const asked = new Set(listSpool(home).map(toFileKey));
  const deadline = started + WAIT_MILLIS;
  const store = await whenFree(() => openStore(home.database), deadline);
  try {
    const outbox = createOutbox(store.database);
    const configured = new Set(loadConfig(home, options.environment).value.destinations.map((one) => one.name));
    const destinations = (): DestinationStatus[] => outbox.readDestinations().filter(({ name }) => configured.has(name) || listShellDestinations(home).includes(name));
    const sends = (): boolean => destinations().some((one) => one.waiting > 0 && (outbox.nextAttemptMillis(one.name) ?? Infinity) <= Date.now());
    const isSpooled = (): boolean => listSpool(home).some((file) => asked.has(toFileKey(file)) && (Date.now() - started < WRITERS_MILLIS || isComplete(file)));
    // Twice: a reconciliation that was under way at the first mark may have read its history before this call.
    for (let round = 0; round < 2; round++) {
      const marked = Date.now();
      await whenFree(() => store.markUnsettledDue(marked), deadline);
      await whenFree(() => store.markEnvelopesDue(marked), deadline);
      let rungMillis = -Infinity;
      while (isSpooled() || store.readDue(marked).length > 0 || store.readDueEnvelopes(marked).length > 0 || sends()) {
        if (readCollector(home)?.alive !== true) return await collectOnce(options);
        if (Date.now() > deadline) throw new StuckCollectorError(toLateSentence(home));
        if (Date.now() - rungMillis >= RING_MILLIS) {
          rungMillis = Date.now();
          ringBell(home);
        }
        await delay(POLL_MILLIS);
      }
    }
    const waiting = destinations().reduce((sum, one) => sum + one.waiting, 0);
    return { ran: false, events: 0, sessions: 0, spansWritten: 0, delivered: 0, waiting, problems: [] };
  } finally {
    store.close();
  }
}

function toLateSentence(home: Home): string {
  const pid = readCollector(home)?.pid ?? 'unknown';
  return `The running collector (process ${pid}) did not finish within ${WAIT_MILLIS / 1000} s. Look at ${home.logs}, then run \`spoor collect --once\` again.`;
}
