/** Which sessions a destination with a sample gets: whole ones, chosen by the session at the top, so that no trace is torn. Pure. */
import { hashOf } from '../../core/ids.ts';
import type { Session } from '../../core/session.ts';
import type { Destination } from '../../exporters/exporter.ts';

/** 32 bits of the hash are as many as a share that a person writes can tell apart. */
const DIGITS = 8;
const SCALE = 16 ** DIGITS;

/**
 * Whether the session is in the sample. The same for the same session at all times, on all machines and for all destinations: one with a
 * larger share gets what one with a smaller has. `session`: the one at the top of its family.
 */
export function isSampled({ sample }: Pick<Destination, 'sample'>, { agent, sessionId }: Pick<Session, 'agent' | 'sessionId'>): boolean {
  if (sample === undefined || sample >= 1) return true;
  return parseInt(hashOf('sample', agent, sessionId).slice(0, DIGITS), 16) < sample * SCALE;
}
