/** What spans are rendered with, looked up once a turn: its session, the shell it ran in, the tree it worked in. */
import type { Session } from '../../core/session.ts';
import type { Span } from '../../core/span.ts';
import { VERSION } from '../../core/version.ts';
import type { ContentPolicy, RenderContext } from '../../semconv/dialect.ts';
import type { SpanReader } from '../../store/store.ts';
import { findRootId } from './find-root.ts';

/** What the configuration says of all spans that go one way. */
export interface RenderSettings extends Pick<RenderContext, 'project' | 'userId' | 'resource' | 'attributes'> {
  content: ContentPolicy;
  /** Absent: the agent's id. */
  serviceName?: string;
}

/** `readShellOf` where a shell's own words count. */
export type ContextStore = Pick<SpanReader, 'readSession' | 'readShellOf' | 'readRepository'>;

/** One context a turn. Asked with spans as they are stored: on the wire they may have other ids. */
export function createRenderContexts(store: ContextStore, settings: RenderSettings): (span: Span) => RenderContext {
  const contexts = new Map<string, RenderContext>();
  const sessions = new Map<string, Pick<RenderContext, 'session' | 'rootSessionId'>>();
  const { serviceName, ...rest } = settings;
  const readSession = ({ agent, sessionId }: Span): Pick<RenderContext, 'session' | 'rootSessionId'> => {
    const key = JSON.stringify([agent, sessionId]);
    const known = sessions.get(key);
    if (known) return known;
    const session: Session = store.readSession(agent, sessionId) ?? { agent, sessionId };
    const about = { session, rootSessionId: findRootId(store, session) };
    sessions.set(key, about);
    return about;
  };
  return (span) => {
    const { agent, sessionId, turnIndex, kind } = span;
    const key = JSON.stringify([agent, sessionId, turnIndex, kind === 'session' ? span.spanId : '']);
    const known = contexts.get(key);
    if (known) return known;
    const shell = store.readShellOf(span.spanId);
    const told = { project: shell?.project, userId: shell?.userId, repository: store.readRepository(agent, sessionId, turnIndex) };
    const context: RenderContext = { ...readSession(span), serviceName: serviceName ?? agent, version: VERSION, ...rest, ...withoutAbsent(told) };
    contexts.set(key, context);
    return context;
  };
}

function withoutAbsent<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
