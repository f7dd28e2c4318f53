/** The summaries of turns in their rows: made of the spans at hand, or of those that are stored. */
import type { Span } from '../../core/span.ts';
import type { Database, SqlRow } from '../database.ts';
import type { StoredTurn } from '../store.ts';
import { toTurnSummary } from '../turn-summary.ts';
import { nextRevision } from './revision.ts';
import { fromSpanRow } from './span-row.ts';
import { decodeText } from './text.ts';

/** Turn and spans → its summary. */
export function summariseTurn(turn: StoredTurn, spans: readonly Span[]): string {
  const prompt = spans.find(({ spanId }) => spanId === turn.rootSpanId)?.content.prompt;
  return toTurnSummary({ ...turn, ...(prompt === undefined ? {} : { prompt }) }, spans);
}

const TURN = `SELECT turn.root_span_id, turn.start_unix_nano, turn.end_unix_nano, turn.prompt, turn.dropped, turn.summary IS NULL AS is_bare, session.session_id FROM turn JOIN session ON session.id = turn.session WHERE turn.id = ?`;
const SPANS = `SELECT span.id, span_id, trace_id, parent_span_id, turn_index, kind, span.start_unix_nano, span.end_unix_nano, outcome, final, changed, data, session.agent, session.session_id
  FROM span JOIN session ON session.id = span.session WHERE span.turn = ?`;

/** Makes a turn's summary of what is stored; undefined of one whose spans went, or whose texts did and which has one: that stays as it is. */
export function summariseStored(db: Database, id: number): string | undefined {
  const row = db.sqlBig(TURN).get(id);
  if (!row || row.dropped === 2n || (row.dropped === 1n && row.is_bare === 0n)) return undefined;
  const spans = db.sqlBig(SPANS).all(id).map((span) => fromSpanRow(span, {}));
  return toTurnSummary(toSource(row), spans);
}

/** Turns whose summary is still to be made. */
const MISSING = 'SELECT id FROM turn WHERE summary IS NULL AND dropped < 2 AND id > ? ORDER BY id LIMIT 50';

/**
 * Makes summaries where there are none (rows of an older version), until `performance.now()` has passed `untilMillis`. To be called inside a
 * transaction. False: none is missing any more.
 */
export function fillSummaries(db: Database, untilMillis: number): boolean {
  for (let last = 0; ; ) {
    const page = db.sql(MISSING).all(last);
    for (const row of page) {
      last = Number(row.id);
      saveStoredSummary(db, last);
      if (performance.now() >= untilMillis) return true;
    }
    if (page.length === 0) return false;
  }
}

/** Makes the summary of a turn that has none, of what is stored. */
export function saveStoredSummary(db: Database, id: number): void {
  db.sql('UPDATE turn SET summary = ?, revision = ? WHERE id = ?').run(trySummarise(db, id), nextRevision(db), id);
}

/** A row of a span that is broken must not be looked at for ever: nothing is known of its turn then. */
function trySummarise(db: Database, id: number): string {
  try {
    return summariseStored(db, id) ?? UNKNOWN;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return UNKNOWN;
  }
}

/** Of no version. */
const UNKNOWN = '[0]';

function toSource(row: SqlRow): { rootSpanId: string; sessionId: string; startUnixNano: bigint; endUnixNano?: bigint; prompt?: string } {
  return {
    rootSpanId: String(row.root_span_id),
    sessionId: decodeText(String(row.session_id)),
    startUnixNano: row.start_unix_nano as bigint,
    ...(row.end_unix_nano === null ? {} : { endUnixNano: row.end_unix_nano as bigint }),
    ...(row.prompt === null ? {} : { prompt: decodeText(String(row.prompt)) }),
  };
}
