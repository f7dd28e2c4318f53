/** The columns as the store is now: loaded once, then kept up to date by the number that grows with each write. */
import type { ReadDatabase } from '../open-reading.ts';
import { collectGarbage } from './collect-garbage.ts';
import { createEmptyColumns, type Columns } from './columns.ts';
import { toDerived } from './derive.ts';
import { nestShares, readChangedRoots } from './nest-shares.ts';
import { addOffers } from './offered-skills.ts';
import { endSession, endTurn, SESSION_FIELDS, setSession, setTurn, TURN_FIELDS } from './fill-columns.ts';

export interface LiveColumns {
  /** As everything is that was committed until now. Costs next to nothing where nothing was. */
  refresh(): Columns;
}

/** Above this share of rows that nobody needs any more everything is loaded anew. */
const DEAD_SHARE = 0.25;
const DEAD_LEAST = 20_000;

/** Loads nothing as yet. */
export function createColumns(db: ReadDatabase): LiveColumns {
  let columns: Columns | undefined;
  let version = -1;
  let revision = 0;
  const load = (): Columns => {
    const fresh = createEmptyColumns(readRoom(db));
    for (const row of db.iterate(`SELECT ${SESSION_FIELDS} FROM session`)) setSession(fresh, row);
    for (const row of db.iterate(`SELECT ${TURN_FIELDS} FROM turn`)) setTurn(fresh, row);
    nestShares(fresh, db);
    return fresh;
  };
  return {
    refresh() {
      // Read before the rows: what is committed in between is then read again.
      const now = Number(db.sql('PRAGMA data_version').get()?.data_version);
      if (columns && now === version) return columns;
      return db.snapshot(() => {
        const latest = Number(db.sql('SELECT value FROM revision').get()?.value);
        const isNew = !columns || isWorn(columns);
        if (columns && !isNew) follow(db, columns, revision);
        else {
          columns = load();
          // Every page of turns was read once, and is not asked for again.
          db.sql('PRAGMA shrink_memory').get();
          collectGarbage();
        }
        if (isNew || latest !== revision) {
          addOffers(columns, db);
          columns.derived = toDerived(columns);
        }
        [version, revision] = [now, latest];
        return columns;
      });
    },
  };
}

/** What changed since a number. What went comes first: its row's number may be another's by now. */
function follow(db: ReadDatabase, columns: Columns, since: number): void {
  const roots = new Set(readChangedRoots(db, since));
  for (const { turn, session } of db.sql('SELECT turn, session FROM removed WHERE revision > ?').all(since)) {
    const at = turn === null ? undefined : columns.turnOf.get(Number(turn));
    if (at !== undefined) roots.add(columns.sessions.of.root[columns.turns.of.session[at] ?? 0] ?? 0);
    if (turn !== null) endTurn(columns, Number(turn));
    if (session !== null) endSession(columns, Number(session));
  }
  for (const row of db.sql(`SELECT ${SESSION_FIELDS} FROM session WHERE revision > ?`).all(since)) setSession(columns, row);
  for (const row of db.sql(`SELECT ${TURN_FIELDS} FROM turn WHERE revision > ?`).all(since)) setTurn(columns, row);
  nestShares(columns, db, roots);
}

function isWorn({ turns, turnOf }: Columns): boolean {
  const dead = turns.length - turnOf.size;
  return dead > DEAD_LEAST && dead > turns.length * DEAD_SHARE;
}

/** A little more than there is: what comes live needs no larger columns at once. */
const SPARE = 1.02;

function readRoom(db: ReadDatabase): { sessions: number; turns: number; calls: number; chats: number } {
  const row = db.sql('SELECT (SELECT count(*) FROM session) AS sessions, count(*) AS turns, sum(tool_calls) AS calls, sum(model_calls) AS chats FROM turn').get() ?? {};
  const room = (name: string): number => Math.ceil(Number(row[name] ?? 0) * SPARE);
  return { sessions: room('sessions'), turns: room('turns'), calls: room('calls'), chats: room('chats') };
}
