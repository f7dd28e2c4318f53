/** One session with its subagents, cut by the rules of sharing, in a store of its own: whatever is asked of it can tell no more. */
import { addAnswerBytes } from '../../otlp/to-trace-batch.ts';
import type { Session } from '../../core/session.ts';
import type { Sharing } from '../../core/sharing.ts';
import type { Span } from '../../core/span.ts';
import { shareRepository, shareSession, shareSpan } from '../../semconv/share.ts';
import { openMemoryStore } from '../../store/memory.ts';
import type { SqliteStore } from '../../store/sqlite/open-store.ts';
import type { Store, StoredTurn } from '../../store/store.ts';

/** The caller closes it. Undefined: nothing is known of the session. */
export function cutSession(store: Pick<Store, 'readSpans' | 'readSession' | 'readTurns'>, session: Session, sharing: Sharing): SqliteStore | undefined {
  const spans = store.readSpans(session.agent, session.sessionId);
  if (spans.length === 0) return undefined;
  const ids = [...new Set([session.sessionId, ...spans.map(({ sessionId }) => sessionId)])];
  const sessions = ids.map((id): Session => store.readSession(session.agent, id) ?? { agent: session.agent, sessionId: id });
  const folders = new Map(sessions.map(({ sessionId, cwd }) => [sessionId, cwd]));
  const cut = openMemoryStore();
  cut.transaction(() => {
    for (const one of sessions) cut.saveSession(toAlone(shareSession(one, sharing), session));
    for (const [turn, own] of toTurns(store.readTurns(session.agent, ids), spans)) {
      const { shell: _, ...rest } = turn;
      cut.saveTurn(rest, own.map((span) => cutSpan(span, sharing, folders.get(span.sessionId))));
    }
  });
  return cut;
}

/** What a fork came from is not here. */
function toAlone(session: Session, top: Session): Session {
  if (session.sessionId !== top.sessionId) return session;
  const { parent: _, ...alone } = session;
  return alone;
}

/** Keys are of the agent's own, for the store to know it again by. */
function cutSpan(span: Span, sharing: Sharing, cwd: string | undefined): Span {
  const shared = addAnswerBytes(shareSpan(span, sharing, cwd), span);
  const repository = shareRepository(span.values.repository, sharing);
  return { ...shared, keys: [], values: { ...shared.values, ...(repository ? { repository } : {}) } };
}

/** Spans of a turn that went stand with the first of their session, or of all. */
function toTurns(turns: readonly StoredTurn[], spans: readonly Span[]): Map<StoredTurn, Span[]> {
  const byKey = new Map(turns.toReversed().map((turn) => [keyOf(turn), turn]));
  const bySession = new Map(turns.toReversed().map((turn) => [turn.sessionId, turn]));
  const byRoot = new Map(turns.map((turn) => [turn.rootSpanId, turn]));
  const found = new Map<StoredTurn, Span[]>(turns.map((turn) => [turn, []]));
  for (const span of spans) {
    const turn = byRoot.get(span.spanId) ?? byKey.get(keyOf(span)) ?? bySession.get(span.sessionId) ?? turns[0];
    if (turn) found.get(turn)?.push(span);
  }
  return found;
}

function keyOf({ sessionId, turnIndex }: Pick<Span, 'sessionId' | 'turnIndex'>): string {
  return `${turnIndex} ${sessionId}`;
}
