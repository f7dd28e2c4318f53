/** For flat dialects: which spans are turns of a session itself, as the store has them. */
import type { Span } from '../../core/span.ts';
import type { SpanReader } from '../../store/store.ts';

export interface TurnStore extends Pick<SpanReader, 'readSession'> {
  readSpan(spanId: string): Span | undefined;
}

/** Span id → whether it is the root of a turn that no other agent asked for. Each is looked up once. */
export function createTurnTest(store: TurnStore): (spanId: string) => boolean {
  const known = new Map<string, boolean>();
  const look = (spanId: string): boolean => {
    const span = store.readSpan(spanId);
    if (span?.kind !== 'agent' || span.parentSpanId !== undefined) return false;
    return store.readSession(span.agent, span.sessionId)?.parent?.relation !== 'subagent';
  };
  return (spanId) => {
    const isTurn = known.get(spanId) ?? look(spanId);
    known.set(spanId, isTurn);
    return isTurn;
  };
}
