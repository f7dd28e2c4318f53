/** The door of Kiro's history stores: each of its engines keeps sessions in its own way. Types only. */
import type { History, HistorySource } from '../agent.ts';

/** One way in which a Kiro keeps its sessions. `isRunning` gives undefined for a session that this store does not know. */
export interface KiroStore extends History {
  /** Whether this source is one that this store found. */
  owns(source: HistorySource): boolean;
  /** Ids that this session may have had in an older engine's store, from which it was taken over. */
  formerIds?(source: HistorySource): string[];
  /** A newer engine takes these sessions over, and leaves them where they are. */
  isTakenOver?: true;
}
