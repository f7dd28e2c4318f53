/** The configured destinations and their delivery, opened anew whenever the configuration file is another one. */
import { statSync } from 'node:fs';
import type { AgentEnvironment } from '../agents/agent.ts';
import { loadConfig } from '../config/config.ts';
import type { Home } from '../config/home.ts';
import type { Log } from '../config/log.ts';
import { resolveDestination } from '../config/resolve-destination.ts';
import type { Destination } from '../exporters/exporter.ts';
import { createExporter } from '../exporters/index.ts';
import { createOutbox } from '../outbox/create-outbox.ts';
import { findDialect } from '../semconv/index.ts';
import type { SqliteStore } from '../store/sqlite/open-store.ts';
import { createDelivery, systemClock, type Delivery } from './deliver.ts';
import type { DeliveryEvent } from './delivery/delivery-options.ts';

export interface PostOptions {
  home: Home;
  environment: AgentEnvironment;
  store: SqliteStore;
  log: Log;
}

export interface Post {
  /** The delivery of now: not to be kept. */
  delivery(): Delivery;
  /** From now on every destination is served by itself, those of later configurations too. */
  start(): void;
  isConfigured(destination: string): boolean;
  /** Looks at the configuration file; when it changed, closes the delivery and opens a new one. What was under way is sent again. */
  reload(): Promise<void>;
}

interface Opened {
  delivery: Delivery;
  names: ReadonlySet<string>;
  stamp: string;
}

/** Reads the configuration and opens its delivery. What is wrong with it is logged and counted. */
export function openPost(options: PostOptions): Post {
  let opened = open(options);
  let isStarted = false;
  return {
    delivery: () => opened.delivery,
    start() {
      isStarted = true;
      opened.delivery.start();
    },
    isConfigured: (destination) => opened.names.has(destination),
    async reload() {
      if (stampOf(options.home) === opened.stamp) return;
      await opened.delivery.stop();
      opened = open(options);
      if (isStarted) opened.delivery.start();
    },
  };
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
  const delivery = createDelivery({ store, outbox, destinations, unreachable, createExporter, findDialect, clock: systemClock, random: Math.random, userId: config.userId, report });
  return { delivery, names: new Set(config.destinations.map((one) => one.name)), stamp };
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
    case 'failed':
      return log.error(`${event.destination}: ${event.error instanceof Error ? event.error.message : String(event.error)}`);
  }
}
