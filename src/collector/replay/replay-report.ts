/** What `spoor send` is asked and what it answers. */
import type { PastFilter } from '../../store/past.ts';

/** Nothing was sent, or could be: `message` is a sentence for the person. */
export class ReplayError extends Error {}

export interface ReplayRequest {
  /** The name of a configured destination. */
  destination: string;
  filter: PastFilter;
  /** What the person typed, as it tells one replay from another: the same again goes on with one that was cut off. */
  asked: Readonly<Record<string, unknown>>;
  /** Under ids that nobody has seen. */
  asNew: boolean;
  /** Only what was sent and changed since; with `asNew` the whole turns that it stands in. */
  changed: boolean;
  /** Spans a second at most. */
  rate: number;
  /** Looks only. */
  dryRun: boolean;
}

export interface ReplayProgress {
  /** Spans looked at so far, of so many. */
  done: number;
  total: number;
  /** Put in by this replay, and not taken by the destination yet. */
  waiting: number;
  /** Why the destination takes nothing at the moment. */
  error?: string;
}

export interface ReplayReport {
  destination: string;
  /** What of the past was meant: spans that are final, turns, sessions. */
  spans: number;
  turns: number;
  sessions: number;
  /** Sessions that are not over: what of them is still open was left. */
  openSessions: number;
  /** Put in by this replay; of a dry run: that would be. */
  put: number;
  /** The destination has them already. */
  alreadyThere: number;
  sent: number;
  waiting: number;
  setAside: number;
  /** Spans of sessions that are not in the destination's sample. */
  sampledOut: number;
  /** Spans of turns that were left, and why: by the destination's agents, folders and `exclude`, or for their age. */
  kept: { reason: string; spans: number }[];
  /** Turns whose long texts are still to come: an import was cut off. */
  textsPending: number;
  /** An earlier replay that was cut off was gone on with. */
  isResumed: boolean;
  /** All was put in, and nothing waits. */
  isComplete: boolean;
  /** Why it is not. */
  error?: string;
}
