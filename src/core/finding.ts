/** What a check of `spoor doctor` found: one thing looked at, how it is, and what to do about it. */

/** attention: it works, but perhaps not as meant · broken: nothing is traced or sent until it is mended · unknown: it could not be looked at */
export type FindingState = 'ok' | 'attention' | 'broken' | 'unknown';

export interface Finding {
  /** Stable name in kebab-case of what was looked at. */
  check: string;
  state: FindingState;
  /** One or two sentences: what was seen, and where. Never content, never a secret. May hold foreign text (paths, names). */
  seen: string;
  /** The one command, or step, that mends it. */
  next?: string;
}
