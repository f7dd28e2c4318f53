/** Queues with limits: what a full one does not take, what has waited too long, what is not in a sample. */
import type { Database } from '../store/database.ts';
import { idOf, optionalNumber } from './destination-rows.ts';
import type { QueueLimiter } from './outbox.ts';

/** The outbox's members for limits. */
export function createQueueLimiter(db: Database): QueueLimiter {
  return {
    countWaiting: (destination, upTo) => {
      const row = db.sql(`SELECT count(*) AS count FROM (SELECT 1 FROM outbox WHERE destination = (SELECT id FROM destination WHERE name = ?) AND state = 'waiting' LIMIT ?)`);
      return Number(row.get(destination, upTo)?.count);
    },
    hold: (traces, destination, nowMillis) => db.transaction(() => hold(db, traces, { destination, nowMillis })),
    hasHeld: (destination) => db.sql('SELECT 1 FROM held WHERE destination = (SELECT id FROM destination WHERE name = ?) LIMIT 1').get(destination) !== undefined,
    release: (destination, atLeast) => db.transaction(() => release(db, destination, atLeast)),
    expire: (destination, expiry) => db.transaction(() => expire(db, destination, expiry)),
    noteSampledOut: (destination, spans) => {
      db.sql('UPDATE destination SET sampled_out = sampled_out + ? WHERE name = ?').run(spans, destination);
    },
  };
}

function hold(db: Database, traces: ReadonlyMap<string, number>, { destination, nowMillis }: { destination: string; nowMillis: number }): void {
  const save = db.sql(`INSERT INTO held (destination, trace_id, spans, since_millis) VALUES (?, ?, ?, ?)
    ON CONFLICT (destination, trace_id) DO UPDATE SET spans = spans + excluded.spans`);
  const id = idOf(db, destination);
  for (const [traceId, spans] of traces) save.run(id, traceId, spans, Math.floor(nowMillis));
}

/** Children end before their parents, which is the order that everything goes out in. */
const PUT = `INSERT INTO outbox (destination, span, state, enqueued_at_millis, changes)
  SELECT ?, id, 'waiting', ?, changed FROM span WHERE trace_id = ? AND final = 1 ORDER BY end_unix_nano, start_unix_nano DESC, id DESC
  ON CONFLICT (span, destination, copy) DO NOTHING`;

function release(db: Database, destination: string, atLeast: number): number {
  const id = idOf(db, destination);
  const next = db.sql('SELECT id, trace_id, since_millis FROM held WHERE destination = ? ORDER BY id LIMIT 1');
  const put = db.sql(PUT);
  let count = 0;
  for (let row = next.get(id); row && count < atLeast; row = next.get(id)) {
    count += Number(put.run(id, row.since_millis ?? null, row.trace_id ?? null).changes);
    db.sql('DELETE FROM held WHERE id = ?').run(row.id ?? null);
  }
  return count;
}

/** Both kinds in the order of the index; only as many as are wanted are looked at where the first of them is young. */
const FIRST = {
  untried: `SELECT outbox.id, span_id, enqueued_at_millis FROM outbox JOIN span ON span.id = span WHERE destination = ? AND state = 'waiting' AND refused_at_millis IS NULL ORDER BY outbox.id LIMIT ?`,
  refused: `SELECT outbox.id, span_id, enqueued_at_millis FROM outbox JOIN span ON span.id = span WHERE destination = ? AND state = 'waiting' AND refused_at_millis IS NOT NULL ORDER BY refused_at_millis, outbox.id LIMIT ?`,
};

function expire(db: Database, destination: string, { beforeMillis, limit, error }: Parameters<QueueLimiter['expire']>[1]): string[] {
  const id = idOf(db, destination);
  const isOld = (row: Record<string, unknown>): boolean => (optionalNumber(row.enqueued_at_millis as number) ?? Infinity) < beforeMillis;
  const old = Object.values(FIRST).flatMap((first) => {
    const head = db.sql(first).all(id, 1);
    return head.some(isOld) ? db.sql(first).all(id, limit).filter(isOld) : [];
  });
  const mark = db.sql(`UPDATE outbox SET state = 'set-aside', last_error = ? WHERE id = ?`);
  for (const row of old) mark.run(error, row.id ?? null);
  return old.map((row) => String(row.span_id));
}
