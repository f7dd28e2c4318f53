/**
 * Follows histories of which no hook tells: files that are known by their session are looked at when they change, and what is not known (a new
 * session, a database of many) has its agent's history imported again. Only `spoor serve` does that, for as long as it runs.
 */
import type { AgentId } from '../../core/agent-id.ts';
import type { ChangedHistories } from '../run-collector.ts';
import { createFolderWatch, identityOf } from './folder-watch.ts';

/** A session, and the files in which it goes on. */
export interface FollowedSession {
  agent: AgentId;
  sessionId: string;
  paths: readonly string[];
}

export interface HistoryTail extends ChangedHistories {
  /** Sees what comes into the agents' folders from now on; those that are not there yet, or are made again, within `lookMillis`. */
  watchRoots(): void;
  /** Follows these from now on, beside those that are followed. */
  follow(sessions: readonly FollowedSession[]): void;
  close(): void;
}

export interface HistoryTailOptions {
  /** Where each agent's history stands, whether or not it is there. */
  roots: ReadonlyMap<AgentId, readonly string[]>;
  /** Something is there that no known session is in; `isWhole`: in a place that came just now, of whatever age. Called at most once in `unknownMillis` for an agent. */
  onUnknown(agent: AgentId, isWhole: boolean): void;
  unknownMillis?: number;
  lookMillis?: number;
}

/** A new session is seen this late, and an agent whose history is one database is read again no more often. */
const UNKNOWN_MILLIS = 2_000;
/** An agent that is installed while one serves: its first session is seen this late. */
const LOOK_MILLIS = 30_000;

/** Watches nothing yet. */
export function createHistoryTail({ roots, onUnknown, unknownMillis = UNKNOWN_MILLIS, lookMillis = LOOK_MILLIS }: HistoryTailOptions): HistoryTail {
  const sessions = new Map<string, FollowedSession>();
  /** Path → the sessions that stand in it. */
  const byPath = new Map<string, Set<string>>();
  const changed = new Set<string>();
  const waiting = new Map<AgentId, NodeJS.Timeout>();
  let ring: (() => void) | undefined;
  const whole = new Set<AgentId>();
  const noteUnknown = (agent: AgentId): void => {
    if (waiting.has(agent)) return;
    waiting.set(agent, setTimeout(() => {
      waiting.delete(agent);
      onUnknown(agent, whole.delete(agent));
    }, unknownMillis).unref());
  };
  const watch = createFolderWatch((agent, path) => {
    const [only, ...more] = byPath.get(path) ?? [];
    if (only === undefined || more.length > 0) return noteUnknown(agent);
    changed.add(only);
    ring?.();
  });
  const takeNewRoots = createRootLook(roots);
  let timer: NodeJS.Timeout | undefined;
  return {
    watchRoots() {
      takeNewRoots((agent, path) => watch.add(agent, [path]));
      timer ??= setInterval(() => takeNewRoots((agent, path) => {
        watch.add(agent, [path]);
        whole.add(agent);
        noteUnknown(agent);
      }), lookMillis).unref();
    },
    follow(found) {
      for (const session of found) {
        const name = `${session.agent} ${session.sessionId}`;
        sessions.set(name, session);
        for (const path of session.paths) byPath.set(path, (byPath.get(path) ?? new Set()).add(name));
      }
      for (const { agent, paths } of found) watch.addFoldersOf(agent, paths);
    },
    take(use) {
      for (const name of changed) {
        const session = sessions.get(name);
        if (session) use(session);
        changed.delete(name);
      }
    },
    ring(onChange) {
      ring = onChange;
      if (changed.size > 0) onChange?.();
    },
    close() {
      clearInterval(timer);
      watch.close();
      for (const one of waiting.values()) clearTimeout(one);
    },
  };
}

/** Gives, each time, what stands at the agents' places and did not at the time before. */
function createRootLook(roots: HistoryTailOptions['roots']): (onNew: (agent: AgentId, path: string) => void) => void {
  /** Path → what stood there at the last look. */
  const stood = new Map<string, string | undefined>();
  return (onNew) => {
    for (const [agent, paths] of roots) {
      for (const path of paths) {
        const identity = identityOf(path);
        if (identity !== undefined && identity !== stood.get(path)) onNew(agent, path);
        stood.set(path, identity);
      }
    }
  };
}
