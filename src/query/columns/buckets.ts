/** Buckets of time for the trends of a window. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Widths that people read easily (ms). */
const WIDTHS = [MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 90 * DAY, 365 * DAY];
/** More are no wider than a few pixels. */
const MOST = 60;

export interface Buckets {
  /** Unix ms; each goes to the next one's start. */
  starts: number[];
  /** -1: outside. */
  of(millis: number): number;
}

/** At most 60 buckets of equal width over [from, to), the first at `from`. */
export function toBuckets(from: number, to: number): Buckets {
  const length = Math.max(1, to - from);
  const width = WIDTHS.find((one) => length / one <= MOST) ?? Math.ceil(length / MOST);
  const count = Math.max(1, Math.ceil(length / width));
  return {
    starts: Array.from({ length: count }, (_, index) => from + index * width),
    of: (millis) => (millis < from || millis >= to ? -1 : Math.min(count - 1, Math.floor((millis - from) / width))),
  };
}

/** Days of the machine's own calendar over [from, to), from midnight to midnight; of more than 1000 days the last ones. */
export function toDays(from: number, to: number): Buckets {
  const starts: number[] = [];
  const day = startOfDay(to > from ? to - 1 : to);
  for (let at = day.getTime(); starts.length < MOST_DAYS; day.setDate(day.getDate() - 1), at = day.getTime()) {
    starts.unshift(at);
    if (at <= from) break;
  }
  return { starts, of: (millis) => (millis < (starts[0] ?? 0) || millis >= to ? -1 : findLast(starts, millis)) };
}

const MOST_DAYS = 1000;

/** The midnight before a moment, where this machine is. */
export function startOfDay(millis: number): Date {
  const day = new Date(millis);
  day.setHours(0, 0, 0, 0);
  return day;
}

function findLast(starts: readonly number[], millis: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= millis) low = middle;
    else high = middle - 1;
  }
  return low;
}
