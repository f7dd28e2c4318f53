import { setTimeout as delay } from 'node:timers/promises';

/** Short beside what is waited for, long beside a look at a folder or a row. */
const POLL_MILLIS = 10;

/** Looks until it is so, at most this long (ms) and not past `signal`. Whether it came to be so. */
export async function waitFor(isSo: () => boolean, limitMillis: number, signal: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + limitMillis;
  for (;;) {
    if (isSo()) return true;
    if (signal.aborted || performance.now() > deadline) return false;
    await delay(POLL_MILLIS);
  }
}
