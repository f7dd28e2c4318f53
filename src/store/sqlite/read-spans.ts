/** Reading spans: one, a session's, by key. */
import type { AgentId } from '../../core/agent-id.ts';
import { fromJson } from '../../core/json.ts';
import type { Repository } from '../../core/repository.ts';
import type { Database, SqlRow } from '../database.ts';
import { parentsFirst } from '../span-order.ts';
import type { KnownSpan, StoredSpan } from '../store.ts';
import { readContent, toContent } from './content.ts';
import { SUBAGENT_TREE } from './session-rows.ts';
import { fromSpanRow } from './span-row.ts';
import { decodeText, encodeText } from './text.ts';

/** What `fromSpanRow` reads, of `span` joined with `session`. */
export const SPAN_FIELDS = `span.id, span_id, trace_id, parent_span_id, turn_index, kind, span.start_unix_nano, span.end_unix_nano, outcome,
  final, changed, data, session.agent, session.session_id`;

const SPANS = `SELECT ${SPAN_FIELDS} FROM span JOIN session ON session.id = span.session`;

/** The span with this id. */
export function readSpan(db: Database, spanId: string): StoredSpan | undefined {
  const row = db.sqlBig(`${SPANS} WHERE span_id = ?`).get(spanId);
  return row && fromSpanRow(row, readContent(db, Number(row.id)));
}

const BY_ROW = `SELECT ${SPAN_FIELDS}, coalesce((SELECT shell FROM turn WHERE turn.id = span.turn),
  (SELECT shell FROM envelope WHERE envelope.span = span.id)) AS shell FROM span JOIN session ON session.id = span.session WHERE span.id IN (SELECT value FROM json_each(?))`;
const CONTENTS_BY_ROW = `SELECT span_content.span, span_content.kind, encoding, body FROM span_content
  JOIN content ON content.id = content WHERE span_content.span IN (SELECT value FROM json_each(?))`;

/** See `SpanReader.readSpanRows`. */
export function readSpanRows(db: Database, rows: readonly number[]): { span: StoredSpan; shell?: string }[] {
  const ids = JSON.stringify(rows);
  const contents = groupBySpan(db.sqlBig(CONTENTS_BY_ROW).all(ids));
  return db.sqlBig(BY_ROW).all(ids).map((row) => {
    const span = fromSpanRow(row, toContent(contents.get(row.id) ?? []));
    return row.shell === null ? { span } : { span, shell: String(row.shell) };
  });
}

/** See `SpanReader.readRepository`. */
export function readRepository(db: Database, turn: { agent: AgentId; sessionId: string; turnIndex: number }): Repository | undefined {
  const find = db.sql(`SELECT root.data ->> '$.values.repository' AS repository FROM session JOIN turn ON turn.session = session.id
    JOIN span AS root ON root.span_id = turn.root_span_id WHERE session.agent = ? AND session.session_id = ? AND turn.turn_index = ?`);
  const repository = find.get(turn.agent, encodeText(turn.sessionId), turn.turnIndex)?.repository;
  return typeof repository === 'string' ? fromJson<Repository>(repository) : undefined;
}

/** See `SpanReader.readSpans`. */
export function readSpans(db: Database, agent: AgentId, sessionId: string): StoredSpan[] {
  const owner = [agent, encodeText(sessionId)];
  const rows = db.sqlBig(`${SUBAGENT_TREE} ${SPANS} WHERE session.id IN (SELECT id FROM tree) AND kind <> 'session'`).all(...owner);
  // In this order: SQLite, which has no counts of rows, would else read all texts of the store.
  const contents = db.sqlBig(`${SUBAGENT_TREE} SELECT span_content.span, span_content.kind, encoding, body FROM tree
    CROSS JOIN span ON span.session = tree.id CROSS JOIN span_content ON span_content.span = span.id CROSS JOIN content ON content.id = content`);
  const bySpan = groupBySpan(contents.all(...owner));
  return parentsFirst(rows.map((row) => fromSpanRow(row, toContent(bySpan.get(row.id) ?? []))));
}

function groupBySpan(rows: readonly SqlRow[]): Map<unknown, SqlRow[]> {
  const bySpan = new Map<unknown, SqlRow[]>();
  for (const row of rows) {
    const group = bySpan.get(row.span);
    if (group) group.push(row);
    else bySpan.set(row.span, [row]);
  }
  return bySpan;
}

/** See `SpanReader.lookup`. */
export function lookup(db: Database, agent: AgentId, key: string): KnownSpan | undefined {
  const find = db.sql(`SELECT span_id, trace_id, session_id,
    EXISTS (SELECT 1 FROM span AS sent WHERE sent.trace_id = span.trace_id AND sent.final = 1) AS pinned FROM identity JOIN span ON span.id = identity.span
    JOIN session ON session.id = span.session WHERE identity.agent = ? AND key = ?`);
  const row = find.get(agent, encodeText(key));
  if (!row) return undefined;
  return { spanId: String(row.span_id), traceId: String(row.trace_id), sessionId: decodeText(String(row.session_id)), pinned: row.pinned === 1 };
}
