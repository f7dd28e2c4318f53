/** Rows of sessions against the store's own list and against its spans, over sessions of every agent. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { earliestOf, latestOf, nanoToMillis } from '#spoor/core/time.ts';
import type { SessionState } from '#spoor/query/api/sessions.ts';
import { answerSessions } from '#spoor/query/questions/sessions.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { agentSamples } from '../../support/agent-stores.ts';
import { buildSession, buildSpan, buildTurn, idOf, START, traceOf } from '../../store/builders.ts';
import { contextOf, copyOf, createFolder } from './copy-of.ts';

for (const sample of agentSamples) {
  it(`${sample.agent}: ${sample.name}: a row says what \`spoor sessions\` says, and its requests add up`, async (t) => {
    const { store } = await sample.fill(t);
    const { context } = copyOf(t, store);
    const { items, next } = await answerSessions({}, context);
    const listed = store.listSessions({});
    assert.equal(next, undefined);
    assert.deepEqual(items.map(({ sessionId }) => sessionId), listed.map(({ sessionId }) => sessionId));
    for (const [index, row] of items.entries()) {
      const summary = listed[index];
      assert.ok(summary);
      const { turns, toolCalls, modelCalls, errors, denied } = summary;
      assert.deepEqual({ turns: row.turns, toolCalls: row.toolCalls, modelCalls: row.modelCalls, errors: row.errors, denied: row.denied }, { turns, toolCalls, modelCalls, errors, denied });
      assert.deepEqual([row.cost.usd, row.cost.equivalentUsd, row.cost.credits, row.cost.premiumRequests], [summary.cost?.usd, summary.cost?.equivalentUsd, summary.credits, summary.premiumRequests]);
      assert.equal(row.activeMillis, summary.activeNano === undefined ? undefined : nanoToMillis(summary.activeNano));
      assert.equal(row.wallMillis, nanoToMillis(summary.wallNano ?? 0n));
      const { shares } = row;
      const sum = shares.model + shares.tool + (shares.wait ?? 0) + (shares.gate ?? 0) + shares.idle + shares.other;
      assert.ok(Math.abs(sum - row.wallMillis) < 0.01, `${sum} of ${row.wallMillis}`);
      const spans = store.readSpans(row.agent, row.sessionId);
      const [from, to] = [earliestOf(spans.map(({ startUnixNano }) => startUnixNano)), latestOf(spans.map(({ startUnixNano, endUnixNano }) => endUnixNano ?? startUnixNano))];
      if (from !== undefined && to !== undefined) assert.ok(Math.abs(row.wallMillis - nanoToMillis(to - from)) < 0.01, `${row.wallMillis} of ${nanoToMillis(to - from)}`);
      assert.equal(row.tokens.output, plainTokens(spans), 'output tokens');
      assert.ok(row.models.length > 0 || spans.every(({ values }) => values.responseModel === undefined && values.requestModel === undefined));
    }
  });
}

/** Of a turn: what all its requests used, else what is told of it as a whole, whichever is more. */
function plainTokens(spans: ReturnType<SqliteStore['readSpans']>): number | undefined {
  const numbers = spans.flatMap((span): number[] => {
    if (span.kind === 'chat') return span.values.usage?.outputTokens === undefined ? [] : [span.values.usage.outputTokens];
    const told = (span.values.turnUsage ?? span.values.usage)?.outputTokens;
    if (span.kind !== 'agent' || told === undefined) return [];
    const below = spans.filter((other) => other.kind === 'chat' && other.traceId === span.traceId && other.sessionId === span.sessionId && other.turnIndex === span.turnIndex).map(({ values }) => values.usage?.outputTokens ?? 0);
    return [Math.max(0, told - below.reduce((a, b) => a + b, 0))];
  });
  return numbers.length === 0 ? undefined : numbers.reduce((a, b) => a + b, 0);
}

/** Session `s<number>` with one turn, whose root is span `number`. */
function addSession(store: SqliteStore, number: number, given: { outcome?: 'ok' | 'error' | 'unknown'; isOpen?: boolean; at?: bigint } = {}): void {
  const sessionId = `s${number}`;
  const startUnixNano = given.at ?? START + BigInt(number) * 1_000_000_000n;
  const end = given.isOpen ? {} : { endUnixNano: startUnixNano + 1_000_000n };
  store.saveSession(buildSession({ sessionId, startUnixNano }));
  const root = buildSpan(number, { kind: 'agent', sessionId, traceId: traceOf(number), startUnixNano, endUnixNano: undefined, ...end, values: {}, keys: [`turn-${number}`], outcome: given.outcome ?? 'ok', final: !given.isOpen });
  store.saveTurn(buildTurn(number, { sessionId, startUnixNano, endUnixNano: undefined, ...end, closed: !given.isOpen, settled: !given.isOpen, digest: String(number) }), [root]);
}

