/** `GET /api/live`: the events of the stream (text/event-stream), each with JSON as its data. Types only. */
import type { ImportProgress } from './overview.ts';

/** A session at the top of its family. */
export interface LiveSession {
  agent: string;
  sessionId: string;
}

export interface LiveEvents {
  /** First of all, and after each reconnection. */
  hello: { version: string; revision: number };
  /** Something was written. `isAll`: too much to name, so none is. `hasRemoved`: something went, so lists are to be asked for again. At most ten a second. */
  changed: { revision: number; sessions: LiveSession[]; isAll?: true; hasRemoved?: true };
  /** All in which a call waits for a person now: first of all, and whenever that changes. */
  waiting: { sessions: LiveSession[] };
  /** The import of the past that `spoor serve` began with: at once where one runs, and as it goes on. */
  import: ImportProgress | { isDone: true };
}
