/**
 * Sessions that `spoor doctor` makes to see whether the chain holds. No list shows them, no destination gets them, and they are deleted
 * as soon as they were seen.
 */

/** No agent gives such an id. */
export const PROBE_PREFIX = 'spoor-doctor-';

/** A probe that is older than this (ms) was left behind by a doctor that was killed. */
const LEFT_AFTER_MILLIS = 60_000;

/** An id for a probe made at this time (Unix ms). `random`: what makes it unique, lower-case letters and digits. */
export function toProbeId(nowMillis: number, random: string): string {
  return `${PROBE_PREFIX}${nowMillis}-${random}`;
}

/** Whether a doctor made this session. */
export function isProbe(sessionId: string): boolean {
  return sessionId.startsWith(PROBE_PREFIX);
}

/** Whether this is the id of a probe that nobody waits for any more. */
export function isLeftProbe(sessionId: string, nowMillis: number): boolean {
  const made = /^(\d{1,15})-/.exec(isProbe(sessionId) ? sessionId.slice(PROBE_PREFIX.length) : '')?.[1];
  return made !== undefined && Math.abs(nowMillis - Number(made)) > LEFT_AFTER_MILLIS;
}
