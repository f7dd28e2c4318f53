import type { Session } from '../../core/session.ts';
import type { SpanReader } from '../../store/store.ts';

/** The session at the top of a chain of subagents. Links that form a ring (foreign data) end where it closes. */
export function findRootId(store: Pick<SpanReader, 'readSession'>, session: Session): string {
  const seen = new Set([session.sessionId]);
  let top = session;
  while (top.parent?.relation === 'subagent') {
    const { sessionId } = top.parent;
    if (seen.has(sessionId)) break;
    seen.add(sessionId);
    top = store.readSession(session.agent, sessionId) ?? { agent: session.agent, sessionId };
  }
  return top.sessionId;
}
