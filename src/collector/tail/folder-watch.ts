/** Folders of agents' histories, each watched by itself: only those in which something happens of late, so that they stay few. */
import { existsSync, type FSWatcher, statSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AgentId } from '../../core/agent-id.ts';

/** Each costs a descriptor. The folders that were added last stay. */
const MAX_FOLDERS = 256;

export interface FolderWatch {
  /** Folders, or files: then the folder that they stand in. Those that are not there are passed over. */
  add(agent: AgentId, folders: readonly string[]): void;
  /** The folders that these files stand in. */
  addFoldersOf(agent: AgentId, paths: readonly string[]): void;
  close(): void;
}

/** `onChange`: of a path something changed; in any number, also for nothing. It never keeps the process alive. */
export function createFolderWatch(onChange: (agent: AgentId, path: string) => void): FolderWatch {
  const watchers = new Map<string, { watcher: FSWatcher; identity: string | undefined }>();
  const drop = (folder: string): void => {
    watchers.get(folder)?.watcher.close();
    watchers.delete(folder);
  };
  const open = (agent: AgentId, folder: string): void => {
    const known = watchers.get(folder);
    const identity = identityOf(folder);
    // A folder that was made again is another one, of which its watcher hears nothing.
    if (known && known.identity !== identity) drop(folder);
    else if (known) {
      // To the end: it was asked for last.
      watchers.delete(folder);
      watchers.set(folder, known);
      return;
    }
    const watcher = tryWatch(folder, (name) => onChange(agent, name === null ? folder : join(folder, name)), () => drop(folder));
    if (!watcher) return;
    watchers.set(folder, { watcher, identity });
    const [oldest] = watchers.keys();
    if (watchers.size > MAX_FOLDERS && oldest !== undefined) drop(oldest);
  };
  return {
    add(agent, folders) {
      for (const path of folders) {
        const stats = statSync(path, { throwIfNoEntry: false });
        if (stats) open(agent, stats.isDirectory() ? path : dirname(path));
      }
    },
    addFoldersOf(agent, paths) {
      for (const folder of new Set(paths.map((path) => dirname(path)))) if (existsSync(folder)) open(agent, folder);
    },
    close() {
      for (const { watcher } of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
}

/** What tells it from one that stands at this path later, though numbers of inodes are given again. Undefined: nothing is there, or it may not be looked at. */
export function identityOf(path: string): string | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats && `${stats.ino} ${stats.birthtimeMs}`;
  } catch {
    return undefined;
  }
}

/** Undefined where the system has no watch left. */
function tryWatch(folder: string, onChange: (name: string | null) => void, onLost: () => void): FSWatcher | undefined {
  try {
    return watch(folder, { persistent: false }, (_event, name) => onChange(name)).on('error', onLost);
  } catch {
    return undefined;
  }
}
