/** The collector's life: become it, work while there is something to do, linger, leave so that no event is left behind. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Agent, AgentEnvironment } from '../agents/agent.ts';
import type { Home } from '../config/home.ts';
import type { Log } from '../config/log.ts';
import type { AgentId } from '../core/agent-id.ts';
import { takeBell } from '../spool/bell.ts';
import { watchSpool } from '../spool/watch-spool.ts';
import { isBusyError } from '../store/sqlite/failures.ts';
import { acquireCollector, postponeStart, type CollectorLease } from './lifecycle/acquire.ts';
import type { CollectReport } from './reports.ts';
import { createHistoryWatch } from './watch-histories.ts';
import { openWorkshop, type Workshop } from './workshop.ts';

/** After the last event: an agent that works sends the next one well before, and a start costs 100 ms of one core. */
const LINGER_MILLIS = 60_000;
/** What is due this soon is waited for: a stopped turn's history is looked for every 200 ms. */
const SOON_MILLIS = 5_000;
/** The longest sleep: the lease is looked after this often. */
const TICK_MILLIS = 1_000;
/** Between two steps of the daily upkeep, which take a few tens of milliseconds. */
const UPKEEP_REST_MILLIS = 100;

export interface CollectorOptions {
  home: Home;
  version: string;
  environment: AgentEnvironment;
  agents: readonly Agent[];
  log: Log;
  /** Aborted: leave soon. */
  signal: AbortSignal;
  /** Infinity: until told to leave. */
  lingerMillis?: number;
  /** A collector of the same version is asked to leave, and this one works in its place. */
  takesOver?: boolean;
  /** Called after each look at what came in: something may have been written. */
  onStep?(): void;
  /** Histories that are followed though no hook tells of them. */
  tail?: ChangedHistories;
}

/** Sessions whose files changed. */
export interface ChangedHistories {
  /** Gives each since the last call to `use`; one for which that throws, and those behind it, come again. */
  take(use: (session: { agent: AgentId; sessionId: string }) => void): void;
  /** Calls this soon after something changed, until it is called with nothing. */
  ring(onChange: (() => void) | undefined): void;
}

const HELD = 'the store is held by another process; trying again';

const NOTHING_DONE: CollectReport = { ran: false, events: 0, sessions: 0, spansWritten: 0, delivered: 0, waiting: 0, problems: [] };

/** Runs until idle or told to leave. `ran: false`: another one runs. Throws on a store that cannot be opened or a disk that refuses. */
export async function runCollector(options: CollectorOptions): Promise<CollectReport> {
  const { home, log } = options;
  const acquired = await acquireCollector(home, { version: options.version, takesOver: options.takesOver });
  if (!acquired.lease) {
    if (acquired.refusal.reason === 'stuck') log.error(acquired.refusal.sentence);
    return NOTHING_DONE;
  }
  log.info('collector started');
  try {
    return await runWith(acquired.lease, options);
  } catch (error) {
    log.error(error instanceof Error ? error.message : String(error));
    // Each event would otherwise start a process that fails in the same way. Events stay in the spool.
    postponeStart(home);
    throw error;
  } finally {
    acquired.lease.release();
    log.info('collector left');
  }
}

async function runWith(lease: CollectorLease, options: CollectorOptions): Promise<CollectReport> {
  const workshop = await openWhenFree(options, lease);
  if (!workshop) return NOTHING_DONE;
  try {
    workshop.delivery.start();
    await work(workshop, lease, options);
    return workshop.report();
  } finally {
    await workshop.close();
  }
}

/** Undefined: told to leave before another process let go of the store. */
async function openWhenFree(options: CollectorOptions, lease: CollectorLease): Promise<Workshop | undefined> {
  for (;;) {
    try {
      return openWorkshop(options);
    } catch (error) {
      if (!isBusyError(error)) throw error;
      options.log.error(HELD);
    }
    if (options.signal.aborted || !lease.isHeld()) return undefined;
    await delay(TICK_MILLIS);
  }
}

