/** The time, as often as pages need it: ages and windows that end now. */
import { useSyncExternalStore } from 'react';

/** An age is told in whole seconds below a minute: that old it may be. */
const TICK_MILLIS = 5000;

let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const watchers = new Set<() => void>();

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of watchers) each();
  }, TICK_MILLIS);
  return () => {
    watchers.delete(watcher);
    if (watchers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Unix ms, a few seconds old at most. `stepMillis`: rounded down to it, for who needs it less often. */
export function useNow(stepMillis = TICK_MILLIS): number {
  return useSyncExternalStore(watch, () => Math.floor(now / stepMillis) * stepMillis);
}
