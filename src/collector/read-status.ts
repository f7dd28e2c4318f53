/** `spoor status`: what is traced, what waits, what went wrong. Looks only. */
import { existsSync, statSync } from 'node:fs';
import type { Agent, AgentEnvironment } from '../agents/agent.ts';
import type { Home } from '../config/home.ts';
import { VERSION } from '../core/version.ts';
import { createOutbox } from '../outbox/create-outbox.ts';
import { spoolStatus } from '../spool/spool-status.ts';
import { openStore, type SqliteStore } from '../store/sqlite/open-store.ts';
import { readCollector } from './lifecycle/pid-file.ts';
import type { Status } from './reports.ts';

export interface StatusOptions {
  home: Home;
  environment: AgentEnvironment;
  agents: readonly Agent[];
  /** The shell text that our hooks hold, by agent. */
  hookCommandOf(agent: Agent): string;
}

/** Reads everything that `spoor status` shows. Throws StoreOpenError when there is a store that cannot be opened. */
export function readStatus(options: StatusOptions): Status {
  const { home } = options;
  const collector = readCollector(home);
  const spool = spoolStatus(home);
  const store = existsSync(home.database) ? openStore(home.database) : undefined;
  try {
    return {
      home: home.root,
      version: VERSION,
      collector: { running: collector?.alive === true, ...(collector?.alive && { pid: collector.pid, version: collector.version, startedMillis: statSync(home.pidFile, { throwIfNoEntry: false })?.mtimeMs }) },
      spool: { waiting: spool.count, bytes: spool.bytes, oldestMillis: spool.oldestMillis, setAside: spool.setAside },
      store: readStoreStatus(home, store),
      agents: options.agents.map((agent) => readAgentStatus(agent, options, store)),
      destinations: store ? readDestinations(store) : [],
      problems: store?.readProblems() ?? [],
    };
  } finally {
    store?.close();
  }
}

function readStoreStatus(home: Home, store: SqliteStore | undefined): Status['store'] {
  if (!store) return { sessions: 0, pending: 0 };
  const totals = store.readTotals();
  return { bytes: statSync(home.database, { throwIfNoEntry: false })?.size, sessions: totals.sessions, pending: totals.pendingSpans, newestMillis: newestOf(store, {}) };
}

function newestOf(store: SqliteStore, filter: { agent?: string }): number | undefined {
  const [newest] = store.listSessions({ ...filter, limit: 1 });
  const nano = newest?.endUnixNano ?? newest?.startUnixNano;
  return nano === undefined ? undefined : Number(nano / 1_000_000n);
}

function readAgentStatus(agent: Agent, options: StatusOptions, store: SqliteStore | undefined): Status['agents'][number] {
  return {
    agent: agent.id,
    title: agent.title,
    present: agent.installer?.isPresent(options.environment) ?? false,
    installedIn: agent.installer?.installedIn(options.environment, options.hookCommandOf(agent)) ?? [],
    sessions: store?.readTotals(agent.id).sessions ?? 0,
    newestMillis: store && newestOf(store, { agent: agent.id }),
  };
}

function readDestinations(store: SqliteStore): Status['destinations'] {
  return createOutbox(store.database).readDestinations().map((one) => ({
    name: one.name,
    waiting: one.waiting,
    setAside: one.setAside,
    lastError: one.backoff?.error ?? one.setAsideError,
    lastDeliveredMillis: one.acceptedAtMillis,
  }));
}
