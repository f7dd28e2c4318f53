/** Spool → facts → store: each batch is committed durably before its files are unlinked, so that nothing accepted is lost or counted twice. */
import type { Agent } from '../agents/agent.ts';
import type { Home } from '../config/home.ts';
import type { Fact } from '../core/fact.ts';
import type { Problem } from '../core/problem.ts';
import { readSpool, removeEvents } from '../spool/read-spool.ts';
import type { SpooledEvent } from '../spool/spool-file.ts';
import type { Store } from '../store/store.ts';
import type { ProblemCounter } from './count-problems.ts';

export interface DrainContext {
  home: Home;
  store: Store;
  findAgent(id: string): Agent | undefined;
  scrub(fact: Fact): Fact;
  nowMillis(): number;
  problems: ProblemCounter;
}

export interface Drained {
  events: number;
  /** Files that somebody still writes: look again soon. */
  waiting: number;
}

/** Takes in everything that is complete. Sessions that were told of are marked due. Throws on a disk that refuses: the files then stay. */
export function drainSpool(context: DrainContext): Drained {
  const drained: Drained = { events: 0, waiting: 0 };
  for (let more = true; more; ) {
    const batch = readSpool(context.home);
    const { events } = batch;
    if (events.length > 0 || batch.problems.length > 0) {
      context.store.transaction(() => {
        keepProblems(context, 'spool', batch.problems);
        for (const event of events) takeIn(event, context);
      });
    }
    const stuck = removeEvents(events.map((event) => event.path));
    keepProblems(context, 'spool', stuck);
    drained.events += events.length;
    drained.waiting = batch.waiting;
    more = batch.more && stuck.length === 0;
  }
  return drained;
}

/** One event → its facts. What no agent of ours understands is counted and gone: it can never become a span. */
function takeIn(event: SpooledEvent, context: DrainContext): void {
  const { store } = context;
  const agent = context.findAgent(event.agent);
  if (!agent) return keepProblems(context, 'spool', [{ code: 'unknown-agent', detail: `an event of the agent ${JSON.stringify(event.agent).slice(0, 40)}` }]);
  const { value: facts = [], problems } = agent.parsePayload(event);
  keepProblems(context, agent.id, problems);
  store.addFacts(facts.map((fact) => context.scrub(fact)));
  // At once, so that a subagent's first assembly already finds its parent.
  for (const fact of facts) if (fact.type === 'session.seen') store.saveSession({ agent: fact.agent, sessionId: fact.sessionId, cwd: fact.cwd, parent: fact.parent });
  for (const sessionId of new Set(facts.map((fact) => fact.sessionId))) store.markDue(agent.id, sessionId, context.nowMillis());
}

function keepProblems(context: DrainContext, agent: string, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  context.problems.add(agent, problems);
  context.store.addProblems(agent, problems);
}
