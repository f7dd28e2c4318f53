/**
 * The door of the SQLite connection, for rooms that keep their tables in the store's file so that both commit together (the
 * outbox). Types only.
 */
export type SqlValue = null | number | bigint | string | Uint8Array;
export type SqlRow = Record<string, SqlValue>;

export interface Statement {
  run(...values: SqlValue[]): { changes: number | bigint; lastInsertRowid: number | bigint };
  get(...values: SqlValue[]): SqlRow | undefined;
  all(...values: SqlValue[]): SqlRow[];
}

export interface Database {
  /** The statement of this text, prepared once. Integers are read as numbers. Parameters are plain `?`: Node 22 does not bind `?1`. */
  sql(text: string): Statement;
  /** The same, with every integer read as bigint: for times in nanoseconds. */
  sqlBig(text: string): Statement;
  /** One durable commit; rolled back when `work` throws. A nested call joins, and rolls back only its own part. */
  transaction<T>(work: () => T): T;
}
