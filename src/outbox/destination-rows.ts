/** Rows of `destination`, and how it stands with each. */
import type { Database, SqlRow, SqlValue } from '../store/database.ts';
import type { DestinationStatus } from './outbox.ts';

/** The first of those that were never refused, and of those that were: in either the order of being put in is that of the index. */
const OLDEST = `SELECT min(at) AS oldest FROM (
  SELECT * FROM (SELECT enqueued_at_millis AS at FROM outbox WHERE destination = ? AND state = 'waiting' AND refused_at_millis IS NULL ORDER BY id LIMIT 1)
  UNION ALL SELECT * FROM (SELECT enqueued_at_millis AS at FROM outbox WHERE destination = ? AND state = 'waiting' AND refused_at_millis IS NOT NULL ORDER BY refused_at_millis, id LIMIT 1))`;

/** A row of `destination` → how it stands with it. Counts what waits. */
export function toStatus(db: Database, row: SqlRow): DestinationStatus {
  const id = row.id ?? null;
  const waiting = db.sql(`SELECT count(*) AS count FROM outbox WHERE destination = ? AND state = 'waiting'`).get(id)?.count;
  const setAside = db.sql(`SELECT count(*) AS count, max(id) AS newest FROM outbox WHERE destination = ? AND state = 'set-aside'`).get(id);
  const refusal = db.sql('SELECT last_error FROM outbox WHERE id = ?').get(setAside?.newest ?? null);
  const held = db.sql('SELECT sum(spans) AS spans, min(since_millis) AS since FROM held WHERE destination = ?').get(id);
  const status: DestinationStatus = {
    name: String(row.name),
    fingerprint: String(row.fingerprint),
    addedAtMillis: Number(row.added_at_millis),
    waiting: Number(waiting),
    sent: Number(row.sent),
    rejected: Number(row.rejected),
    setAside: Number(setAside?.count),
    oldestWaitingMillis: optionalNumber(db.sql(OLDEST).get(id, id)?.oldest),
    acceptedAtMillis: optionalNumber(row.accepted_at_millis),
    sampledOut: Number(row.sampled_out),
  };
  const nextAttempt = optionalNumber(row.next_attempt_millis);
  if (nextAttempt !== undefined) {
    status.backoff = { failures: Number(row.failures), nextAttemptMillis: nextAttempt, error: String(row.last_error ?? '') };
  }
  if (typeof refusal?.last_error === 'string') status.setAsideError = refusal.last_error;
  const sinceMillis = optionalNumber(held?.since);
  if (sinceMillis !== undefined) status.held = { spans: Number(held?.spans), sinceMillis };
  return status;
}

/** The row of a destination. Throws when it was never noted. */
export function idOf(db: Database, destination: string): number {
  const row = db.sql('SELECT id FROM destination WHERE name = ?').get(destination);
  if (!row) throw new Error(`No destination is called ${JSON.stringify(destination)}. Note it with addDestination first.`);
  return Number(row.id);
}

export function optionalNumber(value: SqlValue | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}
