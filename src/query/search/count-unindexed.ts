/** How far the index for full text is, for whoever reads it without keeping it. */
import { loadNodeSqlite } from '../../store/sqlite/node-sqlite.ts';
import { openReading } from '../open-reading.ts';
import type { IndexerPaths } from './create-search-indexer.ts';
import { isCurrent, readState } from './search-database.ts';

/** Turns that are not taken in yet; all of them where the index is of another version or of another store. Both files are there. Throws when either is broken. */
export function countUnindexed({ database, search }: IndexerPaths): number {
  const { DatabaseSync: Sqlite } = loadNodeSqlite();
  const db = new Sqlite(search, { readOnly: true });
  const store = openReading(database);
  try {
    const { revision, turn } = isCurrent(db, database) ? readState(db) : { revision: -1, turn: 0 };
    return Number(store.sql('SELECT count(*) AS count FROM turn WHERE dropped = 0 AND (revision, id) > (?, ?)').get(revision, turn)?.count ?? 0);
  } finally {
    store.close();
    db.close();
  }
}
