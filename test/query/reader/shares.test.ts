/** Where the time of a session went, how long it was active, and what of it nobody tells. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Span } from '#spoor/core/span.ts';
import type { SessionAnswer } from '#spoor/query/api/session.ts';
import type { SessionRow } from '#spoor/query/api/sessions.ts';
import { createColumns } from '#spoor/query/columns/live-columns.ts';
import { toCohort } from '#spoor/query/compare/session-figures.ts';
import { orderSessions } from '#spoor/query/questions/order-sessions.ts';
import { answerSession } from '#spoor/query/questions/session.ts';
import { answerSpan } from '#spoor/query/questions/span.ts';
import { toReading } from '#spoor/query/to-reading.ts';
import { readSessionRows } from '#spoor/query/reader/read-session-rows.ts';
import { openMemoryStore } from '#spoor/store/memory.ts';
import type { SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import type { StoredTurn } from '#spoor/store/store.ts';
import { buildSpan, idOf, START } from '../../store/builders.ts';

const at = (seconds: number): bigint => START + BigInt(seconds) * 1_000_000_000n;
const NOW = Number(at(200) / 1_000_000n);

function open(t: TestContext): SqliteStore {
  const store = openMemoryStore();
  t.after(() => store.close());
  return store;
}

/** A span from a second to a second; without an end while it is open. */
function span(number: number, [from, to]: [number, number?], some: Partial<Span>): Span {
  const { endUnixNano: _end, ...plain } = buildSpan(number, { startUnixNano: at(from), values: {}, ...some });
  return to === undefined ? plain : { ...plain, endUnixNano: at(to) };
}

function save(store: SqliteStore, root: Span, spans: readonly Span[], some: Partial<StoredTurn> = {}): void {
  const { agent, sessionId, spanId: rootSpanId, turnIndex, startUnixNano, endUnixNano } = root;
  store.saveTurn({ agent, sessionId, turnIndex, rootSpanId, digest: `d${rootSpanId}`, live: false, hasHistory: true, closed: true, settled: true, startUnixNano, ...(endUnixNano === undefined ? {} : { endUnixNano }), ...some }, [root, ...spans]);
}

interface Told {
  row: SessionRow;
  answer: Awaited<ReturnType<typeof answerSession>> & Pick<SessionAnswer, 'turns'>;
}

/** As the list tells it, and as its page does; both are the same. */
async function tell(store: SqliteStore, agent: string): Promise<Told> {
  const reading = toReading(store.database);
  const answer = await answerSession({ agent, sessionId: 's1' }, { open: () => reading, nowMillis: NOW, ask: () => Promise.reject(new Error('asked')) });
  const [row] = readSessionRows(reading, [Number(store.database.sql("SELECT id FROM session WHERE session_id = 's1'").get()?.id)], NOW);
  assert.ok(row);
  assert.deepEqual(answer.session, row);
  const { model, tool, wait = 0, gate = 0, idle, other } = row.shares;
  assert.ok(Math.abs(model + tool + wait + gate + idle + other - row.wallMillis) < 0.001);
  return { row, answer };
}

const turnOf = (agent: string, times: [number, number?], some: Partial<Span> = {}): Span => span(1, times, { kind: 'agent', agent, ...some });

test("a call fills no time in which a subagent below it tells what it did, in the agent's own session or in one of its own", async (t) => {
  const store = open(t);
  const agent = 'claude-code';
  const child = { agent, sessionId: 'child' };
  const inner = { agent, sessionId: 'inner' };
  store.saveSession({ agent, sessionId: 'child', parent: { sessionId: 's1', relation: 'subagent' } });
  store.saveSession({ agent, sessionId: 'inner', parent: { sessionId: 'child', relation: 'subagent' } });
  save(store, turnOf(agent, [0, 100]), [span(2, [0, 10], { kind: 'chat', agent, parentSpanId: idOf(1) }), span(3, [10, 90], { agent, parentSpanId: idOf(1) })]);
  save(store, span(17, [12, 88], { kind: 'agent', ...child, parentSpanId: idOf(3) }), [span(18, [12, 20], { kind: 'chat', ...child, parentSpanId: idOf(17) }), span(19, [20, 80], { ...child, parentSpanId: idOf(17) })]);
  save(store, span(33, [25, 75], { kind: 'agent', ...inner, parentSpanId: idOf(19) }), [span(34, [30, 34], { kind: 'chat', ...inner, parentSpanId: idOf(33) }), span(35, [34, 36], { ...inner, parentSpanId: idOf(33) })]);
  const { row, answer } = await tell(store, agent);
  assert.deepEqual(row.shares, { model: 22_000, tool: 2000, idle: 0, other: 76_000 });
  assert.deepEqual(answer.turns.map(({ shares }) => shares), [row.shares]);
  const { figures } = toCohort(createColumns(toReading(store.database)).refresh(), { filter: {}, tools: [], skills: [] });
  assert.deepEqual([figures.model[0], figures.tool[0], figures.wait[0]], [22_000, 2000, NaN]);
});

