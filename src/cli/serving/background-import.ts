/** Imports of the past beside `spoor serve`, one after the other, each as a process of its own. */
import { fork, type ChildProcess } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { FoundSource } from '../../collector/import-history.ts';
import type { ImportProgress as ImportReading } from '../../collector/reports.ts';
import type { AgentId } from '../../core/agent-id.ts';
import type { ImportProgress } from '../../query/api/overview.ts';
import type { ImportNews, ImportOrder } from './import-order.ts';

/** Sessions that changed since then may well go on. */
const LATELY_MILLIS = 2 * 86_400_000;
/** What an agent wrote while an import of it was under way is looked for from so long before. */
const OVERLAP_MILLIS = 60_000;
/** After an import an agent is left alone for so many times what that took: a database that changes by the second takes no more of a core. */
const REST_FACTOR = 10;

export interface BackgroundImport {
  /** Everything, at first. */
  importAll(): void;
  /** What this agent wrote of late, or all of it; joins what waits already. */
  importNewest(agent: AgentId, options?: { isWhole?: boolean }): void;
  /** Undefined: none that is worth telling of runs. */
  progress(): ImportProgress | undefined;
  /** Ends what runs: it goes on where it was at the next start. */
  close(): void;
}

export interface BackgroundImportOptions {
  /** The whole environment of this process. */
  env: Readonly<Record<string, string | undefined>>;
  onFound(sources: readonly FoundSource[]): void;
  /** Undefined: it is through. */
  onProgress(progress: ImportProgress | undefined): void;
  onFailure(sentence: string): void;
}

const PROGRAM = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? 'import-process.ts' : 'import-process.js', import.meta.url));

interface Job {
  agents: readonly AgentId[];
  sinceMillis?: number;
}

/** Behind everything that a person waits for. */
const PRIORITY = 10;

/** From its first moment on: to load a program takes as much as a page takes that somebody is waiting for. Its threads take it over from it. */
function stepBack(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, PRIORITY);
  } catch {
    // It works all the same.
  }
}

/** Starts nothing by itself. */
export function createBackgroundImport(options: BackgroundImportOptions): BackgroundImport {
  const waiting = new Map<AgentId, number>();
  const restUntil = new Map<AgentId, number>();
  const state: { child?: ChildProcess; progress?: ImportProgress; timer?: NodeJS.Timeout; isClosed?: boolean } = {};
  const run = (job: Job): void => {
    const startedMillis = Date.now();
    const order: ImportOrder = { ...job, namesSinceMillis: startedMillis - LATELY_MILLIS };
    const tellProgress = (progress: ImportProgress | undefined): void => {
      // What was written in the last minutes is through before anybody reads how far it is.
      if (job.sinceMillis !== undefined) return;
      state.progress = progress;
      options.onProgress(progress);
    };
    const child = fork(PROGRAM, { stdio: 'ignore', env: { ...options.env } });
    stepBack(child.pid);
    state.child = child;
    child.on('message', (news: ImportNews) => {
      if ('found' in news) options.onFound(news.found);
      else if ('progress' in news) tellProgress(toProgress(news.progress, Date.now() - startedMillis));
      else options.onFailure(news.failed);
    });
    child.on('error', (error) => options.onFailure(error.message));
    // All that it told was read by then; a process that died has let go of it as well.
    child.once('disconnect', () => {
      state.child = undefined;
      tellProgress(undefined);
      for (const agent of job.agents) restUntil.set(agent, Date.now() + (Date.now() - startedMillis) * REST_FACTOR);
      next();
    });
    child.send(order, () => undefined);
  };
  const next = (): void => {
    clearTimeout(state.timer);
    if (state.isClosed || state.child || waiting.size === 0) return;
    const [agent, sinceMillis] = [...waiting].sort(([a], [b]) => (restUntil.get(a) ?? 0) - (restUntil.get(b) ?? 0))[0] ?? [];
    if (agent === undefined) return;
    const restMillis = (restUntil.get(agent) ?? 0) - Date.now();
    if (restMillis > 0) {
      state.timer = setTimeout(next, restMillis).unref();
      return;
    }
    waiting.delete(agent);
    run({ agents: [agent], sinceMillis });
  };
  return {
    importAll: () => {
      if (!state.child) run({ agents: [] });
    },
    importNewest(agent, { isWhole = false } = {}) {
      waiting.set(agent, Math.min(waiting.get(agent) ?? Infinity, isWhole ? 0 : Date.now() - OVERLAP_MILLIS));
      next();
    },
    progress: () => state.progress,
    close() {
      state.isClosed = true;
      clearTimeout(state.timer);
      state.child?.kill('SIGTERM');
    },
  };
}

/** Before so much of it is through, what it took says little of the rest. */
const LEAST_SHARE = 0.03;

/** The rest takes as long, byte by byte, as what is through. */
function toProgress({ sessions, sessionsTotal, isText, bytes, bytesTotal }: ImportReading, elapsedMillis: number): ImportProgress {
  const isTold = bytes > bytesTotal * LEAST_SHARE && elapsedMillis > 0;
  const pace = isTold ? { bytesPerSecond: Math.round((bytes / elapsedMillis) * 1000), leftMillis: Math.round((elapsedMillis * Math.max(0, bytesTotal - bytes)) / bytes) } : {};
  return { done: sessions, total: sessionsTotal, ...(isText ? { isText } : {}), ...pace };
}