async function work(workshop: Workshop, lease: CollectorLease, options: CollectorOptions): Promise<void> {
  const { home, log, signal } = options;
  const lingerMillis = options.lingerMillis ?? LINGER_MILLIS;
  const bell = createBell();
  const watch = watchSpool(home, bell.ring);
  const histories = createHistoryWatch(bell.ring);
  signal.addEventListener('abort', bell.ring);
  options.tail?.ring(bell.ring);
  let activeAt = Date.now();
  try {
    while (lease.isHeld()) {
      const next = await tryAgainWhenBusy({ log, signal }, async () => {
        await workshop.reload();
        // `spoor send` puts in without this process.
        workshop.delivery.wake();
        const changed = histories.changed();
        for (const name of changed) workshop.recheck(name);
        options.tail?.take(({ agent, sessionId }) => workshop.markDue(agent, sessionId));
        const isActive = workshop.step({ all: takeBell(home) }) > 0 || changed.length > 0 || workshop.delivery.isBusy();
        options.onStep?.();
        if (isActive) activeAt = Date.now();
        histories.follow(workshop.watched(), changed);
        const isUpkeepLeft = !isActive && !signal.aborted && workshop.upkeep();
        const due = Math.min(workshop.nextDueMillis() ?? Infinity, isUpkeepLeft ? Date.now() + UPKEEP_REST_MILLIS : Infinity);
        const isIdle = due > Date.now() + SOON_MILLIS && Date.now() - activeAt >= lingerMillis && !isWriterAtWork(workshop, lingerMillis) && !workshop.awaitsSessionEnd();
        return (signal.aborted || isIdle) && tryLeave({ workshop, lease, signal, lingerMillis }) ? 'left' : due;
      });
      if (next === 'left') return;
      await bell.wait(Math.max(0, Math.min(next - Date.now(), TICK_MILLIS)));
    }
  } finally {
    watch.close();
    histories.close();
    options.tail?.ring(undefined);
    signal.removeEventListener('abort', bell.ring);
  }
}

/** While another process holds the store (a long import), the collector waits: everything is still there at the next tick. */
async function tryAgainWhenBusy({ log, signal }: Pick<CollectorOptions, 'log' | 'signal'>, work: () => Promise<number | 'left'>): Promise<number | 'left'> {
  try {
    return await work();
  } catch (error) {
    if (!isBusyError(error)) throw error;
    if (signal.aborted) return 'left';
    log.error(HELD);
    return Date.now() + TICK_MILLIS;
  }
}

/** A writer that rests for longer than the linger does not keep the collector: when it is through it looks for one itself. */
function isWriterAtWork(workshop: Workshop, lingerMillis: number): boolean {
  const { count, newestMillis } = workshop.waitingFiles();
  return count > 0 && Date.now() - (newestMillis ?? 0) < lingerMillis;
}

interface Leaving {
  workshop: Workshop;
  lease: CollectorLease;
  signal: AbortSignal;
  lingerMillis: number;
}

/** No hook relies on this process after `leave`; what came just before is still taken in. Told to leave, it leaves then. */
function tryLeave({ workshop, lease, signal, lingerMillis }: Leaving): boolean {
  lease.leave();
  try {
    const events = workshop.step({ all: true });
    // A session that was found to be over has just been put in.
    const isAllDone = events === 0 && !workshop.delivery.isBusy() && !isWriterAtWork(workshop, lingerMillis);
    if (signal.aborted || isAllDone) return true;
  } catch (error) {
    // Told to leave, it does: what waits in the spool is the next one's.
    if (signal.aborted && isBusyError(error)) return true;
    lease.stay();
    throw error;
  }
  lease.stay();
  return false;
}

/** Sleeps until rung or until the time is over; a ring while awake ends the next sleep at once. */
function createBell(): { ring(): void; wait(millis: number): Promise<void> } {
  let isRung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      isRung = true;
      wake?.();
    },
    async wait(millis) {
      if (!isRung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, millis);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      wake = undefined;
      isRung = false;
      // Several hooks of one stage end together: one turn of the loop lets their files arrive as one batch.
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
