/** What `spoor watch` shows, out of the store. Nothing here writes. */
import { compare } from '../../core/order.ts';
import type { Session } from '../../core/session.ts';
import type { WaitingRow } from '../../query/api/overview.ts';
import type { SessionRow } from '../../query/api/sessions.ts';
import type { ReadDatabase } from '../../query/open-reading.ts';
import { listRecent } from '../../query/reader/list-recent.ts';
import { readAttention } from '../../query/reader/read-attention.ts';
import { readSessionRows } from '../../query/reader/read-session-rows.ts';
import { readSession } from '../../store/sqlite/read-sessions.ts';
import { readSpanRows } from '../../store/sqlite/read-spans.ts';
import { SUBAGENT_TREE } from '../../store/sqlite/session-rows.ts';
import { encodeText } from '../../store/sqlite/text.ts';
import type { StoredSpan } from '../../store/store.ts';

export interface SessionKey {
  agent: string;
  sessionId: string;
}

export interface Watched {
  /** Who waits for a person, the longest wait first. */
  waiting: WaitingRow[];
  /** What runs, then what something happened in last; each once. */
  sessions: SessionRow[];
}

/** Below what runs, for who wants to look back. */
const RECENT_SESSIONS = 12;

/** All that asks for a person or works, and the newest others. */
export function readWatched(reading: ReadDatabase, nowMillis: number): Watched {
  return reading.snapshot(() => {
    const { waiting, running } = readAttention(reading, nowMillis, () => true);
    const recent = readSessionRows(reading, listRecent(reading, { limit: RECENT_SESSIONS }).roots, nowMillis);
    const byKey = new Map([...running, ...recent].map((row) => [`${row.agent} ${row.sessionId}`, row]));
    return { waiting: waiting.filter(({ why }) => why !== 'answer'), sessions: [...byKey.values()] };
  });
}

export interface NewestTurns {
  session: Session;
  spans: StoredSpan[];
}

/** Turns of the session itself from the so manieth newest on, and what began in its subagents since. */
const SPANS_SINCE = `${SUBAGENT_TREE} SELECT span.id FROM tree JOIN span ON span.session = tree.id WHERE span.kind <> 'session' AND span.turn IN (
  SELECT turn.id FROM tree AS member JOIN turn ON turn.session = member.id WHERE turn.start_unix_nano >= coalesce(
    (SELECT own.start_unix_nano FROM turn AS own JOIN session ON session.id = own.session WHERE session.agent = ? AND session.session_id = ? ORDER BY own.start_unix_nano DESC LIMIT 1 OFFSET ?), 0))`;

/** The newest turns of a session with all their spans; undefined: there is no such session. */
export function readNewestTurns(reading: ReadDatabase, { agent, sessionId }: SessionKey, turns: number): NewestTurns | undefined {
  return reading.snapshot(() => {
    const session = readSession(reading, agent, sessionId);
    if (!session) return undefined;
    const key = [agent, encodeText(sessionId)];
    const rows = reading.sql(SPANS_SINCE).all(...key, ...key, turns - 1).map(({ id }) => Number(id));
    const spans = readSpanRows(reading, rows).map(({ span }) => span);
    return { session, spans: spans.sort((a, b) => compare(a.startUnixNano, b.startUnixNano)) };
  });
}
