/** Logs and metrics as they came are kept for some days, and never more of them than so many bytes: then the oldest go. */
import type { DatabaseSync } from 'node:sqlite';

/** A week of a busy machine is a tenth of it. */
const MOST_BYTES = 512 << 20;
/** What a row takes beside its texts, about. */
const ROW_BYTES = 64;
/** Looked at together when the oldest go. */
const STEP_ROWS = 200;

const TABLES = [
  { name: 'telemetry_log', bytes: `octet_length(attributes) + coalesce(octet_length(body), 0) + ${ROW_BYTES}` },
  { name: 'telemetry_metric', bytes: `octet_length(attributes) + coalesce(octet_length(detail), 0) + ${ROW_BYTES}` },
] as const;

export interface RawBound {
  /** After rows were written, inside their transaction: lets go of the oldest where there are too many bytes. Gives what is to be called where they were not written after all. */
  keep(): () => void;
  /** Rows go otherwise from now on: until `forget` nothing is let go of, for nobody knows how much there is. */
  pause(): void;
  /** They are gone: what there is is counted anew. */
  forget(): void;
}

export function createRawBound(db: DatabaseSync, mostBytes = MOST_BYTES): RawBound {
  const tables = TABLES.map(({ name, bytes }) => ({
    total: 0,
    lastId: 0,
    // Of long texts the lengths alone are read. The first time all rows are counted, then those that are new.
    measure: db.prepare(`SELECT coalesce(sum(${bytes}), 0) AS bytes, coalesce(max(id), 0) AS lastId FROM ${name} WHERE id > ?`),
    oldest: db.prepare(`SELECT id, received_millis AS millis, ${bytes} AS bytes FROM ${name} ORDER BY id LIMIT ${STEP_ROWS}`),
    drop: db.prepare(`DELETE FROM ${name} WHERE id <= ?`),
  }));
  const sum = (): number => tables.reduce((bytes, { total }) => bytes + total, 0);
  const dropStep = (excess: number): boolean => {
    const [first] = tables.map((table) => ({ table, rows: table.oldest.all() })).filter(({ rows }) => rows.length > 0).sort((a, b) => Number(a.rows[0]?.millis) - Number(b.rows[0]?.millis));
    if (!first) return false;
    const { table, rows } = first;
    let freed = 0;
    let lastId = 0;
    for (const { id, bytes } of rows) {
      if (freed >= excess) break;
      freed += Number(bytes);
      lastId = Number(id);
    }
    table.drop.run(lastId);
    table.total -= freed;
    // An empty table numbers its rows anew.
    if (lastId === table.lastId) table.lastId = 0;
    return true;
  };
  let isPaused = false;
  const keep = (): void => {
    for (const table of tables) {
      const { bytes, lastId } = table.measure.get(table.lastId) ?? {};
      table.total += Number(bytes);
      table.lastId = Math.max(table.lastId, Number(lastId));
    }
    while (sum() > mostBytes && dropStep(sum() - mostBytes));
  };
  return {
    keep() {
      const before = tables.map(({ total, lastId }) => ({ total, lastId }));
      const undo = (): void => tables.forEach((table, place) => Object.assign(table, before[place]));
      if (isPaused) return undo;
      try {
        keep();
        return undo;
      } catch (error) {
        undo();
        throw error;
      }
    },
    pause() {
      isPaused = true;
    },
    forget() {
      isPaused = false;
      for (const table of tables) Object.assign(table, { total: 0, lastId: 0 });
    },
  };
}
