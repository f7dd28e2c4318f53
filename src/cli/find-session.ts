/** From what a user typed to the session that is meant. */
import type { Session } from '../core/session.ts';
import type { SessionSummary, SpanReader } from '../store/store.ts';
import { Failure } from './failure.ts';
import { toPlainLine } from './terminal/clean-text.ts';

/** Enough to tell a user's sessions apart by eye; made longer where it does not. */
const SHORT_ID_CHARACTERS = 8;
const CANDIDATES_SHOWN = 8;

/** The session whose id, or one of whose trace ids, begins with `prefix`. Throws a `Failure` for none and for several. */
export function findSession(store: Pick<SpanReader, 'findSessions'>, prefix: string): Session {
  const found = withoutSubagents(store.findSessions(prefix));
  const exact = found.filter((session) => session.sessionId === prefix);
  const [session, ...others] = exact.length === 1 ? exact : found;
  if (!session) throw new Failure(`No session or trace begins with "${toPlainLine(prefix)}".`, 'See what there is: spoor sessions');
  if (others.length === 0) return session;
  const shown = found.slice(0, CANDIDATES_SHOWN).map((s) => `  ${toPlainLine(s.sessionId)}  ${s.agent}  ${toPlainLine(s.title ?? s.cwd ?? '')}`);
  const more = found.length > CANDIDATES_SHOWN ? [`  … and ${found.length - CANDIDATES_SHOWN} more`] : [];
  throw new Failure(`"${toPlainLine(prefix)}" fits ${found.length} sessions.`, ['Type more of the id:', ...shown, ...more].join('\n'));
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

/** The first characters of each id, as many as make them differ from all others of the list. */
export function toShortIds(ids: readonly string[]): Map<string, string> {
  const sorted = [...new Set(ids)].sort();
  return new Map(
    sorted.map((id, i) => {
      const shared = Math.max(sharedPrefix(id, sorted[i - 1]), sharedPrefix(id, sorted[i + 1]));
      return [id, id.slice(0, Math.max(shortLength(id), shared + 1))];
    }),
  );
}

/** One id, shortened. */
export function toShortId(id: string): string {
  return id.slice(0, shortLength(id));
}

/** A prefix that all ids of an agent begin with (`sess_`) tells nothing: it does not count. */
function shortLength(id: string): number {
  return (/^[a-z]{1,6}_/.exec(id)?.[0].length ?? 0) + SHORT_ID_CHARACTERS;
}

function sharedPrefix(a: string, b: string | undefined): number {
  let length = 0;
  while (b !== undefined && length < a.length && a[length] === b[length]) length++;
  return length;
}
