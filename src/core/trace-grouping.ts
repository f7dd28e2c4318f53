/**
 * How a destination wants spans put into traces. In the store a turn is a trace of its own; what a destination wants beside that is
 * worked out when a span is rendered for it (`otlp/regroup.ts`).
 */

/**
 * turn: each turn by itself · session: all turns of a session and its subagents · spawn: the same, and anew each time a process of
 * the agent takes the session up
 */
export type TraceGrouping = 'turn' | SessionGrouping;
export type SessionGrouping = 'session' | 'spawn';

/** Where a turn's trace stands in its session's: below which `agent_session` span, and in which trace that is. */
export interface TracePlace {
  traceId: string;
  envelopeSpanId: string;
}
