/** What a server under test reads: a store in memory, and a query service that answers with what it was asked. */
import type { TestContext } from 'node:test';
import { createLedger } from '#spoor/metrics/create-ledger.ts';
import { createOutbox } from '#spoor/outbox/create-outbox.ts';
import { createServer, type ServerOptions, type SpoorServer } from '#spoor/server/create-server.ts';
import type { ServerSources } from '#spoor/server/route.ts';
import { openMemoryStore } from '#spoor/store/memory.ts';
import type { SqliteStore } from '#spoor/store/sqlite/open-store.ts';

export interface TestSources extends ServerSources {
  store: SqliteStore;
  ledger: ReturnType<typeof createLedger>;
  outbox: ReturnType<typeof createOutbox>;
}

/** Closed with the test. */
export function createSources(t: TestContext): TestSources {
  const store = openMemoryStore();
  t.after(() => store.close());
  return {
    store,
    ledger: createLedger(store.database),
    outbox: createOutbox(store.database),
    query: { ask: (question) => Promise.resolve(Buffer.from(JSON.stringify(question))) },
    readHealth: () => ({ state: 'good', notes: [], agents: [], spool: { waiting: 0 }, destinations: [], version: '9.9.9', problems: [], receiver: [] }),
    readSettings: () => ({ version: '9.9.9', node: 'v0', platform: 'linux', paths: [], settings: [], destinations: [], agents: [], problems: [] }),
    readLinked: () => [],
    readTelemetry: () => undefined,
    version: '9.9.9',
    nowMillis: () => 8000,
  };
}

/** Listens at a port of its own until the test is over. */
export async function openTestServer(t: TestContext, sources: ServerSources, options: Partial<ServerOptions> = {}): Promise<SpoorServer> {
  const server = await createServer(sources, { port: 0, dashboard: '/nowhere/at/all', ...options });
  t.after(() => server.close());
  return server;
}
