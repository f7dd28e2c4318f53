/**
 * `spoor import`: past sessions out of the agents' own history, newest first. The same path as live events, with no hooks; delivers nothing.
 * Families that the store knows nothing of are read and assembled by a crew of threads, while this one writes.
 */
import type { Worker } from 'node:worker_threads';
import type { Agent, AgentEnvironment } from '../agents/agent.ts';
import type { AgentId } from '../core/agent-id.ts';
import type { Fact } from '../core/fact.ts';
import type { Store } from '../store/store.ts';
import { createProblemCounter } from './count-problems.ts';
import { createCrew, createLoneCrew, type Crew } from './import/crew.ts';
import { findFamilies, type ImportFamily } from './import/find-families.ts';
import { createRoom } from './import/room.ts';
import { chooseKind, runJob, type ImportJob, type ImportRun } from './import/run-job.ts';
import { createWriteQueue } from './import/write-family.ts';
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
  /** One of them, where it was started already (see `startThread`). The caller ends it, used or not. */
  started?: Worker;
  /** How much new history makes it worth while to store the spans of all sessions before their long texts; 0: always. */
  spansFirstBytes?: number;
  onProgress?(progress: ImportProgress): void;
  /** Called once, when all was looked at and nothing was read: every session that is wanted, changed or not. */
  onFound?(sources: readonly FoundSource[]): void;
}

/** A session of the history, and the files in which it stands. */
export interface FoundSource {
  agent: AgentId;
  sessionId: string;
  paths: string[];
  modifiedMillis: number;
}

/** Less than this is read before a thread has started. */
const BYTES_A_THREAD = 8 << 20;
/** One is worked out while what became of the other waits to be written. */
const OWN_FAMILIES = 2;
/** From so much on the spans of all sessions come first and their long texts after them: reading twice costs less than waiting. */
const SPANS_FIRST_BYTES = 24 << 20;
/** History that is under way at once: what is read, and waits to be written, stands in memory. One family may be larger than that. */
const MOST_BYTES_UNDER_WAY = 48 << 20;

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
  options.onFound?.(families.flatMap(toFound));
  const jobs = toJobs(families, options);
  const { crew, own } = openCrew(jobs, options);
  try {
    const room = createRoom(MOST_BYTES_UNDER_WAY);
    const run: ImportRun = { options, crew, own, room, queue: createWriteQueue(options.store, room.alone), reports, problems, note: createTally(families, options) };
    if (jobs.length > 0) await options.store.inBulk(() => runJobs(jobs, run));
  } finally {
    await crew.close();
  }
  return { agents: [...reports.values()], problems: problems.list() };
}

function toFound({ agent, sources }: ImportFamily): FoundSource[] {
  return sources.map(({ sessionId, files, modifiedMillis }) => ({ agent: agent.id, sessionId, paths: files.map(({ path }) => path), modifiedMillis }));
}

/** What is to be done for each new family, in order. */
function toJobs(families: readonly ImportFamily[], { store, nowMillis, spansFirstBytes = SPANS_FIRST_BYTES }: ImportOptions): ImportJob[] {
  const jobs = families.filter(({ isNew }) => isNew).map((family): ImportJob => ({ family, kind: chooseKind(family, store), nowMillis: nowMillis() }));
  const fresh = jobs.filter(({ kind }) => kind === 'whole');
  if (fresh.reduce((sum, { family }) => sum + family.bytes, 0) < spansFirstBytes) return jobs;
  const outlines = jobs.map((job): ImportJob => (job.kind === 'whole' ? { ...job, kind: 'outline' } : job));
  return [...outlines.filter(({ kind }) => kind !== 'texts'), ...jobs.flatMap((job): ImportJob[] => (job.kind === 'known' ? [] : [{ ...job, kind: 'texts', isSecond: job.kind === 'whole' }]))];
}

/**
 * The crew, and how many families this thread takes itself, between its writing. Two processors have enough to do with one thread more: a
 * third would load and compile all anew. Of more than two this one only writes: that is what the others wait for.
 */
