/** A store without a file: the same implementation, gone when it is closed. For tests and one-off conversions. */
import { openStore } from './sqlite/open-store.ts';
import type { SqliteStore } from './sqlite/open-store.ts';

/** Opens an empty store in memory. */
export function openMemoryStore(): SqliteStore {
  return openStore(':memory:');
}
