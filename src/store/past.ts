/** The store's contract for the past: what there is to be sent again. Types only. */
import type { AgentId } from '../core/agent-id.ts';
import type { Session } from '../core/session.ts';
import type { Span } from '../core/span.ts';

export interface PastFilter {
  agent?: AgentId;
  /** This session and its subagents'. */
  session?: Pick<Session, 'agent' | 'sessionId'>;
  /** Turns that began at or after this (Unix ms). */
  sinceMillis?: number;
  /** Turns that began before this (Unix ms). */
  untilMillis?: number;
}

/** A turn as something that can be sent again. */
export interface PastTurn {
  /** Where it stands in the order of time. */
  place: { startUnixNano: bigint; turn: number };
  agent: AgentId;
  sessionId: string;
  /** It is not over: more of it may become final. */
  isOpen: boolean;
  isLive: boolean;
  /** Its long texts are still to come (see `fillTurn`). */
  isTextPending: boolean;
  /** Those that are final, children before parents. */
  spans: Pick<Span, 'spanId' | 'traceId' | 'agent' | 'sessionId' | 'startUnixNano'>[];
}

/** The past in the order of time. */
export interface PastTurns {
  /** The next turns behind a place; undefined: the first ones. */
  readPastTurns(filter: PastFilter, after: PastTurn['place'] | undefined, limit: number): PastTurn[];
  /** Final spans, turns and sessions (a subagent's counts with its parent's); `openSessions`: those with a turn that is not over. */
  countPast(filter: PastFilter): { spans: number; turns: number; sessions: number; openSessions: number };
}
