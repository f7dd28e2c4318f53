/** What `spoor doctor` answers. Plain data: the command line prints it, `--json` gives it as it is. */
import type { Finding, FindingState } from '../core/finding.ts';

/** One link of the chain, tried live. */
export interface Link {
  link: 'hook' | 'spool' | 'collector' | 'store' | 'destination';
  /** The agent, or the destination. */
  subject: string;
  state: FindingState;
  seen: string;
  next?: string;
  /** How long it took (ms, fractions too). Absent: it was not tried. */
  durationMillis?: number;
}

export interface DoctorReport {
  /** Nothing is broken. */
  ok: boolean;
  version: string;
  home: string;
  chain: Link[];
  findings: Finding[];
}
