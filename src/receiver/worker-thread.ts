/** The receiver's thread as the main thread sees it: started with the first request, started again if it dies, ended when all is answered. */
import { Worker } from 'node:worker_threads';
import type { EncodedRequest } from './decode-request.ts';
import type { KeepTelemetry } from './drop-old-telemetry.ts';
import type { Order, Question, Report, TakeAnswer, WorkerSetting } from './messages.ts';

/** More than this makes the thread no faster and the process larger. */
const YOUNG_MEGABYTES = 16;
/** How long what is under way may take at the end. */
const CLOSE_MILLIS = 10_000;

const DIED: TakeAnswer = { status: 503, rejected: 0, message: 'The receiver stumbled. Send it again a little later.' };

/** Sent again it would end the next thread as well. */
const TOO_MUCH: TakeAnswer = { status: 413, rejected: 0, message: 'The request takes more memory than there is when it is decoded. Send smaller batches.' };

export interface ThreadOptions {
  path: string;
  /** The thread's heap. */
  heapMegabytes: number;
  /** Throws: whoever asked is told that it cannot be told. */
  answerQuestion(question: Question): unknown;
  tellTrouble(sentence: string): void;
}

export interface WorkerThread {
  /** The body is given away. Resolves once it is committed, or with why not. */
  take(request: EncodedRequest & { body: Uint8Array<ArrayBuffer> }): Promise<TakeAnswer>;
  dropOld(keep: KeepTelemetry, nowMillis: number): void;
  close(): Promise<void>;
}

export function createWorkerThread(options: ThreadOptions): WorkerThread {
  const { path, heapMegabytes, tellTrouble } = options;
  const pending = new Map<number, (answer: TakeAnswer) => void>();
  let worker: Worker | undefined;
  let nextId = 0;
  /** The request that is being decoded, or was the last. */
  let begunId = -1;
  const obey = (from: Worker, report: Report): void => {
    if (report.type === 'trouble') return tellTrouble(report.sentence);
    if (report.type === 'begun') return void (begunId = report.id);
    if (report.type === 'taken') return settle(report.id, report);
    from.postMessage(toReply(report.id, report.question, options));
  };
  const settle = (id: number, answer: TakeAnswer): void => {
    pending.get(id)?.(answer);
    pending.delete(id);
  };
  const start = (): Worker => {
    const setting: WorkerSetting = { path };
    const started = new Worker(workerFile(), { workerData: setting, resourceLimits: { maxOldGenerationSizeMb: heapMegabytes, maxYoungGenerationSizeMb: YOUNG_MEGABYTES } });
    started.on('message', (report: Report) => obey(started, report));
    started.on('error', (error: NodeJS.ErrnoException) => {
      tellTrouble(error.message);
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') settle(begunId, TOO_MUCH);
    });
    started.on('exit', () => {
      if (worker === started) worker = undefined;
      for (const id of pending.keys()) settle(id, DIED);
    });
    return started;
  };
  const send = (order: Order, given: ArrayBuffer[] = []): void => {
    worker ??= start();
    worker.postMessage(order, given);
  };
  return {
    take: (request) =>
      new Promise((resolve) => {
        const id = nextId++;
        pending.set(id, resolve);
        send({ ...request, type: 'take', id }, [request.body.buffer]);
      }),
    dropOld: (keep, nowMillis) => send({ type: 'drop', keep, nowMillis }),
    async close() {
      const deadline = Date.now() + CLOSE_MILLIS;
      while (pending.size > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
      const leaving = worker;
      if (!leaving) return;
      const gone = new Promise<void>((resolve) => leaving.once('exit', () => resolve()));
      leaving.postMessage({ type: 'close' } satisfies Order);
      const timer = setTimeout(() => void leaving.terminate(), CLOSE_MILLIS);
      await gone;
      clearTimeout(timer);
    },
  };
}

function toReply(id: number, question: Question, { answerQuestion, tellTrouble }: ThreadOptions): Order {
  try {
    return { type: 'reply', id, value: answerQuestion(question) };
  } catch (error) {
    tellTrouble(error instanceof Error ? error.message : String(error));
    return { type: 'reply', id, isFailed: true };
  }
}

/** Beside this file, in the sources and in dist/. */
function workerFile(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? 'receiver-worker.ts' : 'receiver-worker.js', import.meta.url);
}
