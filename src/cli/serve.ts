/** Serving in the foreground: the HTTP server and the collector in one process, until it is told to leave. */
import { findPortOwner } from '../server/find-port-owner.ts';
import { createServer, PortTakenError, type SpoorServer } from '../server/create-server.ts';
import { readServerFile, removeServerFile, saveServerFile } from '../server/server-file.ts';
import type { CollectReport } from '../collector/reports.ts';
import { createHome, type Home } from '../config/home.ts';
import { VERSION } from '../core/version.ts';
import { createLedger } from '../metrics/create-ledger.ts';
import { createOutbox } from '../outbox/create-outbox.ts';
import { openStore } from '../store/sqlite/open-store.ts';
import type { Store } from '../store/store.ts';
import type { Receiver } from '../receiver/receiver.ts';
import { mountReceiver } from '../server/routes/otlp-receiver.ts';
import { Failure } from './failure.ts';

export interface ServeRequest {
  home: Home;
  port: number;
  /** Aborted: leave. */
  signal: AbortSignal;
  /** It listens. */
  onListening(server: SpoorServer): Promise<void>;
  /** Collects until the signal, in place of a collector that runs. */
  collect(): Promise<CollectReport>;
  /** Takes telemetry in at this port, into this store. Throws a Failure where it must not. */
  receive(store: Store, port: number): Receiver;
}

/** Returns when it was told to leave. Throws a Failure where it cannot serve, or another process collects and does not give way. */
export async function serve({ home, port, signal, onListening, collect, receive }: ServeRequest): Promise<CollectReport> {
  const other = readServerFile(home);
  if (other) throw new Failure(`spoor serve runs already at ${other.url} (process ${other.pid}).`, `Use that one, or end it first: kill ${other.pid}`);
  createHome(home);
  const store = openStore(home.database);
  try {
    const sources = { store, ledger: createLedger(store.database), outbox: createOutbox(store.database), version: VERSION, nowMillis: Date.now };
    const server = await createServer(sources, { port }).catch((error: unknown) => {
      throw error instanceof PortTakenError ? toTakenFailure(port) : error;
    });
    let receiver: Receiver | undefined;
    try {
      receiver = receive(store, server.port);
      mountReceiver(server.http, receiver);
      saveServerFile(home, server.url);
      await onListening(server);
      const report = await collect();
      if (!report.ran && !signal.aborted) throw new Failure('Another collector runs and does not give way.', 'See which with: spoor status');
      return report;
    } finally {
      removeServerFile(home);
      await receiver?.close();
      await server.close();
    }
  } finally {
    store.close();
  }
}

function toTakenFailure(port: number): Failure {
  const owner = findPortOwner(port);
  const who = owner ? `${owner.name} (process ${owner.pid})` : 'another program';
  return new Failure(`Port ${port} of 127.0.0.1 is taken by ${who}.`, `End it, or serve at another port: spoor serve --port ${port === 65535 ? 4319 : port + 1}`);
}
