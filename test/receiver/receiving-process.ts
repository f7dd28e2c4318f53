/** A receiver in a process of its own, to be killed. Argument: `telemetry.db`. Prints its port. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createReceiver } from '#spoor/receiver/receiver.ts';
import { createReceiverRoute } from '#spoor/server/routes/otlp-receiver.ts';

const receiver = createReceiver({ path: process.argv[2] ?? '', agents: [], takeFacts: () => undefined, tellTrouble: (sentence) => console.error(sentence) });
const server = createServer(createReceiverRoute(receiver).serve);
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
