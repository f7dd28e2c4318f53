/** The outbox over the store's database. Its tables: `store/sqlite/migrations/0002-outbox.sql`. */
import type { Database, SqlRow, SqlValue } from '../store/database.ts';
import type { Backoff, DestinationStatus, Outbox, OutboxRow } from './outbox.ts';

/** Makes the outbox of an open store. It holds nothing of its own: the store closes the database. */
export function createOutbox(db: Database): Outbox {
  return {
    addDestination: (destination, nowMillis) => db.transaction(() => addDestination(db, destination, nowMillis)),
    readDestinations: () => db.sql('SELECT * FROM destination ORDER BY name').all().map((row) => toStatus(db, row)),
    readDestination: (name) => {
      const row = db.sql('SELECT * FROM destination WHERE name = ?').get(name);
      return row && toStatus(db, row);
    },
    enqueue: (spanIds, destination, nowMillis) => db.transaction(() => enqueue(db, { spanIds, destination, nowMillis })),
    readReceivers: (envelopeSpanId) => db.sql(RECEIVERS).all(envelopeSpanId).map((row) => String(row.name)),
    take: (destination, limit, nowMillis) => take(db, { destination, limit, nowMillis }),
    nextAttemptMillis: (destination) => nextAttemptMillis(db, destination),
    markSent: (destination, rowIds, sent) => db.transaction(() => markSent(db, { destination, rowIds, ...sent })),
    markRetry: (rowIds, retry) => db.transaction(() => markRetry(db, rowIds, retry)),
    markSetAside: (rowIds, error) =>
      db.transaction(() => {
        const mark = db.sql(`UPDATE outbox SET state = 'set-aside', attempts = attempts + 1, last_error = ? WHERE id = ?`);
        for (const id of rowIds) mark.run(error, id);
      }),
    saveBackoff: (destination, backoff) => saveBackoff(db, destination, backoff),
  };
}

function addDestination(db: Database, destination: { name: string; fingerprint: string; addedMillis?: number }, nowMillis: number): DestinationStatus {
  const insert = db.sql('INSERT OR IGNORE INTO destination (name, fingerprint, added_at_millis) VALUES (?, ?, ?)');
  insert.run(destination.name, destination.fingerprint, Math.floor(nowMillis));
  if (destination.addedMillis !== undefined) {
    db.sql('UPDATE destination SET added_at_millis = ? WHERE name = ?').run(Math.floor(destination.addedMillis), destination.name);
  }
  const update = db.sql(`UPDATE destination SET fingerprint = ?, failures = 0, next_attempt_millis = NULL, last_error = NULL
    WHERE name = ? AND fingerprint <> ?`);
  update.run(destination.fingerprint, destination.name, destination.fingerprint);
  return toStatus(db, db.sql('SELECT * FROM destination WHERE name = ?').get(destination.name) ?? {});
}

function enqueue(db: Database, request: { spanIds: readonly string[]; destination: string; nowMillis: number }): number {
  const destination = idOf(db, request.destination);
  const insert = db.sql(`INSERT INTO outbox (destination, span, state, enqueued_at_millis)
    SELECT ?, id, 'waiting', ? FROM span WHERE span_id = ?
    ON CONFLICT (span, destination) DO UPDATE SET state = 'waiting', attempts = 0, next_attempt_millis = 0,
      refused_at_millis = NULL, enqueued_at_millis = excluded.enqueued_at_millis WHERE state = 'set-aside'`);
  const now = Math.floor(request.nowMillis);
  return request.spanIds.reduce((sum, spanId) => sum + Number(insert.run(destination, now, spanId).changes), 0);
}

const RECEIVERS = `SELECT DISTINCT destination.name FROM span AS own JOIN trace_place ON trace_place.envelope = own.id
  JOIN span ON span.trace_id = trace_place.trace_id JOIN outbox ON outbox.span = span.id JOIN destination ON destination.id = outbox.destination
  WHERE own.span_id = ? ORDER BY destination.name`;

