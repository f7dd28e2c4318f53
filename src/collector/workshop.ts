/** All that a collector works with, opened together and closed together: store, outbox, destinations, pipeline, delivery. */
import type { Agent, AgentEnvironment } from '../agents/agent.ts';
import type { Home } from '../config/home.ts';
import type { Log } from '../config/log.ts';
import type { AgentId } from '../core/agent-id.ts';
import { createOutbox } from '../outbox/create-outbox.ts';
import { expireSetAside } from '../spool/set-aside.ts';
import { openStore, type SqliteStore } from '../store/sqlite/open-store.ts';
import type { Delivery } from './deliver.ts';
import { createPipeline, type Pipeline } from './pipeline.ts';
import { openPost } from './post.ts';
import type { CollectReport } from './reports.ts';
import { createUpkeep } from './retention/upkeep.ts';
import { sweepProbes } from './sweep-probes.ts';

export interface WorkshopOptions {
  home: Home;
  environment: AgentEnvironment;
  agents: readonly Agent[];
  log: Log;
}

export interface Workshop extends Pick<Pipeline, 'nextDueMillis' | 'waitingFiles' | 'watched' | 'recheck'> {
  /** Serves the destinations as they are configured now; see `reload`. */
  delivery: Pick<Delivery, 'start' | 'flush' | 'isBusy' | 'wake'>;
  /** Takes over an edited configuration: its destinations from now on, and what is under way to the others is cut. */
  reload(): Promise<void>;
  /** Drains and reconciles once (`all`: see `Pipeline.step`); returns how many events came in. Throws on a disk that refuses; nothing is lost then. */
  step(options?: { all: boolean }): number;
  /** The next step looks at this session. */
  markDue(agent: AgentId, sessionId: string): void;
  /** Every turn that is not settled is looked at again by the next step. */
  recheckAll(): void;
  /** A session of which a destination wants one trace goes on: its own span comes last, and a trace without its root is none. */
  awaitsSessionEnd(): boolean;
  /** A step of what is done once a day, for a moment when nothing else is to be done. Returns whether there is more of it. */
  upkeep(): boolean;
  report(): CollectReport;
  close(): Promise<void>;
}

/** Opens the store (made or migrated as needed) and everything over it. Throws StoreOpenError with a sentence for the user. */
export function openWorkshop(options: WorkshopOptions): Workshop {
  expireSetAside(options.home, Date.now());
  const store = openStore(options.home.database);
  try {
    sweepProbes(store, Date.now());
    return createWorkshop(options, store);
  } catch (error) {
    store.close();
    throw error;
  }
}

function createWorkshop(options: WorkshopOptions, store: SqliteStore): Workshop {
  const { home, environment, agents } = options;
  const post = openPost({ ...options, store });
  const outbox = createOutbox(store.database);
  const { step: upkeep } = createUpkeep({ ...options, store, nowMillis: Date.now });
  const pipeline = createPipeline({ home, store, environment, agents, enqueue: post.enqueue, enqueueEnvelope: (envelope) => post.delivery().enqueueEnvelope(envelope), nowMillis: Date.now });
  const sentBefore = outbox.readDestinations().reduce((sum, one) => sum + one.sent, 0);
  const totals = { events: 0, sessions: 0, spansWritten: 0 };
  return {
    delivery: { start: post.start, flush: (how) => post.delivery().flush(how), isBusy: () => post.delivery().isBusy(), wake: () => post.delivery().wake() },
    reload: post.reload,
    step(how) {
      const step = pipeline.step(how);
      totals.events += step.events;
      totals.sessions += step.sessions;
      totals.spansWritten += step.spansWritten;
      // A store that another process holds is swept at a later step.
      if (step.events === 0 && step.sessions === 0) post.sweep().catch(() => undefined);
      return step.events;
    },
    markDue: (agent, sessionId) => store.markDue(agent, sessionId, Date.now()),
    recheckAll: () => store.markUnsettledDue(Date.now()),
    nextDueMillis: pipeline.nextDueMillis,
    waitingFiles: pipeline.waitingFiles,
    watched: pipeline.watched,
    recheck: pipeline.recheck,
    upkeep,
    awaitsSessionEnd: () => store.readDueEnvelopes(Infinity).length > 0,
    report() {
      const states = outbox.readDestinations();
      const sent = states.reduce((sum, one) => sum + one.sent, 0);
      const waiting = states.filter((one) => post.isServed(one.name)).reduce((sum, one) => sum + one.waiting, 0);
      return { ran: true, ...totals, delivered: sent - sentBefore, waiting, problems: pipeline.problems.list() };
    },
    async close() {
      await post.close();
      store.close();
    },
  };
}
