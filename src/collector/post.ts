/**
 * The destinations and their delivery: those of the configuration file, opened anew whenever it is another one, and those that shells
 * described, each for as long as something may still go to it.
 */
import { statSync } from 'node:fs';
import type { AgentEnvironment } from '../agents/agent.ts';
import { loadConfig } from '../config/config.ts';
import type { Home } from '../config/home.ts';
import { createLog, type Log } from '../config/log.ts';
import { resolveDestination } from '../config/resolve-destination.ts';
import { listShellDestinations, loadShellDestination, removeShellDestination } from '../config/shell-destinations.ts';
import type { SharingRule } from '../core/sharing.ts';
import type { Span } from '../core/span.ts';
import type { Destination, Exporter } from '../exporters/exporter.ts';
import { createExporter } from '../exporters/index.ts';
import { createOutbox } from '../outbox/create-outbox.ts';
import type { DestinationStatus } from '../outbox/outbox.ts';
import { addDefaults } from '../semconv/combine-sharing.ts';
import { findDialect } from '../semconv/index.ts';
import type { SqliteStore } from '../store/sqlite/open-store.ts';
import { isSameBackend } from './destinations.ts';
import { createDelivery, systemClock, type Delivery } from './deliver.ts';
import type { DeliveryEvent } from './delivery/delivery-options.ts';
import { refuseOwnReceiver } from './delivery/refuse-own-receiver.ts';
import { toWireAttributes } from './delivery/settings-for.ts';
import { createMetricsDesk, type MetricsDesk } from './metrics/metrics-desk.ts';
import type { EndedTurn } from './reconcile.ts';

/** What was counted last goes out before a collector leaves; a backend that does not answer gets it from the next one. */
const LAST_METRICS_MILLIS = 5_000;

export interface PostOptions {
  home: Home;
  environment: AgentEnvironment;
  store: SqliteStore;
  log: Log;
}

export interface Post {
  /** The delivery of now: not to be kept. */
  delivery(): Delivery;
  /** For the transaction that stores them: puts spans that became final in for everybody who gets them, as the turn's shell wants it. */
  enqueue(spans: readonly Span[], turn: EndedTurn): void;
  /** From now on every destination is served by itself, those of later configurations too. */
  start(): void;
  /** Configured, or described by a shell whose secrets are still here. */
  isServed(destination: string): boolean;
  /** Looks at the configuration file; when it changed, closes the delivery and opens a new one. What was under way is sent again. */
  reload(): Promise<void>;
  /** Lets go of what shells described, and of its secrets, where nothing waits for it and no open turn may go to it. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}

interface Opened {
  delivery: Delivery;
  /** What the configuration says for all destinations. */
  sharing: SharingRule;
  metrics: MetricsDesk;
  /** As they can be reached: with their secrets. */
  configured: readonly Destination[];
  names: ReadonlySet<string>;
  /** Destinations of shells that the configuration names as well: nothing more is put in for them. */
  named: Set<string>;
  stamp: string;
}

/** Reads the configuration and opens its delivery. What is wrong with it is logged and counted. */
export function openPost(options: PostOptions): Post {
  const { home, store, log } = options;
  let opened = open(options);
  let isStarted = false;
  // Also those that the configuration names by now: something may wait for them from before.
  const serveShells = (): void => {
    for (const name of listShellDestinations(home)) serveShellDestination(name, { home, log, opened });
  };
  const sweep = async (): Promise<void> => {
    // Asked at every idle tick: mostly there is none, and then the store is left alone.
    const kept = listShellDestinations(home);
    if (kept.length === 0) return;
    // What is due was not assembled yet: it may be a turn that goes there.
    if (store.readDue(Date.now()).length > 0) return;
    const awaited = new Set(store.readAwaitedDestinations());
    const outbox = createOutbox(store.database);
    const unused = kept.filter((name) => !awaited.has(name) && !isOwed(outbox.readDestination(name)));
    const expected = unused.length > 0 ? readExpectedDestinations(store) : new Set();
    // All in one go: while a lane closes, a hook may bring one of them back.
    const removals = unused.filter((name) => !expected.has(name)).map((name) => {
      removeShellDestination(home, name);
      return opened.delivery.removeDestination(name);
    });
    await Promise.all(removals);
  };
  serveShells();
  return {
    delivery: () => opened.delivery,
    enqueue(spans, { endMillis, shell }) {
      if (shell?.isVerbose) tellAgentLog(home, spans, shell);
      // It is in the figures of this machine: they leave for nowhere.
      if (shell?.isDryRun || shell?.exportsNothing) return opened.metrics.count(spans, new Map());
      opened.metrics.count(spans, opened.delivery.enqueue(spans, endMillis));
      if (shell?.destination !== undefined && serveShellDestination(shell.destination, { home, log, opened }) && !opened.named.has(shell.destination)) opened.delivery.enqueueFor(shell.destination, spans);
    },
    start() {
      isStarted = true;
      opened.delivery.start();
      opened.metrics.start();
    },
    isServed: (destination) => opened.names.has(destination) || loadShellDestination(home, destination) !== undefined,
    async reload() {
      if (stampOf(home) === opened.stamp) return;
      await Promise.all([opened.delivery.stop(), opened.metrics.stop()]);
      opened = open(options);
      serveShells();
      if (!isStarted) return;
      opened.delivery.start();
      opened.metrics.start();
    },
    sweep,
    async close() {
      await opened.metrics.flush(Date.now() + LAST_METRICS_MILLIS);
      await Promise.all([opened.delivery.stop(), opened.metrics.stop()]);
      await sweep();
    },
  };
}

