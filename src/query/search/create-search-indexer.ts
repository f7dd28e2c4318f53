/** Keeps the index for full text in step with the store, in a thread of its own. */
import { statSync } from 'node:fs';
import { Worker, type ResourceLimits } from 'node:worker_threads';

export interface IndexerPaths {
  /** `spoor.db` */
  database: string;
  /** `search.db`, made where it is missing. */
  search: string;
}

/** To the thread. rest: end, unless something was written since you had nothing to do · end */
export type IndexerOrder = 'rest' | 'end';

/** From the thread: turns that are still to be taken in, or that there has been nothing to do for a while. */
export type IndexerReport = { left: number } | { isIdle: true };

export interface SearchIndexer {
  /** How far it is, in turns, since it last had nothing to do; undefined: it has nothing to do. */
  progress(): { done: number; total: number } | undefined;
  /** Resolves when the thread has ended, within a step. What is taken in already stays. */
  close(): Promise<void>;
}

export interface IndexerOptions {
  /** The thread failed; it is started again after a while. */
  onError?(error: Error): void;
  /** With nothing to do for so long the thread ends. Absent: 10 seconds, within which who works on goes on. */
  idleMillis?: number;
}

/** What the thread is told at its start. */
export type IndexerSetting = IndexerPaths & { idleMillis: number };

const IDLE_MILLIS = 10_000;

/** After a failure (a full disk, a file that somebody holds). */
const AGAIN_MILLIS = 10_000;

/** Texts are short-lived: a larger nursery takes memory and saves nothing. */
const LIMITS: ResourceLimits = { maxYoungGenerationSizeMb: 2 };

/** How often it is looked whether something was written while the thread rests. */
const LOOK_MILLIS = 500;

/**
 * Starts it. It may be killed at any moment: what it had committed is there, and it goes on behind that. With nothing to do it ends, which gives back
 * some twenty megabytes; the next write starts it again.
 */
export function createSearchIndexer(paths: IndexerPaths, { onError, idleMillis = IDLE_MILLIS }: IndexerOptions = {}): SearchIndexer {
  const state: { thread?: Worker; timer?: NodeJS.Timeout; isClosed?: boolean; total: number; left: number } = { total: 0, left: 0 };
  const start = (): void => {
    clearTimeout(state.timer);
    if (state.isClosed || state.thread) return;
    const worker = startThread({ ...paths, idleMillis });
    state.thread = worker;
    let seen: string | undefined;
    worker.on('message', (report: IndexerReport) => {
      if ('left' in report) {
        state.left = report.left;
        state.total = report.left === 0 ? 0 : Math.max(state.total, report.left);
      } else {
        // What is written from now on changes what is seen here; what was written before, the thread sees when it looks once more.
        seen = look(paths.database);
        order(worker, 'rest');
      }
    });
    worker.on('error', (error: Error) => {
      seen = undefined;
      onError?.(error);
    });
    worker.on('exit', () => {
      state.thread = undefined;
      if (state.isClosed) return;
      if (seen === undefined) state.timer = setTimeout(start, AGAIN_MILLIS).unref();
      else watch(seen);
    });
  };
  const watch = (seen: string): void => {
    state.timer = setTimeout(() => (look(paths.database) === seen ? watch(seen) : start()), LOOK_MILLIS).unref();
  };
  start();
  return {
    progress: () => (state.left === 0 ? undefined : { done: state.total - state.left, total: state.total }),
    async close() {
      state.isClosed = true;
      clearTimeout(state.timer);
      const { thread } = state;
      if (!thread) return;
      const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
      thread.ref();
      order(thread, 'end');
      await ended;
    },
  };
}

function order(thread: Worker, text: IndexerOrder): void {
  thread.postMessage(text);
}

function startThread(setting: IndexerSetting): Worker {
  const url = new URL(`./search-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
  const worker = new Worker(url, { workerData: setting, name: 'spoor-search', resourceLimits: LIMITS });
  worker.unref();
  return worker;
}

/** Another text after each write to the database; empty while there is none. */
function look(database: string): string {
  return [database, `${database}-wal`].map((path) => {
    try {
      const found = statSync(path, { throwIfNoEntry: false, bigint: true });
      return found ? `${found.ino} ${found.size} ${found.mtimeNs}` : '';
    } catch (error) {
      // The thread says what is wrong, once it can be seen again.
      return String((error as NodeJS.ErrnoException).code);
    }
  }).join();
}
