/** Sending again: under the ids of the store what changed since, under other ids anything. */
import type { Database } from '../store/database.ts';
import { idOf } from './destination-rows.ts';
import type { Replay, Replays } from './outbox.ts';

/** The outbox's members for replays. */
export function createReplays(db: Database): Replays {
  return {
    openReplay: (destination, request, begun) => db.transaction(() => openReplay(db, { destination, request, ...begun })),
    endReplay: (copy, nowMillis) => {
      db.sql('UPDATE replay SET ended_at_millis = ? WHERE id = ?').run(Math.floor(nowMillis), copy);
    },
    enqueueChanged: (spanIds, destination, nowMillis) => db.transaction(() => enqueueChanged(db, spanIds, { destination, nowMillis })),
    countStates: (spanIds, destination, copy) => countStates(db, spanIds, { destination, copy }),
    findChanged: (spanIds, destination) => db.sql(CHANGED).all(idOf(db, destination), JSON.stringify(spanIds)).map((row) => String(row.span_id)),
    findMissingEnvelopes: (destination, grouping, copy) => {
      const id = idOf(db, destination);
      return db.sql(MISSING_ENVELOPES).all(grouping, id, copy, id, copy).map((row) => String(row.span_id));
    },
  };
}

interface Opening {
  destination: string;
  request: string;
  nowMillis: number;
  salt: string;
}

function openReplay(db: Database, { destination, request, nowMillis, salt }: Opening): Replay {
  const id = idOf(db, destination);
  const found = db.sql('SELECT id FROM replay WHERE destination = ? AND request = ? AND ended_at_millis IS NULL ORDER BY id DESC').get(id, request);
  if (found) return { copy: Number(found.id), isResumed: true };
  const { lastInsertRowid } = db.sql('INSERT INTO replay (destination, request, salt, begun_at_millis) VALUES (?, ?, ?, ?)').run(id, request, salt, Math.floor(nowMillis));
  return { copy: Number(lastInsertRowid), isResumed: false };
}

/** The newest telling counts: under which ids it went does not matter to whether it is known there. */
const CHANGED = `SELECT span_id FROM span JOIN outbox ON outbox.span = span.id WHERE outbox.destination = ? AND outbox.state = 'sent'
  AND span.span_id IN (SELECT value FROM json_each(?)) GROUP BY span.id HAVING span.changed > max(outbox.changes) ORDER BY span.end_unix_nano`;

function enqueueChanged(db: Database, spanIds: readonly string[], { destination, nowMillis }: { destination: string; nowMillis: number }): number {
  const id = idOf(db, destination);
  // One row a span is enough: the one that told it last.
  const mark = db.sql(`UPDATE outbox SET state = 'waiting', attempts = 0, next_attempt_millis = 0, refused_at_millis = NULL, enqueued_at_millis = ?,
    changes = (SELECT changed FROM span WHERE span.id = outbox.span)
    WHERE id = (SELECT outbox.id FROM outbox JOIN span ON span.id = span WHERE span_id = ? AND destination = ? AND state = 'sent' ORDER BY copy DESC LIMIT 1)`);
  return spanIds.reduce((sum, spanId) => sum + Number(mark.run(Math.floor(nowMillis), spanId, id).changes), 0);
}

function countStates(db: Database, spanIds: readonly string[], { destination, copy }: { destination: string; copy: number }): ReturnType<Replays['countStates']> {
  const rows = db.sql(`SELECT state, count(*) AS count FROM span JOIN outbox ON outbox.span = span.id AND outbox.destination = ? AND copy = ?
    WHERE span_id IN (SELECT value FROM json_each(?)) GROUP BY state`).all(idOf(db, destination), copy, JSON.stringify(spanIds));
  const of = (state: string): number => Number(rows.find((row) => row.state === state)?.count ?? 0);
  const counts = { waiting: of('waiting'), sent: of('sent'), setAside: of('set-aside') };
  return { ...counts, absent: spanIds.length - counts.waiting - counts.sent - counts.setAside };
}

const MISSING_ENVELOPES = `SELECT own.span_id FROM envelope JOIN span AS own ON own.id = envelope.span
  WHERE envelope.grouping = ? AND own.final = 1
  AND EXISTS (SELECT 1 FROM trace_place JOIN span ON span.trace_id = trace_place.trace_id JOIN outbox ON outbox.span = span.id
    WHERE trace_place.envelope = envelope.span AND outbox.destination = ? AND outbox.copy = ?)
  AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.span = own.id AND outbox.destination = ? AND outbox.copy = ?)`;
