/**
 * Letting go of what is older than it is to be kept. The row of a turn stays, with its sums and its root span's identity: a mark on it says
 * what is gone, and whoever reads the agent's history again brings nothing of it back.
 */
import type { Database, SqlRow } from '../database.ts';
import type { KeepPart, Retention } from '../retention.ts';
import { removeUnreferenced } from './content.ts';
import type { OpenDatabase } from './open-database.ts';
import { recountErrors } from './recount.ts';
import { nextRevision } from './revision.ts';
import { removeSpanRow } from './save-turn.ts';
import { SUBAGENT_TREE } from './session-rows.ts';
import { fillSummaries, saveStoredSummary } from './turn-summaries.ts';

/** Values of `turn.dropped`. */
const MARKS: Readonly<Record<KeepPart, number>> = { content: 1, spans: 2 };

/** The store's members for retention. */
export function createRetentionMembers(db: OpenDatabase): Retention {
  return {
    drop: (part, options) => db.transaction(() => drop(db, part, options)),
    countDroppable: (part, beforeUnixNano) => countDroppable(db, part, beforeUnixNano),
    renewTurns: (untilMillis) => db.transaction(() => fillSummaries(db, untilMillis) || recountErrors(db, untilMillis)),
    readSize: () => readSize(db),
    giveBack: (bytes) => giveBack(db, bytes),
    compact: () => {
      // A file of an older version gives pages back only after this.
      db.exec('PRAGMA auto_vacuum = INCREMENTAL; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
    },
    readUpkeep: (name) => {
      const row = db.sql('SELECT at_millis FROM upkeep WHERE name = ?').get(name);
      return row && Number(row.at_millis);
    },
    saveUpkeep: (name, atMillis) => {
      db.sql('INSERT INTO upkeep (name, at_millis) VALUES (?, ?) ON CONFLICT DO UPDATE SET at_millis = excluded.at_millis').run(name, Math.floor(atMillis));
    },
  };
}

/** Whether something of this turn was let go of: nothing is written to it any more. */
export function isDropped(db: Database, rootSpanId: string): boolean {
  return db.sql('SELECT 1 FROM turn WHERE root_span_id = ? AND dropped > 0').get(rootSpanId) !== undefined;
}

/** What of a turn keeps it as it is: somebody is still to have it, or more of it may come. */
const IS_FREE = `NOT EXISTS (SELECT 1 FROM span JOIN outbox ON outbox.span = span.id WHERE span.turn = turn.id AND outbox.state = 'waiting')
  AND NOT EXISTS (SELECT 1 FROM span JOIN held ON held.trace_id = span.trace_id WHERE span.turn = turn.id)
  AND NOT EXISTS (SELECT 1 FROM due JOIN session ON session.agent = due.agent AND session.session_id = due.session_id WHERE session.id = turn.session)`;
/** A turn that is not settled may still be added to. */
const IS_OVER = 'settled = 1 AND coalesce(end_unix_nano, last_unix_nano) < ?';

/** Looked at in one go. Whether each may go is asked one by one: ten thousand that wait for a backend must not be passed over within one statement. */
const PAGE_TURNS = 50;
const pageOf = (isWhole: string): string => `SELECT id, session, root_span_id, start_unix_nano, summary IS NULL AS is_bare FROM turn
  WHERE ${isWhole} AND start_unix_nano < ? AND (start_unix_nano, id) > (?, ?) AND ${IS_OVER} ORDER BY start_unix_nano, id LIMIT ${PAGE_TURNS}`;
/** The conditions are those of the indexes. */
const PAGES: Readonly<Record<KeepPart, string>> = { content: pageOf('dropped = 0'), spans: pageOf('dropped < 2') };

function drop(db: Database, part: KeepPart, { beforeUnixNano, after, untilMillis, idleSinceUnixNano, isEnough }: Parameters<Retention['drop']>[1]): ReturnType<Retention['drop']> {
  const result: ReturnType<Retention['drop']> = { turns: 0, spans: 0 };
  let place = after ?? { startUnixNano: -(2n ** 63n), turn: 0 };
  const sessions = new Set<number>();
  const isOver = (): boolean => performance.now() >= untilMillis || isEnough?.() === true;
  const isFree = db.sql(`SELECT 1 FROM turn WHERE id = ? AND ${IS_FREE}`);
  const isActive = db.sql('SELECT 1 FROM session AS own JOIN session AS kin ON kin.root = own.root WHERE own.id = ? AND kin.last_unix_nano >= ? LIMIT 1');
  for (let isMore = true; isMore; ) {
    const page = db.sqlBig(PAGES[part]).all(beforeUnixNano, place.startUnixNano, place.turn, beforeUnixNano);
    isMore = page.length === PAGE_TURNS;
    for (const row of page) {
      place = { startUnixNano: row.start_unix_nano as bigint, turn: Number(row.id) };
      const isInUse = idleSinceUnixNano !== undefined && isActive.get(row.session ?? null, idleSinceUnixNano) !== undefined;
      if (!isInUse && isFree.get(place.turn)) {
        result.spans += dropTurn(db, row, part);
        result.turns += 1;
        sessions.add(Number(row.session));
      }
      if (!isOver()) continue;
      isMore = false;
      result.after = place;
      break;
    }
  }
  dropFacts(db, sessions);
  return result;
}

/** Texts, and the values that repeat a piece of one: what a destination that gets no content is not told either (`semconv/share.ts`). */
const WITHOUT_TEXTS = `json_remove(data, '$.content', ${['toolPurpose', 'skillPath', 'files', 'shellCommand', 'errorMessage'].map((name) => `'$.values.${name}'`).join(', ')})`;

function dropTurn(db: Database, row: SqlRow, part: KeepPart): number {
  const id = row.id ?? null;
  // Afterwards it could not be made any more, or of less.
  if (row.is_bare === 1n) saveStoredSummary(db, Number(id));
  const spans = db.sql('SELECT id, span_id FROM span WHERE turn = ?').all(id);
  const gone = part === 'spans' ? spans.filter((span) => span.span_id !== row.root_span_id) : [];
  for (const span of gone) removeSpanRow(db, Number(span.id));
  const contents = db.sql('SELECT DISTINCT content FROM span JOIN span_content ON span_content.span = span.id WHERE turn = ?').all(id).map(({ content }) => Number(content));
  db.sql('DELETE FROM span_content WHERE span IN (SELECT id FROM span WHERE turn = ?)').run(id);
  removeUnreferenced(db, contents);
  db.sql(`UPDATE span SET data = ${WITHOUT_TEXTS} WHERE turn = ?`).run(id);
  // Texts that were still to come do not come any more.
  db.sql(`UPDATE turn SET dropped = ?, revision = ?, prompt = NULL, digest = CASE WHEN substr(digest, 1, 8) = 'pending:' THEN 'dropped' ELSE digest END WHERE id = ?`).run(MARKS[part], nextRevision(db), id);
  return part === 'spans' ? gone.length : spans.length;
}

/**
 * What hooks told holds the same texts. It is let go of when nothing of the session is whole any more: as long as one turn is, the facts
 * say which turn is which.
 */
function dropFacts(db: Database, sessions: ReadonlySet<number>): void {
  for (const id of sessions) {
    const top = db.sql('SELECT own.agent, own.session_id FROM session JOIN session AS own ON own.id = session.root WHERE session.id = ?').get(id);
    if (!top) continue;
    const family = [top.agent ?? null, top.session_id ?? null];
    const isWhole = db.sql(`${SUBAGENT_TREE} SELECT 1 FROM turn WHERE session IN (SELECT id FROM tree) AND dropped = 0 LIMIT 1`).get(...family);
    if (isWhole) continue;
    db.sql(`DELETE FROM fact WHERE id IN (${SUBAGENT_TREE} SELECT fact.id FROM tree JOIN session ON session.id = tree.id
      JOIN fact ON fact.agent = session.agent AND fact.session_id = session.session_id)`).run(...family);
  }
}

function countDroppable(db: Database, part: KeepPart, beforeUnixNano: bigint): { turns: number; spans: number } {
  const row = db.sql(`WITH old AS (SELECT id, root_span_id FROM turn WHERE dropped < ? AND start_unix_nano < ? AND ${IS_OVER} AND ${IS_FREE}) SELECT (SELECT count(*) FROM old) AS turns,
    (SELECT count(*) FROM old JOIN span ON span.turn = old.id WHERE ? = 1 OR span.span_id <> old.root_span_id) AS spans`);
  const found = row.get(MARKS[part], beforeUnixNano, beforeUnixNano, MARKS[part]);
  return { turns: Number(found?.turns), spans: Number(found?.spans) };
}

function readSize(db: Database): ReturnType<Retention['readSize']> {
  const read = (name: string): number => Number(Object.values(db.sql(`PRAGMA ${name}`).get() ?? {})[0] ?? 0);
  const page = read('page_size');
  const freeBytes = read('freelist_count') * page;
  return { usedBytes: read('page_count') * page - freeBytes, freeBytes, shrinks: read('auto_vacuum') === 2 };
}

/** `incremental_vacuum` gives back that many pages and moves others into their places. */
function giveBack(db: OpenDatabase, bytes: number): number {
  const before = readSize(db);
  if (!before.shrinks || before.freeBytes === 0) return 0;
  const page = Number(db.sql('PRAGMA page_size').get()?.page_size ?? 4096);
  db.exec(`PRAGMA incremental_vacuum(${Math.max(1, Math.ceil(bytes / page))})`);
  return before.freeBytes - readSize(db).freeBytes;
}
