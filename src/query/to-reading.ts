/** A store's own connection as one that questions are answered from: for a store in memory, which no second connection can open. */
import type { Database, SqlValue } from '../store/database.ts';
import type { ReadDatabase } from './open-reading.ts';

/** `close` leaves the connection to whose it is. */
export function toReading(database: Database): ReadDatabase {
  const { sql, sqlBig, transaction } = database;
  return {
    sql,
    sqlBig,
    transaction,
    snapshot: transaction,
    arrays: (text, ...values) => sql(text).all(...values).map((row): SqlValue[] => Object.values(row)),
    iterate: (text, ...values) => sql(text).all(...values),
    close: () => undefined,
  };
}
