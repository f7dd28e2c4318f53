/** Lets go of what is old in `telemetry.db`, in small transactions, so that what comes in waits for none of them. */
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';

/** Logs, metrics, and spans of agents that added nothing to a tree: for looking at what an agent sends. */
const RAW_MILLIS = 7 * 86_400_000;
/** Rows of one transaction: some 20 ms. */
const STEP_ROWS = 1000;
/** Pages given back to the disk in one step. */
const STEP_PAGES = 256;

/** How long foreign traces are kept; absent: for ever. */
export interface KeepTelemetry {
  contentMillis?: number;
  spansMillis?: number;
}

export interface DroppedTelemetry {
  records: number;
  traces: number;
}

/**
 * Logs, metrics and unused spans of agents go after 7 days. A foreign trace goes whole, when its last span is older than texts or spans are to be
 * kept: its attributes are its texts. Throws where the database refuses.
 */
export async function dropOldTelemetry(db: DatabaseSync, { contentMillis, spansMillis }: KeepTelemetry, nowMillis: number): Promise<DroppedTelemetry> {
  const dropped: DroppedTelemetry = { records: 0, traces: 0 };
  const before = nowMillis - RAW_MILLIS;
  const logs = db.prepare('DELETE FROM telemetry_log WHERE id IN (SELECT id FROM telemetry_log WHERE received_millis < ? LIMIT ?)');
  const metrics = db.prepare('DELETE FROM telemetry_metric WHERE id IN (SELECT id FROM telemetry_metric WHERE received_millis < ? LIMIT ?)');
  const ownSpans = db.prepare(`DELETE FROM foreign_span WHERE id IN (SELECT s.id FROM telemetry_source a JOIN foreign_span s ON s.source_id = a.id WHERE a.agent IS NOT NULL AND s.start_unix_nano < ? AND s.end_unix_nano < ? LIMIT ?)`);
  dropped.records += await repeat(() => Number(logs.run(before, STEP_ROWS).changes));
  dropped.records += await repeat(() => Number(metrics.run(before, STEP_ROWS).changes));
  dropped.records += await repeat(() => Number(ownSpans.run(toNano(before), toNano(before), STEP_ROWS).changes));
  const keepMillis = Math.min(contentMillis ?? Infinity, spansMillis ?? Infinity);
  if (keepMillis !== Infinity) dropped.traces = await dropTraces(db, toNano(nowMillis - keepMillis));
  const pages = Number(Object.values(db.prepare('PRAGMA freelist_count').get() ?? {})[0] ?? 0);
  for (let left = pages; left > 0; left -= STEP_PAGES) {
    db.exec(`PRAGMA incremental_vacuum(${STEP_PAGES})`);
    await turn();
  }
  return dropped;
}

/** Each trace with its spans in one transaction; a very long one in several, its line last. */
async function dropTraces(db: DatabaseSync, beforeUnixNano: bigint): Promise<number> {
  const find = db.prepare('SELECT trace_id AS id FROM foreign_trace WHERE start_unix_nano < ? AND end_unix_nano > 0 AND end_unix_nano < ? ORDER BY start_unix_nano LIMIT 1');
  const spans = db.prepare('DELETE FROM foreign_span WHERE id IN (SELECT id FROM foreign_span WHERE trace_id = ? LIMIT ?)');
  const line = db.prepare('DELETE FROM foreign_trace WHERE trace_id = ?');
  let traces = 0;
  for (;;) {
    const found = find.get(beforeUnixNano, beforeUnixNano);
    if (!found) return traces;
    const id = found.id as Uint8Array;
    await repeat(() => Number(spans.run(id, STEP_ROWS).changes));
    line.run(id);
    traces += 1;
    if (traces % 20 === 0) await turn();
  }
}

async function repeat(step: () => number): Promise<number> {
  let sum = 0;
  for (;;) {
    const changed = step();
    sum += changed;
    if (changed < STEP_ROWS) return sum;
    await turn();
  }
}

function toNano(unixMillis: number): bigint {
  return BigInt(Math.max(0, Math.floor(unixMillis))) * 1_000_000n;
}
