/** The question over a generated store, held against figures worked out from its spans by plain SQL. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { CompareAnswer, CompareQuery, SessionPairAnswer } from '#spoor/query/api/compare.ts';
import type { SkillsAnswer } from '#spoor/query/api/tools.ts';
import { createQueryService, type QueryService } from '#spoor/query/query-service.ts';
import type { Question } from '#spoor/query/question.ts';
import { toMedian, toSorted } from '#spoor/statistics/order.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { DEFAULT_UNTIL_MILLIS, generateStore } from '../../bench/stores/generate-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'spoor-compare-'));
const path = join(folder, 'spoor.db');
const middleMillis = DEFAULT_UNTIL_MILLIS - 70 * 86_400_000;
let store: SqliteStore;
let service: QueryService;

before(async () => {
  await generateStore(path, { shape: 'million', seed: 11, scale: 0.06 });
  store = openStore(path);
  service = createQueryService({ database: path });
});
after(async () => {
  await service.close();
  store.close();
  rmSync(folder, { recursive: true });
});

async function ask<T>(question: Question): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await service.ask(question))) as T;
}

const compare = (query: CompareQuery): Promise<CompareAnswer> => ask({ name: 'compare', query });

/** The medians of sessions at the top that have a turn (a subagent's counts) that began in [from, to) and are of the agent. */
function mediansBySql({ agent, fromMillis = 0, toMillis = 4_000_000_000_000 }: { agent: string; fromMillis?: number; toMillis?: number }): Record<string, number | undefined> {
  const rows = store.database.sql(`${WAITED} SELECT ${Object.entries(FIGURES).map(([name, sql]) => `${sql} AS ${name}`).join(', ')}
    FROM turn JOIN session AS own ON own.id = turn.session JOIN session AS top ON top.id = own.root LEFT JOIN span ON span.turn = turn.id LEFT JOIN waited ON waited.turn = turn.id
    WHERE top.agent = ? AND turn.start_unix_nano >= ? * 1000000 AND turn.start_unix_nano < ? * 1000000 GROUP BY top.id`).all(agent, fromMillis, toMillis);
  return Object.fromEntries(Object.keys(FIGURES).map((name) => [name, toMedian(toSorted(Float64Array.from(rows, (row) => (row[name] === null ? NaN : Number(row[name])))))]));
}

/**
 * By turn: how long a person was waited for in it, or in a subagent that a call of it started, as long as it lasted. Of waits that overlap only what
 * is beyond the end of all before counts.
 */
const WAITED = `WITH RECURSIVE above AS (SELECT turn.id, turn.id AS host FROM turn JOIN session ON session.id = turn.session WHERE session.root = session.id
    UNION SELECT turn.id, above.host FROM above JOIN span AS call ON call.turn = above.id JOIN span AS run ON run.parent_span_id = call.span_id JOIN turn ON turn.root_span_id = run.span_id AND turn.id <> above.id),
  wait AS (SELECT above.host AS turn, max(span.start_unix_nano, host.start_unix_nano) AS start, min(span.end_unix_nano, host.end_unix_nano) AS end,
    max(span.end_unix_nano) OVER (PARTITION BY above.host ORDER BY span.start_unix_nano, span.end_unix_nano ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
    FROM span JOIN above ON above.id = span.turn JOIN turn AS host ON host.id = above.host WHERE kind = 'permission' AND span.end_unix_nano IS NOT NULL),
  waited AS (SELECT turn, sum(max(0, end - max(start, coalesce(before, start)))) AS nanos FROM wait GROUP BY turn)`;

const FIGURES: Record<string, string> = {
  toolCalls: "sum(span.kind = 'tool')",
  errors: "sum(span.kind = 'tool' AND span.outcome IN ('error', 'timeout'))",
  denied: "sum(span.kind = 'tool' AND span.outcome = 'denied')",
  turns: "count(DISTINCT CASE WHEN own.id = top.id THEN turn.id END)",
  active: "sum(CASE WHEN span.span_id = turn.root_span_id AND own.id = top.id THEN turn.end_unix_nano - turn.start_unix_nano END) / 1e6",
  tokens: "sum(CASE WHEN span.kind = 'chat' THEN json_extract(span.data, '$.values.usage.inputTokens') + json_extract(span.data, '$.values.usage.outputTokens') END)",
  usd: "sum(json_extract(span.data, '$.values.cost.usd'))",
  wait: "sum(CASE WHEN span.span_id = turn.root_span_id AND own.id = top.id AND (waited.nanos > 0 OR top.agent IN ('kiro', 'copilot') OR (turn.live = 1 AND top.agent NOT IN ('cursor', 'gemini', 'pi'))) THEN coalesce(waited.nanos, 0) END) / 1e6",
  errorRate: "sum(CASE WHEN span.kind = 'tool' THEN span.outcome IN ('error', 'timeout') END) * 1.0 / nullif(sum(CASE WHEN span.kind = 'tool' THEN span.outcome IN ('ok', 'error', 'timeout') END), 0)",
};

