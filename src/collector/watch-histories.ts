/**
 * Watches the folders in which open sessions' histories grow, so that what no hook tells is seen at once. A notification may be lost and
 * a system may have none left: the clock then finds the change, later.
 */
import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';

/** Each costs a descriptor. The rest is looked at by the clock. */
const MAX_WATCHERS = 128;
/** A record is often written in several pieces: so long after its first one it is looked at. Half a record is no harm, it is looked at again. */
const SETTLE_MILLIS = 5;
/** Several records are often written at once, and each look reads the file: so long no look follows another. */
const REST_MILLIS = 50;
/** How often a folder that cannot be watched is looked at. */
const POLL_MILLIS = 5_000;
/** Of such a folder so many files count: a look at it must stay cheap. */
const MAX_FILES = 1_000;

export interface HistoryWatch {
  /** Watches these folders from now on and no others, by name. `seen`: names whose change has been looked into. */
  follow(wanted: ReadonlyMap<string, readonly string[]>, seen: readonly string[]): void;
  /** Names of which something changed and that were not seen since. */
  changed(): string[];
  close(): void;
}

interface Folder {
  names: Set<string>;
  watcher?: FSWatcher;
  /** What was there at the last look, of a folder without a watcher. */
  stamp?: string;
}

/** `onChange` is called soon after something changed; in any number, also for nothing. It never keeps the process alive. */
export function createHistoryWatch(onChange: () => void, { maxWatchers = MAX_WATCHERS, pollMillis = POLL_MILLIS } = {}): HistoryWatch {
  const folders = new Map<string, Folder>();
  const changes = new Map<string, number>();
  let count = 0;
  let settling: NodeJS.Timeout | undefined;
  let lookedMillis = -Infinity;
  const note = ({ names }: Folder): void => {
    for (const name of names) changes.set(name, ++count);
    settling ??= setTimeout(() => {
      settling = undefined;
      lookedMillis = performance.now();
      onChange();
    }, Math.max(SETTLE_MILLIS, lookedMillis + REST_MILLIS - performance.now())).unref();
  };
  const poll = setInterval(() => {
    for (const [path, folder] of folders) {
      const stamp = folder.watcher ? undefined : stampOf(path);
      if (folder.stamp !== undefined && stamp !== folder.stamp) note(folder);
      folder.stamp = stamp;
    }
  }, pollMillis).unref();
  const open = (path: string, names: Set<string>): void => {
    const folder: Folder = { names };
    folders.set(path, folder);
    if (watcherCount(folders) < maxWatchers) folder.watcher = tryWatch(path, () => note(folder), () => (folder.watcher = undefined));
    if (!folder.watcher) folder.stamp = stampOf(path);
    // What was written between the reading and this moment.
    note(folder);
  };
  /** How many changes there had been when `changed` was last asked. */
  let asked = 0;
  return {
    follow(wanted, seen) {
      for (const name of seen) if ((changes.get(name) ?? 0) <= asked) changes.delete(name);
      for (const name of changes.keys()) if (!wanted.has(name)) changes.delete(name);
      const byPath = new Map<string, Set<string>>();
      for (const [name, paths] of wanted) for (const path of paths) byPath.set(path, (byPath.get(path) ?? new Set()).add(name));
      for (const [path, { watcher }] of folders) {
        if (byPath.has(path)) continue;
        watcher?.close();
        folders.delete(path);
      }
      for (const [path, names] of byPath) {
        const known = folders.get(path);
        if (known) known.names = names;
        else open(path, names);
      }
    },
    changed() {
      asked = count;
      return [...changes.keys()];
    },
    close() {
      clearInterval(poll);
      clearTimeout(settling);
      for (const { watcher } of folders.values()) watcher?.close();
      folders.clear();
    },
  };
}

function watcherCount(folders: ReadonlyMap<string, Folder>): number {
  return [...folders.values()].filter(({ watcher }) => watcher !== undefined).length;
}

/** Undefined where the system has no watch left, or the folder has gone. */
function tryWatch(path: string, onChange: () => void, onLost: () => void): FSWatcher | undefined {
  try {
    const watcher: FSWatcher = watch(path, { persistent: false }, onChange).on('error', () => {
      watcher.close();
      onLost();
    });
    return watcher;
  } catch {
    return undefined;
  }
}

function stampOf(path: string): string {
  try {
    return readdirSync(path).slice(0, MAX_FILES).map((name) => {
      const stats = statSync(join(path, name), { throwIfNoEntry: false });
      return `${name}:${stats?.size}:${stats?.mtimeMs}`;
    }).join(' ');
  } catch {
    return '';
  }
}
