/** Outbox rows → spans with what they are rendered with. */
import type { Session } from '../../core/session.ts';
import type { Span } from '../../core/span.ts';
import { VERSION } from '../../core/version.ts';
import type { Destination } from '../../exporters/exporter.ts';
import type { RenderItem } from '../../otlp/to-trace-batch.ts';
import type { OutboxRow } from '../../outbox/outbox.ts';
import { toContentPolicy } from '../../semconv/content.ts';
import type { RenderContext } from '../../semconv/dialect.ts';
import type { SpanReader } from '../../store/store.ts';

/** A span on its way. */
export interface Entry extends RenderItem {
  row: OutboxRow;
}

export interface ReadOptions {
  store: Pick<SpanReader, 'readSpan' | 'readSession' | 'readShellOf'>;
  destination: Destination;
  userId?: string;
}

/** Reads the spans of these rows. `unreadable`: rows whose span is not there or is broken; sending cannot help them. */
export function readEntries(rows: readonly OutboxRow[], options: ReadOptions): { entries: Entry[]; unreadable: OutboxRow[] } {
  const contextOf = createContexts(options);
  const entries: Entry[] = [];
  const unreadable: OutboxRow[] = [];
  for (const row of rows) {
    const span = readSpan(options.store, row.spanId);
    if (span) entries.push({ row, span, context: contextOf(span) });
    else unreadable.push(row);
  }
  return { entries, unreadable };
}

function readSpan(store: ReadOptions['store'], spanId: string): Span | undefined {
  try {
    return store.readSpan(spanId);
  } catch (error) {
    // Broken JSON in one row is that row's fault; a database that cannot be read is nobody's.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** One context a session, so that its spans share a resource. */
function createContexts({ store, destination, userId }: ReadOptions): (span: Span) => RenderContext {
  const contexts = new Map<string, RenderContext>();
  const content = toContentPolicy(destination.content);
  return ({ agent, sessionId, spanId }) => {
    const shell = store.readShellOf(spanId);
    const key = JSON.stringify([agent, sessionId, shell?.project, shell?.userId]);
    const known = contexts.get(key);
    if (known) return known;
    const session = store.readSession(agent, sessionId) ?? { agent, sessionId };
    const context: RenderContext = {
      session,
      rootSessionId: findRootId(store, session),
      serviceName: destination.serviceName ?? agent,
      content,
      version: VERSION,
    };
    const project = shell?.project ?? destination.project;
    const user = shell?.userId ?? userId;
    if (project !== undefined) context.project = project;
    if (user !== undefined) context.userId = user;
    if (destination.resource !== undefined) context.resource = destination.resource;
    contexts.set(key, context);
    return context;
  };
}

/** The session at the top of a chain of subagents. Links that form a ring (foreign data) end where it closes. */
function findRootId(store: ReadOptions['store'], session: Session): string {
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
