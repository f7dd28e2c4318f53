/** The floor of ingest: bare HTTP, a decoder, a raw insert with three indexes. One thread. Argument: the path of its database. Prints its port. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseProtobuf } from '#spoor/otlp/parse-protobuf.ts';
import { loadNodeSqlite } from '#spoor/store/sqlite/node-sqlite.ts';

const { DatabaseSync } = loadNodeSqlite();
const db = new DatabaseSync(process.argv[2] ?? ':memory:');
db.exec(`
  PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -32768;
  CREATE TABLE span (trace_id TEXT, span_id TEXT, parent_span_id TEXT, service TEXT, name TEXT, kind INTEGER, start INTEGER, end INTEGER, status INTEGER, attributes TEXT);
  CREATE INDEX span_trace ON span (trace_id); CREATE INDEX span_time ON span (start); CREATE INDEX span_service ON span (service, start);`);
const insert = db.prepare('INSERT INTO span VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
const count = db.prepare('SELECT count(*) AS count FROM span');

const server = createServer((request, response) => {
  if (request.method === 'GET') return void response.end(JSON.stringify({ spans: Number(count.get()?.count), rssBytes: process.memoryUsage.rss(), ...process.cpuUsage() }));
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { value } = parseProtobuf(Buffer.concat(chunks));
    db.exec('BEGIN');
    for (const { resource, spans } of value?.resourceSpans ?? []) {
      for (const { traceId, spanId, parentSpanId, name, kind, startUnixNano, endUnixNano, status, attributes } of spans) {
        const json = JSON.stringify(attributes, (_key, item: unknown) => (typeof item === 'bigint' ? Number(item) : item));
        insert.run(traceId, spanId, parentSpanId ?? null, String(resource['service.name']), name, kind, startUnixNano, endUnixNano, status.code, json);
      }
    }
    db.exec('COMMIT');
    response.setHeader('Content-Type', 'application/x-protobuf');
    response.end();
  });
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
