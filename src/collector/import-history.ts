/**
 * `spoor import`: past sessions out of the agents' own history, newest first. The same path as live events, with no hooks; delivers nothing.
 * Families that the store knows nothing of are read and assembled by a crew of threads, while this one writes.
 */
import type { Agent, AgentEnvironment } from '../agents/agent.ts';
import type { Fact } from '../core/fact.ts';
import type { Store } from '../store/store.ts';
import { createProblemCounter, type ProblemCounter } from './count-problems.ts';
import { createHistoryReader } from './history-cache.ts';
import { createCrew, createLoneCrew, type Crew } from './import/crew.ts';
import { findFamilies, type ImportFamily } from './import/find-families.ts';
import { createRoom, type Room } from './import/room.ts';
import { writeFresh, writeKnown } from './import/write-family.ts';
import type { ReconcileContext, ReconcileResult } from './reconcile.ts';
import type { AgentImport, ImportProgress, ImportReport } from './reports.ts';

export interface ImportOptions {
  store: Store;
  environment: AgentEnvironment;
  agents: readonly Agent[];
  /** Only sessions whose files changed at or after this (Unix ms). */
  sinceMillis?: number;
  /** Replaces the agents' usual folders. */
  from?: string;
  scrub(fact: Fact): Fact;
  nowMillis(): number;
  /** How many threads may help at most; they know only the agents of `agents/index.ts`, and scrub as the collector does. Absent: none. */
  threads?: number;
  onProgress?(progress: ImportProgress): void;
}

/** Less than this is read before a thread has started. */
const BYTES_A_THREAD = 8 << 20;
/** History that is under way at once: what is read, and waits to be written, stands in memory. One family may be larger than that. */
const MOST_BYTES_UNDER_WAY = 64 << 20;

/** Imports what is new or changed. A family whose files did not change since the last import is not read. Throws on a broken disk only. */
export async function importHistory(options: ImportOptions): Promise<ImportReport> {
  const problems = createProblemCounter();
  const reports = new Map<Agent, AgentImport>();
  const families: ImportFamily[] = [];
  for (const agent of options.agents) {
    if (!agent.history) continue;
    const found = findFamilies({ ...options, agent });
    problems.add(agent.id, found.problems);
    const roots = options.from ? [options.from] : agent.history.roots(options.environment);
    reports.set(agent, { agent: agent.id, roots, found: found.families.reduce((sum, { wanted }) => sum + wanted, 0), read: 0, bytes: 0, turns: 0, spansWritten: 0 });
    families.push(...found.families);
  }
  families.sort((a, b) => b.modifiedMillis - a.modifiedMillis);
  const progress = createTally(families, options);
  const crew = openCrew(families, options);
  try {
    await options.store.inBulk(() => importFamilies(families.filter(({ isNew }) => isNew), { options, crew, reports, problems, note: progress }));
  } finally {
    await crew.close();
  }
  return { agents: [...reports.values()], problems: problems.list() };
}

function openCrew(families: readonly ImportFamily[], { threads = 0, ...options }: ImportOptions): Crew {
  const bytes = families.reduce((sum, family) => sum + (family.isNew ? family.bytes : 0), 0);
  const useful = Math.min(threads, Math.floor(bytes / BYTES_A_THREAD));
  return useful > 0 ? createCrew({ ...options, threads: useful }) : createLoneCrew(options);
}

/** What is unchanged counts as done from the beginning. */
function createTally(families: readonly ImportFamily[], { onProgress }: ImportOptions): (family: ImportFamily) => void {
  const tally = { sessions: 0, sessionsTotal: 0, bytes: 0, bytesTotal: 0 };
  for (const { wanted, bytes, isNew } of families) {
    tally.sessionsTotal += wanted;
    if (isNew) tally.bytesTotal += bytes;
    else tally.sessions += wanted;
  }
  return ({ agent, wanted, bytes }) => {
    tally.sessions += wanted;
    tally.bytes += bytes;
    onProgress?.({ agent: agent.id, ...tally });
  };
}

interface Run {
  options: ImportOptions;
  crew: Crew;
  reports: ReadonlyMap<Agent, AgentImport>;
  problems: ProblemCounter;
  note(family: ImportFamily): void;
}

async function importFamilies(families: readonly ImportFamily[], run: Run): Promise<void> {
  const left = families[Symbol.iterator]();
  const room = createRoom(MOST_BYTES_UNDER_WAY);
  let hasFailed = false;
  const goOn = async (): Promise<void> => {
    for (let next = left.next(); !next.done && !hasFailed; next = left.next()) {
      await room.enter(next.value.bytes);
      try {
        await importFamily(next.value, run, room);
      } catch (error) {
        hasFailed = true;
        throw error;
      } finally {
        room.leave(next.value.bytes);
      }
      run.note(next.value);
    }
  };
  await Promise.all(Array.from({ length: run.crew.width }, goOn));
}

async function importFamily(family: ImportFamily, { options, crew, reports, problems }: Run, room: Room): Promise<void> {
  const { agent, stamps } = family;
  const { store } = options;
  const isFresh = store.isUntouched(agent.id, family.sources.map(({ sessionId }) => sessionId));
  const prepared = isFresh ? await crew.prepare(family) : undefined;
  const result = await room.alone(async (): Promise<ReconcileResult> => {
    if (prepared && (await writeFresh(agent, prepared, store))) return { ...prepared.result };
    return writeKnown(family, toContext(options), store);
  });
  problems.add(agent.id, result.problems);
  const report = reports.get(agent);
  if (report) {
    report.read += family.sources.length;
    report.bytes += family.bytes;
    report.turns += result.turns;
    report.spansWritten += result.written;
  }
  store.transaction(() => {
    // What is still open may be over at the next import though its file did not change.
    if (result.settled) for (const [path, stamp] of stamps) store.saveFileStamp(agent.id, path, stamp);
    store.addProblems(agent.id, result.problems);
  });
}

function toContext({ store, environment, scrub, nowMillis }: ImportOptions): ReconcileContext {
  return { store, environment, readHistory: createHistoryReader({ scrub, keep: false, nowMillis }), nowMillis, leavesLive: true, enqueue: () => undefined };
}
