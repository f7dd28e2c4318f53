/**
 * What stands where in the summary of a turn: numbers in rows of a fixed length one behind the other, words once each; moments and durations
 * are microseconds, moments after the turn's start. Plain data.
 */
import type { Outcome } from '../core/span.ts';
import type { Provenance } from '../core/usage.ts';

/** The number of an outcome is its place here; never reordered. */
export const OUTCOMES: readonly Outcome[] = ['ok', 'error', 'denied', 'cancelled', 'timeout', 'unknown'];
/** Places in `OUTCOMES`. */
export const [OK, ERROR, DENIED, CANCELLED, TIMEOUT, UNKNOWN] = [0, 1, 2, 3, 4, 5];
/** Bit n stands for the n-th; never reordered. */
export const PROVENANCES: readonly Provenance[] = ['provider', 'transcript', 'hook', 'native', 'estimated'];
export const TRIGGERS = ['model', 'user', 'subagent'] as const;

/** A number that is not known. */
export const ABSENT = -1;
/** In the place of a duration: it has not ended. */
export const OPEN = -2;

/**
 * Places in the row of a turn. Words are places in `words`, 0: none. `active`: how long it took, absent where that is not told · `modelName`: the
 * model that most of its own requests asked, else its own
 */
export const TURN = { duration: 0, outcome: 1, model: 2, tool: 3, wait: 4, gate: 5, other: 6, contextPercent: 7, nestedAgents: 8, repository: 9, branch: 10, mode: 11, modelName: 12, active: 13 } as const;
/**
 * Of a call. `run`: absent while it is open, and where it is only estimated · `isNested`: 1 where another session's, in this turn · `busy`: how
 * much of the turn's time it fills from its start on; `OPEN`: it still does; absent: its times are not told, or spans of a subagent below it tell
 */
export const CALL = { start: 0, run: 1, wait: 2, outcome: 3, tool: 4, server: 5, family: 6, skill: 7, errorType: 8, isNested: 9, busy: 10, length: 11 } as const;
/** Of a request. `isRest`: 1 is no request, but what the turn tells beyond those it has · `provenance`: of the costs, as bits */
export const CHAT = {
  start: 0, duration: 1, firstChunk: 2, outcome: 3, model: 4, provider: 5, input: 6, output: 7, cacheRead: 8, cacheCreation: 9, reasoning: 10, usd: 11, equivalentUsd: 12,
  credits: 13, premium: 14, unpriced: 15, provenance: 16, isRest: 17, length: 18,
} as const;
/**
 * Of the load of a skill. Its scope goes to the next load or the turn's end; calls and costs are those that began in it. The place 4 is free: a
 * word stands there in what older versions wrote, and nobody reads it.
 */
export const LOAD = { start: 0, scope: 1, name: 2, trigger: 3, tools: 5, succeeded: 6, failed: 7, usd: 8, equivalentUsd: 9, credits: 10, premium: 11, length: 12 } as const;

/** What is known of a turn beside its spans. */
export interface SummarySource {
  rootSpanId: string;
  sessionId: string;
  startUnixNano: bigint;
  endUnixNano?: bigint;
  /** How it began: a skill may be called by its name. */
  prompt?: string;
}

/** Gives each word a place. */
export type Lexicon = (word: string | undefined) => number;
