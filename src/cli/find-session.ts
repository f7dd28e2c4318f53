/** From what a user typed to the session that is meant. */
import type { Session } from '../core/session.ts';
import type { SessionSummary, SpanReader } from '../store/store.ts';
import { Failure } from './failure.ts';
import { toPlainLine } from './terminal/clean-text.ts';

const CANDIDATES_SHOWN = 8;

/** The session whose id begins with `prefix`, else the one that has a trace which does. Throws a `Failure` for none and for several. */
export function findSession(store: Pick<SpanReader, 'findSessions'>, prefix: string): Session {
  const found = withoutSubagents(store.findSessions(prefix));
  const byId = found.filter(({ sessionId }) => sessionId.startsWith(prefix));
  const exact = byId.filter(({ sessionId }) => sessionId === prefix);
  const [session, ...others] = exact.length === 1 ? exact : byId.length === 1 ? byId : found;
  if (!session) throw new Failure(`No session or trace begins with "${toPlainLine(prefix)}".`, 'See what there is: spoor sessions');
  if (others.length === 0) return session;
  throw toSeveral(prefix, byId, found.filter((one) => !byId.includes(one)));
}

function toSeveral(prefix: string, byId: readonly Session[], byTrace: readonly Session[]): Failure {
  const found = [...byId, ...byTrace];
  const how = byTrace.length === 0 ? '' : byId.length === 0 ? ', each by the id of one of its traces' : `: ${byId.length} by their own ids, ${byTrace.length} by the id of one of their traces`;
  const shown = found.slice(0, CANDIDATES_SHOWN).map((one, i) => `  ${toPlainLine(one.sessionId)}  ${one.agent}  ${i < byId.length ? '' : '(by a trace)  '}${toPlainLine(one.title ?? one.cwd ?? '')}`);
  const more = found.length > CANDIDATES_SHOWN ? [`  … and ${found.length - CANDIDATES_SHOWN} more`] : [];
  return new Failure(`"${toPlainLine(prefix)}" fits ${found.length} sessions${how}.`, ['Type more of the id:', ...shown, ...more].join('\n'));
}

/** A subagent's spans stand in its parent's trace: where both were found the parent is meant. */
function withoutSubagents(sessions: readonly Session[]): Session[] {
  const ids = new Set(sessions.map(({ sessionId }) => sessionId));
  return sessions.filter(({ parent }) => parent?.relation !== 'subagent' || !ids.has(parent.sessionId));
}

/** The newest session that is nobody's subagent. */
export function findNewest(store: SpanReader): SessionSummary | undefined {
  return store.listSessions({ limit: 1 })[0];
}
