/** `GET /api/sessions/:agent/:id`, and its coverage. */
import type { Timed } from '../api/figures.ts';
import type { CoverageAnswer, SessionAnswer, SessionQuery } from '../api/session.ts';
import type { ReadDatabase } from '../open-reading.ts';
import { QueryError } from '../query-error.ts';
import type { ReaderContext } from '../question.ts';
import { readCoverage } from '../reader/read-coverage.ts';
import { readLinks } from '../reader/read-links.ts';
import { readSessionRows } from '../reader/read-session-rows.ts';
import { readFamilyRows, readSessionTree, type FamilyRows, type SessionKey } from '../reader/read-session-tree.ts';
import { decodeText } from '../../store/sqlite/text.ts';

/** Coverage reads whole spans and facts: of more than this it is asked for by itself, so that the tree is not waited for. */
const COVERED_SPANS = 2_000;

/** The session, or the one that a subagent's belongs to. Throws QueryError where there is none. */
export async function answerSession({ agent, sessionId, after, destinations = [] }: SessionQuery, context: ReaderContext): Promise<Omit<SessionAnswer, keyof Timed>> {
  const store = context.open('database');
  const answer = store.snapshot(() => {
    const { key, family } = findSession(store, { agent, sessionId });
    const [session] = readSessionRows(store, [family.own], context.nowMillis);
    if (!session) throw noSession(agent, sessionId);
    const tree = readSessionTree(store, key, { family, ...(after === undefined ? {} : { after }) });
    return { key, session, ...tree, links: readLinks(store, family.own, destinations), revision: family.revision };
  });
  const { key, ...rest } = answer;
  const isCovered = after === undefined && rest.spans.id.length <= COVERED_SPANS;
  return { ...rest, ...(isCovered ? { coverage: await readCoverage(store, key) } : {}) };
}

/** The matrix of any session. */
export async function answerCoverage({ agent, sessionId }: SessionKey, context: ReaderContext): Promise<Omit<CoverageAnswer, keyof Timed>> {
  const store = context.open('database');
  const { key } = findSession(store, { agent, sessionId });
  return { coverage: await readCoverage(store, key) };
}

function findSession(store: ReadDatabase, key: SessionKey): { key: SessionKey; family: FamilyRows } {
  const family = readFamilyRows(store, key);
  if (!family) throw noSession(key.agent, key.sessionId);
  if (family.own === family.root) return { key, family };
  const top = store.sql('SELECT agent, session_id FROM session WHERE id = ?').get(family.root);
  const topKey = { agent: String(top?.agent ?? key.agent), sessionId: decodeText(String(top?.session_id ?? '')) };
  return { key: topKey, family: readFamilyRows(store, topKey) ?? family };
}

function noSession(agent: string, sessionId: string): QueryError {
  return new QueryError('not-found', `There is no session ${sessionId} of ${agent}. It was deleted, or never stored.`);
}
