/** What asks for a person now: calls that are to be allowed, turns that failed, answers that are there. Only what is open or recent is looked at. */
import { toCallSummary } from '../../core/call-summary.ts';
import { fromJson } from '../../core/json.ts';
import type { SpanValues } from '../../core/span.ts';
import { millisToNano } from '../../core/time.ts';
import { IS_NO_PROBE } from '../../store/sqlite/read-sessions.ts';
import { decodeText } from '../../store/sqlite/text.ts';
import type { WaitingRow } from '../api/overview.ts';
import type { SessionRow } from '../api/sessions.ts';
import type { ReadDatabase } from '../open-reading.ts';
import { listOpen } from './list-recent.ts';
import { readRowsByRoot } from './read-session-rows.ts';
import { OPEN_WITHIN_MILLIS } from './session-state.ts';

export interface Attention {
  running: SessionRow[];
  /** permission before error before answer; the longest wait first. */
  waiting: WaitingRow[];
}

/** An answer that nobody looked at for so long is no news any more. */
const ANSWER_MILLIS = 30 * 60_000;
/** A failure is, for longer. */
const ERROR_MILLIS = 4 * 3_600_000;
const MOST_RECENT = 50;
/** Answers that are there are good news: they must not hide what is stuck. */
const MOST_ANSWERS = 4;

/** Whose turns may have ended: hooks told of it, for an import brings no news. */
const RECENT = `SELECT session.id FROM session WHERE root = id AND ${IS_NO_PROBE} AND last_unix_nano >= ?
  AND EXISTS (SELECT 1 FROM turn WHERE turn.session = session.id AND turn.live = 1 AND turn.last_unix_nano >= ?) ORDER BY last_unix_nano DESC LIMIT ${MOST_RECENT}`;
const WAITS = `SELECT member.root, span.span_id, span.start_unix_nano / 1000000 AS since, call.tool_name, call.span_id AS call, call.data
  FROM json_each(?) AS wanted JOIN session AS member ON member.root = wanted.value JOIN turn ON turn.session = member.id
  JOIN span ON span.turn = turn.id LEFT JOIN span AS call ON call.span_id = span.parent_span_id
  WHERE turn.closed = 0 AND turn.pending > 0 AND span.kind = 'permission' AND span.end_unix_nano IS NULL ORDER BY span.start_unix_nano`;

/** `isWanted`: whether a session is one that the page is about. */
export function readAttention(store: ReadDatabase, nowMillis: number, isWanted: (row: SessionRow) => boolean): Attention {
  const open = listOpen(store, millisToNano(Math.max(0, nowMillis - OPEN_WITHIN_MILLIS)));
  const since = millisToNano(Math.max(0, nowMillis - ERROR_MILLIS));
  const recent = new Set(store.sqlBig(RECENT).all(since, since).map(({ id }) => Number(id)));
  const found = readRowsByRoot(store, [...new Set([...open, ...recent])], nowMillis);
  const rows = [...found].flatMap(([root, row]) => (isWanted(row) ? [{ root, row }] : []));
  const news = rows.filter(({ root }) => recent.has(root));
  const waits = readWaits(store, rows.filter(({ row }) => row.state === 'waiting').map(({ root }) => root));
  return {
    running: rows.filter(({ row }) => row.state === 'running').map(({ row }) => row).sort((a, b) => b.lastMillis - a.lastMillis),
    waiting: [
      ...rows.flatMap(({ root, row }) => (row.state === 'waiting' ? [{ session: row, why: 'permission' as const, sinceMillis: row.lastMillis, ...waits.get(root) }] : [])),
      ...ended(news, 'failed', nowMillis - ERROR_MILLIS).map((row) => ({ session: row, why: 'error' as const, sinceMillis: row.lastMillis })),
      ...ended(news, 'done', nowMillis - ANSWER_MILLIS)
        .sort((a, b) => b.lastMillis - a.lastMillis)
        .slice(0, MOST_ANSWERS)
        .map((row) => ({ session: row, why: 'answer' as const, sinceMillis: row.lastMillis })),
    ].sort((a, b) => ORDER.indexOf(a.why) - ORDER.indexOf(b.why) || a.sinceMillis - b.sinceMillis),
  };
}

const ORDER: readonly WaitingRow['why'][] = ['permission', 'error', 'answer'];

function ended(rows: readonly { row: SessionRow }[], state: SessionRow['state'], sinceMillis: number): SessionRow[] {
  return rows.filter(({ row }) => row.state === state && row.lastMillis >= sinceMillis).map(({ row }) => row);
}

/** The wait of each session that began first. */
function readWaits(store: ReadDatabase, roots: readonly number[]): Map<number, { sinceMillis: number; spanId: string; what?: string }> {
  const waits = new Map<number, { sinceMillis: number; spanId: string; what?: string }>();
  for (const row of store.sql(WAITS).all(JSON.stringify(roots))) {
    const root = Number(row.root);
    if (waits.has(root)) continue;
    const values = row.data === null ? {} : (fromJson<{ values?: SpanValues }>(String(row.data)).values ?? {});
    const what = [row.tool_name === null ? undefined : decodeText(String(row.tool_name)), toCallSummary(values)].filter(Boolean).join(' ');
    waits.set(root, { sinceMillis: Number(row.since), spanId: String(row.call ?? row.span_id), ...(what === '' ? {} : { what }) });
  }
  return waits;
}