/** Where sessions may send that are looked at again later and have no open turn yet: their history was torn, or they failed. */
function readExpectedDestinations(store: SqliteStore): ReadonlySet<string> {
  const sessions = store.readDue(Infinity).filter(({ agent, sessionId }) => !store.readTurns(agent, [sessionId]).some((turn) => turn.live && !turn.settled));
  const shells = new Set(sessions.flatMap(({ agent, sessionId }) => store.readFacts(agent, [sessionId]).flatMap(({ shell }) => shell ?? [])));
  return new Set([...shells].flatMap((key) => store.readShell(key)?.destination ?? []));
}

/** What is held waits too. */
function isOwed(status: DestinationStatus | undefined): boolean {
  return status !== undefined && (status.waiting > 0 || status.held !== undefined);
}

/** False: nothing is known of it any more. One address gets each span once: where the configuration names it too, that one counts. */
function serveShellDestination(name: string, { home, log, opened }: { home: Home; log: Log; opened: Opened }): boolean {
  if (opened.delivery.hasDestination(name)) return true;
  const destination = loadShellDestination(home, name);
  if (!destination) {
    log.error(`${name}: what a shell said of it is gone; its spans are kept in the store and sent nowhere`);
    return false;
  }
  if (opened.configured.some((one) => isSameBackend(one, destination))) opened.named.add(name);
  opened.delivery.addDestination({ ...destination, sharing: addDefaults(destination.sharing, opened.sharing) });
  return true;
}

/** Counts and ids: a log holds no content. */
function tellAgentLog(home: Home, spans: readonly Span[], shell: NonNullable<EndedTurn['shell']>): void {
  const [first] = spans;
  if (!first) return;
  const where = shell.isDryRun ? 'a dry run: kept here, sent nowhere' : shell.exportsNothing ? 'OTEL_TRACES_EXPORTER is none: kept here, sent nowhere' : 'handed to delivery';
  createLog(home, { name: first.agent, verbose: true }).info(`session ${first.sessionId} turn ${first.turnIndex + 1}: ${spans.length} spans final, ${where}`);
}

function open({ home, environment, store, log }: PostOptions): Opened {
  // Before reading: an edit in between is seen again.
  const stamp = stampOf(home);
  const { value: config, problems } = loadConfig(home, environment);
  const outbox = createOutbox(store.database);
  const destinations: Destination[] = [];
  const unreachable: { destination: Destination; reason: string }[] = [];
  for (const setting of config.destinations) {
    // One written by hand was added when the file was; once noted, that time stays.
    const addedMillis = setting.addedMillis ?? outbox.readDestination(setting.name)?.addedAtMillis ?? statSync(home.configFile).mtimeMs;
    const resolved = resolveDestination({ ...setting, addedMillis }, environment);
    for (const problem of resolved.problems) problems.push(problem);
    if (resolved.value) destinations.push(resolved.value);
    else unreachable.push({ destination: { ...setting, addedMillis, headers: {} }, reason: resolved.problems[0]?.detail ?? 'its configuration is not complete' });
  }
  for (const problem of problems) log.error(problem.detail);
  if (problems.length > 0) store.addProblems('spoor', problems);
  const report = (event: DeliveryEvent): void => logDelivery(log, event);
  const own = { userId: config.userId, exclude: config.exclude, attributes: toWireAttributes(config.attributes) };
  const openExporter = (destination: Destination): Exporter => refuseOwnReceiver(createExporter(destination), destination, home);
  const delivery = createDelivery({ store, outbox, destinations, unreachable, createExporter: openExporter, findDialect, clock: systemClock, random: Math.random, ...own, isClosed: config.isUnreadable === true, report });
  const configured = [...destinations, ...unreachable.map((one) => one.destination)];
  const metrics = createMetricsDesk({ store, destinations, unreachable: unreachable.map((one) => one.destination), own, createExporter: openExporter, clock: systemClock, random: Math.random, report: (problem) => noteMetrics(problem, { log, store }) });
  return { delivery, sharing: config.sharing ?? {}, metrics, configured, names: new Set(config.destinations.map((one) => one.name)), named: new Set(), stamp };
}

function noteMetrics({ destination, message, isNew }: { destination: string; message: string; isNew: boolean }, { log, store }: Pick<PostOptions, 'log' | 'store'>): void {
  log.error(`${destination}: ${message}`);
  if (!isNew) return;
  try {
    store.addProblems('spoor', [{ code: 'metrics-not-sent', detail: `${destination}: ${message}` }]);
  } catch {
    // Another process holds the store: the log has it.
  }
}

function stampOf(home: Home): string {
  const stat = statSync(home.configFile, { throwIfNoEntry: false, bigint: true });
  return stat ? `${stat.ino} ${stat.size} ${stat.mtimeNs}` : '';
}

/** Errors always, routine when verbose. Messages come without content and secrets. */
function logDelivery(log: Log, event: DeliveryEvent): void {
  switch (event.type) {
    case 'sent':
      return log.info(`${event.destination}: ${event.spans} spans delivered${event.rejected > 0 ? `, ${event.rejected} refused` : ''}`);
    case 'waiting':
      return log.error(`${event.destination}: ${event.error.replace(/\.$/, "")}; next try ${new Date(event.untilMillis).toISOString()}`);
    case 'set-aside':
      return log.error(`${event.destination}: ${event.spanIds.length} spans set aside: ${event.error}`);
    case 'full':
      return log.error(`${event.destination}: its queue is full (${event.rows} spans); what comes is held in the store until there is room`);
    case 'released':
      return log.info(`${event.destination}: ${event.spans} spans that were held were put in`);
    case 'failed':
      return log.error(`${event.destination}: ${event.error instanceof Error ? event.error.message : String(event.error)}`);
  }
}
