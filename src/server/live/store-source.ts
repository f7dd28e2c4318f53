/** The store as what a live stream follows. */
import { readChanges, readRevision, readWaiting } from '../../store/sqlite/live-changes.ts';
import type { SqliteStore } from '../../store/sqlite/open-store.ts';
import type { ChangeSource } from './changes.ts';

/** A page shows fewer; of an import that writes thousands nobody wants the names. */
const MOST_NAMED = 200;

/** Over a connection of its own: `PRAGMA data_version` tells what all others wrote, those of this process too. */
export function createStoreSource(store: Pick<SqliteStore, 'database' | 'dataVersion'>): ChangeSource {
  return {
    version: () => store.dataVersion(),
    revision: () => readRevision(store.database),
    readSince(revision) {
      const { families, ...changes } = readChanges(store.database, revision, MOST_NAMED);
      return { ...changes, ...(families ? { sessions: families } : {}) };
    },
    readWaiting: () => readWaiting(store.database),
  };
}