test('what is only estimated fills no time and ran for none; a dead turn was active for nobody knows how long', async (t) => {
  const store = open(t);
  const estimated = { agent: 'kiro', parentSpanId: idOf(1), provenance: { times: 'estimated' } } as const;
  save(store, turnOf('kiro', [0, 100], { outcome: 'unknown', provenance: { times: 'estimated' } }), [span(2, [0, 60], { ...estimated, kind: 'chat' }), span(3, [60, 60], estimated), span(4, [60, 90], { ...estimated, values: { ownDurationNano: 4_000_000_000n } })], { live: true });
  const { row, answer } = await tell(store, 'kiro');
  assert.deepEqual([row.activeMillis, row.wallMillis, row.shares], [undefined, 100_000, { model: 0, tool: 0, wait: 0, idle: 0, other: 100_000 }]);
  const [turn] = answer.turns;
  assert.deepEqual([turn?.activeMillis, turn?.endMillis], [undefined, Number(at(100) / 1_000_000n)]);
  assert.deepEqual(answer.spans.id.map((id, place) => [id, answer.details[place]?.estimated, answer.details[place]?.own]), [[idOf(1), true, undefined], [idOf(2), true, undefined], [idOf(3), true, undefined], [idOf(4), true, 4000]]);
  const context = { open: () => toReading(store.database), nowMillis: NOW, ask: () => Promise.reject(new Error('asked')) };
  assert.deepEqual([3, 4].map((number) => answerSpan({ spanId: idOf(number) }, context)).map(({ runMillis, isEstimated }) => [runMillis, isEstimated]), [[undefined, true], [4000, true]]);
  assert.deepEqual(store.listSessions({}).map(({ activeNano, wallNano }) => [activeNano, wallNano]), [[undefined, 100_000_000_000n]]);
});

test('waiting is told where something could tell it', async (t) => {
  for (const [agent, live, told] of [['claude-code', false, undefined], ['claude-code', true, 0], ['kiro', false, 0], ['pi', true, undefined]] as const) {
    const store = open(t);
    save(store, turnOf(agent, [0, 10]), [], { live });
    assert.equal((await tell(store, agent)).row.shares.wait, told, `${agent} ${String(live)}`);
  }
  const store = open(t);
  save(store, turnOf('pi', [0, 10]), [span(2, [1, 9], { agent: 'pi', parentSpanId: idOf(1) }), span(3, [1, 5], { kind: 'permission', agent: 'pi', parentSpanId: idOf(2) })]);
  const { row } = await tell(store, 'pi');
  assert.deepEqual(row.shares, { model: 0, tool: 4000, wait: 4000, idle: 0, other: 2000 });
});

test('an open session is as active as it shows, also where the list is in that order', async (t) => {
  const store = open(t);
  save(store, turnOf('kiro', [100], { outcome: 'unknown' }), [span(2, [110, 190], { agent: 'kiro', parentSpanId: idOf(1) })], { live: true, closed: false, settled: false });
  save(store, span(49, [0, 60], { kind: 'agent', agent: 'kiro', sessionId: 's2' }), []);
  const { row, answer } = await tell(store, 'kiro');
  assert.deepEqual([row.activeMillis, answer.turns[0]?.activeMillis], [90_000, undefined]);
  const order = orderSessions(createColumns(toReading(store.database)).refresh(), { order: 'active' }, NOW);
  assert.deepEqual([order.roots, order.longestActiveMillis], [[1, 2], 90_000]);
  assert.deepEqual(store.listSessions({}).map(({ activeNano }) => activeNano), [undefined, 60_000_000_000n]);
});

test('a session without a model of its own has that of its requests', (t) => {
  const store = open(t);
  const chat = (number: number, model: string): Span => span(number, [number, number + 1], { kind: 'chat', agent: 'claude-code', parentSpanId: idOf(1), values: { responseModel: model } });
  save(store, turnOf('claude-code', [0, 10]), [chat(2, 'elm'), chat(3, 'oak'), chat(4, 'oak')]);
  assert.equal(store.listSessions({})[0]?.model, 'oak');
});
