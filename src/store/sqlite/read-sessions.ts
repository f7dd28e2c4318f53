/** Reading sessions: one, a family, a list, by the beginning of an id. */
import type { AgentId } from '../../core/agent-id.ts';
import { addCosts, type CostSum, type Unpriced } from '../../core/cost.ts';
import { toPendingDigest } from '../../core/ids.ts';
import { PROBE_PREFIX } from '../../core/probe.ts';
import type { Session } from '../../core/session.ts';
import { millisToNano } from '../../core/time.ts';
import type { Database, SqlRow, SqlValue } from '../database.ts';
import type { SessionFilter, SessionSummary } from '../store.ts';
import { fromSessionRow, SUBAGENT_TREE } from './session-rows.ts';
import { decodeText, encodeText } from './text.ts';

/** The session with this native id. */
export function readSession(db: Database, agent: AgentId, sessionId: string): Session | undefined {
  const row = db.sqlBig('SELECT * FROM session WHERE agent = ? AND session_id = ?').get(agent, encodeText(sessionId));
  return row && fromSessionRow(row);
}

const TRACES_OF_SESSION = `SELECT EXISTS (SELECT 1 FROM session WHERE agent = ? AND session_id = ?)
  OR EXISTS (SELECT 1 FROM session WHERE agent = ? AND parent_session_id = ?) OR EXISTS (SELECT 1 FROM fact WHERE agent = ? AND session_id = ?)
  OR EXISTS (SELECT 1 FROM due WHERE agent = ? AND session_id = ?) OR EXISTS (SELECT 1 FROM tombstone WHERE agent = ? AND session_id = ?) AS found`;

/** See `SpanReader.isUntouched`. */
export function isUntouched(db: Database, agent: AgentId, sessionIds: readonly string[]): boolean {
  const find = db.sql(TRACES_OF_SESSION);
  return !sessionIds.some((sessionId) => find.get(...Array.from({ length: 5 }, () => [agent, encodeText(sessionId)]).flat())?.found === 1);
}

/** See `SpanReader.isTextPending`. */
export function isTextPending(db: Database, agent: AgentId, sessionId: string): boolean {
  const pending = toPendingDigest('');
  const find = db.sql(`${SUBAGENT_TREE} SELECT 1 FROM turn WHERE session IN (SELECT id FROM tree) AND substr(digest, 1, ${pending.length}) = ? LIMIT 1`);
  return find.get(agent, encodeText(sessionId), pending) !== undefined;
}

/** A probe of `doctor` is nobody's session. */
export const IS_NO_PROBE = `substr(session_id, 1, ${PROBE_PREFIX.length}) <> '${PROBE_PREFIX}'`;

/** See `SpanReader.readTotals`. */
export function readTotals(db: Database, agent: AgentId | undefined): { sessions: number; pendingSpans: number } {
  const filter = agent === undefined ? '' : 'AND agent = ?';
  const values = agent === undefined ? [] : [agent];
  const sessions = db.sql(`SELECT count(*) AS count FROM session WHERE root = id AND ${IS_NO_PROBE} ${filter}`).get(...values);
  const pending = db.sql(`SELECT coalesce(sum(pending), 0) AS count FROM turn JOIN session ON session.id = turn.session WHERE 1 ${filter}`).get(...values);
  return { sessions: Number(sessions?.count ?? 0), pendingSpans: Number(pending?.count ?? 0) };
}

/** See `SpanReader.readFamily`. Two sessions that name one parent are of one family even while the parent itself is unknown. */
export function readFamily(db: Database, agent: AgentId, sessionId: string): Session[] {
  const children = db.sqlBig('SELECT * FROM session WHERE agent = ? AND parent_session_id = ?');
  const family = new Map<string, Session | undefined>();
  const open = [sessionId];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (family.has(next)) continue;
    const session = readSession(db, agent, next);
    family.set(next, session);
    if (session?.parent) open.push(session.parent.sessionId);
    for (const row of children.all(agent, encodeText(next))) open.push(decodeText(String(row.session_id)));
  }
  return rootFirst([...family.values()].filter((member) => member !== undefined));
}

