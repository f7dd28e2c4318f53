/** The collector's work without its life: drain what hooks left, bring every due session up to date, hand final spans to delivery. */
import type { Agent, AgentEnvironment } from '../agents/agent.ts';
import type { Home } from '../config/home.ts';
import { createLog } from '../config/log.ts';
import type { Span } from '../core/span.ts';
import type { Envelope, Store } from '../store/store.ts';
import { adoptFacts } from './adopt-facts.ts';
import { closeSessions, type CloseContext } from './close-sessions.ts';
import { createProblemCounter, type ProblemCounter } from './count-problems.ts';
import { drainSpool, type DrainContext } from './drain.ts';
import { createHistoryReader } from './history-cache.ts';
import { createShellReader } from './read-shell.ts';
import { createConfigNoter } from './config/note-config.ts';
import { createRepositoryNoter } from './repository/note-repository.ts';
import type { EndedTurn, ReconcileContext, ReconcileResult } from './reconcile.ts';
import { scrubFact, scrubFactBy } from './scrub-fact.ts';
import { tryReconcile } from './try-reconcile.ts';
import { createWatchList } from './watch-list.ts';

export interface PipelineOptions {
  home: Home;
  store: Store;
  environment: AgentEnvironment;
  agents: readonly Agent[];
  /** Called inside the transaction that stores them: spans that became final and may be delivered by themselves. */
  enqueue(spans: readonly Span[], turn: EndedTurn): void;
  /** Called inside the transaction that closes a session: its own span, for the destinations that have one trace a session. */
  enqueueEnvelope?(envelope: Envelope): void;
  nowMillis(): number;
}

export interface PipelineStep {
  events: number;
  sessions: number;
  spansWritten: number;
  finalised: number;
}

/** A family is brought up to date again only after so many times what the last time cost: a very long session takes no more of a core. */
const REST_FACTOR = 5;

export interface WaitingFiles {
  count: number;
  newestMillis?: number;
}

export interface Pipeline {
  /**
   * Drains, reconciles all that is due, closes sessions that are over; `all`: also what rests because it was expensive. Synchronous: SQLite is. Throws on a
   * disk that refuses; nothing is lost then.
   */
  step(options?: { all: boolean }): PipelineStep;
  /** When there is something to do again without an event (Unix ms); undefined: nothing waits for a time. */
  nextDueMillis(): number | undefined;
  /** Files that somebody was still writing at the last step, and when the newest was last written (Unix ms). */
  waitingFiles(): WaitingFiles;
  /** Open families whose histories are worth watching: which folders, by the name to `recheck` it by. */
  watched(): ReadonlyMap<string, readonly string[]>;
  /** Has the next step look at a watched family. */
  recheck(name: string): void;
  problems: ProblemCounter;
}

function count(step: PipelineStep, result: ReconcileResult): void {
  step.sessions += 1;
  step.spansWritten += result.written;
  step.finalised += result.finalised;
}

/** Wires drain → reconcile → close over one store. */
export function createPipeline(options: PipelineOptions): Pipeline {
  const { store, environment, home, nowMillis } = options;
  const problems = createProblemCounter();
  const findAgent = (id: string): Agent | undefined => options.agents.find((agent) => agent.id === id);
  const drainContext: DrainContext = { home, store, findAgent, scrub: scrubFact, nowMillis, problems, readShell: createShellReader(), noteRepositories: createRepositoryNoter({ nowMillis }), noteConfig: createConfigNoter({ store, environment, nowMillis }), logOf: (name, verbose) => createLog(home, { name, verbose }) };
  let waitingFiles: WaitingFiles = { count: 0 };
  let events = 0;
  const drain = (): number => {
    const drained = drainSpool(drainContext);
    waitingFiles = { count: drained.waiting, newestMillis: drained.newestWaitingMillis };
    events += drained.events;
    return drained.events;
  };
  const context: ReconcileContext = { store, environment, readHistory: createHistoryReader({ scrub: scrubFactBy, keep: true, nowMillis }), drain, enqueue: options.enqueue, nowMillis };
  const closing: CloseContext = { store, environment, findAgent, nowMillis, enqueueEnvelope: (envelope) => options.enqueueEnvelope?.(envelope) };
  const rests = new Map<string, number>();
  const { note, watched, recheck } = createWatchList({ store, nowMillis });
  /** When the first of the due sessions that were passed over at the last step may be looked at again. */
  let nextRestEnd = Infinity;
  const bringUpToDate = (agent: Agent, sessionId: string, step: PipelineStep): readonly string[] => {
    const startedMillis = performance.now();
    const result = tryReconcile(agent, sessionId, context);
    const restEnd = nowMillis() + (performance.now() - startedMillis) * REST_FACTOR;
    note(agent, result);
    for (const id of result.sessionIds) rests.set(`${agent.id} ${id}`, restEnd);
    if (result.problems.length > 0) {
      problems.add(agent.id, result.problems);
      store.addProblems(agent.id, result.problems);
    }
    count(step, result);
    return result.sessionIds;
  };
  return {
    problems, watched, recheck,
    waitingFiles: () => waitingFiles,
    nextDueMillis() {
      const next = store.nextDueMillis();
      return next === undefined || next > nowMillis() || nextRestEnd === Infinity ? next : nextRestEnd;
    },
    step({ all } = { all: false }) {
      const step: PipelineStep = { events: 0, sessions: 0, spansWritten: 0, finalised: 0 };
      events = 0;
      nextRestEnd = Infinity;
      drain();
      adoptDue(options, findAgent);
      const done = new Set<string>();
      for (const { agent: id, sessionId } of store.readDue(nowMillis())) {
        const agent = findAgent(id);
        const rest = rests.get(`${id} ${sessionId}`) ?? 0;
        if (!agent) store.clearDue(id, sessionId);
        else if (done.has(`${id} ${sessionId}`)) continue;
        else if (!all && rest > nowMillis()) nextRestEnd = Math.min(nextRestEnd, rest);
        else for (const one of bringUpToDate(agent, sessionId, step)) done.add(`${id} ${one}`);
      }
      closeSessions(closing, { all });
      return { ...step, events };
    },
  };
}

function adoptDue({ store, environment, nowMillis }: PipelineOptions, findAgent: (id: string) => Agent | undefined): void {
  for (const due of store.readDue(nowMillis())) {
    const agent = findAgent(due.agent);
    if (agent) adoptFacts(agent, due.sessionId, { store, environment, nowMillis });
  }
}
