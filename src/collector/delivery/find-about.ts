/** A session, and what the rules of a destination ask of it. */
import type { Session } from '../../core/session.ts';
import type { Span } from '../../core/span.ts';
import type { SpanReader } from '../../store/store.ts';
import { findRootId } from './find-root.ts';
import type { AboutSession } from './scope.ts';

export interface SessionAbout {
  session: Session;
  rootSessionId: string;
  about: AboutSession;
}

/** Looks each session up once. A subagent works for the session at the top: one folder decides for the whole trace. */
export function createAboutFinder(store: Pick<SpanReader, 'readSession'>): (of: Pick<Span, 'agent' | 'sessionId'>) => SessionAbout {
  const known = new Map<string, SessionAbout>();
  return ({ agent, sessionId }) => {
    const key = JSON.stringify([agent, sessionId]);
    const found = known.get(key);
    if (found) return found;
    const session: Session = store.readSession(agent, sessionId) ?? { agent, sessionId };
    const rootSessionId = findRootId(store, session);
    const cwd = (rootSessionId === sessionId ? undefined : store.readSession(agent, rootSessionId)?.cwd) ?? session.cwd;
    const read = { session, rootSessionId, about: { agent, ...(cwd === undefined ? {} : { cwd }) } };
    known.set(key, read);
    return read;
  };
}
