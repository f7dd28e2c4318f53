/** What was deleted, or let go of, is found no more and stands no more in the file, whether or not a server runs. */
import { existsSync } from 'node:fs';
import { openReading } from '../open-reading.ts';
import type { IndexerPaths } from './create-search-indexer.ts';
import { createSearchIndex } from './index-turns.ts';
import { openSearch } from './search-database.ts';

/** Tries, while somebody reads, to have the log emptied; a server's own thread does it otherwise. */
const TRIES = 20;
const BETWEEN_MILLIS = 50;

/**
 * To be called when the store has committed it (`forget`, `erase`, `drop`). Returns how many spans went. Takes some half a second for 50 MB of
 * index where there were any. Throws on a broken disk; where there is no index yet there is nothing to do.
 */
export async function removeFromSearch({ database, search }: IndexerPaths): Promise<number> {
  if (!existsSync(search) || !existsSync(database)) return 0;
  const db = openSearch(search, database, { create: false });
  const store = db && openReading(database);
  if (!db || !store) return 0;
  try {
    const index = createSearchIndex(db, store, database);
    const removed = index.removeGone();
    for (let tries = 0; !index.clean() && tries < TRIES; tries++) await new Promise((resolve) => setTimeout(resolve, BETWEEN_MILLIS));
    return removed;
  } finally {
    store.close();
    db.close();
  }
}
