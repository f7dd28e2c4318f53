/** `spoor status`: what is traced, what waits, what went wrong. Looks only. */
import { existsSync, statSync } from 'node:fs';
import type { Agent, AgentEnvironment } from '../agents/agent.ts';
import { loadConfig } from '../config/config.ts';
import type { DestinationSetting } from '../config/destination/destination-setting.ts';
import type { Home } from '../config/home.ts';
import { readNewestError } from '../config/read-logs.ts';
import { isFromEnvironment } from '../config/otlp-environment.ts';
import { findMissingSecrets } from '../config/missing-secrets.ts';
import { resolveDestination } from '../config/resolve-destination.ts';
import type { Problem } from '../core/problem.ts';
import { VERSION } from '../core/version.ts';
import { createOutbox } from '../outbox/create-outbox.ts';
import { spoolStatus } from '../spool/spool-status.ts';
import { openStore, type SqliteStore } from '../store/sqlite/open-store.ts';
import { readCollector } from './lifecycle/pid-file.ts';
import type { DestinationReport, ProblemCount, Status } from './reports.ts';

export interface StatusOptions {
  home: Home;
  environment: AgentEnvironment;
  agents: readonly Agent[];
  /** The shell text that our hooks hold, by agent. */
  hookCommandOf(agent: Agent): string;
  /** Whether the agent's hooks act only where a shell names an OTLP endpoint. */
  isEnvOnly(agent: Agent): boolean;
}

/** Reads everything that `spoor status` shows. Throws StoreOpenError when there is a store that cannot be opened. */
export function readStatus(options: StatusOptions): Status {
  const { home } = options;
  const collector = readCollector(home);
  const spool = spoolStatus(home);
  const config = readConfiguration(options);
  const store = existsSync(home.database) ? openStore(home.database) : undefined;
  try {
    const problems = store?.readProblems() ?? [];
    return {
      home: home.root,
      version: VERSION,
      collector: { running: collector?.alive === true, ...(collector?.alive && { pid: collector.pid, version: collector.version, startedMillis: startOf(home) }) },
      spool: { waiting: spool.count, bytes: spool.bytes, oldestMillis: toWhole(spool.oldestMillis), setAside: spool.setAside },
      store: readStoreStatus(home, store),
      agents: options.agents.map((agent) => readAgentStatus(agent, options, store)),
      destinations: toDestinations(config.settings, store ? readDeliveries(store) : []),
      configProblems: config.problems,
      deliveryProblems: problems.filter((one) => one.agent === OWN && !isOfConfiguration(one)).map(({ code, detail, count }) => ({ code, detail, count })),
      problems: problems.filter(({ agent }) => agent !== OWN),
      ...readLastError(home),
    };
  } finally {
    store?.close();
  }
}

function readLastError(home: Home): Pick<Status, 'lastError'> {
  const error = readNewestError(home);
  return error?.atMillis === undefined ? {} : { lastError: { atMillis: error.atMillis, log: error.log, message: error.message } };
}

/** The owner of problems that are no agent's. */
const OWN = 'spoor';

function startOf(home: Home): number | undefined {
  return toWhole(statSync(home.pidFile, { throwIfNoEntry: false })?.mtimeMs);
}

/** Disks tell fractions of milliseconds. */
function toWhole(millis: number | undefined): number | undefined {
  return millis === undefined ? undefined : Math.floor(millis);
}

interface Configured extends Pick<DestinationSetting, 'name'> {
  missingSecrets: string[];
}

/** The configuration as it is now: what a collector noted of it may be mended since. */
function readConfiguration({ home, environment }: StatusOptions): { settings: Configured[]; problems: Problem[] } {
  const { value, problems } = loadConfig(home, environment);
  const resolved = value.destinations.map((setting) => ({ setting, problems: resolveDestination(setting, environment).problems }));
  return {
    settings: resolved.map(({ setting }) => ({ name: setting.name, missingSecrets: findMissingSecrets(setting, environment) })),
    problems: [...problems, ...resolved.flatMap((one) => one.problems)],
  };
}

/** Collectors note these, too; they are read from the configuration itself. */
function isOfConfiguration({ code }: ProblemCount): boolean {
  return code.startsWith('config-') || code === 'missing-secret' || code === 'bad-header';
}

function readStoreStatus(home: Home, store: SqliteStore | undefined): Status['store'] {
  if (!store) return { sessions: 0, pending: 0 };
  const totals = store.readTotals();
  return { bytes: sizeOf(home.database) + sizeOf(`${home.database}-wal`), sessions: totals.sessions, pending: totals.pendingSpans, newestMillis: newestOf(store, {}) };
}

/** What was written last may stand in the log beside the database for long. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function newestOf(store: SqliteStore, filter: { agent?: string }): number | undefined {
  const [newest] = store.listSessions({ ...filter, limit: 1 });
  const nano = newest?.endUnixNano ?? newest?.startUnixNano;
  return nano === undefined ? undefined : Number(nano / 1_000_000n);
}

function readAgentStatus(agent: Agent, options: StatusOptions, store: SqliteStore | undefined): Status['agents'][number] {
  const nativeTo = agent.installer?.nativeAddress?.(options.environment);
  return {
    agent: agent.id,
    title: agent.title,
    present: agent.installer?.isPresent(options.environment) ?? false,
    installedIn: agent.installer?.installedIn(options.environment, options.hookCommandOf(agent)) ?? [],
    ...(options.isEnvOnly(agent) ? { envOnly: true } : {}),
    ...(nativeTo === undefined ? {} : { nativeTo }),
    sessions: store?.readTotals(agent.id).sessions ?? 0,
    newestMillis: store && newestOf(store, { agent: agent.id }),
  };
}

type Delivery = Omit<DestinationReport, 'configured' | 'missingSecrets'>;

function readDeliveries(store: SqliteStore): Delivery[] {
  return createOutbox(store.database).readDestinations().map((one) => ({
    name: one.name,
    waiting: one.waiting,
    sent: one.sent,
    setAside: one.setAside,
    ...(one.held ? { held: one.held } : {}),
    ...(one.sampledOut > 0 ? { sampledOut: one.sampledOut } : {}),
    lastError: one.backoff?.error ?? one.setAsideError,
    lastDeliveredMillis: one.acceptedAtMillis,
    ...(isFromEnvironment(one.name) ? { shellAddress: one.fingerprint } : {}),
  }));
}

/** A shell's that was used so lately is shown, even if nothing waits for it. */
const SHELL_SHOWN_MILLIS = 24 * 3_600_000;

function isShown({ shellAddress, waiting, setAside, lastDeliveredMillis }: Delivery): boolean {
  return shellAddress === undefined || waiting + setAside > 0 || Date.now() - (lastDeliveredMillis ?? 0) < SHELL_SHOWN_MILLIS;
}

/** The configured ones in their order, then those of which only the outbox knows. */
function toDestinations(settings: readonly Configured[], deliveries: readonly Delivery[]): DestinationReport[] {
  const names = new Set(settings.map(({ name }) => name));
  return [
    ...settings.map(({ name, missingSecrets }) => ({ configured: true, missingSecrets, ...(deliveries.find((one) => one.name === name) ?? { name, waiting: 0, sent: 0, setAside: 0 }) })),
    ...deliveries.filter((one) => !names.has(one.name) && isShown(one)).map((one) => ({ configured: false, missingSecrets: [], ...one })),
  ];
}
