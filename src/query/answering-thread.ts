/** One thread that answers, seen from the service: a queue, a time limit, and another thread in place of one that died. */
import { Worker, type ResourceLimits } from 'node:worker_threads';
import { QueryError } from './query-error.ts';
import type { Question, QuerySources } from './question.ts';
import type { Failure, ThreadAnswer, ThreadOrder, ThreadSetting } from './thread.ts';

export interface AnsweringThread {
  ask(question: Question): Promise<Uint8Array>;
  /** Questions without an answer as yet. */
  waiting(): number;
  close(): Promise<void>;
}

export interface AnsweringThreadOptions {
  worker: 'columns' | 'reader';
  sources: QuerySources;
  timeoutMillis: number;
  /** Where its own questions go. */
  ask(question: Question): Promise<Uint8Array>;
}

interface Waiting {
  question: Question;
  resolve(bytes: Uint8Array): void;
  reject(error: QueryError): void;
}

/** A thread with a larger nursery holds 130 MB more after it has read a million spans, and answers no faster. */
const LIMITS: ResourceLimits = { maxYoungGenerationSizeMb: 16 };

/** Started by its first question. */
export function createAnsweringThread(options: AnsweringThreadOptions): AnsweringThread {
  /** In the order in which they are answered: the first is at work. */
  const waiting = new Map<number, Waiting>();
  let running: Worker | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let nextId = 0;
  let isClosed = false;
  const start = (): void => {
    const worker: Worker = startWorker(options, {
      take: (answer) => running === worker && take(answer),
      end: (error) => running === worker && giveUp(error),
    });
    running = worker;
    for (const [id, { question }] of waiting) post(worker, { id, question });
    watch();
  };
  const watch = (): void => {
    clearTimeout(timer);
    if (waiting.size > 0) timer = setTimeout(() => giveUp(toTimeout(options.timeoutMillis)), options.timeoutMillis);
  };
  /** The question at work gets no answer, its thread goes, and the others are asked again in another. */
  const giveUp = (error: QueryError): void => {
    const [first] = waiting;
    if (first) waiting.delete(first[0]);
    clearTimeout(timer);
    void running?.terminate();
    running = undefined;
    if (waiting.size > 0) start();
    first?.[1].reject(error);
  };
  const take = (answer: ThreadAnswer): void => {
    if ('asks' in answer) return void reply(running, answer, options);
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    watch();
    if ('bytes' in answer) asked?.resolve(answer.bytes);
    else asked?.reject(new QueryError(answer.failure.reason, answer.failure.message));
  };
  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        if (isClosed) return reject(toClosed());
        const id = nextId++;
        waiting.set(id, { question, resolve, reject });
        if (!running) return start();
        post(running, { id, question });
        if (waiting.size === 1) watch();
      }),
    waiting: () => waiting.size,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      const worker = running;
      running = undefined;
      for (const { reject } of waiting.values()) reject(toClosed());
      waiting.clear();
      await worker?.terminate();
    },
  };
}

function post(worker: Worker | undefined, order: ThreadOrder): void {
  worker?.postMessage(order);
}

/** Gives a thread the answer to its own question. */
async function reply(worker: Worker | undefined, { asks, question }: { asks: number; question: Question }, { ask }: AnsweringThreadOptions): Promise<void> {
  try {
    post(worker, { replyTo: asks, bytes: await ask(question) });
  } catch (error) {
    post(worker, { replyTo: asks, failure: toFailure(error) });
  }
}

function startWorker({ worker: name, sources }: AnsweringThreadOptions, { take, end }: { take(answer: ThreadAnswer): void; end(error: QueryError): void }): Worker {
  const setting: ThreadSetting = { sources };
  const worker = new Worker(name === 'columns' ? columnsFile() : readerFile(), { workerData: setting, resourceLimits: LIMITS });
  worker.on('message', take);
  worker.on('error', (error) => end(new QueryError('failed', `The thread that answers died: ${error.message}`)));
  worker.on('exit', () => end(new QueryError('failed', 'The thread that answers ended.')));
  return worker;
}

function toClosed(): QueryError {
  return new QueryError('closed', 'Questions are no longer answered: it is being closed.');
}

function toTimeout(timeoutMillis: number): QueryError {
  return new QueryError('timeout', `The question took longer than ${timeoutMillis / 1000} s and was given up. Ask for less: a shorter time, or more filters.`);
}

function toFailure(error: unknown): Failure {
  return error instanceof QueryError ? { reason: error.reason, message: error.message } : { reason: 'failed', message: String(error) };
}

/** Beside this file, in the sources and in dist/. */
function columnsFile(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? 'columns-worker.ts' : 'columns-worker.js', import.meta.url);
}

function readerFile(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? 'reader-worker.ts' : 'reader-worker.js', import.meta.url);
}
