/**
 * The door of what the server tells the dashboard, as JSON. Types only. Times are Unix milliseconds with a fraction (`…Millis` of a moment),
 * durations milliseconds with a fraction; dollars are US dollars. Absent: not known, never 0.
 *
 * One definition everywhere. A *session* is one at the top of its family: what its subagents did counts to it ("incl. subagents"). A *call* is
 * one tool call, of subagents too. The *run* time of a span is the agent's own measure where it tells one, else from its start to its end without
 * the waiting for a person inside it; of estimated times there is none, and no quantile or sum counts such a span. Errors are calls that
 * ended in error or timeout; an error rate is (error + timeout) ÷ (ok + error + timeout); denied and cancelled are counted apart. Neither a
 * request to a model that failed nor a turn that did is one: requests are counted where models are (`ModelRow.errors`), and how a turn ended
 * is its outcome, of the last one the session's `state`. A turn's *active* time is the agent's own measure, else from its start to its end; of a
 * turn whose end is not told, or only estimated, there is none. A session's is the sum of its own turns'. *Wall* time goes from the first to the
 * last moment of a session and of its subagents. A turn stands under the *model* that most of its own requests asked, else its own, else under ''.
 */
import type { Provenance } from '../../core/usage.ts';

/** What a page is about. Several values of one field are alternatives; the fields restrict each other. Strings are compared as they are. */
export interface Filter {
  /** Of turns: their start lies in [from, to). Unix ms. */
  fromMillis?: number;
  toMillis?: number;
  agent?: string[];
  /** The folder of the session, or the repository's name where it is known: `Session.project`. */
  project?: string[];
  /** Turns with a request to it. Tokens and costs are then of those requests alone, but in rows of sessions, which are told as a whole. */
  model?: string[];
  branch?: string[];
  /** Sessions that called this tool. */
  tool?: string[];
  /** Sessions in which this skill was loaded. */
  skill?: string[];
  /** Sessions in which a skill was offered with this text: `name@hash`. */
  skillVersion?: string[];
  /** Config fingerprints of sessions. */
  config?: string[];
}

/** A sum of money or what stands for it, units apart: none is ever added to another. Where it comes from stands beside it. */
export interface CostFigures {
  /** Charged. */
  usd?: number;
  /** What tokens of a subscription would have cost at the API's prices. */
  equivalentUsd?: number;
  credits?: number;
  premiumRequests?: number;
  /** Model requests without a price. */
  unpriced?: { model?: string; reason: string; chats: number; tokens?: number }[];
  /** Where the figures come from: each that has a part in them. */
  provenance?: Provenance[];
}

export interface TokenFigures {
  /** Includes both cache figures. */
  input?: number;
  output?: number;
  cacheRead?: number;
  cacheCreation?: number;
  /** Part of the output. */
  reasoning?: number;
}

/** A page of a list: `next` is given back as `after` for the one behind it; absent: this is the last. */
export interface Page<T> {
  items: T[];
  next?: string;
  /** How many there are in all, where that is known at no cost. */
  total?: number;
}

/** Stands on each answer: how long the query took, for the page's footer. */
export interface Timed {
  queryMillis: number;
}

/** Order statistics of durations in ms; absent over nothing. Quantiles as numpy's default (linear between neighbours). */
export interface Spread {
  count: number;
  p50?: number;
  p95?: number;
  max?: number;
  sum?: number;
}

/** One per bucket of time; `values` stand beside `starts`. A bucket without anything has null. */
export interface Series {
  starts: number[];
  values: (number | null)[];
}
