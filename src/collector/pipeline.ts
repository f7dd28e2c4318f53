/** The collector's work without its life: drain what hooks left, bring every due session up to date, hand final spans to delivery. */
import type { Agent, AgentEnvironment } from '../agents/agent.ts';
import type { Home } from '../config/home.ts';
import type { Span } from '../core/span.ts';
import type { Store } from '../store/store.ts';
import { createProblemCounter, type ProblemCounter } from './count-problems.ts';
import { drainSpool, type DrainContext } from './drain.ts';
import { createHistoryReader } from './history-cache.ts';
import { reconcile, type ReconcileContext } from './reconcile.ts';
import { scrubFact } from './scrub-fact.ts';

export interface PipelineOptions {
  home: Home;
  store: Store;
  environment: AgentEnvironment;
  agents: readonly Agent[];
  /** Called inside the transaction that stores them: spans that became final and may be delivered by themselves. */
  enqueue(spans: readonly Span[], turnEndMillis: number): void;
  nowMillis(): number;
}

export interface PipelineStep {
  events: number;
  sessions: number;
  spansWritten: number;
  finalised: number;
}

export interface Pipeline {
  /** Drains, then reconciles all that is due. Synchronous: SQLite is. Throws on a disk that refuses; nothing is lost then. */
  step(): PipelineStep;
  /** Files that somebody was still writing at the last step. */
  waitingFiles(): number;
  problems: ProblemCounter;
}

/** Wires drain → reconcile over one store. */
export function createPipeline(options: PipelineOptions): Pipeline {
  const { store, environment, home, nowMillis } = options;
  const problems = createProblemCounter();
  const findAgent = (id: string): Agent | undefined => options.agents.find((agent) => agent.id === id);
  const drainContext: DrainContext = { home, store, findAgent, scrub: scrubFact, nowMillis, problems };
  let waitingFiles = 0;
  let events = 0;
  const drain = (): void => {
    const drained = drainSpool(drainContext);
    waitingFiles = drained.waiting;
    events += drained.events;
  };
  const context: ReconcileContext = { store, environment, readHistory: createHistoryReader(scrubFact, true), drain, enqueue: options.enqueue, nowMillis };
  return {
    problems,
    waitingFiles: () => waitingFiles,
    step() {
      const step: PipelineStep = { events: 0, sessions: 0, spansWritten: 0, finalised: 0 };
      events = 0;
      drain();
      const done = new Set<string>();
      for (const due of store.readDue(nowMillis())) {
        const agent = findAgent(due.agent);
        if (!agent) store.clearDue(due.agent, due.sessionId);
        else if (!done.has(`${due.agent} ${due.sessionId}`)) {
          const result = reconcile(agent, due.sessionId, context);
          for (const id of result.sessionIds) done.add(`${due.agent} ${id}`);
          if (result.problems.length > 0) {
            problems.add(agent.id, result.problems);
            store.addProblems(agent.id, result.problems);
          }
          step.sessions += 1;
          step.spansWritten += result.written;
          step.finalised += result.finalised;
        }
      }
      return { ...step, events };
    },
  };
}
