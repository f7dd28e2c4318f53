/**
 * Durations as whole numbers of 32 bits: microseconds below 2^31 (35 minutes), above that milliseconds (24 days) with the highest bit set. Half the
 * memory of a double, and the longer of two has the larger number. What is not told is the largest one.
 */

const LONG = 0x8000_0000;
const MOST_MILLIS = LONG - 2;
/** Not told. */
export const NO_DURATION = 0xffff_ffff;

/** Microseconds, below 0 where they are not told, → the number. What is longer than 24 days was no work. */
export function toDuration(micros: number): number {
  if (micros < 0) return NO_DURATION;
  return micros < LONG ? Math.trunc(micros) : LONG + Math.min(MOST_MILLIS, Math.round(micros / 1000));
}

/** The number → milliseconds; -1: not told. */
export function toMillis(duration: number | undefined): number {
  if (duration === undefined || duration === NO_DURATION) return -1;
  return duration < LONG ? duration / 1000 : duration - LONG;
}

/** The number of one that is told → whole microseconds: sums of them are exact. */
export function toMicros(duration: number): number {
  return duration < LONG ? duration : (duration - LONG) * 1000;
}
