/** A store of a test as a file of its own, as the threads that answer open it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openReading, type ReadDatabase } from '#spoor/query/open-reading.ts';
import type { ReaderContext } from '#spoor/query/question.ts';
import { openSearch } from '#spoor/query/search/search-database.ts';
import { createSearchIndex } from '#spoor/query/search/index-turns.ts';
import type { SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import type { Cleanup } from '../../support/stored-home.ts';

export interface Copy {
  context: ReaderContext;
  store: ReadDatabase;
  database: string;
  search: string;
}

export function createFolder(t: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-reader-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What readers ask with. What is asked of the columns' thread fails: these questions need none of it. */
export function contextOf(t: Cleanup, paths: { database: string; search: string }, nowMillis = Date.now()): ReaderContext {
  const opened = new Map<string, ReadDatabase>();
  t.after(() => opened.forEach((one) => one.close()));
  return {
    nowMillis,
    ask: async ({ name }) => await Promise.reject(new Error(`${name} was asked of the columns`)),
    open: (source) => {
      const path = source === 'search' ? paths.search : paths.database;
      const found = opened.get(path) ?? openReading(path);
      opened.set(path, found);
      return found;
    },
  };
}

/** A copy as it is now. */
export function copyOf(t: Cleanup, { database: db }: SqliteStore): Copy {
  const folder = createFolder(t);
  const paths = { database: join(folder, 'spoor.db'), search: join(folder, 'search.db') };
  db.sql('VACUUM INTO ?').run(paths.database);
  const context = contextOf(t, paths);
  return { ...paths, context, store: context.open('database') };
}

/** Takes all of it into the index. */
export function indexAll(database: string, search: string): void {
  const db = openSearch(search, database);
  const store = openReading(database);
  try {
    if (!db) throw new Error('There is no index.');
    const index = createSearchIndex(db, store, database);
    while (index.step());
    index.clean();
  } finally {
    store.close();
    db?.close();
  }
}
