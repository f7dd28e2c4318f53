/** The outbox over the store's database. Its tables: `store/sqlite/migrations/0002-outbox.sql` and `0006-retention.sql`. */
import type { Database } from '../store/database.ts';
import { idOf, optionalNumber, toStatus } from './destination-rows.ts';
import type { Backoff, DestinationStatus, Outbox, OutboxRow, ToldRow } from './outbox.ts';
import { createQueueLimiter } from './queue-limits.ts';
import { createReplays } from './replays.ts';

/** Makes the outbox of an open store. It holds nothing of its own: the store closes the database. */
export function createOutbox(db: Database): Outbox {
  return {
    ...createQueueLimiter(db),
    ...createReplays(db),
    addDestination: (destination, nowMillis) => db.transaction(() => addDestination(db, destination, nowMillis)),
    readDestinations: () => db.sql('SELECT * FROM destination ORDER BY name').all().map((row) => toStatus(db, row)),
    readDestination: (name) => {
      const row = db.sql('SELECT * FROM destination WHERE name = ?').get(name);
      return row && toStatus(db, row);
    },
    enqueue: (spanIds, destination, nowMillis, { copy = 0 } = {}) => db.transaction(() => enqueue(db, { spanIds, destination, nowMillis, copy })),
    readReceivers: (envelopeSpanId) => db.sql(RECEIVERS).all(envelopeSpanId).map((row) => ({ name: String(row.name), copy: Number(row.copy) })),
    take: (destination, limit, nowMillis) => take(db, { destination, limit, nowMillis }),
    nextAttemptMillis: (destination) => nextAttemptMillis(db, destination),
    markSent: (destination, rows, sent) => db.transaction(() => markSent(db, { destination, rows, ...sent })),
    markUnsaid: (rows) => setSent(db, rows),
    markRetry: (rowIds, retry) => db.transaction(() => markRetry(db, rowIds, retry)),
    defer: (rowIds, { atMillis, error }) => {
      db.sql(`UPDATE outbox SET next_attempt_millis = ?, last_error = ? WHERE ${AMONG}`).run(Math.ceil(atMillis), error, JSON.stringify(rowIds));
    },
    hasten: (destination) => {
      db.sql(`UPDATE outbox SET next_attempt_millis = 0 WHERE destination = (SELECT id FROM destination WHERE name = ?) AND state = 'waiting' AND next_attempt_millis > 0`).run(destination);
    },
    markSetAside: (rowIds, error) => {
      db.sql(`UPDATE outbox SET state = 'set-aside', attempts = attempts + 1, last_error = ? WHERE ${AMONG}`).run(error, JSON.stringify(rowIds));
    },
    saveBackoff: (destination, backoff) => saveBackoff(db, destination, backoff),
  };
}

/** Rows by their ids as one parameter: a third of the time of one statement a row. */
const AMONG = 'id IN (SELECT value FROM json_each(?))';

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

interface Enqueue {
  spanIds: readonly string[];
  destination: string;
  nowMillis: number;
  copy: number;
}

function enqueue(db: Database, { spanIds, destination, nowMillis, copy }: Enqueue): number {
  const id = idOf(db, destination);
  const insert = db.sql(`INSERT INTO outbox (destination, span, copy, state, enqueued_at_millis, changes)
    SELECT ?, id, ?, 'waiting', ?, changed FROM span WHERE span_id = ?
    ON CONFLICT (span, destination, copy) DO UPDATE SET state = 'waiting', attempts = 0, next_attempt_millis = 0, changes = excluded.changes,
      refused_at_millis = NULL, enqueued_at_millis = excluded.enqueued_at_millis WHERE state = 'set-aside'`);
  const now = Math.floor(nowMillis);
  return spanIds.reduce((sum, spanId) => sum + Number(insert.run(id, copy, now, spanId).changes), 0);
}

const RECEIVERS = `SELECT DISTINCT destination.name, outbox.copy FROM span AS own JOIN trace_place ON trace_place.envelope = own.id
  JOIN span ON span.trace_id = trace_place.trace_id JOIN outbox ON outbox.span = span.id JOIN destination ON destination.id = outbox.destination
  WHERE own.span_id = ? ORDER BY destination.name, outbox.copy`;

