/** How long the last answers took, for the footer. */
import { useSyncExternalStore } from 'react';

let last: { path: string; millis: number } | undefined;
const watchers = new Set<() => void>();

export function noteQueryTime(path: string, millis: number): void {
  last = { path, millis };
  for (const watcher of watchers) watcher();
}

export function useLastQueryTime(): { path: string; millis: number } | undefined {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => last,
  );
}