test('the medians of both cohorts are those of the spans in the store', async () => {
  const [a, b] = [{ agent: ['claude-code'], toMillis: middleMillis }, { agent: ['claude-code'], fromMillis: middleMillis }];
  const answer = await compare({ a, b });
  for (const [side, filter] of [['a', a], ['b', b]] as const) {
    for (const [metric, expected] of Object.entries(mediansBySql({ ...filter, agent: 'claude-code' }))) {
      const found = answer.metrics.find((one) => one.metric === metric);
      const median = found ? found[side].median : 0;
      assert.ok(expected !== undefined && median !== undefined && Math.abs(median - expected) <= Math.max(1e-9, Math.abs(expected) * 1e-6), `${metric} ${side}: ${median} for ${expected}`);
    }
  }
  assert.equal(answer.a.label, `claude-code, before ${new Date(middleMillis).toISOString().slice(0, 10)}`);
});

test('what was changed on the way is found: one tool is quicker, and a skill is another', async () => {
  const answer = await compare({ a: { agent: ['claude-code'], tool: ['Bash'], toMillis: middleMillis }, b: { agent: ['claude-code'], tool: ['Bash'], fromMillis: middleMillis } });
  const metric = answer.metrics.find((one) => one.metric === 'tool:Bash');
  assert.equal(metric?.verdict, 'better', metric?.sentence);
  assert.ok((metric.difference ?? 0) < 0 && (metric.pValue ?? 1) < 0.01);
  assert.ok(answer.config.changed.some(({ kind, name }) => kind === 'skill' && name === 'write-tests'));
  assert.match(answer.summary[0] ?? '', /^Better in B: .*p95 of Bash/);
});

test('a cohort by its config holds the sessions that had it; one without sessions says so', async () => {
  const row = store.database.sql('SELECT fingerprint, count(*) AS sessions FROM session_config JOIN config ON config.id = config GROUP BY config ORDER BY 2 DESC LIMIT 1').get();
  const answer = await compare({ a: { config: [String(row?.fingerprint)] }, b: { agent: ['nobody'] } });
  assert.equal(answer.a.sessions, row?.sessions);
  assert.deepEqual(answer.summary, ['One side has no session: widen its filter.']);
});

test('the same sessions on both sides differ in nothing', async () => {
  const answer = await compare({ a: { agent: ['kiro'] }, b: { agent: ['kiro'] } });
  assert.ok(answer.metrics.length > 5);
  assert.deepEqual([...new Set(answer.metrics.map(({ verdict }) => verdict))], ['no-difference']);
  assert.match(answer.summary.join(' '), new RegExp(`${answer.a.sessions} sessions are on both sides`));
});

test('two sessions: each with its tree, their steps paired', async () => {
  const [a, b] = store.listSessions({ agent: 'codex', limit: 2 });
  assert.ok(a && b);
  const key = ({ agent, sessionId }: { agent: string; sessionId: string }): { agent: string; sessionId: string } => ({ agent, sessionId });
  const same = await ask<SessionPairAnswer>({ name: 'compareSessions', query: { a: key(a), b: key(a) } });
  assert.equal(same.pairs.length, a.toolCalls);
  assert.equal(same.divergence, undefined);
  const other = await ask<SessionPairAnswer>({ name: 'compareSessions', query: { a: key(a), b: key(b) } });
  assert.deepEqual([other.a.session.sessionId, other.b.session.sessionId], [a.sessionId, b.sessionId]);
  assert.ok(other.divergence);
  for (const [one, two] of other.pairs) assert.equal(other.a.spans.name[one], other.b.spans.name[two]);
});

test('skills that sessions had on offer and never loaded are listed, with the versions of those that were', async () => {
  const { rows } = await ask<SkillsAnswer>({ name: 'skills', query: {} });
  assert.deepEqual(rows.filter(({ status }) => status === 'never').map(({ name, agents }) => [name, ...agents]), [['commit-style', 'claude-code']]);
  assert.ok(rows.every(({ name, versions }) => name === 'commit-style' || versions.length > 1));
});
