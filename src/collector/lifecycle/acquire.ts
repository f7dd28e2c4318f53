/**
 * Becoming the collector. Whoever holds the lock is it; the pid file tells hooks so. The order of the steps is what keeps events:
 *
 * - A hook writes its event, then looks for the pid file, then (in the background) for the starting file; only with neither does it
 *   start a process.
 * - A collector that leaves removes the pid file, reads the spool once more, then gives up the lock.
 * - A process that was started and is not needed removes the starting file first and then looks for the pid file again: a hook
 *   that relied on the starting file has written its event before, and the collector that is seen now will still read it.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Home } from '../../config/home.ts';
import { type CollectorLock, tryLock } from './lock.ts';
import { type CollectorProcess, type PidFile, readCollector, writePidFile } from './pid-file.ts';
import { compareVersions } from './versions.ts';

/** A collector that is asked to leave finishes a transaction and a scan; whoever needs longer is stuck. Below the minute after which a starting file counts as left behind. */
const LEAVE_WAIT_MILLIS = 20_000;
const POLL_MILLIS = 20;

/** What it means to be the collector. */
export interface CollectorLease {
  /**
   * To be called now and then. Puts a lost pid file back. False when the home was removed, or another process may be the collector:
   * then release and exit.
   */
  isHeld(): boolean;
  /** First step of leaving: no hook relies on this process any more. Read the spool once more after it. */
  leave(): void;
  /** The scan after `leave` found something to do: be the collector again. Throws on a disk that refuses. */
  stay(): void;
  /** Last step: gives up the lock. */
  release(): void;
}

export interface Refusal {
  /** running: a collector of this or a newer version runs. stuck: somebody keeps the lock and neither works nor leaves. */
  reason: 'running' | 'stuck';
  running?: CollectorProcess;
  /** For people: what happened and what to do. */
  sentence: string;
}

export type Acquired = { lease: CollectorLease; refusal?: undefined } | { lease?: undefined; refusal: Refusal };

export interface AcquireOptions {
  version: string;
  /** How long to wait for one that leaves. */
  waitMillis?: number;
  /** One of the same version is asked to leave too. */
  takesOver?: boolean;
}

/**
 * Becomes the collector of this home, or tells why not. An older collector is asked to leave (SIGTERM) and waited for; a newer one never,
 * an equal one only by who takes over. Throws on a disk that refuses.
 */
export async function acquireCollector(home: Home, options: AcquireOptions): Promise<Acquired> {
  const deadlineMillis = performance.now() + (options.waitMillis ?? LEAVE_WAIT_MILLIS);
  const asked = new Set<number>();
  for (;;) {
    const running = aliveCollector(home);
    // Where only a pid tells, the lock tells better; and nobody is asked to leave who is not the collector.
    const free = running?.isGuess ? tryLock(home.lockFile) : undefined;
    if (free) return { lease: createLease(home, free, options.version) };
    if (running && !isReplaceable(running, options)) {
      rmSync(home.startingFile, { force: true });
      const still = aliveCollector(home);
      if (still) return { refusal: { reason: 'running', running: still, sentence: `Collector ${still.version} runs already (process ${still.pid}).` } };
      continue;
    }
    if (running && !asked.has(running.pid)) {
      asked.add(running.pid);
      askToLeave(running.pid);
    }
    const lock = tryLock(home.lockFile);
    // With the lock in hand nobody else can be it, unless its file was taken away from under them.
    if (lock && !aliveCollector(home)) return { lease: createLease(home, lock, options.version) };
    lock?.release();
    if (performance.now() > deadlineMillis) return { refusal: toStuck(home, running) };
    await delay(POLL_MILLIS);
  }
}

function isReplaceable(running: CollectorProcess, { version, takesOver = false }: AcquireOptions): boolean {
  const age = compareVersions(version, running.version);
  return age > 0 || (age === 0 && takesOver);
}

/**
 * Asks hooks not to start another collector within the next minute: for one that cannot work (the store is of a newer version) and
 * would only be started again by every event. Events stay in the spool.
 */
export function postponeStart(home: Home): void {
  rmSync(home.startingFile, { force: true });
  writeFileSync(home.startingFile, 'wait\n', { mode: 0o600 });
}

function createLease(home: Home, lock: CollectorLock, version: string): CollectorLease {
  let pidFile: PidFile | undefined;
  const show = (): void => {
    pidFile = writePidFile(home, version);
    rmSync(home.startingFile, { force: true });
  };
  const hide = (): void => {
    pidFile?.remove();
    pidFile = undefined;
  };
  try {
    show();
  } catch (error) {
    lock.release();
    throw error;
  }
  return {
    isHeld() {
      if (!lock.isInPlace()) return false;
      if (pidFile && !pidFile.isInPlace()) {
        if (aliveCollector(home)) return false;
        pidFile.remove();
        tryShow(show);
      }
      return true;
    },
    leave: hide,
    stay: () => (pidFile ? undefined : show()),
    release() {
      hide();
      lock.release();
    },
  };
}

/** On a full disk the collector works on unseen: hooks start processes that find the lock taken, and the next look tries again. */
function tryShow(show: () => void): void {
  try {
    show();
  } catch {
    // The lock is what counts.
  }
}

function toStuck(home: Home, running: CollectorProcess | undefined): Refusal {
  const who = running ? `Collector ${running.version} (process ${running.pid}) was asked to leave and does not` : `Another process keeps ${home.lockFile} locked`;
  return { reason: 'stuck', running, sentence: `${who}. Events stay in ${home.spool}; end that process, then run \`spoor collect\`.` };
}

function aliveCollector(home: Home): CollectorProcess | undefined {
  const told = readCollector(home);
  return told?.alive && told.pid !== process.pid ? told : undefined;
}

function askToLeave(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It has left in between.
  }
}