describe('a list of sessions', () => {
  it('walks every session once while new ones come in', async (t) => {
    const folder = createFolder(t);
    const paths = { database: join(folder, 'spoor.db'), search: join(folder, 'search.db') };
    const store = openStore(paths.database);
    t.after(() => store.close());
    for (let number = 1; number <= 57; number++) addSession(store, number);
    const context = contextOf(t, paths);
    const seen: string[] = [];
    let next: string | undefined;
    let fresh = 1000;
    do {
      const page = await answerSessions({ limit: 7, ...(next === undefined ? {} : { after: next }) }, context);
      seen.push(...page.items.map(({ sessionId }) => sessionId));
      next = page.next;
      addSession(store, fresh++);
    } while (next !== undefined);
    assert.deepEqual(seen, Array.from({ length: 57 }, (_, index) => `s${57 - index}`));
  });

  it('takes any place for the beginning that is none', async (t) => {
    const folder = createFolder(t);
    const paths = { database: join(folder, 'spoor.db'), search: '' };
    const store = openStore(paths.database);
    t.after(() => store.close());
    addSession(store, 1);
    for (const after of ['', 'x', '1', '99999999999999999999_1', '-1_-1', '1_1; DROP TABLE session']) {
      const { items } = await answerSessions({ after, limit: NaN }, contextOf(t, paths));
      assert.equal(items.length, 1, after);
    }
  });

  it('takes an open turn that only the history told of for left, once nothing happened in it for long', async (t) => {
    const folder = createFolder(t);
    const paths = { database: join(folder, 'spoor.db'), search: '' };
    const store = openStore(paths.database);
    t.after(() => store.close());
    store.saveSession(buildSession({ sessionId: 's1', startUnixNano: START }));
    store.saveTurn(buildTurn(1, { sessionId: 's1', startUnixNano: START, endUnixNano: undefined, live: false, closed: false, settled: false }), [
      buildSpan(1, { kind: 'agent', startUnixNano: START, endUnixNano: undefined, final: false, outcome: 'unknown' }),
      buildSpan(2, { kind: 'permission', parentSpanId: idOf(1), startUnixNano: START, endUnixNano: undefined, final: false, outcome: 'unknown', values: {}, keys: ['wait'] }),
    ]);
    const stateAfter = async (minutes: number): Promise<SessionState | undefined> => (await answerSessions({}, contextOf(t, paths, nanoToMillis(START) + minutes * 60_000))).items[0]?.state;
    assert.deepEqual([await stateAfter(10), await stateAfter(61), await stateAfter(1441)], ['waiting', 'idle', 'unknown']);
  });

  it('finds sessions by how they stand', async (t) => {
    const folder = createFolder(t);
    const paths = { database: join(folder, 'spoor.db'), search: '' };
    const store = openStore(paths.database);
    t.after(() => store.close());
    const now = START + 1_000_000_000_000n;
    addSession(store, 1, { outcome: 'ok' });
    addSession(store, 2, { outcome: 'error' });
    addSession(store, 3, { outcome: 'unknown' });
    addSession(store, 4, { isOpen: true, at: now - 60_000_000_000n });
    addSession(store, 5, { isOpen: true, at: now - 900_000_000_000n });
    store.saveTurn(buildTurn(6, { sessionId: 's6', startUnixNano: now, endUnixNano: undefined, closed: false, settled: false, digest: '6' }), [
      buildSpan(6, { kind: 'agent', sessionId: 's6', traceId: traceOf(6), startUnixNano: now, endUnixNano: undefined, final: false, outcome: 'unknown' }),
      buildSpan(7, { kind: 'permission', parentSpanId: idOf(6), sessionId: 's6', traceId: traceOf(6), startUnixNano: now, endUnixNano: undefined, final: false, outcome: 'unknown', values: {}, keys: ['wait'] }),
    ]);
    const context = contextOf(t, paths, nanoToMillis(now));
    const { items } = await answerSessions({}, context);
    const states = Object.fromEntries(items.map(({ sessionId, state }) => [sessionId, state]));
    assert.deepEqual(states, { s1: 'done', s2: 'failed', s3: 'unknown', s4: 'running', s5: 'idle', s6: 'waiting' });
    for (const [sessionId, state] of Object.entries(states)) {
      const found = await answerSessions({ state: [state as SessionState] }, context);
      assert.deepEqual(found.items.map((item) => item.sessionId), [sessionId]);
      assert.equal(found.next, undefined);
    }
    const both = await answerSessions({ state: ['done', 'waiting'] }, context);
    assert.deepEqual(both.items.map((item) => item.sessionId), ['s6', 's1']);
  });
});
