/** `GET /api/sessions/:agent/:id`, and its coverage. */
import { tellsWaits } from '../../agents/wait-sources.ts';
import type { Timed } from '../api/figures.ts';
import type { TimeShares } from '../api/sessions.ts';
import type { CoverageAnswer, DetailsAnswer, SessionAnswer, SessionQuery } from '../api/session.ts';
import type { ReadDatabase } from '../open-reading.ts';
import { QueryError } from '../query-error.ts';
import type { ReaderContext } from '../question.ts';
import { readConfigAnswer } from '../reader/read-config-answer.ts';
import { readCoverage } from '../reader/read-coverage.ts';
import { readLinks } from '../reader/read-links.ts';
import { readSessionRows, type FamilyTurn } from '../reader/read-session-rows.ts';
import { countSpans, readFamilyRows, readSessionTree, type FamilyRows, type SessionKey } from '../reader/read-session-tree.ts';
import { toOwnShares } from '../reader/session-figures.ts';
import { isGoingOn } from '../reader/session-state.ts';
import { readStoredTurns, type StoredTurnRow } from '../reader/read-turn-rows.ts';
import { decodeText } from '../../store/sqlite/text.ts';

/** Coverage reads whole spans and facts: of more than this it is asked for by itself, so that the tree is not waited for. */
const COVERED_SPANS = 2_000;
/** Of a longer session the tree comes first, and what stands beside its rows by a question of its own: it takes three times as long, and nobody sees all of it at once. */
const DETAILED_SPANS = 20_000;

/** The session, or the one that a subagent's belongs to. Throws QueryError where there is none. */
export async function answerSession({ agent, sessionId, after, destinations = [] }: SessionQuery, context: ReaderContext): Promise<Omit<SessionAnswer, keyof Timed>> {
  const store = context.open('database');
  const { key, answer } = store.snapshot(() => {
    const found = findSession(store, { agent, sessionId });
    const { family } = found;
    const stored = readStoredTurns(store, [...family.sessionIds.keys()]);
    const turns = stored.map((turn) => toRowTurn(turn, { key: found.key, family, nowMillis: context.nowMillis }));
    const [session] = readSessionRows(store, [family.own], context.nowMillis, new Map([[family.own, turns]]));
    if (!session) throw noSession(agent, sessionId);
    const isLight = after === undefined && countSpans(store, family) > DETAILED_SPANS;
    const tree = readSessionTree(store, found.key, { family, stored, shares: toSharesById(turns), isLight, ...(after === undefined ? {} : { after }) });
    const config = readConfigAnswer(store, found.key);
    const answer = { session, ...tree, ...(config ? { config } : {}), ...(isLight ? { isLight } : {}), links: readLinks(store, family.own, destinations), revision: family.revision };
    return { key: found.key, answer };
  });
  const isCovered = after === undefined && answer.spans.id.length <= COVERED_SPANS;
  return { ...answer, ...(isCovered ? { coverage: await readCoverage(store, key) } : {}) };
}

function toRowTurn(turn: StoredTurnRow, { key, family, nowMillis }: { key: SessionKey; family: FamilyRows; nowMillis: number }): FamilyTurn {
  const { id, session, startMillis, endMillis, lastMillis, isLive, summary } = turn;
  const lengthMillis = Math.max(0, (endMillis ?? lastMillis) - startMillis);
  return { id, isOwn: session === family.own, startMillis, lengthMillis, summary, isOpen: endMillis === undefined && isGoingOn(turn, nowMillis - lastMillis), hasWaits: tellsWaits(key.agent, isLive) };
}

function toSharesById(turns: readonly FamilyTurn[]): Map<number, TimeShares> {
  return new Map([...toOwnShares(turns)].map(([{ id }, shares]) => [id, shares]));
}

/** The details of all rows of a session: what an answer with `isLight` left out. They are of its rows as long as the revision is the same. */
export function answerDetails({ agent, sessionId }: SessionKey, context: ReaderContext): Omit<DetailsAnswer, keyof Timed> {
  const store = context.open('database');
  return store.snapshot(() => {
    const { key, family } = findSession(store, { agent, sessionId });
    const { details } = readSessionTree(store, key, { family, stored: readStoredTurns(store, [...family.sessionIds.keys()]), shares: new Map() });
    return { details, revision: family.revision };
  });
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
