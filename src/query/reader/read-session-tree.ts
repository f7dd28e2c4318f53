/** One session with its subagents: its turns, and its spans as a tree of columns. */
import { SUBAGENT_TREE } from '../../store/sqlite/session-rows.ts';
import { decodeText, encodeText } from '../../store/sqlite/text.ts';
import type { SessionAnswer, SpanColumnsJson } from '../api/session.ts';
import type { ReadDatabase } from '../open-reading.ts';
import { readSessionSpans } from './read-session-spans.ts';
import { toTurnRow, type StoredTurnRow } from './read-turn-rows.ts';
import type { TimeShares } from '../api/sessions.ts';

export interface SessionKey {
  agent: string;
  sessionId: string;
}

export interface FamilyRows {
  /** Rows of `session` → native ids: its own, and its subagents'. */
  sessionIds: ReadonlyMap<number, string>;
  /** The row of the session itself. */
  own: number;
  /** The row at the top above it. */
  root: number;
  /** The highest of all of them, and of their turns. */
  revision: number;
}

/** How many spans all of them have. Reads an index only. */
export function countSpans(reading: ReadDatabase, { sessionIds }: FamilyRows): number {
  return Number(reading.sql('SELECT count(*) AS count FROM span WHERE session IN (SELECT value FROM json_each(?))').get(JSON.stringify([...sessionIds.keys()]))?.count);
}

/** Undefined: there is no such session. */
export function readFamilyRows(reading: ReadDatabase, { agent, sessionId }: SessionKey): FamilyRows | undefined {
  const own = reading.sql('SELECT id, root FROM session WHERE agent = ? AND session_id = ?').get(agent, encodeText(sessionId));
  if (!own) return undefined;
  const rows = reading.sql(`${SUBAGENT_TREE} SELECT session.id, session_id, revision, (SELECT max(revision) FROM turn WHERE turn.session = session.id) AS turns
    FROM session WHERE id IN (SELECT id FROM tree)`).all(agent, encodeText(sessionId));
  const revision = rows.reduce((most, row) => Math.max(most, Number(row.revision), Number(row.turns ?? 0)), 0);
  return { sessionIds: new Map(rows.map((row) => [Number(row.id), decodeText(String(row.session_id))])), own: Number(own.id), root: Number(own.root), revision };
}

export type SessionTree = Pick<SessionAnswer, 'isPartial' | 'removed' | 'startMillis' | 'endMillis' | 'turns' | 'spans' | 'details'>;

export interface TreeOptions {
  family: FamilyRows;
  /** Its turns and its subagents', as `readStoredTurns` gives them. */
  stored: readonly StoredTurnRow[];
  /** Of the session's own turns, by `id`. */
  shares: ReadonlyMap<number, TimeShares>;
  /** Only turns that were written since that revision, each with the turns of subagents below it. */
  after?: number;
  /** Without the details of calls and requests. */
  isLight?: boolean;
}

/** Reads it. Within one snapshot with what `stored` was read in. */
export function readSessionTree(reading: ReadDatabase, key: SessionKey, { family, stored, shares, after, isLight = false }: TreeOptions): SessionTree {
  // From the first turn on, and whole milliseconds, so that both moments and distances are exact.
  const startMillis = Math.floor(stored[0]?.startMillis ?? 0);
  const owner = { ...key, sessionIds: family.sessionIds, startUnixNano: BigInt(startMillis) * 1_000_000n, isLight };
  const own = stored.filter(({ session }) => session === family.own);
  const topOf = createTopFinder(reading, stored, own);
  const changed = after === undefined ? own : own.filter((turn) => stored.some((one) => one.revision > after && topOf(one) === turn));
  const wanted = new Set(changed);
  const turns = after === undefined ? undefined : stored.filter((one) => wanted.has(topOf(one) ?? one)).map(({ id }) => id);
  const { spans, details, tops } = readSessionSpans(reading, { ...owner, ...(turns ? { turns } : {}) });
  placeTurns(spans, tops, { stored, own: changed, topOf });
  const groups = Map.groupBy(stored, topOf);
  return {
    ...(after === undefined ? {} : { isPartial: true, removed: readRemoved(reading, after) }),
    startMillis,
    endMillis: stored.reduce((last, turn) => Math.max(last, turn.endMillis ?? turn.lastMillis), startMillis),
    turns: changed.map((turn) => toTurnRow(turn, groups.get(turn) ?? [turn], shares.get(turn.id) ?? { model: 0, tool: 0, idle: 0, other: 0 })),
    spans,
    details,
  };
}

type TopFinder = (turn: StoredTurnRow) => StoredTurnRow | undefined;

/**
 * The turn of the session itself below which a subagent's turn stands, by the call that started it; where nothing links it, the last that began
 * before it.
 */
function createTopFinder(reading: ReadDatabase, stored: readonly StoredTurnRow[], own: readonly StoredTurnRow[]): TopFinder {
  const byId = new Map(stored.map((turn) => [turn.id, turn]));
  const isOwn = new Set(own);
  const known = new Map<StoredTurnRow, StoredTurnRow | undefined>();
  const parentOf = reading.sql('SELECT above.turn FROM span AS root JOIN span AS above ON above.span_id = root.parent_span_id WHERE root.span_id = ?');
  const byTime = (turn: StoredTurnRow): StoredTurnRow | undefined => own.findLast(({ startMillis }) => startMillis <= turn.startMillis) ?? own[0];
  return (turn) => {
    if (isOwn.has(turn)) return turn;
    if (known.has(turn)) return known.get(turn);
    const seen = new Set<StoredTurnRow>();
    let at: StoredTurnRow | undefined = turn;
    while (at && !isOwn.has(at) && !seen.has(at)) {
      seen.add(at);
      at = byId.get(Number(parentOf.get(at.rootSpanId)?.turn ?? -1));
    }
    const top = at && isOwn.has(at) ? at : byTime(turn);
    known.set(turn, top);
    return top;
  };
}

/** Rows of the store → rows of this answer. What is of no turn (a turn that was removed left what is final) goes by what it stands below, then by time. */
function placeTurns(spans: SpanColumnsJson, tops: Int32Array, { stored, own, topOf }: { stored: readonly StoredTurnRow[]; own: readonly StoredTurnRow[]; topOf: TopFinder }): void {
  const rowOf = new Map(own.map((turn, row) => [turn, row]));
  const rowOfTurn = new Map(stored.map((turn) => [turn.id, rowOf.get(topOf(turn) ?? turn) ?? -1]));
  const rows = Int32Array.from(spans.turn, (id) => rowOfTurn.get(id) ?? -1);
  for (let place = 0; place < rows.length; place++) {
    const row = rows[place] ?? -1;
    spans.turn[place] = row >= 0 ? row : (rows[tops[place] ?? -1] ?? -1);
  }
}

function readRemoved(reading: ReadDatabase, after: number): string[] {
  return reading.sql('SELECT root_span_id FROM removed WHERE revision > ? AND root_span_id IS NOT NULL').all(after).map((row) => String(row.root_span_id));
}
