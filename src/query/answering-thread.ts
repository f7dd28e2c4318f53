/** One thread that answers, seen from the service: a queue, a time limit, and another thread in place of one that died. */
import { Worker } from 'node:worker_threads';
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

/** Started by its first question. */
export function createAnsweringThread(options: AnsweringThreadOptions): AnsweringThread {
  /** In the order in which they are answered. */
  const waiting = new Map<number, Waiting>();
  let running: Worker | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let nextId = 0;
  let isClosed = false;

  const post = (order: ThreadOrder): void => running?.postMessage(order);
  const start = (): void => {
    const setting: ThreadSetting = { sources: options.sources };
    const worker = new Worker(fileOf(options.worker), { workerData: setting });
    running = worker;
    worker.on('message', (answer: ThreadAnswer) => {
      if (running === worker) take(answer);
    });
    worker.on('error', (error) => {
      if (running === worker) giveUp(new QueryError('failed', `The thread that answers died: ${error.message}`));
    });
    worker.on('exit', () => {
      if (running === worker) giveUp(new QueryError('failed', 'The thread that answers ended.'));
    });
    for (const [id, { question }] of waiting) post({ id, question });
    watch();
  };
  /** The first in the queue is the one that is being answered. */
  const watch = (): void => {
    clearTimeout(timer);
    if (waiting.size === 0) return;
    timer = setTimeout(() => giveUp(new QueryError('timeout', `The question took longer than ${options.timeoutMillis / 1000} s and was given up. Ask for less: a shorter time, or fewer filters.`)), options.timeoutMillis);
  };
  /** The question at work gets none, its thread goes, and the others are asked again in another. */
  const giveUp = (error: QueryError): void => {
    const [first] = waiting;
    if (first) waiting.delete(first[0]);
    void running?.terminate();
    running = undefined;
    if (!isClosed && waiting.size > 0) start();
    else clearTimeout(timer);
    first?.[1].reject(error);
  };
  const take = (answer: ThreadAnswer): void => {
    if ('asks' in answer) return reply(answer.asks, answer.question);
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    watch();
    if ('bytes' in answer) asked?.resolve(answer.bytes);
    else asked?.reject(new QueryError(answer.failure.reason, answer.failure.message));
  };
  const reply = (replyTo: number, question: Question): void => {
    options.ask(question).then((bytes) => post({ replyTo, bytes }), (error: unknown) => post({ replyTo, failure: toFailure(error) }));
  };
  return {
    waiting: () => waiting.size,
    ask: (question) =>
      new Promise((resolve, reject) => {
        if (isClosed) return reject(new QueryError('closed', 'The dashboard is being closed.'));
        const id = nextId++;
        waiting.set(id, { question, resolve, reject });
        if (!running) return start();
        post({ id, question });
        if (waiting.size === 1) watch();
      }),
    async close() {
      isClosed = true;
      clearTimeout(timer);
      const worker = running;
      running = undefined;
      for (const { reject } of waiting.values()) reject(new QueryError('closed', 'The dashboard is being closed.'));
      waiting.clear();
      await worker?.terminate();
    },
  };
}

function toFailure(error: unknown): Failure {
  return error instanceof QueryError ? { reason: error.reason, message: error.message } : { reason: 'failed', message: String(error) };
}

/** Beside this file, in the sources and in dist/. */
function fileOf(worker: 'columns' | 'reader'): URL {
  return new URL(`${worker}-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);
}
