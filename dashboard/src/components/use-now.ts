/** The time, as often as pages need it: running durations, ages, windows that end now. */
import { useSyncExternalStore } from 'react';
import { isClockStopped, readClock } from '../models/clock.ts';

/** What runs grows in whole seconds. */
const TICK_MILLIS = 1000;
/** An age is told in whole seconds below a minute: that old it may be. */
const AGE_STEP_MILLIS = 5000;

/** Absent: nobody asked yet. */
let now: number | undefined;
let timer: ReturnType<typeof setInterval> | undefined;
const watchers = new Set<() => void>();

function watch(watcher: () => void): () => void {
  if (isClockStopped()) return () => undefined;
  watchers.add(watcher);
  if (timer === undefined) now = readClock();
  timer ??= setInterval(() => {
    now = readClock();
    for (const each of watchers) each();
  }, TICK_MILLIS);
  return () => {
    watchers.delete(watcher);
    if (watchers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Unix ms, rounded down to `stepMillis`: drawn again once a step, whole seconds. */
export function useNow(stepMillis = AGE_STEP_MILLIS): number {
  return useSyncExternalStore(watch, () => Math.floor((now ??= readClock()) / stepMillis) * stepMillis);
}
