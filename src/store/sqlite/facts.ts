/** Live facts, and what the collector remembers beside them: due times, problems, file stamps. */
import type { AgentId } from '../../core/agent-id.ts';
import type { Problem } from '../../core/problem.ts';
import type { Database } from '../database.ts';
import type { SpanReader, SpanWriter } from '../store.ts';
import { isForgotten } from './forget.ts';
import { addFact, moveFacts, readFacts } from './fact-rows.ts';
import { decodeText, encodeText } from './text.ts';

type FactMembers = Pick<SpanWriter, 'addFacts' | 'moveFacts' | 'markDue' | 'clearDue' | 'markUnsettledDue' | 'addProblems' | 'saveFileStamp'> &
  Pick<SpanReader, 'readFacts' | 'readDue' | 'nextDueMillis' | 'readFileStamp' | 'readFileStamps' | 'readProblems'>;

/** The store's members for facts and the collector's memory. */
export function createFactMembers(db: Database): FactMembers {
  return {
    addFacts: (facts) => db.transaction(() => facts.filter((fact) => addFact(db, fact)).length),
    moveFacts: (agent, from, places) => db.transaction(() => moveFacts(db, { agent, from, places })),
    readFacts: (agent, sessionIds) => sessionIds.flatMap((sessionId) => readFacts(db, agent, sessionId)),
    markDue: (agent, sessionId, atMillis) => markDue(db, { agent, sessionId, atMillis }),
    clearDue: (agent, sessionId) => {
      db.sql('DELETE FROM due WHERE agent = ? AND session_id = ?').run(agent, encodeText(sessionId));
    },
    markUnsettledDue: (atMillis) => {
      db.sql(`INSERT OR REPLACE INTO due (agent, session_id, at_millis)
        SELECT DISTINCT agent, session_id, ? FROM turn JOIN session ON session.id = turn.session WHERE settled = 0 AND live = 1`).run(atMillis);
    },
    readDue: (atMillis) =>
      db
        .sql('SELECT agent, session_id, at_millis FROM due WHERE at_millis <= ? ORDER BY at_millis')
        .all(atMillis)
        .map((row) => ({ agent: String(row.agent), sessionId: decodeText(String(row.session_id)), atMillis: Number(row.at_millis) })),
    nextDueMillis: () => {
      const next = db.sql('SELECT min(at_millis) AS at_millis FROM due').get()?.at_millis ?? null;
      return next === null ? undefined : Number(next);
    },
    addProblems: (agent, problems) => db.transaction(() => problems.forEach((problem) => addProblem(db, agent, problem))),
    readProblems: () =>
      db
        .sql('SELECT agent, code, detail, count FROM problem ORDER BY agent, code')
        .all()
        .map((row) => ({
          agent: String(row.agent),
          code: String(row.code),
          detail: decodeText(String(row.detail)),
          count: Number(row.count),
        })),
    saveFileStamp: (agent, path, stamp) => {
      db.sql('INSERT OR REPLACE INTO file_stamp (agent, path, stamp) VALUES (?, ?, ?)').run(agent, encodeText(path), stamp);
    },
    readFileStamp: (agent, path) => {
      const row = db.sql('SELECT stamp FROM file_stamp WHERE agent = ? AND path = ?').get(agent, encodeText(path));
      return row && String(row.stamp);
    },
    readFileStamps: (agent) => new Map(db.sql('SELECT path, stamp FROM file_stamp WHERE agent = ?').all(agent).map((row) => [decodeText(String(row.path)), String(row.stamp)])),
  };
}

function markDue(db: Database, due: { agent: AgentId; sessionId: string; atMillis: number }): void {
  if (isForgotten(db, due.agent, due.sessionId)) return;
  const save = db.sql('INSERT OR REPLACE INTO due (agent, session_id, at_millis) VALUES (?, ?, ?)');
  save.run(due.agent, encodeText(due.sessionId), due.atMillis);
}

function addProblem(db: Database, agent: AgentId, problem: Problem): void {
  const save = db.sql(`INSERT INTO problem (agent, code, detail, count) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET detail = excluded.detail, count = problem.count + excluded.count`);
  save.run(agent, problem.code, encodeText(problem.detail), problem.count ?? 1);
}