function take(db: Database, request: { destination: string; limit: number; nowMillis: number }): OutboxRow[] {
  const rows = db.sql(`SELECT outbox.id, span_id, attempts, refused_at_millis FROM outbox JOIN span ON span.id = span
    WHERE destination = (SELECT id FROM destination WHERE name = ?) AND state = 'waiting' AND next_attempt_millis <= ?
    ORDER BY refused_at_millis, outbox.id LIMIT ?`);
  return rows.all(request.destination, Math.floor(request.nowMillis), request.limit).map((row) => ({
    id: Number(row.id),
    spanId: String(row.span_id),
    attempts: Number(row.attempts),
    refusedAtMillis: optionalNumber(row.refused_at_millis),
  }));
}

function nextAttemptMillis(db: Database, destination: string): number | undefined {
  const row = db.sql(`SELECT max(min(outbox.next_attempt_millis), coalesce(destination.next_attempt_millis, 0)) AS at_millis
    FROM destination JOIN outbox ON outbox.destination = destination.id AND state = 'waiting' WHERE name = ? GROUP BY destination.id`);
  return optionalNumber(row.get(destination)?.at_millis);
}

interface Sent {
  destination: string;
  rowIds: readonly number[];
  nowMillis: number;
  rejected?: number;
}

function markSent(db: Database, { destination, rowIds, nowMillis, rejected = 0 }: Sent): void {
  const mark = db.sql(`UPDATE outbox SET state = 'sent', last_error = NULL WHERE id = ?`);
  for (const id of rowIds) mark.run(id);
  const count = db.sql(`UPDATE destination SET sent = sent + ?, rejected = rejected + ?, accepted_at_millis = ?,
    failures = 0, next_attempt_millis = NULL, last_error = NULL WHERE name = ?`);
  count.run(rowIds.length, rejected, Math.floor(nowMillis), destination);
}

function markRetry(db: Database, rowIds: readonly number[], retry: Parameters<Outbox['markRetry']>[1]): void {
  const mark = db.sql(`UPDATE outbox SET attempts = attempts + 1, next_attempt_millis = ?, last_error = ?,
    refused_at_millis = coalesce(refused_at_millis, ?) WHERE id = ?`);
  const at = Math.ceil(retry.atMillis);
  const refusedAt = retry.refusedAtMillis === undefined ? null : Math.floor(retry.refusedAtMillis);
  for (const id of rowIds) mark.run(at, retry.error, refusedAt, id);
}

function saveBackoff(db: Database, destination: string, backoff: Backoff | undefined): void {
  const save = db.sql('UPDATE destination SET failures = ?, next_attempt_millis = ?, last_error = ? WHERE name = ?');
  if (backoff) save.run(backoff.failures, Math.ceil(backoff.nextAttemptMillis), backoff.error, destination);
  else save.run(0, null, null, destination);
}

function toStatus(db: Database, row: SqlRow): DestinationStatus {
  const id = row.id ?? null;
  const waiting = db.sql(`SELECT count(*) AS count, min(enqueued_at_millis) AS oldest FROM outbox WHERE destination = ? AND state = 'waiting'`);
  const { count, oldest } = waiting.get(id) ?? {};
  const setAside = db.sql(`SELECT count(*) AS count, max(id) AS newest FROM outbox WHERE destination = ? AND state = 'set-aside'`).get(id);
  const refusal = db.sql('SELECT last_error FROM outbox WHERE id = ?').get(setAside?.newest ?? null);
  const status: DestinationStatus = {
    name: String(row.name),
    fingerprint: String(row.fingerprint),
    addedAtMillis: Number(row.added_at_millis),
    waiting: Number(count),
    sent: Number(row.sent),
    rejected: Number(row.rejected),
    setAside: Number(setAside?.count),
    oldestWaitingMillis: optionalNumber(oldest),
    acceptedAtMillis: optionalNumber(row.accepted_at_millis),
  };
  const nextAttempt = optionalNumber(row.next_attempt_millis);
  if (nextAttempt !== undefined) {
    status.backoff = { failures: Number(row.failures), nextAttemptMillis: nextAttempt, error: String(row.last_error ?? '') };
  }
  if (typeof refusal?.last_error === 'string') status.setAsideError = refusal.last_error;
  return status;
}

function idOf(db: Database, destination: string): number {
  const row = db.sql('SELECT id FROM destination WHERE name = ?').get(destination);
  if (!row) throw new Error(`No destination is called ${JSON.stringify(destination)}. Note it with addDestination first.`);
  return Number(row.id);
}

function optionalNumber(value: SqlValue | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}
