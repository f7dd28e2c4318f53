/** All that a collector works with, opened together and closed together: store, outbox, destinations, pipeline, delivery. */
import type { Agent, AgentEnvironment } from '../agents/agent.ts';
import { loadConfig } from '../config/config.ts';
import type { Home } from '../config/home.ts';
import type { Log } from '../config/log.ts';
import { resolveDestination } from '../config/resolve-destination.ts';
import type { Destination } from '../exporters/exporter.ts';
import { createExporter } from '../exporters/index.ts';
import { createOutbox } from '../outbox/create-outbox.ts';
import { findDialect } from '../semconv/index.ts';
import { expireSetAside } from '../spool/set-aside.ts';
import { openStore } from '../store/sqlite/open-store.ts';
import { createDelivery, systemClock, type Delivery } from './deliver.ts';
import type { DeliveryEvent } from './delivery/delivery-options.ts';
import { createPipeline } from './pipeline.ts';
import type { CollectReport } from './reports.ts';

export interface WorkshopOptions {
  home: Home;
  environment: AgentEnvironment;
  agents: readonly Agent[];
  log: Log;
}

export interface Workshop {
  delivery: Delivery;
  /** Drains and reconciles once (`all`: see `Pipeline.step`); returns how many events came in. Throws on a disk that refuses; nothing is lost then. */
  step(options?: { all: boolean }): number;
  /** Every turn that is not settled is looked at again by the next step. */
  recheckAll(): void;
  /** Unix ms; undefined: nothing waits for a time. */
  nextDueMillis(): number | undefined;
  waitingFiles(): number;
  report(): CollectReport;
  close(): Promise<void>;
}

/** Opens the store (made or migrated as needed) and everything over it. Throws StoreOpenError with a sentence for the user. */
export function openWorkshop({ home, environment, agents, log }: WorkshopOptions): Workshop {
  expireSetAside(home, Date.now());
  const store = openStore(home.database);
  const { value: config, problems: configProblems } = loadConfig(home, environment);
  const destinations = config.destinations.flatMap((setting): Destination[] => {
    const { value, problems } = resolveDestination(setting, environment);
    configProblems.push(...problems);
    return value ? [value] : [];
  });
  for (const problem of configProblems) log.error(problem.detail);
  if (configProblems.length > 0) store.addProblems('spoor', configProblems);
  const outbox = createOutbox(store.database);
  const report = (event: DeliveryEvent): void => logDelivery(log, event);
  const delivery = createDelivery({ store, outbox, destinations, createExporter, findDialect, clock: systemClock, random: Math.random, userId: config.userId, report });
  const pipeline = createPipeline({ home, store, environment, agents, enqueue: delivery.enqueue, nowMillis: Date.now });
  const sentBefore = outbox.readDestinations().reduce((sum, one) => sum + one.sent, 0);
  const totals = { events: 0, sessions: 0, spansWritten: 0 };
  return {
    delivery,
    step(options) {
      const step = pipeline.step(options);
      totals.events += step.events;
      totals.sessions += step.sessions;
      totals.spansWritten += step.spansWritten;
      return step.events;
    },
    recheckAll: () => store.markUnsettledDue(Date.now()),
    nextDueMillis: () => pipeline.nextDueMillis(),
    waitingFiles: () => pipeline.waitingFiles(),
    report() {
      const configured = new Set(config.destinations.map((one) => one.name));
      const states = outbox.readDestinations().filter((one) => configured.has(one.name));
      const sent = states.reduce((sum, one) => sum + one.sent, 0);
      return { ran: true, ...totals, delivered: sent - sentBefore, waiting: states.reduce((sum, one) => sum + one.waiting, 0), problems: pipeline.problems.list() };
    },
    async close() {
      await delivery.stop();
      store.close();
    },
  };
}

/** Errors always, routine when verbose. Messages come without content and secrets. */
function logDelivery(log: Log, event: DeliveryEvent): void {
  switch (event.type) {
    case 'sent':
      return log.info(`${event.destination}: ${event.spans} spans delivered${event.rejected > 0 ? `, ${event.rejected} refused` : ''}`);
    case 'waiting':
      return log.error(`${event.destination}: ${event.error}; next try ${new Date(event.untilMillis).toISOString()}`);
    case 'set-aside':
      return log.error(`${event.destination}: ${event.spanIds.length} spans set aside: ${event.error}`);
    case 'failed':
      return log.error(`${event.destination}: ${event.error instanceof Error ? event.error.message : String(event.error)}`);
  }
}
