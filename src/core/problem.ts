/**
 * What was wrong with foreign data. Parsing never throws: it returns what it understood and the problems beside it.
 * Problems are counted per (agent, code) and shown by `spoor status` and `doctor`.
 */
export interface Problem {
  /** Stable, low-cardinality name in kebab-case, e.g. `unknown-record`, `bad-json`, `truncated`. */
  code: string;
  /** One line for a person: what and where. Never content, never a secret. */
  detail: string;
  /** How many of this kind it stands for. Absent: one. */
  count?: number;
}

/** The result of every parser of untrusted data. `value` is absent when nothing of it could be used. */
export interface Parsed<T> {
  value?: T;
  problems: Problem[];
}
