/** `GET /api/compare/sessions`: two sessions, their steps paired, and where they part first. */
import type { SessionPairAnswer } from '../api/compare.ts';
import type { SessionAnswer } from '../api/session.ts';
import { pairSessions } from '../compare/pair-sessions.ts';
import type { ReaderContext } from '../question.ts';
import { answerDetails, answerSession } from './session.ts';

export interface SessionPairQuery {
  a: { agent: string; sessionId: string };
  b: { agent: string; sessionId: string };
}

/** Throws QueryError where one of them is not there. */
export async function answerSessionPair(query: SessionPairQuery, context: ReaderContext): Promise<Omit<SessionPairAnswer, 'queryMillis'>> {
  const [a, b] = [await readWhole(query.a, context), await readWhole(query.b, context)];
  return { a, b, ...pairSessions(a, b) };
}

/** With the details of a long session, which its own page asks for later: steps are told apart by them. */
async function readWhole(key: SessionPairQuery['a'], context: ReaderContext): Promise<SessionAnswer> {
  const session = { ...(await answerSession(key, context)), queryMillis: 0 };
  return session.isLight ? { ...session, details: answerDetails(key, context).details } : session;
}
