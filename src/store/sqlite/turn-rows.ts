/** Rows of `turn`, and what is counted in them from their spans. */
import type { Span } from '../../core/span.ts';
import { isPendingDigest } from '../../core/ids.ts';
import { ASSEMBLER_VERSION } from '../../core/version.ts';
import type { AgentId } from '../../core/agent-id.ts';
import type { Database, SqlRow, SqlValue } from '../database.ts';
import type { PackedTurn, StoredTurn } from '../store.ts';
import { nextRevision } from './revision.ts';
import { toColumnNano } from './span-row.ts';
import { encodeText } from './text.ts';
import { COUNT_COLUMNS } from './turn-counts.ts';

const COLUMNS = [
  'session',
  'turn_index',
  'digest',
  'live',
  'has_history',
  'closed',
  'settled',
  'has_end',
  'has_records',
  'deadline_millis',
  'start_unix_nano',
  'end_unix_nano',
  'assembler_version',
  'shell',
] as const;

const INSERTED = ['root_span_id', ...COLUMNS, ...COUNT_COLUMNS, 'prompt', 'summary', 'revision'];
const INSERT = `INSERT INTO turn (${INSERTED.join(', ')}) VALUES (${INSERTED.map(() => '?').join(', ')}) ON CONFLICT DO NOTHING`;
const SAVE = `INSERT INTO turn (root_span_id, ${COLUMNS.join(', ')}) VALUES (?, ${COLUMNS.map(() => '?').join(', ')})
  ON CONFLICT (root_span_id) DO UPDATE SET ${COLUMNS.map((column) => `${column} = excluded.${column}`).join(', ')} RETURNING id`;

/** Inserts or updates the turn's own row; `wasOutline`: its long texts were still to come. A row that is equal already is not written. */
export function saveTurnRow(db: Database, turn: StoredTurn, session: number): { id: number; changed: boolean; wasOutline: boolean } {
  const values = toColumns(turn, session);
  const before = db.sqlBig(`SELECT id, ${COLUMNS.join(', ')} FROM turn WHERE root_span_id = ?`).get(turn.rootSpanId);
  // Bigints and numbers that mean the same print the same.
  if (before && COLUMNS.every((column, index) => String(before[column]) === String(values[index]))) {
    return { id: Number(before.id), changed: false, wasOutline: false };
  }
  return { id: Number(db.sql(SAVE).get(turn.rootSpanId, ...values)?.id), changed: true, wasOutline: before !== undefined && isPendingDigest(String(before.digest)) };
}

/** Inserts a turn's own row with what is counted of its spans; undefined when it is there. `prompt`: as `toPromptColumn` gives it. */
export function insertTurnRow(db: Database, { turn, counts, prompt, summary }: PackedTurn, { session, revision }: { session: number; revision: number }): number | undefined {
  const { changes, lastInsertRowid } = db.sql(INSERT).run(turn.rootSpanId, ...toColumns(turn, session), ...counts, prompt ?? null, summary, revision);
  return Number(changes) === 1 ? Number(lastInsertRowid) : undefined;
}

function toColumns(turn: StoredTurn, session: number): SqlValue[] {
  return [
    session,
    turn.turnIndex,
    turn.digest,
    Number(turn.live),
    Number(turn.hasHistory),
    Number(turn.closed),
    Number(turn.settled),
    Number(turn.hasEnd ?? false),
    Number(turn.hasRecords ?? false),
    turn.deadlineMillis ?? null,
    toColumnNano(turn.startUnixNano),
    turn.endUnixNano === undefined ? null : toColumnNano(turn.endUnixNano),
    ASSEMBLER_VERSION,
    turn.shell ?? null,
  ];
}

/** A list shows this much of a prompt, and no more of it is copied for the list. */
const PROMPT_LENGTH = 200;

const ofRoot = (path: string): string => `max(CASE WHEN span_id = turn.root_span_id THEN json_extract(data, '$.values.${path}') END)`;

