/** Spool → facts → store: each batch is committed durably before its files are unlinked, so that nothing accepted is lost or counted twice. */
import { basename, join } from 'node:path';
import type { Agent } from '../agents/agent.ts';
import type { Home } from '../config/home.ts';
import type { Fact } from '../core/fact.ts';
import { isProbe } from '../core/probe.ts';
import type { Problem } from '../core/problem.ts';
import { nanoToMillis } from '../core/time.ts';
import { readSpool, removeEvents } from '../spool/read-spool.ts';
import { SET_ASIDE, setAside } from '../spool/set-aside.ts';
import type { SpooledEvent } from '../spool/spool-file.ts';
import type { Store } from '../store/store.ts';
import type { ProblemCounter } from './count-problems.ts';
import type { ShellReader } from './read-shell.ts';
import type { ConfigNoter } from './config/note-config.ts';
import type { RepositoryNoter } from './repository/note-repository.ts';
import type { Log } from '../config/log.ts';
import { saveShellDestination } from '../config/shell-destinations.ts';
import type { Shell } from '../config/shell-settings.ts';
import { isForeignFailure, toErrorName } from './foreign-failure.ts';

export interface DrainContext {
  home: Home;
  store: Store;
  findAgent(id: string): Agent | undefined;
  scrub(fact: Fact): Fact;
  nowMillis(): number;
  problems: ProblemCounter;
  readShell: ShellReader;
  noteRepositories: RepositoryNoter;
  noteConfig: ConfigNoter;
  /** The log of one agent; `verbose`: routine lines too. */
  logOf(agent: string, verbose: boolean): Log;
}

export interface Drained {
  events: number;
  /** Files that somebody still writes: look again soon. */
  waiting: number;
  /** When the newest of them was last written (Unix ms). */
  newestWaitingMillis?: number;
}

/** Takes in everything that is complete. Sessions that were told of are marked due. Throws on a disk that refuses: the files then stay. */
export function drainSpool(context: DrainContext): Drained {
  const drained: Drained = { events: 0, waiting: 0 };
  for (let more = true; more; ) {
    const batch = readSpool(context.home);
    const { events } = batch;
    const failures = new Map<SpooledEvent, string>();
    if (events.length > 0 || batch.problems.length > 0) {
      context.store.transaction(() => {
        keepProblems(context, 'spool', batch.problems);
        const probes = new Set<SpooledEvent>();
        for (const event of events) {
          const failure = tryTakeIn(event, context, probes);
          if (failure) failures.set(event, failure);
        }
        noteHooks(events.filter((event) => !probes.has(event)), context);
      });
    }
    // Only now, with their problems committed.
    const moved = [...failures].map(([event, failure]) => setAside(context.home, basename(event.path), `unprocessable: ${failure}`));
    const removed = removeEvents(events.filter((event) => !failures.has(event)).map((event) => event.path));
    const stuck = [...removed, ...moved.filter(({ code }) => code === 'not-set-aside')];
    keepProblems(context, 'spool', stuck);
    drained.events += events.length;
    drained.waiting = batch.waiting;
    drained.newestWaitingMillis = batch.newestWaitingMillis;
    more = batch.more && stuck.length === 0;
  }
  return drained;
}

/** How many hooks ran, and how long each took: the health of the tracing itself. Those that `doctor` ran are no agent's. */
function noteHooks(events: readonly SpooledEvent[], { store, findAgent }: DrainContext): void {
  for (const [agent, told] of Map.groupBy(events, (event) => event.agent)) {
    if (findAgent(agent)) store.noteHooks(agent, told.map(({ at, tookMillis }) => ({ atMillis: nanoToMillis(at.unixNano), tookMillis })));
  }
}

/** Takes one event in, or nothing of it; notes one of `doctor`'s among `probes`. Returns the failure's name when the event itself is at fault; throws when the disk is. */
function tryTakeIn(event: SpooledEvent, context: DrainContext, probes: Set<SpooledEvent>): string | undefined {
  try {
    context.store.transaction(() => takeIn(event, context, probes));
    return undefined;
  } catch (error) {
    if (!isForeignFailure(error)) throw error;
    const failure = toErrorName(error);
    keepProblems(context, 'spool', [{ code: 'unprocessable-event', detail: `an event failed with ${failure}; it stands in ${join(context.home.spool, SET_ASIDE)} for a week` }]);
    return failure;
  }
}

/** One event → its facts. What no agent of ours understands is counted and gone: it can never become a span. */
function takeIn(event: SpooledEvent, context: DrainContext, probes: Set<SpooledEvent>): void {
  const { store } = context;
  const agent = context.findAgent(event.agent);
  if (!agent) return keepProblems(context, 'spool', [{ code: 'unknown-agent', detail: `an event of the agent "${event.agent.slice(0, 40)}"` }]);
  const { value: told = [], problems } = agent.parsePayload(event);
  keepProblems(context, agent.id, problems);
  // A probe of `doctor` says nothing of its shell, so that nothing of it stays.
  const isOfProbe = told.length > 0 && told.every(({ sessionId }) => isProbe(sessionId));
  if (isOfProbe) probes.add(event);
  const shell = isOfProbe ? undefined : takeInShell(agent, event, context);
  const noted = isOfProbe ? told : context.noteRepositories(told, (sessionId) => store.readSession(agent.id, sessionId)?.cwd);
  const facts = noted.map((fact) => withShell(context.scrub(fact), shell));
  store.addFacts(facts);
  tellLog(context.logOf(agent.id, shell?.settings.isVerbose === true), facts, problems);
  // At once, so that a subagent's first assembly already finds its parent.
  for (const fact of facts) if (fact.type === 'session.seen') store.saveSession({ agent: fact.agent, sessionId: fact.sessionId, cwd: fact.cwd, parent: fact.parent });
  if (!isOfProbe) context.noteConfig(agent, facts, event);
  for (const sessionId of new Set(facts.map((fact) => fact.sessionId))) store.markDue(agent.id, sessionId, context.nowMillis());
}

/** Its destination is on the disk before anything in the database points at it. */
function takeInShell(agent: Agent, event: SpooledEvent, context: DrainContext): Shell | undefined {
  const { value: shell, problems } = context.readShell(agent, event);
  keepProblems(context, agent.id, problems);
  if (!shell) return undefined;
  if (shell.destination) saveShellDestination(context.home, shell.destination);
  context.store.saveShell(shell.key, shell.settings);
  return shell;
}

/** What hooks say of a session again and again is one fact for each shell they say it from. */
function withShell(fact: Fact, shell: Shell | undefined): Fact {
  if (!shell) return fact;
  return { ...fact, shell: shell.key, ...(fact.type === 'session.seen' ? { key: `${fact.key}:${shell.key}` } : {}) };
}

/** Ids and kinds only: a log holds no content. */
function tellLog(log: Log, facts: readonly Fact[], problems: readonly Problem[]): void {
  for (const { code, detail } of problems) log.error(`${code}: ${detail}`);
  const [first] = facts;
  const kinds = facts.map(({ type }) => type).filter((type) => type !== 'session.seen');
  if (first) log.info(`session ${first.sessionId}: hook told ${kinds.length > 0 ? kinds.join(', ') : 'that it is there'}`);
}

function keepProblems(context: DrainContext, agent: string, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  context.problems.add(agent, problems);
  context.store.addProblems(agent, problems);
}
