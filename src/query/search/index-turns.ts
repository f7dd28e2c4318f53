/** Follows the store, turn by turn in the order in which they were written, and keeps its words in `search.db`. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ReadDatabase } from '../open-reading.ts';
import { cleanSearch, clearSearch, readState, transact, type SearchState } from './search-database.ts';
import { COLUMNS, readTurnTexts, type SpanTexts } from './span-texts.ts';

/** A transaction, without its commit: a `forget` that waits for it waits no longer than a person notices. */
const STEP_MILLIS = 40;
/** Looked for at once. */
const PAGE_TURNS = 64;

export interface SearchIndex {
  /** Takes in the next turns. False: all that there is is taken in. Throws when either file is broken. */
  step(): boolean;
  /** Takes out what was deleted, or let go of, and only that; whatever else is new stays for `step`. Returns how many spans went. */
  removeGone(): number;
  /** Has the words of texts that were taken out leave the file too. False: somebody reads, and it is to be tried again. */
  clean(): boolean;
  /** Turns that are still to be taken in. */
  countLeft(): number;
}

interface Change {
  revision: number;
  /** Row of the turn. */
  turn: number;
  rootSpanId: string;
  /** It was deleted, or its texts were let go of. */
  isGone: boolean;
}

/** The turn itself, and what was deleted under one number: the numbers of rows are given again, so their order counts. */
const CHANGES = `SELECT revision, turn, root_span_id, is_gone FROM (
    SELECT * FROM (SELECT revision, id AS turn, root_span_id, dropped > 0 AS is_gone FROM turn WHERE (revision, id) > (?, ?) ORDER BY revision, id LIMIT ${PAGE_TURNS})
    UNION ALL SELECT * FROM (SELECT revision, turn, root_span_id, 1 FROM removed WHERE revision > ? AND turn IS NOT NULL ORDER BY revision LIMIT ${PAGE_TURNS})
  ) ORDER BY revision, turn LIMIT ${PAGE_TURNS}`;
const GONE = `SELECT id AS turn FROM turn WHERE revision > ? AND dropped > 0 UNION SELECT turn FROM removed WHERE revision > ? AND turn IS NOT NULL`;

/** `storePath`: where the store is, for an index that has to be made anew. Neither connection is closed by it. */
export function createSearchIndex(db: DatabaseSync, store: ReadDatabase, storePath: string): SearchIndex {
  const prepared = new Map<string, StatementSync>();
  const write: Write = (text) => {
    const found = prepared.get(text) ?? db.prepare(text);
    prepared.set(text, found);
    return found;
  };
  return {
    step() {
      if (!isOfStore(store, readState(db))) {
        prepared.clear();
        clearSearch(db, storePath);
      }
      return transact(db, () => store.snapshot(() => takeIn({ write, store }, readState(db))));
    },
    removeGone: () =>
      transact(db, () => {
        const { revision } = readState(db);
        return store.sql(GONE).all(revision, revision).reduce((sum, { turn }) => sum + removeTurn(write, Number(turn), true), 0);
      }),
    clean: () => cleanSearch(db),
    countLeft() {
      const { revision, turn } = readState(db);
      return Number(store.sql('SELECT count(*) AS count FROM turn WHERE (revision, id) > (?, ?)').get(revision, turn)?.count ?? 0);
    },
  };
}

type Write = (sql: string) => StatementSync;

/** Whether the turn that was taken in last is the store's, or was: a store that was put back from a backup has another there, or none. */
function isOfStore(store: ReadDatabase, { revision, turn, rootSpanId }: SearchState): boolean {
  if (rootSpanId === undefined) return true;
  if (Number(store.sql('SELECT value FROM revision').get()?.value ?? 0) < revision) return false;
  if (store.sql('SELECT root_span_id FROM turn WHERE id = ?').get(turn)?.root_span_id === rootSpanId) return true;
  return store.sql('SELECT 1 FROM removed WHERE revision >= ? AND root_span_id = ?').get(revision, rootSpanId) !== undefined;
}

interface Taking {
  write: Write;
  store: ReadDatabase;
}

function takeIn({ write, store }: Taking, state: SearchState): boolean {
  const until = performance.now() + STEP_MILLIS;
  const changes = store.sql(CHANGES).all(state.revision, state.turn, state.revision);
  let last: Change | undefined;
  for (const row of changes) {
    last = { revision: Number(row.revision), turn: Number(row.turn), rootSpanId: String(row.root_span_id), isGone: row.is_gone === 1 };
    if (last.isGone) removeTurn(write, last.turn, true);
    else putTurn(write, last.turn, readTurnTexts(store, last.turn));
    if (performance.now() >= until) break;
  }
  if (!last) return false;
  write('UPDATE state SET revision = ?, turn = ?, root_span_id = ?').run(last.revision, last.turn, last.rootSpanId);
  return true;
}

/** `isHidden`: nobody is to find it any more, in the file neither. */
function removeTurn(write: Write, turn: number, isHidden: boolean): number {
  const spans = write('SELECT span FROM doc WHERE turn = ?').all(turn);
  for (const { span } of spans) removeSpan(write, Number(span));
  if (isHidden && spans.length > 0) write('UPDATE state SET is_unclean = 1').run();
  return spans.length;
}

function removeSpan(write: Write, span: number): void {
  write('DELETE FROM text WHERE rowid = ?').run(span);
  write('DELETE FROM doc WHERE span = ?').run(span);
}

const INSERT = `INSERT INTO text (rowid, ${COLUMNS.join(', ')}) VALUES (?, ${COLUMNS.map(() => '?').join(', ')})`;

function putTurn(write: Write, turn: number, texts: readonly SpanTexts[]): void {
  const before = new Map(write('SELECT span, digest FROM doc WHERE turn = ?').all(turn).map((row) => [Number(row.span), row.digest as Uint8Array]));
  for (const { span, digest, read } of texts) {
    const known = before.get(span);
    before.delete(span);
    if (known && Buffer.compare(known, digest) === 0) continue;
    // It may have been another turn's.
    if (known || write('SELECT 1 FROM doc WHERE span = ?').get(span)) removeSpan(write, span);
    const own = read();
    write(INSERT).run(span, ...COLUMNS.map((column) => own[column] ?? null));
    write('INSERT INTO doc (span, turn, digest) VALUES (?, ?, ?)').run(span, turn, digest);
  }
  for (const span of before.keys()) removeSpan(write, span);
}
