/** The store beside raw node:sqlite, and how fast the outbox is emptied. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toJson } from '#spoor/core/json.ts';
import { createDelivery, systemClock } from '#spoor/collector/deliver.ts';
import type { Span } from '#spoor/core/span.ts';
import type { Destination, Exporter } from '#spoor/exporters/exporter.ts';
import { createOutbox } from '#spoor/outbox/create-outbox.ts';
import { findDialect } from '#spoor/semconv/index.ts';
import { loadNodeSqlite } from '#spoor/store/sqlite/node-sqlite.ts';
import { openStore } from '#spoor/store/sqlite/open-store.ts';
import { buildBenchTurn } from './store-turns.ts';
import type { BenchTurn } from './store-turns.ts';
import { toContentPolicy } from '../src/semconv/content.ts';

const TURNS = 2000;
const LISTED_SESSIONS = 20_000;

/** Prints inserts/s of the store and of raw SQLite with the same bytes, and the ratio of the two; then how fast the outbox empties. */
export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-bench-store-'));
  try {
    const turns = Array.from({ length: TURNS }, (_, index) => buildBenchTurn(index));
    const spans = turns.flatMap((turn) => turn.spans);
    const bytes = spans.reduce((sum, span) => sum + Buffer.byteLength(toJson(span)), 0);
    console.log(`store: ${spans.length} spans in ${TURNS} turns, ${Math.round(bytes / spans.length)} bytes each as JSON`);
    benchInserts(join(folder, 'live'), turns, { turnsPerCommit: 1, label: 'a durable commit each turn (live)' });
    benchInserts(join(folder, 'import'), turns, { turnsPerCommit: 10, label: 'a durable commit each ten turns (import)' });
    await benchDelivery(join(folder, 'import.db'), spans);
    benchList(join(folder, 'list.db'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function benchInserts(path: string, turns: readonly BenchTurn[], options: { turnsPerCommit: number; label: string }): void {
  const raw = openRaw(`${path}-raw.db`);
  const store = openStore(`${path}.db`);
  const commits = Array.from({ length: turns.length / options.turnsPerCommit }, (_, index) =>
    turns.slice(index * options.turnsPerCommit, (index + 1) * options.turnsPerCommit),
  );
  const save = (part: readonly BenchTurn[]): void =>
    store.transaction(() => {
      for (const { turn, spans } of part) store.saveTurn(turn, spans);
    });
  const millis = { raw: 0, store: 0, again: 0 };
  // In turns, so that neither has the warmer machine.
  for (const part of commits) {
    millis.raw += timed(() => raw.write(part));
    millis.store += timed(() => save(part));
  }
  for (const part of commits) millis.again += timed(() => save(part));
  raw.close();
  store.close();
  const count = turns.reduce((sum, { spans }) => sum + spans.length, 0);
  const ratio = (millis.store / millis.raw).toFixed(2);
  console.log(`  ${options.label}`);
  console.log(`    raw node:sqlite, three indexes ${perSecond(count, millis.raw)} spans/s`);
  console.log(`    store                          ${perSecond(count, millis.store)} spans/s   ${ratio} × the time of raw`);
  console.log(`    store, the same again          ${perSecond(count, millis.again)} spans/s`);
}

/** From the outbox through reading and rendering into an exporter that does nothing, and marked as sent: one core. */
async function benchDelivery(path: string, spans: readonly Span[]): Promise<void> {
  const store = openStore(path);
  const outbox = createOutbox(store.database);
  const destination: Destination = { name: 'null', exporter: 'memory', protocol: 'http/protobuf', compression: 'none', headers: {}, timeoutMillis: 1000, dialect: 'gen-ai', sharing: { content: toContentPolicy('preview') } };
  const exporter: Exporter = { export: async () => ({ status: 'success' }), close: async () => {} };
  const delivery = createDelivery({ store, outbox, destinations: [destination], createExporter: () => exporter, findDialect, clock: systemClock, random: Math.random });
  const put = timed(() => delivery.enqueue(spans, Date.now() + 60_000));
  const start = performance.now();
  const [flushed] = await delivery.flush({ deadlineMillis: Date.now() + 600_000 });
  const millis = performance.now() - start;
  await delivery.stop();
  store.close();
  console.log('  outbox');
  console.log(`    put in                         ${perSecond(spans.length, put)} spans/s`);
  console.log(`    read, rendered, marked as sent ${perSecond(flushed?.sent ?? 0, millis)} spans/s   ${flushed?.end}, ${flushed?.waiting} left`);
}

/** What `spoor sessions` asks of a store that years have filled. */
function benchList(path: string): void {
  const store = openStore(path);
  store.transaction(() => {
    for (let index = 0; index < LISTED_SESSIONS; index += 1) {
      const { turn, spans } = buildBenchTurn(index);
      const sessionId = `session-${index}`;
      store.saveTurn({ ...turn, sessionId, turnIndex: 0 }, spans.slice(0, 5).map((span) => ({ ...span, sessionId })));
    }
  });
  const page = timed(() => store.listSessions({ limit: 50 }));
  const all = timed(() => store.listSessions({}));
  store.close();
  console.log(`  list of ${LISTED_SESSIONS} sessions`);
  console.log(`    the newest 50 ${page.toFixed(1)} ms, all ${all.toFixed(0)} ms`);
}

/** The same bytes as one JSON text a row, with the indexes nobody can do without. */
function openRaw(path: string): { write(turns: readonly BenchTurn[]): void; close(): void } {
  const { DatabaseSync } = loadNodeSqlite();
  const db = new DatabaseSync(path);
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384;
    CREATE TABLE span (id INTEGER PRIMARY KEY, span_id TEXT, trace_id TEXT, session_id TEXT, data TEXT);
    CREATE UNIQUE INDEX span_id ON span (span_id); CREATE INDEX trace_id ON span (trace_id); CREATE INDEX session_id ON span (session_id)`);
  const insert = db.prepare('INSERT INTO span (span_id, trace_id, session_id, data) VALUES (?, ?, ?, ?)');
  return {
    write: (turns) => {
      db.exec('BEGIN IMMEDIATE');
      for (const span of turns.flatMap(({ spans }) => spans)) insert.run(span.spanId, span.traceId, span.sessionId, toJson(span));
      db.exec('COMMIT');
    },
    close: () => db.close(),
  };
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function perSecond(count: number, millis: number): string {
  return String(Math.round((count / millis) * 1000)).padStart(7);
}
