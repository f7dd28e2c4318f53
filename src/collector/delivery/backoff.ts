/**
 * One second is soon enough for a backend that was restarted; each failure doubles the wait. Five minutes at most: a backend that
 * was down for days gets its spans within minutes of coming back, and a request every five minutes hurts nobody.
 */
const FIRST_MILLIS = 1000;
const LONGEST_MILLIS = 5 * 60_000;

/**
 * How long to wait after so many failures in a row (1 or more), in milliseconds. The upper half is chance, so that many collectors
 * do not return to a backend in the same moment; the lower half is kept, so that no retry comes at once.
 */
export function backoffMillis(failures: number, random: () => number): number {
  const whole = Math.min(LONGEST_MILLIS, FIRST_MILLIS * 2 ** (failures - 1));
  return Math.round(whole / 2 + (random() * whole) / 2);
}
