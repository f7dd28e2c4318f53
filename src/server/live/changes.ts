/** What happened in the store, as live pages are told of it. Types only. */
import type { LiveSession } from '../../query/api/live.ts';

/** What was written behind a revision. */
export interface Changes {
  /** The newest there is. */
  revision: number;
  /** Each once. Absent: too many to name, so anything may have changed. */
  sessions?: LiveSession[];
  /** Something was removed: lists are to be asked for again. */
  hasRemoved: boolean;
}

/** What a live stream follows. Synchronous, and cheap enough to be asked ten times a second. */
export interface ChangeSource {
  /** Another number whenever somebody committed anything. */
  version(): number;
  revision(): number;
  readSince(revision: number): Changes;
  /** Sessions in which a call waits for a person now. */
  readWaiting(): LiveSession[];
}
