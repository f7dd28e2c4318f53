/** The loop of a thread: takes questions, gives their answers as JSON in bytes, one after the other. */
import { existsSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { openReading, type ReadDatabase } from './open-reading.ts';
import { QueryError } from './query-error.ts';
import type { QueryContext, Question, QuerySources } from './question.ts';
import type { Failure, ThreadAnswer, ThreadOrder, ThreadSetting } from './thread.ts';

/** Gives the object that is the answer. */
type Answerer = (question: Question, context: QueryContext) => Promise<object>;

/** Takes orders until the thread is ended. */
export function answerOrders(answer: Answerer): void {
  const { sources } = workerData as ThreadSetting;
  const open = createOpener(sources);
  let last = Promise.resolve();
  parentPort?.on('message', (order: ThreadOrder) => {
    if ('question' in order) last = last.then(() => follow(order.id, async () => answer(order.question, { open, nowMillis: Date.now() })));
  });
}

async function follow(id: number, work: () => Promise<object>): Promise<void> {
  const began = performance.now();
  try {
    const found = await work();
    const bytes = new TextEncoder().encode(JSON.stringify({ ...found, queryMillis: Math.round((performance.now() - began) * 1000) / 1000 }));
    post({ id, bytes }, bytes);
  } catch (error) {
    post({ id, failure: toFailure(error) });
  }
}

function post(answer: ThreadAnswer, bytes?: Uint8Array): void {
  parentPort?.postMessage(answer, bytes ? [bytes.buffer as ArrayBuffer] : []);
}

function toFailure(error: unknown): Failure {
  if (error instanceof QueryError) return { reason: error.reason, message: error.message };
  return { reason: 'failed', message: `The question could not be answered: ${error instanceof Error ? error.message : String(error)}` };
}

let nextAsked = 0;

/** Asks the service a question, from within an answer. Rejects with QueryError. */
export function askService(question: Question): Promise<unknown> {
  const asks = nextAsked++;
  return new Promise((resolve, reject) => {
    const listen = (order: ThreadOrder): void => {
      if (!('replyTo' in order) || order.replyTo !== asks) return;
      parentPort?.off('message', listen);
      if ('failure' in order) reject(new QueryError(order.failure.reason, order.failure.message));
      else resolve(JSON.parse(new TextDecoder().decode(order.bytes)));
    };
    parentPort?.on('message', listen);
    post({ asks, question });
  });
}

function createOpener(sources: QuerySources): QueryContext['open'] {
  const opened = new Map<keyof QuerySources, ReadDatabase>();
  return (source) => {
    const found = opened.get(source);
    if (found) return found;
    const path = sources[source];
    if (path === undefined || !existsSync(path)) throw new QueryError('not-found', `There is no ${source === 'database' ? 'store' : `${source} database`} yet.`);
    const database = openReading(path);
    opened.set(source, database);
    return database;
  };
}
