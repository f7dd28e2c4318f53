/** The newest sessions, a page at a time, straight from their index: what a page costs does not depend on how many there are. */
import { IS_NO_PROBE } from '../../store/sqlite/read-sessions.ts';
import type { ReadDatabase } from '../open-reading.ts';

export interface RootPage {
  /** Rows of `session`, at the top of their families. */
  roots: number[];
  /** The place behind the last of them; absent: there is none behind. */
  next?: string;
  total?: number;
  longestActiveMillis?: number;
}

const RECENT = `SELECT id, last_unix_nano FROM session WHERE root = id AND ${IS_NO_PROBE} AND (last_unix_nano, id) < (?, ?) ORDER BY last_unix_nano DESC, id DESC LIMIT ?`;
const AMONG = `SELECT session.id, last_unix_nano FROM json_each(?) AS wanted JOIN session ON session.id = wanted.value WHERE session.root = session.id AND ${IS_NO_PROBE}
  AND (last_unix_nano, session.id) < (?, ?) ORDER BY last_unix_nano DESC, session.id DESC LIMIT ?`;
/** With a turn that is open: few, whatever the store's size. Those without hooks are found by when something last happened in them. */
const OPEN = `SELECT DISTINCT session.root AS id FROM turn INDEXED BY turn_unsettled JOIN session ON session.id = turn.session
  WHERE turn.settled = 0 AND turn.live = 1 AND turn.closed = 0 AND ${IS_NO_PROBE}`;
const SINCE = `SELECT id FROM session INDEXED BY session_recent WHERE root = id AND ${IS_NO_PROBE} AND last_unix_nano >= ?
  AND EXISTS (SELECT 1 FROM session AS member JOIN turn ON turn.session = member.id WHERE member.root = session.id AND turn.closed = 0)`;

export interface PageRequest {
  /** `next` of the page before. */
  after?: string | undefined;
  limit: number;
  /** Only these; absent: all. */
  among?: readonly number[] | undefined;
}

/** By when something last happened in them, the newest first. */
export function listRecent(reading: ReadDatabase, { after, limit, among }: PageRequest): RootPage {
  const place = parsePlace(after);
  const rows = among ? reading.sqlBig(AMONG).all(JSON.stringify(among), ...place, limit + 1) : reading.sqlBig(RECENT).all(...place, limit + 1);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { roots: shown.map(({ id }) => Number(id)), ...(rows.length > limit && last ? { next: `${String(last.last_unix_nano)}_${String(last.id)}` } : {}) };
}

/** Sessions of which something may be open. `sinceUnixNano`: how long back one that no hook told of is looked at. */
export function listOpen(reading: ReadDatabase, sinceUnixNano: bigint): number[] {
  return [...new Set([...reading.sql(OPEN).all(), ...reading.sql(SINCE).all(sinceUnixNano)].map(({ id }) => Number(id)))];
}

const MOST = 2n ** 63n - 1n;

/** Untrusted: it comes with a request. What is no place is the beginning. */
function parsePlace(after: string | undefined): [bigint, bigint] {
  const [, last, id] = /^(-?\d{1,19})_(\d{1,16})$/.exec(after ?? '') ?? [];
  if (last === undefined || id === undefined || BigInt(last) > MOST || BigInt(last) < -MOST) return [MOST, MOST];
  return [BigInt(last), BigInt(id)];
}
