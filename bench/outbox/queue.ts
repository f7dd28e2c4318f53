/** The two sides of a backlog, each a process of its own: `fill` queues spans for a destination that is down and one that is well; `drain` empties a queue. Prints figures as JSON. */
import { createDelivery, systemClock } from '#spoor/collector/deliver.ts';
import type { Delivery } from '#spoor/collector/deliver.ts';
import type { Destination } from '#spoor/exporters/exporter.ts';
import { createExporter } from '#spoor/exporters/index.ts';
import { createOutbox } from '#spoor/outbox/create-outbox.ts';
import type { Outbox } from '#spoor/outbox/outbox.ts';
import { toContentPolicy } from '#spoor/semconv/content.ts';
import { findDialect } from '#spoor/semconv/index.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { packTurn } from '#spoor/store/sqlite/pack-turn.ts';
import { buildBenchTurn } from '../store-turns.ts';

export interface QueueOrder {
  mode: 'fill' | 'drain';
  path: string;
  spans: number;
  /** Addresses of the destinations by their names. */
  urls: Readonly<Record<string, string>>;
  compression: 'gzip' | 'none';
}

export interface FillFigures {
  seconds: number;
  /** Rows that wait for the one that is down. */
  waiting: number;
  /** The longest that the healthy one was behind: from being put in to being taken. */
  longestWaitMillis: number;
  rssBytes: number;
  storeBytes: number;
  /** Of the outbox's table and indexes alone. */
  outboxBytesARow: number;
}

export interface DrainFigures {
  sent: number;
  seconds: number;
  cpuSeconds: number;
  rssBytes: number;
}

/** As the collector commits live turns, a few at a time. */
const TURNS_A_COMMIT = 25;
const SPANS_A_TURN = 20;

function open({ path, urls, compression }: QueueOrder): { store: SqliteStore; outbox: Outbox; delivery: Delivery } {
  const store = openStore(path);
  const outbox = createOutbox(store.database);
  const destinations = Object.entries(urls).map(([name, url]): Destination => ({ name, exporter: 'otlp-http', url, protocol: 'http/protobuf', compression, headers: {}, timeoutMillis: 10_000, dialect: 'gen-ai', sharing: { content: toContentPolicy('preview') }, addedMillis: 0 }));
  const delivery = createDelivery({ store, outbox, destinations, createExporter, findDialect, clock: systemClock, random: Math.random });
  return { store, outbox, delivery };
}

async function fill(order: QueueOrder): Promise<FillFigures> {
  const { store, outbox, delivery } = open(order);
  delivery.start();
  const start = performance.now();
  let longestWaitMillis = 0;
  const turns = Math.ceil(order.spans / SPANS_A_TURN);
  // Laying a million rows durably one commit after another would take most of the time, and is measured elsewhere (store, import).
  await store.inBulk(async () => {
    for (let from = 0; from < turns; from += TURNS_A_COMMIT) {
      const part = Array.from({ length: Math.min(TURNS_A_COMMIT, turns - from) }, (_, index) => buildBenchTurn(from + index));
      store.transaction(() => {
        for (const { turn, spans } of part) {
          store.insertTurn(packTurn(turn, spans, 'whole'));
          delivery.enqueue(spans, Date.now());
        }
      });
      const put = performance.now();
      while (outbox.countWaiting('well', 1) > 0) await new Promise((resolve) => setTimeout(resolve, 1));
      longestWaitMillis = Math.max(longestWaitMillis, performance.now() - put);
    }
  });
  const seconds = (performance.now() - start) / 1000;
  const waiting = outbox.readDestination('dead')?.waiting ?? 0;
  const rows = Number(store.database.sql('SELECT count(*) AS count FROM outbox').get()?.count);
  const bytes = Number(store.database.sql(`SELECT sum(pgsize) AS bytes FROM dbstat WHERE name IN ('outbox', 'outbox_waiting', 'outbox_set_aside') OR name LIKE 'sqlite_autoindex_outbox%'`).get()?.bytes);
  const { usedBytes } = store.readSize();
  await delivery.stop();
  store.close();
  return { seconds, waiting, longestWaitMillis, rssBytes: process.resourceUsage().maxRSS * 1024, storeBytes: usedBytes, outboxBytesARow: bytes / rows };
}

async function drain(order: QueueOrder): Promise<DrainFigures> {
  const { store, delivery } = open(order);
  const cpu = process.cpuUsage();
  const start = performance.now();
  const flushed = await delivery.flush({ deadlineMillis: Date.now() + 3_600_000, retryNow: true });
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await delivery.stop();
  store.close();
  return { sent: flushed.reduce((sum, { sent }) => sum + sent, 0), seconds, cpuSeconds: (user + system) / 1e6, rssBytes: process.resourceUsage().maxRSS * 1024 };
}

const order = JSON.parse(process.argv[2] ?? '{}') as QueueOrder;
console.log(JSON.stringify(order.mode === 'fill' ? await fill(order) : await drain(order)));
