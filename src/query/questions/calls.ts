/** The calls of a row of the tools' page: the slowest, the failed, the denied or the newest, a page at a time. */
import { toCallSummary } from '../../core/call-summary.ts';
import { fromJson } from '../../core/json.ts';
import type { Span } from '../../core/span.ts';
import { DENIED, ERROR, OUTCOMES, TIMEOUT, UNKNOWN } from '../../store/summary-layout.ts';
import { decodeText } from '../../store/sqlite/text.ts';
import type { CallRow, CallsAnswer, CallsQuery } from '../api/tools.ts';
import { toGroupWord } from '../columns/call-counts.ts';
import type { Columns } from '../columns/columns.ts';
import { NO_DURATION, toMillis } from '../columns/durations.ts';
import { pageOf } from '../columns/page-of.ts';
import { takeFloats, takeWholes } from '../columns/scratch.ts';
import { select } from '../columns/select.ts';
import type { ReadDatabase } from '../open-reading.ts';
import type { ColumnsContext } from '../question.ts';

const LIMIT = 50;
const MOST = 500;

export function answerCalls(query: CallsQuery, { columns, open }: ColumnsContext): Omit<CallsAnswer, 'queryMillis'> {
  const { calls } = columns;
  const { turns } = select(columns, query);
  const wordOf = toGroupWord(columns, query.by ?? 'tool');
  const wanted = query.name === undefined ? undefined : (columns.words.find(query.name) ?? -1);
  const rankOf = RANKS[query.which](calls.of);
  const rows = takeWholes(calls.length);
  const ranks = takeFloats(calls.length);
  let count = 0;
  for (let at = 0; at < calls.length; at++) {
    if (!turns[calls.of.turn[at] ?? 0] || (wanted !== undefined && wordOf(at) !== wanted)) continue;
    const rank = rankOf(at);
    if (Number.isNaN(rank)) continue;
    rows[count] = at;
    ranks[count++] = rank;
  }
  const page = pageOf({ rows: rows.subarray(0, count), ranks: ranks.subarray(0, count), limit: Math.min(query.limit ?? LIMIT, MOST), after: query.after, keyOf: (at) => toKey(calls.of, at) });
  const db = open('database');
  return { items: page.rows.map((at) => toCallRow(columns, db, at)), total: count, ...(page.next === undefined ? {} : { next: page.next }) };
}

type Of = Columns['calls']['of'];

/** The highest comes first; NaN: not in the list. */
const RANKS: Readonly<Record<CallsQuery['which'], (of: Of) => (at: number) => number>> = {
  slowest: (of) => (at) => (of.outcome[at] === DENIED || of.run[at] === NO_DURATION ? NaN : toMillis(of.run[at])),
  failed: (of) => (at) => (of.outcome[at] === ERROR || of.outcome[at] === TIMEOUT ? (of.start[at] ?? 0) : NaN),
  denied: (of) => (at) => (of.outcome[at] === DENIED ? (of.start[at] ?? 0) : NaN),
  newest: (of) => (at) => of.start[at] ?? 0,
};

/** As many bits of the span's id as a number holds: the same wherever its row stands. */
function toKey(of: Of, at: number): number {
  return (of.idHigh[at] ?? 0) * 2 ** 21 + ((of.idLow[at] ?? 0) >>> 11);
}

/** 16 hex digits out of two halves. */
function toSpanIdText(high: number, low: number): string {
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}

const SPAN = 'SELECT data FROM span WHERE span_id = ?';
const SESSION = `SELECT session_id, coalesce(title, (SELECT prompt FROM turn WHERE turn.session = session.id AND prompt IS NOT NULL ORDER BY turn_index LIMIT 1)) AS title FROM session WHERE id = ?`;

function toCallRow({ calls: { of }, turns, sessions, derived, words }: Columns, db: ReadDatabase, at: number): CallRow {
  const own = turns.of.session[of.turn[at] ?? 0] ?? 0;
  const top = derived.top[own] ?? own;
  const spanId = toSpanIdText(of.idHigh[at] ?? 0, of.idLow[at] ?? 0);
  const session = db.sql(SESSION).get(sessions.of.row[top] ?? 0);
  const found = db.sql(SPAN).get(spanId);
  // Where retention let go of the span, what was counted of it is still there.
  const { values = {}, content = {} } = found ? fromJson<Partial<Pick<Span, 'values' | 'content'>>>(String(found.data)) : {};
  const [summary, errorType] = [toCallSummary(values, content.toolArguments)?.slice(0, TEXT_LENGTH), words.wordOf(of.errorType[at] ?? 0)];
  const [run, wait] = [toMillis(of.run[at]), toMillis(of.wait[at])];
  return {
    spanId,
    agent: words.wordOf(sessions.of.agent[top] ?? 0) ?? '',
    sessionId: session ? decodeText(String(session.session_id)) : '',
    ...(session && session.title !== null ? { sessionTitle: decodeText(String(session.title)) } : {}),
    tool: words.wordOf(of.tool[at] ?? 0) ?? '',
    ...(summary === undefined ? {} : { summary }),
    startMillis: of.start[at] ?? 0,
    ...(run < 0 ? {} : { runMillis: run }),
    ...(wait > 0 ? { waitMillis: wait } : {}),
    outcome: OUTCOMES[of.outcome[at] ?? UNKNOWN] ?? 'unknown',
    ...(errorType === undefined ? {} : { errorType }),
    ...(values.errorMessage === undefined ? {} : { errorMessage: values.errorMessage.slice(0, TEXT_LENGTH) }),
    isSubagent: own !== top || of.isNested[at] === 1,
  };
}

/** A list shows no more of a text. */
const TEXT_LENGTH = 300;