/** Prompt → what of it stands in its turn's row. Never half of a surrogate pair. */
export function toPromptColumn(prompt: string): string {
  return encodeText(prompt.slice(0, PROMPT_LENGTH).replace(/[\uD800-\uDBFF]$/, ''));
}

/**
 * Errors: tool calls that failed; neither a request that did nor the turn itself is one. Credits: of the spans, else what the agent gave
 * for the turn as a whole. Sums over nothing stay null. What it cost stands on its root. `toTurnCounts` counts the same of spans at hand.
 */
const COUNT = `UPDATE turn SET (${COUNT_COLUMNS.join(', ')}, summary, revision) = (
  SELECT coalesce(max(coalesce(end_unix_nano, start_unix_nano)), turn.start_unix_nano),
    count(*) FILTER (WHERE kind = 'tool'),
    count(*) FILTER (WHERE kind = 'chat'),
    count(*) FILTER (WHERE kind = 'tool' AND outcome IN ('error', 'timeout')),
    count(*) FILTER (WHERE kind = 'tool' AND outcome = 'denied'),
    count(*) FILTER (WHERE end_unix_nano IS NULL),
    coalesce(sum(credits), max(CASE WHEN kind = 'agent' THEN json_extract(data, '$.values.turnCredits') END)),
    ${ofRoot('turnCost.usd')}, ${ofRoot('turnCost.equivalentUsd')}, ${ofRoot('turnPremiumRequests')}, ${ofRoot('turnCost.unpriced')},
    coalesce(?, turn.summary), ?
  FROM span WHERE span.turn = turn.id
) WHERE id = ? RETURNING session`;

/**
 * Counts a turn's spans anew, with their summary (undefined: the one that is there stays). Returns its session's row. `root`: the root span,
 * where it is at hand, for the prompt.
 */
export function countTurn(db: Database, turn: number, { root, summary }: { root?: Span | undefined; summary?: string | undefined }): number {
  if (root) {
    const { prompt } = root.content;
    db.sql('UPDATE turn SET prompt = ? WHERE id = ?').run(prompt === undefined ? null : toPromptColumn(prompt), turn);
  }
  return Number(db.sql(COUNT).get(summary ?? null, nextRevision(db), turn)?.session);
}

const READ = `SELECT root_span_id, ${COLUMNS.map((column) => `turn.${column}`).join(', ')}, dropped FROM turn
  JOIN session ON session.id = turn.session WHERE session.agent = ? AND session.session_id = ? ORDER BY turn_index, turn.id`;

/** The turns of these sessions, session by session, each in its order. */
export function readTurns(db: Database, agent: AgentId, sessionIds: readonly string[]): StoredTurn[] {
  return sessionIds.flatMap((sessionId) =>
    db
      .sqlBig(READ)
      .all(agent, encodeText(sessionId))
      .map((row) => fromRow(row, { agent, sessionId })),
  );
}

function fromRow(row: SqlRow, owner: { agent: AgentId; sessionId: string }): StoredTurn {
  const turn: StoredTurn = {
    ...owner,
    turnIndex: Number(row.turn_index),
    rootSpanId: String(row.root_span_id),
    digest: String(row.digest),
    live: row.live === 1n,
    hasHistory: row.has_history === 1n,
    closed: row.closed === 1n,
    settled: row.settled === 1n,
    startUnixNano: row.start_unix_nano as bigint,
  };
  if (row.has_end === 1n) turn.hasEnd = true;
  if (row.has_records === 1n) turn.hasRecords = true;
  if (row.deadline_millis !== null) turn.deadlineMillis = Number(row.deadline_millis);
  if (row.end_unix_nano !== null) turn.endUnixNano = row.end_unix_nano as bigint;
  if (row.shell !== null) turn.shell = String(row.shell);
  if (row.dropped !== 0n) turn.isDropped = true;
  return turn;
}