/** By generation, then by start, then by id: the same order whatever order they were told in. */
function rootFirst(sessions: Session[]): Session[] {
  const byId = new Map(sessions.map((session) => [session.sessionId, session]));
  const generation = (session: Session): number => {
    const seen = new Set<Session>();
    for (let up: Session | undefined = session; up && !seen.has(up); up = byId.get(up.parent?.sessionId ?? '')) seen.add(up);
    return seen.size;
  };
  const placed = sessions.map((session) => ({ session, generation: generation(session), start: session.startUnixNano ?? 0n }));
  placed.sort((a, b) => a.generation - b.generation || Number(a.start - b.start) || (a.session.sessionId < b.session.sessionId ? -1 : 1));
  return placed.map(({ session }) => session);
}

/**
 * Microseconds that a turn took (`TURN.active` of its summary; until there is one, from its start to its end), and the name of its model
 * (`TURN.modelName`).
 */
const ACTIVE_MICROS = `CASE WHEN json_extract(summary, '$[0]') = 2 THEN nullif(json_extract(summary, '$[1][13]'), -1) ELSE (end_unix_nano - start_unix_nano) / 1000 END`;
const MODEL = "nullif(json_extract(summary, '$[2][' || json_extract(summary, '$[1][12]') || ']'), '')";

/** Turns and their durations are the session's own (a subagent runs inside a turn); calls, credits and costs are its subagents' too. */
const SUMMARIES = `SELECT session.*,
    count(*) FILTER (WHERE turn.session = session.id) AS turns,
    (SELECT sum(${ACTIVE_MICROS}) * 1000 FROM turn AS own WHERE own.session = session.id) AS active_nano,
    (SELECT ${MODEL} AS model FROM turn AS own WHERE own.session = session.id AND session.model IS NULL AND ${MODEL} IS NOT NULL
      GROUP BY 1 ORDER BY count(*) DESC, min(turn_index) LIMIT 1) AS asked_model,
    max(max(turn.last_unix_nano, coalesce(turn.end_unix_nano, 0))) AS family_last_nano,
    min(turn.start_unix_nano) AS family_start_nano,
    coalesce(sum(turn.tool_calls), 0) AS tool_calls,
    coalesce(sum(turn.model_calls), 0) AS model_calls,
    coalesce(sum(turn.errors), 0) AS errors,
    coalesce(sum(turn.denied), 0) AS denied,
    coalesce(sum(turn.pending), 0) AS pending,
    sum(turn.credits) AS credits,
    sum(turn.cost_usd) AS cost_usd,
    sum(turn.equivalent_usd) AS equivalent_usd,
    sum(turn.premium_requests) AS premium_requests,
    json_group_array(json(turn.unpriced)) FILTER (WHERE turn.unpriced IS NOT NULL) AS unpriced,
    (SELECT prompt FROM turn AS first WHERE first.session = session.id AND prompt IS NOT NULL
      ORDER BY turn_index LIMIT 1) AS first_prompt,
    (SELECT last.outcome IN ('error', 'timeout') FROM span AS last WHERE last.span_id =
      (SELECT root_span_id FROM turn AS own WHERE own.session = session.id ORDER BY turn_index DESC, own.id DESC LIMIT 1)) AS is_failed
  FROM page JOIN session ON session.id = page.id
  JOIN session AS member ON member.root = session.id
  LEFT JOIN turn ON turn.session = member.id
  GROUP BY session.id
  ORDER BY session.last_unix_nano DESC, session.id DESC`;

