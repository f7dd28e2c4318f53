/** Answers questions about the store in other threads, so that a slow one holds up neither what comes in nor the other pages. */
import { QueryError } from './query-error.ts';
import type { Question, QuerySources } from './question.ts';
import { questions } from './questions.ts';
import { createAnsweringThread, type AnsweringThread } from './answering-thread.ts';

export interface QueryService {
  /** The answer as JSON text in bytes, with `queryMillis`. Rejects with QueryError, whose message is a sentence. */
  ask(question: Question): Promise<Uint8Array>;
  /** Ends all threads; what waits is rejected. */
  close(): Promise<void>;
}

export interface QueryServiceOptions {
  /** A question that takes longer is given up, and its thread with it. */
  timeoutMillis?: number;
}

/** Longer than the columns of any store take to be loaded, which the first question waits for. */
const TIMEOUT_MILLIS = 60_000;
/** A search that takes its time must not hold up a session that is opened meanwhile. */
const READERS = 2;

/** Starts a thread when the first question for it comes. */
export function createQueryService(sources: QuerySources, { timeoutMillis = TIMEOUT_MILLIS }: QueryServiceOptions = {}): QueryService {
  let isClosed = false;
  const threads: Record<'columns' | 'reader', AnsweringThread[]> = { columns: [], reader: [] };
  const ask = async (question: Question): Promise<Uint8Array> => {
    if (isClosed) throw new QueryError('closed', 'Questions are no longer answered: it is being closed.');
    const { worker } = questions[question.name];
    return pick(worker).ask(question);
  };
  const pick = (worker: 'columns' | 'reader'): AnsweringThread => {
    const own = threads[worker];
    const most = worker === 'columns' ? 1 : READERS;
    const least = own.toSorted((a, b) => a.waiting() - b.waiting())[0];
    if (least && (least.waiting() === 0 || own.length === most)) return least;
    const thread = createAnsweringThread({ worker, sources, timeoutMillis, ask });
    own.push(thread);
    return thread;
  };
  return {
    ask,
    async close() {
      isClosed = true;
      await Promise.all([...threads.columns, ...threads.reader].map((thread) => thread.close()));
    },
  };
}
