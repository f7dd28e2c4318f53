/**
 * How a session stands, as far as the store can tell. It knows what hooks and history told, not which processes live: whose agent was
 * killed is open until the collector has given up waiting for it, and then closed with the outcome that assembly gives it.
 */
import type { Outcome } from '../../core/span.ts';
import type { SessionState } from '../api/sessions.ts';

export interface LastTurn {
  /** Of its last turn. */
  outcome: Outcome;
  isClosed: boolean;
  /** Hooks told of it. */
  isLive: boolean;
  /** A `permission` span of the family is open. */
  hasOpenWait: boolean;
  /** A call of the family is open. */
  hasOpenCall: boolean;
}

/** A model may think for minutes before anything of it is told; some do for longer. */
const THINKING_MILLIS = 300_000;
/** A build or a test that runs: nothing is told of a call between its two ends. */
const CALLING_MILLIS = 3_600_000;
/** What only the history tells of is left open where its agent was ended in the middle: after a day nobody goes on with it. */
const LEFT_MILLIS = 86_400_000;

/** `silentMillis`: since something last happened in it or in a subagent of it. Without a turn: nothing is known of it. */
export function toSessionState(turn: LastTurn | undefined, silentMillis: number): SessionState {
  if (!turn) return 'unknown';
  if (turn.isClosed) return toEndState(turn.outcome);
  if (!isGoingOn(turn, silentMillis)) return 'unknown';
  // An open wait of which only the history tells, and nothing since, was left with its agent.
  if (turn.hasOpenWait && (turn.isLive || silentMillis <= CALLING_MILLIS)) return 'waiting';
  return silentMillis <= (turn.hasOpenCall ? CALLING_MILLIS : THINKING_MILLIS) ? 'running' : 'idle';
}

/** Whether a turn may still go on: what hooks told of is closed when the collector has given up waiting, what only the history tells of never is. */
export function isGoingOn({ isClosed, isLive }: Pick<LastTurn, 'isClosed' | 'isLive'>, silentMillis: number): boolean {
  return !isClosed && (isLive || silentMillis <= LEFT_MILLIS);
}

/** A person who broke it off, or who said no, had their way. */
function toEndState(outcome: Outcome): SessionState {
  if (outcome === 'unknown') return 'unknown';
  return outcome === 'error' || outcome === 'timeout' ? 'failed' : 'done';
}

/** Those of the states that a session without an open turn cannot have. */
export const OPEN_STATES: ReadonlySet<SessionState> = new Set<SessionState>(['running', 'waiting', 'idle']);
/** How long back an open turn that only the history told of counts as one (ms). */
export const OPEN_WITHIN_MILLIS = LEFT_MILLIS;
