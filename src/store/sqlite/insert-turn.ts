/** Writes a turn that is wholly new: no row is looked for, and one that is there all the same takes everything back. Its long texts may come later. */
import { toPendingDigest } from '../../core/ids.ts';
import { ASSEMBLER_VERSION } from '../../core/version.ts';
import type { Database } from '../database.ts';
import type { PackedSpan, PackedTurn } from '../store.ts';
import { insertContent } from './content.ts';
import { forgetWithParent } from './forget.ts';
import { hashIn } from './pack-turn.ts';
import { nextRevision } from './revision.ts';
import { createSessionLookup } from './save-turn.ts';
import { ensureSession, refreshSession } from './session-rows.ts';
import { SPAN_COLUMNS } from './span-row.ts';
import { insertTurnRow } from './turn-rows.ts';

const INSERT = `INSERT INTO span (${SPAN_COLUMNS.join(', ')}, assembler_version)
  VALUES (${SPAN_COLUMNS.map(() => '?').join(', ')}, ${ASSEMBLER_VERSION}) ON CONFLICT (span_id) DO NOTHING`;
const SESSION = SPAN_COLUMNS.indexOf('session');
const TURN = SPAN_COLUMNS.indexOf('turn');

/** Something of the turn is there already; of one to be filled: is not there, or is another. */
class NotNew extends Error {}

/** See `SpanWriter.insertTurn`. */
export function insertTurn(db: Database, packed: PackedTurn, options?: Joining): boolean {
  return isDone(db, () => forgetWithParent(db, packed.turn) || insert(db, packed), options);
}

/** See `SpanWriter.fillTurn`. */
export function fillTurn(db: Database, packed: PackedTurn, options?: Joining): boolean {
  return isDone(db, () => forgetWithParent(db, packed.turn) || fill(db, packed), options);
}

interface Joining {
  joins: boolean;
}

function isDone(db: Database, work: () => unknown, { joins }: Joining = { joins: false }): boolean {
  try {
    if (joins) work();
    else db.transaction(work);
    return true;
  } catch (error) {
    if (error instanceof NotNew) return false;
    throw error;
  }
}

function insert(db: Database, packed: PackedTurn): void {
  const { turn, spans, bytes } = packed;
  const session = ensureSession(db, turn.agent, turn.sessionId);
  const id = insertTurnRow(db, packed, { session, revision: nextRevision(db) });
  if (id === undefined) throw new NotNew();
  const sessionOf = createSessionLookup(db, turn, session);
  for (const span of spans) insertSpan(db, span, { agent: turn.agent, session: sessionOf({ agent: turn.agent, sessionId: span.sessionId }), turn: id, bytes });
  refreshSession(db, session);
}

/** Its rows are as they will be: only the texts are missing. */
function fill(db: Database, { turn, outline = '', spans, summary, bytes }: PackedTurn): void {
  const filled = db.sql('UPDATE turn SET digest = ?, summary = ?, revision = ? WHERE root_span_id = ? AND digest = ?').run(turn.digest, summary, nextRevision(db), turn.rootSpanId, toPendingDigest(outline));
  if (Number(filled.changes) === 0) throw new NotNew();
  for (const { spanId, contents } of spans) {
    const row = db.sql('SELECT id FROM span WHERE span_id = ?').get(spanId);
    if (!row) throw new NotNew();
    insertContents(db, Number(row.id), { contents, bytes });
  }
}

interface Place {
  agent: string;
  session: number;
  turn: number;
  bytes: Uint8Array;
}

function insertSpan(db: Database, { columns, keys, contents }: PackedSpan, { agent, session, turn, bytes }: Place): void {
  const values = [...columns];
  values[SESSION] = session;
  values[TURN] = turn;
  const inserted = db.sql(INSERT).run(...values);
  if (Number(inserted.changes) === 0) throw new NotNew();
  const id = Number(inserted.lastInsertRowid);
  const addKey = db.sql('INSERT INTO identity (agent, key, span) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  for (const key of keys) if (Number(addKey.run(agent, key, id).changes) === 0) throw new NotNew();
  insertContents(db, id, { contents, bytes });
}

function insertContents(db: Database, id: number, { contents, bytes }: Pick<PackedSpan, 'contents'> & Pick<PackedTurn, 'bytes'>): void {
  const refer = db.sql('INSERT INTO span_content (span, kind, content) VALUES (?, ?, ?)');
  for (const content of contents) {
    const body = typeof content.body === 'string' ? content.body : bytes.subarray(content.body.from, content.body.to);
    refer.run(id, content.kind, insertContent(db, hashIn(bytes, content), body));
  }
}
