/** The receiver as `spoor serve` has it, without the rest. Argument: the path of its database. Prints its port. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createReceiver } from '#spoor/receiver/receiver.ts';
import { openTelemetryReadOnly } from '#spoor/receiver/telemetry-database.ts';
import { createReceiverRoute } from '#spoor/server/routes/otlp-receiver.ts';

const path = process.argv[2] ?? '';
const receiver = createReceiver({ path, agents: [], takeFacts: () => undefined, tellTrouble: (sentence) => console.error(sentence) });
const route = createReceiverRoute(receiver);
const server = createServer((request, response) => {
  if (route.isOwn(request.url ?? '')) return route.serve(request, response);
  const db = openTelemetryReadOnly(path);
  const spans = Number(db?.prepare('SELECT count(*) AS count FROM foreign_span').get()?.count ?? 0);
  db?.close();
  return void response.end(JSON.stringify({ spans, rssBytes: process.memoryUsage.rss(), ...process.cpuUsage() }));
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
