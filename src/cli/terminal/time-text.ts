/** Moments and durations: what people type, and what they read. */
import { nanoToMillis, parseRfc3339 } from '../../core/time.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const UNITS: Readonly<Record<string, number>> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY };
const RELATIVE = /^(\d{1,6}(?:\.\d{1,3})?)(s|m|h|d|w)$/;
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;

/** What `parseMoment` understands, for help texts and complaints. */
export const MOMENT_FORMS = '30m, 12h, 7d, 2026-11-20 or 2026-11-20T09:30:00Z';

/** `30m`, `7d` (that long before now), a date (its local midnight) or RFC 3339 → Unix ms; undefined when it is none of them. */
export function parseMoment(text: string, nowMillis: number): number | undefined {
  const relative = RELATIVE.exec(text.trim());
  if (relative) return nowMillis - Number(relative[1]) * (UNITS[relative[2] ?? ''] ?? 0);
  const date = DATE.exec(text.trim());
  if (date) {
    const midnight = new Date(Number(date[1]), Number(date[2]) - 1, Number(date[3]));
    // The 30th of February would silently become the 2nd of March.
    const isReal = midnight.getDate() === Number(date[3]) && midnight.getMonth() === Number(date[2]) - 1;
    return isReal ? midnight.getTime() : undefined;
  }
  const nano = parseRfc3339(text.trim());
  return nano === undefined ? undefined : nanoToMillis(nano);
}

/** A duration for people, at most 7 characters: `340ms`, `2.1s`, `48s`, `2m 14s`, `1h 03m`, `3d 04h`. */
export function toDurationText(nano: bigint): string {
  const millis = nanoToMillis(nano);
  if (millis < 1) return millis <= 0 ? '0ms' : '<1ms';
  if (millis < 999.5) return `${Math.round(millis)}ms`;
  if (millis < 9_950) return `${(millis / SECOND).toFixed(1)}s`;
  if (millis < 59_500) return `${Math.round(millis / SECOND)}s`;
  const seconds = Math.round(millis / SECOND);
  if (seconds < 3600) return pair(seconds, 60, 'm', 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return pair(minutes, 60, 'h', 'm');
  return pair(Math.round(minutes / 60), 24, 'd', 'h');
}

/** How long ago, at most 4 characters: `now`, `40s`, `5m`, `3h`, `12d`, `2y`. */
export function toAgeText(atMillis: number, nowMillis: number): string {
  const age = nowMillis - atMillis;
  if (age < 5 * SECOND) return 'now';
  if (age < MINUTE) return `${Math.floor(age / SECOND)}s`;
  if (age < HOUR) return `${Math.floor(age / MINUTE)}m`;
  if (age < DAY) return `${Math.floor(age / HOUR)}h`;
  if (age < 1000 * DAY) return `${Math.floor(age / DAY)}d`;
  return `${Math.floor(age / (365 * DAY))}y`;
}

/** `2026-11-20 09:30:05` on the user's clock. */
export function toDateTimeText(nano: bigint): string {
  const date = new Date(nanoToMillis(nano));
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${toClockText(nano)}`;
}

/** `09:30:05` on the user's clock. */
export function toClockText(nano: bigint): string {
  const date = new Date(nanoToMillis(nano));
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function pair(count: number, base: number, large: string, small: string): string {
  return `${Math.floor(count / base)}${large} ${two(count % base)}${small}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
