/** A store of a test as the connection that the columns read from. */
import type { ReadDatabase } from '#spoor/query/open-reading.ts';
import type { SqliteStore } from '#spoor/store/sqlite/open-store.ts';

/** Says at every look that somebody wrote: one connection does not notice its own writing. */
export function readingOf({ database }: SqliteStore): ReadDatabase {
  let looks = 0;
  return {
    sql: (text) => (text === 'PRAGMA data_version' ? { ...database.sql(text), get: () => ({ data_version: looks++ }) } : database.sql(text)),
    sqlBig: (text) => database.sqlBig(text),
    iterate: (text, ...values) => database.sql(text).all(...values),
    arrays: (text, ...values) => database.sql(text).all(...values).map((row) => Object.values(row)),
    snapshot: (work) => work(),
    transaction: (work) => work(),
    close: () => undefined,
  };
}
