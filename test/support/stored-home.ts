/** A user's home with a store that the test writes, gone after it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHome, homeAt, type Home } from '#spoor/config/home.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';

/** What is left to do when a test is over. */
export interface Cleanup {
  after(work: () => void): void;
}

export interface StoredHome {
  /** The user's home folder. */
  root: string;
  home: Home;
  store: SqliteStore;
}

export function createStoredHome(t: Cleanup, name: string): StoredHome {
  const root = mkdtempSync(join(tmpdir(), `spoor-${name}-`));
  const home = homeAt(join(root, '.spoor'));
  createHome(home);
  const store = openStore(home.database);
  t.after(() => {
    store.close();
    rmSync(root, { recursive: true, force: true });
  });
  return { root, home, store };
}
