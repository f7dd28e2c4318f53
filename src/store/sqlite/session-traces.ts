/** Envelopes (the `agent_session` spans) and which turns' traces stand below them. Tables: `migrations/0004-session-trace.sql`. */
import type { AgentId } from '../../core/agent-id.ts';
import type { SessionGrouping, TracePlace } from '../../core/trace-grouping.ts';
import { ASSEMBLER_VERSION } from '../../core/version.ts';
import type { Database, SqlRow } from '../database.ts';
import type { Envelope, EnvelopeContent, SessionTraces } from '../store.ts';
import { readSpan, SPAN_FIELDS } from './read-spans.ts';
import { ensureSession } from './session-rows.ts';
import { fromSpanRow, SPAN_COLUMNS, toSpanColumns } from './span-row.ts';
import { encodeText } from './text.ts';

/** The store's members for traces of sessions. */
export function createSessionTraceMembers(db: Database): SessionTraces {
  return {
    readTracePlace: (traceId, grouping) => readTracePlace(db, traceId, grouping),
    saveTracePlace: (traceId, envelope) => {
      db.sql('INSERT OR IGNORE INTO trace_place (trace_id, grouping, envelope) SELECT ?, grouping, span FROM envelope JOIN span ON span.id = envelope.span WHERE span_id = ?').run(traceId, envelope.span.spanId);
    },
    readNewestEnvelope: (agent, sessionId, kind) => readNewestEnvelope(db, { agent, sessionId, ...kind }),
    saveEnvelope: (envelope) => db.transaction(() => saveEnvelope(db, envelope)),
    readDueEnvelopes: (atMillis) => db.sqlBig(`${ENVELOPES} WHERE due_millis <= ? ORDER BY due_millis, span.id`).all(atMillis).map(toEnvelope),
    markEnvelopesDue: (atMillis) => {
      db.sql('UPDATE envelope SET due_millis = ? WHERE due_millis > ?').run(atMillis, atMillis);
    },
    readEnvelopeContent: (spanId) => readEnvelopeContent(db, spanId),
  };
}

function readTracePlace(db: Database, traceId: string, grouping: SessionGrouping): TracePlace | undefined {
  const row = db
    .sql('SELECT span.trace_id, span.span_id FROM trace_place JOIN span ON span.id = envelope WHERE trace_place.trace_id = ? AND grouping = ?')
    .get(traceId, grouping);
  return row && { traceId: String(row.trace_id), envelopeSpanId: String(row.span_id) };
}

const ENVELOPES = `SELECT grouping, spawn, shell, due_millis, ${SPAN_FIELDS} FROM envelope JOIN span ON span.id = envelope.span JOIN session ON session.id = span.session`;

interface EnvelopeOwner {
  agent: AgentId;
  sessionId: string;
  grouping: SessionGrouping;
  spawn?: string;
}

function readNewestEnvelope(db: Database, { agent, sessionId, grouping, spawn }: EnvelopeOwner): Envelope | undefined {
  const find = db.sqlBig(`${ENVELOPES} WHERE session.agent = ? AND session.session_id = ? AND grouping = ? AND (? IS NULL OR spawn = ?)
    ORDER BY span.start_unix_nano DESC, span.id DESC LIMIT 1`);
  const row = find.get(agent, encodeText(sessionId), grouping, spawn ?? null, spawn ?? null);
  return row && toEnvelope(row);
}

function toEnvelope(row: SqlRow): Envelope {
  const { changed: _changed, ...span } = fromSpanRow(row, {});
  const envelope: Envelope = { span, grouping: row.grouping as SessionGrouping, spawn: String(row.spawn) };
  if (row.shell !== null) envelope.shell = String(row.shell);
  if (row.due_millis !== null) envelope.dueMillis = Number(row.due_millis);
  return envelope;
}

const INSERT = `INSERT INTO span (${SPAN_COLUMNS.join(', ')}, assembler_version) VALUES (${SPAN_COLUMNS.map(() => '?').join(', ')}, ${ASSEMBLER_VERSION})
  ON CONFLICT (span_id) DO UPDATE SET ${SPAN_COLUMNS.map((column) => `${column} = excluded.${column}`).join(', ')} WHERE final = 0 RETURNING id`;

function saveEnvelope(db: Database, { span, grouping, spawn, shell, dueMillis }: Envelope): void {
  const columns = toSpanColumns(span, ensureSession(db, span.agent, span.sessionId), null);
  const row = db.sql(INSERT).get(...SPAN_COLUMNS.map((column) => columns[column]));
  // It was final, and so may have been sent.
  if (!row) return;
  const save = db.sql(`INSERT INTO envelope (span, grouping, spawn, shell, due_millis) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (span) DO UPDATE SET due_millis = excluded.due_millis`);
  save.run(row.id ?? null, grouping, spawn, shell ?? null, dueMillis ?? null);
}

function readEnvelopeContent(db: Database, spanId: string): EnvelopeContent | undefined {
  const below = `FROM envelope JOIN span AS own ON own.id = envelope.span JOIN trace_place ON trace_place.envelope = envelope.span
    JOIN span ON span.trace_id = trace_place.trace_id WHERE own.span_id = ?`;
  const times = db.sqlBig(`SELECT min(span.start_unix_nano) AS start, max(coalesce(span.end_unix_nano, span.start_unix_nano)) AS end ${below}`).get(spanId);
  if (!times || times.start === null) return undefined;
  const last = db.sql(`SELECT span.span_id ${below} AND span.kind = 'agent' AND span.parent_span_id IS NULL ORDER BY span.start_unix_nano DESC, span.id DESC LIMIT 1`).get(spanId);
  const lastTurn = last && readSpan(db, String(last.span_id));
  return { startUnixNano: times.start as bigint, endUnixNano: times.end as bigint, ...(lastTurn ? { lastTurn } : {}) };
}
