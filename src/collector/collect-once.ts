/** `spoor collect --once`: all that can be done now is done when it returns, by this process or by the collector that runs. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '../config/config.ts';
import type { Home } from '../config/home.ts';
import { createOutbox } from '../outbox/create-outbox.ts';
import type { DestinationStatus } from '../outbox/outbox.ts';
import { spoolStatus } from '../spool/spool-status.ts';
import { openStore } from '../store/sqlite/open-store.ts';
import { acquireCollector } from './lifecycle/acquire.ts';
import { readCollector } from './lifecycle/pid-file.ts';
import type { CollectReport } from './reports.ts';
import type { CollectorOptions } from './run-collector.ts';
import { StuckCollectorError } from './stuck-collector-error.ts';
import { openWorkshop } from './workshop.ts';

/** A destination that hangs has its own timeout (10 s by default); several batches may be due. */
const FLUSH_MILLIS = 60_000;
/** A running collector drains within milliseconds and delivers within its destinations' timeouts. */
const WAIT_MILLIS = 60_000;
const POLL_MILLIS = 25;

/** Drains, reconciles and delivers once. With a collector running, asks it to and waits for it. Throws when that one is stuck. */
export async function collectOnce(options: Omit<CollectorOptions, 'lingerMillis'>): Promise<CollectReport> {
  const acquired = await acquireCollector(options.home, { version: options.version });
  if (!acquired.lease) {
    if (acquired.refusal.reason === 'stuck') throw new StuckCollectorError(acquired.refusal.sentence);
    return waitForRunning(options);
  }
  try {
    const workshop = openWorkshop(options);
    try {
      workshop.recheckAll();
      workshop.step({ all: true });
      await waitForWriters(workshop.waitingFiles, () => workshop.step({ all: true }));
      // A person asked: what waits for its time after a failure is tried now.
      await workshop.delivery.flush({ deadlineMillis: Date.now() + FLUSH_MILLIS, retryNow: true });
      acquired.lease.leave();
      workshop.step({ all: true });
      return workshop.report();
    } finally {
      await workshop.close();
    }
  } finally {
    acquired.lease.release();
  }
}

/** A hook that is still writing has a moment to finish; one that never does is left for later. */
async function waitForWriters(waitingFiles: () => number, step: () => number): Promise<void> {
  const deadline = Date.now() + 2_000;
  while (waitingFiles() > 0 && Date.now() < deadline) {
    await delay(POLL_MILLIS);
    step();
  }
}

/** What was spooled and written before this call is stored when it returns, and what is due is sent. */
async function waitForRunning(options: Omit<CollectorOptions, 'lingerMillis'>): Promise<CollectReport> {
  const { home } = options;
  const store = openStore(home.database);
  try {
    const outbox = createOutbox(store.database);
    const deadline = Date.now() + WAIT_MILLIS;
    const configured = new Set(loadConfig(home, options.environment).value.destinations.map((one) => one.name));
    const destinations = (): DestinationStatus[] => outbox.readDestinations().filter((one) => configured.has(one.name));
    const sends = (): boolean => destinations().some((one) => one.waiting > 0 && (outbox.nextAttemptMillis(one.name) ?? Infinity) <= Date.now());
    // Twice: a reconciliation that was under way at the first mark may have read its history before this call.
    for (let round = 0; round < 2; round++) {
      const marked = Date.now();
      store.markUnsettledDue(marked);
      while (spoolStatus(home).count > 0 || store.readDue(marked).length > 0 || sends()) {
        if (readCollector(home)?.alive !== true) return await collectOnce(options);
        if (Date.now() > deadline) throw new StuckCollectorError(toLateSentence(home));
        ringBell(home);
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

/** The running collector watches its spool: a file that comes and goes wakes it. Dot files are no events. */
function ringBell(home: Home): void {
  const bell = join(home.spool, '.bell');
  try {
    writeFileSync(bell, '', { mode: 0o600 });
    rmSync(bell, { force: true });
  } catch {
    // It also looks by itself once a second.
  }
}