function openCrew(jobs: readonly ImportJob[], { threads = 0, ...options }: ImportOptions): { crew: Crew; own: number } {
  const bytes = jobs.reduce((sum, { family }) => sum + family.bytes, 0);
  // One family alone is at no thread faster than here, and stands in memory twice.
  const families = new Set(jobs.map(({ family }) => family)).size;
  const useful = families > 1 ? Math.min(threads, Math.floor(bytes / BYTES_A_THREAD)) : 0;
  if (useful === 0) return { crew: createLoneCrew(options), own: 0 };
  return useful === 2 ? { crew: createCrew({ ...options, threads: 1 }), own: OWN_FAMILIES } : { crew: createCrew({ ...options, threads: useful }), own: 0 };
}

/** A first look at a family is less work than its texts. */
const WORK: Readonly<Record<ImportJob['kind'], number>> = { outline: 1 / 3, texts: 2 / 3, whole: 1, known: 1 };

/** What is unchanged counts as done from the beginning. How much there is to do is told before anything is done. */
function createTally(families: readonly ImportFamily[], { onProgress }: ImportOptions): (job: ImportJob) => void {
  const tally = { sessions: 0, sessionsTotal: 0, bytes: 0, bytesTotal: 0 };
  for (const { wanted, bytes, isNew } of families) {
    tally.sessionsTotal += wanted;
    if (isNew) tally.bytesTotal += bytes;
    else tally.sessions += wanted;
  }
  const first = families.find(({ isNew }) => isNew);
  if (first) onProgress?.({ ...tally, agent: first.agent.id, isText: false });
  return ({ family, kind, isSecond }) => {
    if (!isSecond) tally.sessions += family.wanted;
    // Of a family whose outline an import before this one took in, the texts are all there is to do.
    tally.bytes += family.bytes * (kind === 'texts' && !isSecond ? 1 : WORK[kind]);
    onProgress?.({ ...tally, agent: family.agent.id, bytes: Math.round(tally.bytes), isText: kind === 'texts' });
  };
}

/** Several jobs at once; the first error ends all. */
async function runJobs(jobs: readonly ImportJob[], run: ImportRun): Promise<void> {
  const left = jobs[Symbol.iterator]();
  const { room } = run;
  const outlines = new Map(jobs.flatMap(({ family, kind }) => (kind === 'outline' ? [[family, Promise.withResolvers<void>()]] : [])));
  let hasFailed = false;
  const work = async (job: ImportJob, crew: Crew, entered?: Promise<void>): Promise<void> => {
    const outline = outlines.get(job.family);
    // Texts come to turns that are there: while their outline is under way all of it would be done again.
    if (job.isSecond) await outline?.promise;
    if (hasFailed) return;
    await (entered ?? room.enter(job.family.bytes));
    try {
      await runJob(job, { ...run, crew });
    } catch (error) {
      hasFailed = true;
      throw error;
    } finally {
      room.leave(job.family.bytes);
      if (!job.isSecond) outline?.resolve();
    }
    run.note(job);
  };
  const goOn = async (): Promise<void> => {
    for (let next = left.next(); !next.done && !hasFailed; next = left.next()) await work(next.value, run.crew);
  };
  const alone = createLoneCrew(run.options);
  const goOnHere = async (): Promise<void> => {
    for (let next = left.next(); !next.done && !hasFailed; next = left.next()) {
      await new Promise((resolve) => setImmediate(resolve));
      await work(next.value, next.value.family.bytes <= BYTES_A_THREAD ? alone : run.crew);
    }
  };
  // The newest is done here while the threads start. Its place is taken before theirs.
  const [newest] = jobs;
  const isQuick = run.crew.width > 1 && newest !== undefined && newest.family.bytes <= BYTES_A_THREAD;
  if (isQuick) left.next();
  const entered = isQuick ? room.enter(newest.family.bytes) : undefined;
  const others = Array.from({ length: run.crew.width }, goOn);
  for (let count = 0; count < run.own; count++) others.push(goOnHere());
  await Promise.all(isQuick ? [...others, work(newest, alone, entered)] : others);
}
