/** Writes one turn with all its spans: one row per span, however often and after whatever crash it is called. */
import type { AgentId } from '../../core/agent-id.ts';
import type { Span } from '../../core/span.ts';
import { ASSEMBLER_VERSION } from '../../core/version.ts';
import type { Database, SqlRow } from '../database.ts';
import { childrenFirst } from '../span-order.ts';
import type { SaveResult, StoredTurn } from '../store.ts';
import { readContentIds, removeUnreferenced, saveContent, splitContent } from './content.ts';
import { ensureSession, refreshSession } from './session-rows.ts';
import { SPAN_COLUMNS, toSpanColumns } from './span-row.ts';
import type { SpanColumns } from './span-row.ts';
import { encodeText } from './text.ts';
import { countTurn, saveTurnRow } from './turn-rows.ts';
import { summariseStored, summariseTurn } from './turn-summaries.ts';

const INSERT = `INSERT INTO span (${SPAN_COLUMNS.join(', ')}, assembler_version)
  VALUES (${SPAN_COLUMNS.map(() => '?').join(', ')}, ${ASSEMBLER_VERSION}) ON CONFLICT (span_id) DO NOTHING`;
const UPDATE = `UPDATE span SET ${SPAN_COLUMNS.map((column) => `${column} = ?`).join(', ')},
  changed = ?, assembler_version = ${ASSEMBLER_VERSION} WHERE id = ?`;
const OWN_COLUMNS = `id, changed, assembler_version, ${SPAN_COLUMNS.join(', ')}`;

/** See `SpanWriter.saveTurn`. To be called inside a transaction. */
export function saveTurn(db: Database, turn: StoredTurn, given: readonly Span[]): SaveResult {
  const spans = [...new Map(given.map((span) => [span.spanId, span])).values()];
  const session = ensureSession(db, turn.agent, turn.sessionId);
  const turnRow = saveTurnRow(db, turn, session);
  const before = readRows(db, turnRow.id);
  const present = new Set(spans.map((span) => span.spanId));
  let written = removeGone(db, before, present);
  const touched = new Set<number>();
  const finalised = new Set<Span>();
  const sessionOf = createSessionLookup(db, turn, session);
  for (const span of spans) {
    const { short, long } = splitContent(span.content);
    const columns = toSpanColumns({ ...span, content: short }, sessionOf(span), turnRow.id);
    const result = writeSpan(db, { columns, long, before: before.get(span.spanId), wasOutline: turnRow.wasOutline });
    if (!result.wasFinal) dropGuessedKeys(db, span, result.id);
    saveKeys(db, span, result.id);
    if (result.becameFinal) finalised.add(span);
    if (!result.changed) continue;
    written += 1;
    if (result.leftTurn !== undefined) touched.add(result.leftTurn);
  }
  if (written > 0 || turnRow.changed) {
    const root = spans.find((span) => span.spanId === turn.rootSpanId);
    touched.delete(turnRow.id);
    for (const id of touched) refreshSession(db, countTurn(db, id, { summary: summariseStored(db, id) }));
    // What is final stays in the turn though nobody tells of it any more.
    const isWhole = [...before.values()].every((row) => row.final === 0n || present.has(String(row.span_id)));
    refreshSession(db, countTurn(db, turnRow.id, { root, summary: isWhole ? summariseTurn(turn, spans) : summariseStored(db, turnRow.id) }));
  }
  // Ordered among all spans of the turn: the one between a child and its grandparent may not be final yet.
  return { finalised: childrenFirst(spans).filter((span) => finalised.has(span)), written };
}

/** The rows the turn has, by span id. */
function readRows(db: Database, turn: number): Map<string, SqlRow> {
  const rows = db.sqlBig(`SELECT ${OWN_COLUMNS} FROM span WHERE turn = ?`).all(turn);
  return new Map(rows.map((row) => [String(row.span_id), row]));
}

/** Removes the turn's rows that are no longer in it and were never final. Returns how many. */
function removeGone(db: Database, before: ReadonlyMap<string, SqlRow>, present: ReadonlySet<string>): number {
  let removed = 0;
  for (const [spanId, row] of before) {
    if (present.has(spanId) || row.final === 1n) continue;
    removeSpanRow(db, Number(row.id));
    removed += 1;
  }
  return removed;
}

/** Deletes a span's row with its keys, its deliveries and the content that only it had. */
export function removeSpanRow(db: Database, id: number): void {
  const content = readContentIds(db, id);
  db.sql('DELETE FROM span WHERE id = ?').run(id);
  removeUnreferenced(db, content);
}

