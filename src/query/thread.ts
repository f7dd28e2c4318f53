/** What goes between the service and a thread that answers. Types only. */
import type { QueryErrorReason } from './query-error.ts';
import type { Question, QuerySources } from './question.ts';

export interface ThreadSetting {
  sources: QuerySources;
}

export interface Failure {
  reason: QueryErrorReason;
  message: string;
}

/** To a thread: a question, or the answer to one of its own. */
export type ThreadOrder = { id: number; question: Question } | { replyTo: number; bytes: Uint8Array } | { replyTo: number; failure: Failure };

/** From a thread: an answer as JSON, why there is none, or a question of its own. */
export type ThreadAnswer = { id: number; bytes: Uint8Array } | { id: number; failure: Failure } | { asks: number; question: Question };
