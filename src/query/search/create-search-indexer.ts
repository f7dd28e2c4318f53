/** Keeps the index for full text in step with the store, in a thread of its own. */
import { Worker, type ResourceLimits } from 'node:worker_threads';

export interface IndexerPaths {
  /** `spoor.db` */
  database: string;
  /** `search.db`, made where it is missing. */
  search: string;
}

/** To the thread. wake: something was written · end */
export type IndexerOrder = 'wake' | 'end';

/** From the thread: turns that are still to be taken in. */
export interface IndexerReport {
  left: number;
}

export interface SearchIndexer {
  /** How far it is, in turns, since it last had nothing to do; undefined: it has nothing to do. */
  progress(): { done: number; total: number } | undefined;
  /** Something was written: it looks now, and not half a second later. */
  wake(): void;
  /** Resolves when the thread has ended, within a step. What is taken in already stays. */
  close(): Promise<void>;
}

export interface IndexerOptions {
  /** The thread failed; it is started again after a while. */
  onError?(error: Error): void;
}

/** After a failure (a full disk, a file that somebody holds). */
const AGAIN_MILLIS = 10_000;

/** Texts are short-lived: a larger nursery takes memory and saves nothing. */
const LIMITS: ResourceLimits = { maxYoungGenerationSizeMb: 2 };

/** Starts it. It may be killed at any moment: what it had committed is there, and it goes on behind that. */
export function createSearchIndexer(paths: IndexerPaths, { onError }: IndexerOptions = {}): SearchIndexer {
  const url = new URL(`./search-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
  let isClosed = false;
  let total = 0;
  let left = 0;
  let timer: NodeJS.Timeout | undefined;
  let thread = start();
  function start(): Worker {
    const worker = new Worker(url, { workerData: paths, name: 'spoor-search', resourceLimits: LIMITS });
    worker.unref();
    worker.on('message', (report: IndexerReport) => {
      ({ left } = report);
      total = left === 0 ? 0 : Math.max(total, left);
    });
    worker.on('error', (error: Error) => {
      onError?.(error);
      if (isClosed) return;
      timer = setTimeout(() => (thread = start()), AGAIN_MILLIS).unref();
    });
    return worker;
  }
  return {
    progress: () => (left === 0 ? undefined : { done: total - left, total }),
    wake: () => thread.postMessage('wake' satisfies IndexerOrder),
    async close() {
      if (isClosed) return;
      isClosed = true;
      clearTimeout(timer);
      const ended = new Promise<void>((resolve) => {
        if (thread.threadId === -1) resolve();
        else thread.once('exit', () => resolve());
      });
      thread.ref();
      thread.postMessage('end' satisfies IndexerOrder);
      await ended;
    },
  };
}
