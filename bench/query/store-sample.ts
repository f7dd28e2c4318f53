/** What of a generated store the questions are asked about. */
import type { Database } from '#spoor/store/database.ts';

export interface StoreSample {
  /** Sessions at the top whose size is the usual one, and the largest one. */
  sessions: { agent: string; sessionId: string }[];
  largest: { agent: string; sessionId: string };
  spans: string[];
  /** Days of work: where the halves of a comparison meet. */
  middleMillis: number;
}

const SESSIONS = 20;
const SPANS = 20;

export function sampleStore(db: Pick<Database, 'sql'>): StoreSample {
  const key = (row: Record<string, unknown> | undefined): { agent: string; sessionId: string } => ({ agent: String(row?.agent), sessionId: String(row?.session_id) });
  const roots = db.sql('SELECT min(id) AS low, max(id) AS high FROM session WHERE root = id').get();
  const spans = db.sql('SELECT min(id) AS low, max(id) AS high FROM span').get();
  const spread = (row: typeof roots, count: number, at: number): number => Math.round(Number(row?.low) + ((Number(row?.high) - Number(row?.low)) * (at + 0.5)) / count);
  return {
    sessions: Array.from({ length: SESSIONS }, (_, at) => key(db.sql('SELECT agent, session_id FROM session WHERE root = id AND id >= ? ORDER BY id LIMIT 1').get(spread(roots, SESSIONS, at)))),
    largest: key(db.sql('SELECT agent, session_id FROM session WHERE id = (SELECT session FROM turn GROUP BY session ORDER BY sum(tool_calls + model_calls) DESC LIMIT 1)').get()),
    spans: Array.from({ length: SPANS }, (_, at) => String(db.sql('SELECT span_id FROM span WHERE id >= ? ORDER BY id LIMIT 1').get(spread(spans, SPANS, at))?.span_id)),
    middleMillis: Number(db.sql('SELECT start_unix_nano / 1000000 AS millis FROM turn ORDER BY start_unix_nano LIMIT 1 OFFSET (SELECT count(*) / 2 FROM turn)').get()?.millis),
  };
}
