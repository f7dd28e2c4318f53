/** Looking into untrusted JSON without trusting its shape. */
import { isDuration, isMoment, millisToNano, NANOS_PER_SECOND } from '../core/time.ts';

/** The value as an object, or undefined: arrays and null are none. */
export function asRecord(value: unknown): Record<string, unknown> | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

/** The value as text, or undefined; an empty text counts as none. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Titles stand in lists; agents write lines, hostile files books. */
const LONGEST_TITLE = 500;

/** The value as a title, or undefined; what is longer than a list could show is cut off. */
export function asTitle(value: unknown): string | undefined {
  return asText(value)?.slice(0, LONGEST_TITLE).replace(/[\uD800-\uDBFF]$/, '');
}

/** The value as a finite number, or undefined. */
export function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** The value as a count (a whole number from 0 up, exact in a double), or undefined. */
export function asCount(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined;
}

/** Above every sum of money or share; so many of them still add up to a finite number. */
const MOST = 1e15;

/** The value as an amount (a number from 0 up, perhaps a broken one), or undefined. */
export function asAmount(value: unknown): number | undefined {
  const number = asNumber(value);
  return number !== undefined && number >= 0 && number <= MOST ? number : undefined;
}

/** Milliseconds since 1970 → nanoseconds; undefined where they can be no moment (see `isMoment`). */
export function asUnixMillis(value: unknown): bigint | undefined {
  const unixNano = toNano(value);
  return unixNano !== undefined && isMoment(unixNano) ? unixNano : undefined;
}

/** Whole seconds since 1970 → nanoseconds; undefined where they can be no moment. */
export function asUnixSeconds(value: unknown): bigint | undefined {
  const seconds = asNumber(value);
  return seconds === undefined ? undefined : asUnixMillis(Math.trunc(seconds) * 1000);
}

/** Milliseconds that something took → nanoseconds; undefined where nothing can have taken so long (see `isDuration`). */
export function asDurationMillis(value: unknown): bigint | undefined {
  const nano = toNano(value);
  return nano !== undefined && isDuration(nano) ? nano : undefined;
}

/** `{secs, nanos}` that something took → nanoseconds; the nanos may be missing. */
export function asDuration(value: unknown): bigint | undefined {
  const duration = asRecord(value);
  const [seconds, nanos] = [asNumber(duration?.secs), asNumber(duration?.nanos ?? 0)];
  if (seconds === undefined || nanos === undefined) return undefined;
  const nano = BigInt(Math.trunc(seconds)) * NANOS_PER_SECOND + BigInt(Math.trunc(nanos));
  return isDuration(nano) ? nano : undefined;
}

/** In the range of a double's exact integers; what is far beyond has no nanoseconds. */
function toNano(millis: unknown): bigint | undefined {
  const value = asNumber(millis);
  return value !== undefined && Math.abs(value) < 8.64e15 ? millisToNano(value) : undefined;
}

/** The value as a list; anything else is an empty one. */
export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
