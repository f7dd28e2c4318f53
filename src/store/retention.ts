/** The store's contract for its upkeep: letting go of what is old, and adding what older versions did not write. Types only. */
import type { PastTurn } from './past.ts';

/** content: the texts of turns, and what repeats them · spans: all but the row of the turn and its root, stripped */
export type KeepPart = 'content' | 'spans';

/** Letting go of what is old. What waits for a destination, or is held for one, stays, and so does what is not over. */
export interface Retention {
  /**
   * One transaction: lets go of this part of turns that were over before a time (Unix ns), the oldest first, behind `after`, until
   * `performance.now()` has passed `untilMillis` or it is enough. `idleSinceUnixNano`: all of a session with its subagents stays in which
   * something happened since then. Returns what went; without `after` nothing older is left.
   */
  drop(part: KeepPart, options: { beforeUnixNano: bigint; after?: PastTurn['place'] | undefined; untilMillis: number; idleSinceUnixNano?: bigint; isEnough?(): boolean }): { turns: number; spans: number; after?: PastTurn['place'] };
  /** What `drop` would take in all. */
  countDroppable(part: KeepPart, beforeUnixNano: bigint): { turns: number; spans: number };
  /**
   * One transaction: makes the summaries, and counts the errors, of turns that an older version wrote, until `performance.now()` has passed
   * `untilMillis`. False: all turns are as this version writes them.
   */
  renewTurns(untilMillis: number): boolean;
  /** Bytes of the file in use, and those that are free in it; `shrinks`: these can be given back a piece at a time. */
  readSize(): { usedBytes: number; freeBytes: number; shrinks: boolean };
  /** Makes the file smaller by about so many free bytes. Returns how many; 0: there are none, or only `compact` can. */
  giveBack(bytes: number): number;
  /** Writes the file anew without what is free in it. Others wait meanwhile: seconds a gigabyte. */
  compact(): void;
  /** When a piece of upkeep was through last (Unix ms). */
  readUpkeep(name: string): number | undefined;
  saveUpkeep(name: string, atMillis: number): void;
}
