import { type FSWatcher, readdirSync, watch } from 'node:fs';
import type { Home } from '../config/home.ts';
import { SET_ASIDE } from './set-aside.ts';

/** Notifications get lost (network filesystems, exhausted inotify instances), and a dead writer's file changes no more. */
const POLL_MILLIS = 1000;

export interface SpoolWatch {
  close(): void;
}

/**
 * Calls `onChange` soon after something in the spool changed, and each second while anything is in it. Calls may come in any
 * number, also for nothing. The timer alone does not keep the process alive when `unref` is set.
 */
export function watchSpool(home: Home, onChange: () => void, options: { unref?: boolean } = {}): SpoolWatch {
  let watcher: FSWatcher | undefined;
  const stopWatching = (): void => {
    watcher?.close();
    watcher = undefined;
  };
  const startWatching = (): void => {
    try {
      watcher = watch(home.spool, { persistent: !options.unref }, onChange).on('error', stopWatching);
    } catch {
      // The folder is not there yet, or the system has no watch left: polling goes on and tries again.
    }
  };
  startWatching();
  const timer = setInterval(() => {
    if (!watcher) startWatching();
    if (!isEmpty(home)) onChange();
  }, POLL_MILLIS);
  if (options.unref) timer.unref();
  return {
    close() {
      clearInterval(timer);
      stopWatching();
    },
  };
}

function isEmpty(home: Home): boolean {
  try {
    return readdirSync(home.spool).every((name) => name === SET_ASIDE || name.startsWith('.'));
  } catch {
    return true;
  }
}
