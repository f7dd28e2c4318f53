/** Serving in the foreground: the HTTP server and the collector in one process, until it is told to leave. It listens first; all else comes after. */
import { setTimeout as delay } from 'node:timers/promises';
import { findPortOwner } from '../../server/find-port-owner.ts';
import { createServer, PortTakenError } from '../../server/create-server.ts';
import { readServerFile, removeServerFile, saveServerFile } from '../../collector/lifecycle/server-file.ts';
import type { CollectReport } from '../../collector/reports.ts';
import { createHome, type Home } from '../../config/home.ts';
import { createReceiverRoute } from '../../server/routes/otlp-receiver.ts';
import type { RawRoute } from '../../server/raw-route.ts';
import { openStore } from '../../store/sqlite/open-store.ts';
import { Failure } from '../failure.ts';
import { openParts, type ServeParts } from './parts.ts';
import type { ServeRequest } from './serve-request.ts';

/** Returns when it was told to leave. Throws a Failure where it cannot serve, or another process collects and does not give way. */
export async function serve(request: ServeRequest): Promise<CollectReport> {
  const { home } = request;
  const other = readServerFile(home);
  if (other) throw new Failure(`spoor serve runs already at ${other.url} (process ${other.pid}).`, `Use that one, or end it first: kill ${other.pid}`);
  createHome(home);
  const store = openStore(home.database);
  try {
    const receiver = request.openReceiver(store);
    const parts = openParts(store, request);
    try {
      return await serveParts(parts, createReceiverRoute(receiver), request);
    } finally {
      await receiver.close();
      await parts.close();
    }
  } finally {
    store.close();
  }
}

async function serveParts(parts: ServeParts, receiver: RawRoute, { home, port, signal, imports, onListening, collect }: ServeRequest): Promise<CollectReport> {
  const server = await createServer(parts.sources, { port, dashboard: parts.dashboard, rawRoutes: [parts.live, receiver] }).catch((error: unknown) => {
    throw error instanceof PortTakenError ? toTakenFailure(port) : error;
  });
  try {
    saveServerFile(home, server.url);
    await onListening(server);
    await leaveToPages(signal);
    if (imports && !signal.aborted) parts.importPast();
    const report = await collect({ onStep: parts.live.poke, ...(imports ? { tail: parts.tail } : {}) });
    if (!report.ran && !signal.aborted) throw new Failure('Another collector runs and does not give way.', 'See which with: spoor status');
    return report;
  } finally {
    leaveServer(home, parts);
    await server.close();
  }
}

/** To load what collects holds this thread up for a good 100 ms, and an import takes a processor: just when the browser that waits for this asks for its page. */
const PAGES_FIRST_MILLIS = 300;

async function leaveToPages(signal: AbortSignal): Promise<void> {
  await delay(PAGES_FIRST_MILLIS, undefined, { signal }).catch(() => undefined);
}

/** Nobody is sent here any more, and no process of ours is left. */
function leaveServer(home: Home, { background, live }: ServeParts): void {
  removeServerFile(home);
  background.close();
  live.close();
}

function toTakenFailure(port: number): Failure {
  const owner = findPortOwner(port);
  const who = owner ? `${owner.name} (process ${owner.pid})` : 'another program';
  return new Failure(`Port ${port} of 127.0.0.1 is taken by ${who}.`, `End it, or serve at another port: spoor serve --port ${port === 65535 ? 4319 : port + 1}`);
}
