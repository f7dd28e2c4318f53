/** One session as columns against the store's own spans, over sessions of every agent; and what is new of one. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { nanoToMillis } from '#spoor/core/time.ts';
import type { SpanDetails } from '#spoor/query/api/session.ts';
import { answerCoverage, answerDetails, answerSession } from '#spoor/query/questions/session.ts';
import { answerContent, answerOtlp, answerSpan } from '#spoor/query/questions/span.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { agentSamples } from '../../support/agent-stores.ts';
import { buildSession, buildSpan, buildTurn, idOf, START, traceOf } from '../../store/builders.ts';
import { contextOf, copyOf, createFolder } from './copy-of.ts';

for (const sample of agentSamples) {
  it(`${sample.agent}: ${sample.name}: every span once, where it belongs, with the sums of its turns`, async (t) => {
    const { store } = await sample.fill(t);
    const { context } = copyOf(t, store);
    for (const { agent, sessionId } of store.listSessions({})) {
      const answer = await answerSession({ agent, sessionId }, context);
      const { spans, turns, session, details } = answer;
      const stored = new Map(store.readSpans(agent, sessionId).map((span) => [span.spanId, span]));
      assert.deepEqual([...spans.id].sort(), [...stored.keys()].sort());
      for (const [row, id] of spans.id.entries()) {
        const span = stored.get(id);
        assert.ok(span);
        const parent = spans.parent[row] ?? -1;
        assert.ok(parent < row, 'a parent stands before its children');
        assert.equal(parent < 0 ? undefined : spans.id[parent], stored.has(span.parentSpanId ?? '') ? span.parentSpanId : undefined);
        assert.equal(spans.kind[row], span.kind);
        assert.equal(spans.outcome[row], span.outcome);
        assert.ok(Math.abs(answer.startMillis + (spans.start[row] ?? 0) - nanoToMillis(span.startUnixNano)) < 0.01);
        assert.equal(spans.duration[row] === -1, span.endUnixNano === undefined);
        const turn = turns[spans.turn[row] ?? -1];
        assert.ok(turn, 'each stands in a turn');
        const top = topOf(spans.parent, row);
        if (spans.kind[top] === 'agent' && stored.get(spans.id[top] ?? '')?.sessionId === sessionId) assert.equal(turn.spanId, spans.id[top]);
        checkDetails(details[row], span);
        const moments = (details[row]?.events ?? []).map(({ at }) => answer.startMillis + at);
        assert.ok(span.events.length === moments.length && span.events.every(({ unixNano }, place) => Math.abs(nanoToMillis(unixNano) - (moments[place] ?? 0)) < 0.01), 'moments of events are counted as those of spans');
      }
      assert.deepEqual(turns.map(({ spanId }) => spanId), store.readTurns(agent, [sessionId]).toSorted((a, b) => Number(a.startUnixNano - b.startUnixNano)).map(({ rootSpanId }) => rootSpanId));
      const sums = { toolCalls: 0, modelCalls: 0, errors: 0, denied: 0, output: 0, usd: 0 };
      for (const turn of turns) {
        for (const name of ['toolCalls', 'modelCalls', 'errors', 'denied'] as const) sums[name] += turn[name];
        sums.output += turn.tokens.output ?? 0;
        sums.usd += turn.cost.usd ?? 0;
      }
      assert.deepEqual([sums.toolCalls, sums.modelCalls, sums.errors, sums.denied, sums.output], [session.toolCalls, session.modelCalls, session.errors, session.denied, session.tokens.output ?? 0]);
      assert.ok(Math.abs(sums.usd - (session.cost.usd ?? 0)) < 1e-9);
      assert.deepEqual(answer.coverage, (await answerCoverage({ agent, sessionId }, context)).coverage);
      assert.ok((answer.coverage?.length ?? 0) > 0);
      assert.deepEqual(answerDetails({ agent, sessionId }, context), { details, revision: answer.revision });
    }
  });

  it(`${sample.agent}: ${sample.name}: each span whole, and as OTLP`, async (t) => {
    const { store } = await sample.fill(t);
    const { context } = copyOf(t, store);
    for (const { agent, sessionId } of store.listSessions({})) {
      const stored = store.readSpans(agent, sessionId);
      for (const span of stored) {
        const answer = answerSpan({ spanId: span.spanId }, context);
        assert.deepEqual(answer.content, span.content);
        assert.equal(answer.attributes['gen_ai.conversation.id'], span.sessionId);
        assert.deepEqual(JSON.parse(JSON.stringify(answer)), answer, 'it is JSON');
        for (const [kind, text] of Object.entries(span.content)) assert.equal(answerContent({ spanId: span.spanId, kind }, context).text, text);
      }
      const { otlp } = answerOtlp({ agent, sessionId }, context);
      const request = JSON.parse(otlp) as { resourceSpans: { scopeSpans: { spans: { spanId: string }[] }[] }[] };
      const sent = request.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans.map(({ spanId }) => spanId)));
      assert.deepEqual(sent.sort(), stored.map(({ spanId }) => spanId).sort());
    }
  });
}

function topOf(parents: readonly number[], row: number): number {
  let top = row;
  while ((parents[top] ?? -1) >= 0) top = parents[top] ?? -1;
  return top;
}

function checkDetails(details: SpanDetails = {}, span: ReturnType<SqliteStore['readSpans']>[number]): void {
  assert.equal(details.skill, span.values.skillName);
  assert.equal(details.mcpServer, span.values.mcpServer);
  assert.equal(details.errorType, span.values.errorType);
  assert.equal(details.errorMessage, span.values.errorMessage?.trim().split('\n')[0]?.slice(0, 200).trim());
  assert.equal(details.events?.length ?? 0, span.events.length);
  assert.equal(details.estimated ?? false, span.provenance.times === 'estimated');
  if (span.kind === 'chat') assert.deepEqual([details.tokens?.input, details.tokens?.output], [span.values.usage?.inputTokens, span.values.usage?.outputTokens]);
  if (span.values.shellCommand) assert.equal(details.summary, span.values.shellCommand.slice(0, 200).replace(/\s+/gu, ' ').trim());
}

describe('one session', () => {
  it('tells only what changed since a revision', async (t) => {
    const folder = createFolder(t);
    const database = join(folder, 'spoor.db');
    const store = openStore(database);
    t.after(() => store.close());
    store.saveSession(buildSession());
    const turnAt = (number: number): Parameters<SqliteStore['saveTurn']> => {
      const startUnixNano = START + BigInt(number) * 60_000_000_000n;
      const turn = buildTurn(number * 10, { turnIndex: number, startUnixNano, endUnixNano: startUnixNano + 9_000_000_000n, digest: `d${number}` });
      const base = { traceId: traceOf(number), turnIndex: number, startUnixNano, endUnixNano: startUnixNano + 1_000_000_000n };
      return [turn, [buildSpan(number * 10, { ...base, kind: 'agent', keys: [`t${number}`], values: {} }), buildSpan(number * 10 + 1, { ...base, parentSpanId: idOf(number * 10), keys: [`c${number}`] })]];
    };
    store.saveTurn(...turnAt(1));
    store.saveTurn(...turnAt(2));
    const context = contextOf(t, { database, search: '' });
    const key = { agent: 'kiro', sessionId: 's1' };
    const first = await answerSession(key, context);
    assert.equal(first.turns.length, 2);
    const nothing = await answerSession({ ...key, after: first.revision }, context);
    assert.deepEqual([nothing.isPartial, nothing.turns, nothing.spans.id, nothing.removed], [true, [], [], []]);
    store.saveTurn(...turnAt(3));
    store.removeTurn(idOf(10));
    const second = await answerSession({ ...key, after: first.revision }, context);
    assert.deepEqual(second.turns.map(({ spanId }) => spanId), [idOf(30)]);
    assert.deepEqual(second.spans.id, [idOf(30), idOf(31)]);
    assert.deepEqual(second.spans.turn, [0, 0]);
    assert.deepEqual(second.removed, [idOf(10)]);
    assert.ok(second.revision > first.revision);
    assert.equal(second.session.turns, 2);
  });

  it('cuts long texts, and gives them whole when they are asked for', async (t) => {
    const database = join(createFolder(t), 'spoor.db');
    const store = openStore(database);
    t.after(() => store.close());
    const text = `begin${'🦦'.repeat(60_000)}end`;
    store.saveTurn(buildTurn(1), [buildSpan(1, { kind: 'agent', values: {}, content: { prompt: text, answer: 'short' } })]);
    const context = contextOf(t, { database, search: '' });
    const answer = answerSpan({ spanId: idOf(1) }, context);
    assert.deepEqual(answer.cut, { prompt: text.length });
    assert.ok((answer.content.prompt?.length ?? 0) <= 65_536 && answer.content.prompt?.isWellFormed());
    assert.equal(answer.content.answer, 'short');
    assert.equal(answerContent({ spanId: idOf(1), kind: 'prompt' }, context).text, text);
    assert.throws(() => answerContent({ spanId: idOf(1), kind: '__proto__' }, context), /has no __proto__\.$/);
    assert.throws(() => answerSpan({ spanId: idOf(2) }, context), /^QueryError: There is no span/);
    await assert.rejects(answerSession({ agent: 'kiro', sessionId: '../s1' }, context), /^QueryError: There is no session/);
  });

  it("gives a subagent's session as the one that it belongs to", async (t) => {
    const database = join(createFolder(t), 'spoor.db');
    const store = openStore(database);
    t.after(() => store.close());
    store.saveSession(buildSession());
    store.saveSession(buildSession({ sessionId: 'sub', parent: { sessionId: 's1', relation: 'subagent' } }));
    store.saveTurn(buildTurn(1), [buildSpan(1, { kind: 'agent', values: {} }), buildSpan(2, { parentSpanId: idOf(1), keys: ['call'] })]);
    store.saveTurn(buildTurn(3, { sessionId: 'sub', digest: 'sub' }), [buildSpan(3, { kind: 'agent', values: { agentName: 'scout' }, sessionId: 'sub', parentSpanId: idOf(2), keys: ['sub'] })]);
    const answer = await answerSession({ agent: 'kiro', sessionId: 'sub' }, contextOf(t, { database, search: '' }));
    assert.equal(answer.session.sessionId, 's1');
    assert.equal(answer.session.subagents, 1);
    assert.deepEqual(answer.spans.parent, [-1, 0, 1]);
    assert.deepEqual(answer.spans.turn, [0, 0, 0]);
    assert.equal(answer.spans.name[2], 'scout');
    assert.equal(answer.details[2]?.sessionId, 'sub');
  });
});
