/** The door of questions: what each is asked with, and what its answer is made of. Types only. */
import type { Columns } from './columns/columns.ts';
import type { ReadDatabase } from './open-reading.ts';
import type { Questions } from './questions.ts';

/** Files to be read. Each may be missing as yet. */
export interface QuerySources {
  /** `spoor.db`. */
  database: string;
  /** `search.db` */
  search?: string;
  /** `telemetry.db` */
  telemetry?: string;
}

/** What a thread that answers has. Connections are opened when they are first asked for. */
export interface QueryContext {
  /** Throws QueryError where the file is missing. */
  open(source: keyof QuerySources): ReadDatabase;
  nowMillis: number;
}

/** Of the thread that holds the columns, as they are now. */
export interface ColumnsContext extends QueryContext {
  columns: Columns;
}

export interface ReaderContext extends QueryContext {
  /** Asks another question in between; the answer is parsed. Only those of the columns' thread: readers do not wait for each other. */
  ask(question: Question): Promise<unknown>;
}

/** Answers are JSON without `queryMillis`, which the thread adds. Throws QueryError with a sentence. */
export type Definition<Q> =
  | { worker: 'columns'; load(): Promise<(query: Q, context: ColumnsContext) => object> }
  | { worker: 'reader'; load(): Promise<(query: Q, context: ReaderContext) => object | Promise<object>> };

export type Question = { [N in keyof Questions]: { name: N; query: Questions[N] } }[keyof Questions];