/** See `SpanReader.listSessions`. */
export function listSessions(db: Database, filter: SessionFilter): SessionSummary[] {
  const conditions = ['root = id', IS_NO_PROBE];
  const values: SqlValue[] = [];
  if (filter.agent !== undefined) {
    conditions.push('agent = ?');
    values.push(filter.agent);
  }
  if (filter.cwd !== undefined) {
    const folder = encodeText(filter.cwd.replace(/(?<=.)[/\\]+$/, ''));
    conditions.push('(cwd = ? OR substr(cwd, 1, length(?) + 1) IN (? , ?))');
    values.push(folder, folder, `${folder}/`, `${folder}\\`);
  }
  if (filter.sinceMillis !== undefined) {
    conditions.push('last_unix_nano >= ?');
    values.push(millisToNano(filter.sinceMillis));
  }
  const page = `SELECT id FROM session WHERE ${conditions.join(' AND ')} ORDER BY last_unix_nano DESC, id DESC LIMIT ?`;
  const rows = db.sqlBig(`WITH page AS (${page}) ${SUMMARIES}`).all(...values, filter.limit ?? -1);
  return rows.map(toSummary);
}

/** A row of a list with what a page of it is made by: its row in the table, and when something last happened in it. */
export interface ListedSession {
  row: number;
  lastUnixNano: bigint;
  summary: SessionSummary;
}

/** The same of these rows of `session`, in their order; those that are not at the top of a family are left out. */
export function readSummaries(db: Pick<Database, 'sqlBig'>, rows: readonly number[]): ListedSession[] {
  const page = 'SELECT session.id FROM json_each(?) AS wanted JOIN session ON session.id = wanted.value WHERE session.root = session.id';
  const found = db.sqlBig(`WITH page AS (${page}) ${SUMMARIES}`).all(JSON.stringify(rows));
  const byRow = new Map(found.map((row) => [Number(row.id), row]));
  return rows.flatMap((id) => {
    const row = byRow.get(id);
    return row ? [{ row: id, lastUnixNano: row.last_unix_nano as bigint, summary: toSummary(row) }] : [];
  });
}

function toSummary(row: SqlRow): SessionSummary {
  const summary: SessionSummary = {
    ...fromSessionRow(row),
    turns: Number(row.turns),
    toolCalls: Number(row.tool_calls),
    modelCalls: Number(row.model_calls),
    errors: Number(row.errors),
    denied: Number(row.denied),
    pending: Number(row.pending),
  };
  if (row.active_nano !== null) summary.activeNano = row.active_nano as bigint;
  const [from, to] = [row.family_start_nano ?? row.start_unix_nano, row.family_last_nano ?? row.end_unix_nano] as [bigint | null, bigint | null];
  if (from !== null && to !== null) summary.wallNano = to > from ? to - from : 0n;
  if (row.asked_model !== null) summary.model ??= String(row.asked_model);
  if (row.credits !== null) summary.credits = Number(row.credits);
  const cost = toCostSum(row);
  if (cost) summary.cost = cost;
  if (row.premium_requests !== null) summary.premiumRequests = Number(row.premium_requests);
  if (row.is_failed === 1n) summary.isFailed = true;
  if (row.first_prompt !== null) summary.firstPrompt = decodeText(String(row.first_prompt));
  return summary;
}

function toCostSum(row: SqlRow): CostSum | undefined {
  const number = (value: SqlValue = null): number | undefined => (value === null ? undefined : Number(value));
  const unpriced = (JSON.parse(String(row.unpriced ?? '[]')) as Unpriced[][]).flat();
  return addCosts([{ usd: number(row.cost_usd), equivalentUsd: number(row.equivalent_usd), unpriced }]);
}

/** See `SpanReader.findSessions`. Newest first. */
export function findSessions(db: Database, idPrefix: string): Session[] {
  if (idPrefix === '') return [];
  const native = encodeText(idPrefix);
  const trace = idPrefix.toLowerCase();
  // A range, not LIKE: it uses the index and gives no meaning to % and _. U+10FFFF sorts after every other character.
  const rows = db.sqlBig(`SELECT * FROM session WHERE id IN (
      SELECT id FROM session WHERE session_id >= ? AND session_id < ? || char(0x10FFFF)
      UNION SELECT session FROM span WHERE trace_id >= ? AND trace_id < ? || char(0x10FFFF)
    ) ORDER BY last_unix_nano DESC, id DESC`);
  return rows.all(native, native, trace, trace).map(fromSessionRow);
}