interface SpanWrite {
  columns: SpanColumns;
  /** Texts that are shared between spans. */
  long: Span['content'];
  before?: SqlRow;
  /** What was stored lacked its long texts: nobody can have been given it, so that they come is no change. */
  wasOutline: boolean;
}

interface SpanWritten {
  id: number;
  changed: boolean;
  becameFinal: boolean;
  /** It was final, or is new: there is no key from before that it may lose. */
  wasFinal: boolean;
  /** The turn whose row it was until now. */
  leftTurn?: number;
}

function writeSpan(db: Database, write: SpanWrite): SpanWritten {
  const { columns, long, before } = write;
  if (before) return updateSpan(db, { ...write, before });
  const inserted = db.sql(INSERT).run(...SPAN_COLUMNS.map((column) => columns[column]));
  if (Number(inserted.changes) === 0) {
    // It is there as another turn's, or as that of a turn that was removed.
    const found = db.sqlBig(`SELECT ${OWN_COLUMNS} FROM span WHERE span_id = ?`).get(columns.span_id);
    return updateSpan(db, { ...write, before: found ?? {} });
  }
  const id = Number(inserted.lastInsertRowid);
  saveContent(db, { id, fresh: true }, long);
  return { id, changed: true, becameFinal: columns.final === 1, wasFinal: true };
}

function updateSpan(db: Database, { columns, long, before, wasOutline }: SpanWrite & { before: SqlRow }): SpanWritten {
  const id = Number(before.id);
  const wasFinal = before.final === 1n;
  const becameFinal = !wasFinal && columns.final === 1;
  if (wasFinal) columns.final = 1;
  const contentChanged = saveContent(db, { id, fresh: false }, long);
  const valuesChanged = contentChanged || !isEqual(before, columns);
  const moved = before.turn !== BigInt(Number(columns.turn));
  // How often, and not only that it did: who was given it may have been so since.
  const changes = Number(before.changed) + Number(wasFinal && valuesChanged && !wasOutline);
  if (valuesChanged || moved) db.sql(UPDATE).run(...SPAN_COLUMNS.map((column) => columns[column]), changes, id);
  else if (Number(before.assembler_version) !== ASSEMBLER_VERSION) {
    db.sql('UPDATE span SET assembler_version = ? WHERE id = ?').run(ASSEMBLER_VERSION, id);
  }
  const leftTurn = moved && before.turn !== null ? Number(before.turn) : undefined;
  return { id, changed: valuesChanged || moved, becameFinal, wasFinal, leftTurn };
}

/** Whether the span itself is as it was; which turn's row it is does not count. */
function isEqual(before: SqlRow, columns: SpanColumns): boolean {
  return SPAN_COLUMNS.every((column) => {
    if (column === 'turn') return true;
    const [old, now] = [before[column], columns[column]];
    return typeof old === 'bigint' && typeof now === 'number' ? Number(old) === now : old === now;
  });
}

/** While nothing was final, a key may have been another span's: what the span is no longer told by leads to it no more. */
function dropGuessedKeys(db: Database, { keys }: Span, id: number): void {
  const own = new Set(keys.map(encodeText));
  for (const { agent, key } of db.sql('SELECT agent, key FROM identity WHERE span = ?').all(id)) {
    if (!own.has(String(key))) db.sql('DELETE FROM identity WHERE agent = ? AND key = ?').run(agent ?? null, key ?? null);
  }
}

/** Keys that lead to a final span already keep their mapping: it may have been sent. What was only guessed gives way. */
function saveKeys(db: Database, { agent, keys }: Span, id: number): void {
  const insert = db.sql(`INSERT INTO identity (agent, key, span) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET span = excluded.span
    WHERE span <> excluded.span AND (SELECT final FROM span WHERE span.id = identity.span) = 0`);
  for (const key of keys) insert.run(agent, encodeText(key), id);
}

/** A span of another session in this turn is a subagent's: its session, if nobody told of it yet, hangs under the turn's. */
export function createSessionLookup(db: Database, turn: StoredTurn, session: number): (span: Pick<Span, 'agent' | 'sessionId'>) => number {
  const known = new Map<string, number>([[sessionKey(turn.agent, turn.sessionId), session]]);
  return ({ agent, sessionId }) => {
    const key = sessionKey(agent, sessionId);
    const found = known.get(key) ?? ensureSession(db, agent, sessionId, { sessionId: turn.sessionId, relation: 'subagent' });
    known.set(key, found);
    return found;
  };
}

function sessionKey(agent: AgentId, sessionId: string): string {
  return JSON.stringify([agent, sessionId]);
}
