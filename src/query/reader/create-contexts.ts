/** What spans are rendered with for a person who looks at them: all of their content, and no name of a destination. */
import type { Span } from '../../core/span.ts';
import { VERSION } from '../../core/version.ts';
import type { RenderContext } from '../../semconv/dialect.ts';
import { toContentPolicy } from '../../semconv/content.ts';
import { readSession } from '../../store/sqlite/read-sessions.ts';
import { readRepository } from '../../store/sqlite/read-spans.ts';
import { decodeText, encodeText } from '../../store/sqlite/text.ts';
import type { ReadDatabase } from '../open-reading.ts';

const ROOT = 'SELECT root.session_id FROM session JOIN session AS root ON root.id = session.root WHERE session.agent = ? AND session.session_id = ?';

/** One context a turn, so that its spans share a resource. */
export function createContexts(reading: ReadDatabase): (span: Pick<Span, 'agent' | 'sessionId' | 'turnIndex'>) => RenderContext {
  const known = new Map<string, RenderContext>();
  return ({ agent, sessionId, turnIndex }) => {
    const key = JSON.stringify([agent, sessionId, turnIndex]);
    const found = known.get(key);
    if (found) return found;
    const repository = readRepository(reading, { agent, sessionId, turnIndex });
    const root = reading.sql(ROOT).get(agent, encodeText(sessionId))?.session_id;
    const context: RenderContext = {
      session: readSession(reading, agent, sessionId) ?? { agent, sessionId },
      rootSessionId: root === undefined ? sessionId : decodeText(String(root)),
      serviceName: agent,
      version: VERSION,
      sharing: { content: toContentPolicy('full') },
      ...(repository ? { repository } : {}),
    };
    known.set(key, context);
    return context;
  };
}