function take(db: Database, request: { destination: string; limit: number; nowMillis: number }): OutboxRow[] {
  const rows = db.sql(`SELECT outbox.id, span_id, span.id AS span_row, changed, attempts, enqueued_at_millis,
    coalesce((SELECT settled FROM turn WHERE turn.id = span.turn), 1) AS settled, refused_at_millis, salt FROM outbox JOIN span ON span.id = span LEFT JOIN replay ON replay.id = copy
    WHERE outbox.destination = (SELECT id FROM destination WHERE name = ?) AND state = 'waiting' AND next_attempt_millis <= ?
    ORDER BY refused_at_millis, outbox.id LIMIT ?`);
  return rows.all(request.destination, Math.floor(request.nowMillis), request.limit).map((row) => ({
    id: Number(row.id),
    spanId: String(row.span_id),
    spanRow: Number(row.span_row),
    changed: Number(row.changed),
    attempts: Number(row.attempts),
    enqueuedAtMillis: Number(row.enqueued_at_millis),
    isTurnSettled: Number(row.settled) === 1,
    refusedAtMillis: optionalNumber(row.refused_at_millis),
    ...(typeof row.salt === 'string' ? { salt: row.salt } : {}),
  }));
}

/** Mostly the first that was never tried answers for all: a million that wait are not looked through each time. */
const UNTRIED = `SELECT 1 FROM outbox WHERE destination = ? AND state = 'waiting' AND refused_at_millis IS NULL AND next_attempt_millis = 0 ORDER BY id LIMIT 1`;

function nextAttemptMillis(db: Database, name: string): number | undefined {
  const destination = db.sql('SELECT id, next_attempt_millis FROM destination WHERE name = ?').get(name);
  if (!destination) return undefined;
  const backoff = optionalNumber(destination.next_attempt_millis) ?? 0;
  const id = destination.id ?? null;
  if (db.sql(UNTRIED).get(id)) return Math.max(0, backoff);
  const row = db.sql(`SELECT min(next_attempt_millis) AS at_millis FROM outbox WHERE destination = ? AND state = 'waiting'`).get(id);
  const first = optionalNumber(row?.at_millis);
  return first === undefined ? undefined : Math.max(first, backoff);
}

interface Sent {
  destination: string;
  rows: readonly ToldRow[];
  nowMillis: number;
  rejected?: number;
}

function markSent(db: Database, { destination, rows, nowMillis, rejected = 0 }: Sent): void {
  setSent(db, rows);
  const count = db.sql(`UPDATE destination SET sent = sent + ?, rejected = rejected + ?, accepted_at_millis = ?,
    failures = 0, next_attempt_millis = NULL, last_error = NULL WHERE name = ?`);
  count.run(rows.length, rejected, Math.floor(nowMillis), destination);
}

/** A span that changed while it waited went out as it was then, not as it was when it was put in. */
function setSent(db: Database, rows: readonly ToldRow[]): void {
  const set = db.sql(`UPDATE outbox SET state = 'sent', last_error = NULL, changes = told.changed
    FROM (SELECT value ->> 0 AS id, value ->> 1 AS changed FROM json_each(?)) AS told WHERE outbox.id = told.id`);
  set.run(JSON.stringify(rows.map(({ id, changed }) => [id, changed])));
}

function markRetry(db: Database, rowIds: readonly number[], retry: Parameters<Outbox['markRetry']>[1]): void {
  const mark = db.sql(`UPDATE outbox SET attempts = attempts + 1, next_attempt_millis = ?, last_error = ?,
    refused_at_millis = coalesce(refused_at_millis, ?) WHERE ${AMONG}`);
  const refusedAt = retry.refusedAtMillis === undefined ? null : Math.floor(retry.refusedAtMillis);
  mark.run(Math.ceil(retry.atMillis), retry.error, refusedAt, JSON.stringify(rowIds));
}

function saveBackoff(db: Database, destination: string, backoff: Backoff | undefined): void {
  const save = db.sql('UPDATE destination SET failures = ?, next_attempt_millis = ?, last_error = ? WHERE name = ?');
  if (backoff) save.run(backoff.failures, Math.ceil(backoff.nextAttemptMillis), backoff.error, destination);
  else save.run(0, null, null, destination);
}
