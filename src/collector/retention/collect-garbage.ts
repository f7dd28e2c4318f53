/** `spoor gc`: a whole round over the store, now. */
import { setTimeout as delay } from 'node:timers/promises';
import type { KeepSettings } from '../../config/parse-store.ts';
import { millisToNano } from '../../core/time.ts';
import { isBusyError } from '../../store/sqlite/failures.ts';
import type { Retention } from '../../store/retention.ts';
import { createKeeper } from './keeper.ts';
import { UPKEEP } from './upkeep.ts';

export interface GarbageReport {
  /** Turns whose texts went, and those whose spans went; of a dry run: that would. */
  contentTurns: number;
  spanTurns: number;
  spans: number;
  bytesBefore: number;
  bytesAfter: number;
  isOverSize: boolean;
}

/** Another process that writes holds the store for a moment. */
const BUSY_MILLIS = 50;

/** Lets go of what is old and gives its room back to the disk. A dry run counts what is too old; what `size` would take is not told by turns. */
export async function collectGarbage(store: Retention, keep: KeepSettings, { nowMillis, dryRun }: { nowMillis: number; dryRun: boolean }): Promise<GarbageReport> {
  const before = store.readSize();
  const bytesBefore = before.usedBytes + before.freeBytes;
  if (dryRun) return { ...count(store, keep, nowMillis), bytesBefore, bytesAfter: bytesBefore, isOverSize: keep.bytes !== undefined && before.usedBytes > keep.bytes };
  const keeper = createKeeper(store, keep, nowMillis);
  for (let isMore = true; isMore; ) isMore = await whenFree(() => keeper.step());
  // All of it, of a file that cannot give back by itself too.
  if (!before.shrinks || store.readSize().freeBytes > 0) await whenFree(() => store.compact());
  await whenFree(() => store.saveUpkeep(UPKEEP, nowMillis));
  const after = store.readSize();
  const { contentTurns, spanTurns, spans, isOverSize } = keeper.totals;
  return { contentTurns, spanTurns, spans, isOverSize, bytesBefore, bytesAfter: after.usedBytes + after.freeBytes };
}

function count(store: Retention, { contentMillis, spansMillis }: KeepSettings, nowMillis: number): Pick<GarbageReport, 'contentTurns' | 'spanTurns' | 'spans'> {
  const old = (part: 'content' | 'spans', millis: number | undefined): { turns: number; spans: number } => (millis === undefined ? { turns: 0, spans: 0 } : store.countDroppable(part, millisToNano(Math.max(0, nowMillis - millis))));
  const spans = old('spans', spansMillis);
  return { contentTurns: old('content', contentMillis).turns, spanTurns: spans.turns, spans: spans.spans };
}

/** Throws what is no wait for another process. */
async function whenFree<T>(work: () => T): Promise<T> {
  for (;;) {
    await delay(0);
    try {
      return work();
    } catch (error) {
      if (!isBusyError(error)) throw error;
    }
    await delay(BUSY_MILLIS);
  }
}
