/** Of the store's contract: sessions, families and the list of them. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Span } from '#spoor/core/span.ts';
import type { Store } from '#spoor/store/store.ts';
import { buildSession, buildSpan, buildTree, buildTurn, idOf, START, traceOf } from '../store/builders.ts';
import type { On } from './store.ts';

/** One session and those tied to it. */
export function testSessions(on: On): void {
  it('keeps what was told and adds what is told later', on((store) => {
    store.saveSession(buildSession());
    store.saveSession({ agent: 'kiro', sessionId: 's1', model: 'model-a', endUnixNano: START + 1n });
    assert.deepEqual(store.readSession('kiro', 's1'), buildSession({ model: 'model-a', endUnixNano: START + 1n }));
    assert.equal(store.readSession('codex', 's1'), undefined);
  }));

  it('finds a family by links in any direction, root first, also through a parent that is not known', on((store) => {
    const child = (sessionId: string, parent: string, relation: 'subagent' | 'fork' = 'subagent'): void =>
      store.saveSession({ agent: 'kiro', sessionId, parent: { sessionId: parent, relation } });
    child('grandchild', 'child');
    child('child', 'top');
    child('fork', 'top', 'fork');
    store.saveSession({ agent: 'kiro', sessionId: 'stranger' });
    const ids = (of: string): string[] => store.readFamily('kiro', of).map((session) => session.sessionId);
    assert.deepEqual(ids('fork'), ['child', 'fork', 'grandchild']);
    store.saveSession({ agent: 'kiro', sessionId: 'top' });
    assert.deepEqual(ids('grandchild'), ['top', 'child', 'fork', 'grandchild']);
    assert.deepEqual(ids('stranger'), ['stranger']);
    assert.deepEqual(ids('nobody'), []);
  }));

  it('survives links that form a ring', on((store) => {
    const link = (sessionId: string, parent: string): void =>
      store.saveSession({ agent: 'kiro', sessionId, parent: { sessionId: parent, relation: 'subagent' } });
    link('a', 'b');
    link('b', 'a');
    link('self', 'self');
    assert.equal(store.readFamily('kiro', 'a').length, 2);
    assert.equal(store.listSessions({}).length, 2, 'each ring is listed once');
    assert.deepEqual(store.readSpans('kiro', 'self'), []);
  }));

  it('totals sessions and open spans, of all agents and of one', on((store) => {
    assert.deepEqual(store.readTotals(), { sessions: 0, pendingSpans: 0 });
    const open = { final: false, endUnixNano: undefined };
    store.saveTurn(buildTurn(1), [buildSpan(1, open), buildSpan(2, { ...open, sessionId: 'child' })]);
    store.saveTurn(buildTurn(3, { agent: 'codex' }), [buildSpan(3, { agent: 'codex' })]);
    assert.deepEqual(store.readTotals(), { sessions: 2, pendingSpans: 2 });
    assert.deepEqual(store.readTotals('codex'), { sessions: 1, pendingSpans: 0 });
  }));

  it('finds sessions by the beginning of their id or of a trace id, without wildcards', on((store) => {
    store.saveTurn(buildTurn(1), buildTree());
    store.saveSession({ agent: 'kiro', sessionId: 'S%2' });
    const ids = (prefix: string): string[] => store.findSessions(prefix).map((session) => session.sessionId);
    assert.deepEqual(ids('s'), ['s1']);
    assert.deepEqual(ids('S%'), ['S%2']);
    assert.deepEqual(ids('%'), []);
    assert.deepEqual(ids(traceOf(1).slice(0, 8)), ['s1']);
    assert.deepEqual(ids(''), []);
  }));
}

/** What the sessions of `spoor sessions` cost. */
export function testCosts(on: On): void {
  it('adds up what turns cost, keeps apart what is not charged, and names what has no price', on((store) => {
    const unpriced = [{ model: 'mock\u0000\ud83d', reason: 'unknown-model' as const, chats: 2 }, { reason: 'no-usage' as const, chats: 1 }];
    const turn = (index: number, sessionId: string, values: Span['values']): void => {
      store.saveTurn(buildTurn(index, { sessionId, turnIndex: index }), [buildSpan(index, { kind: 'agent', sessionId, turnIndex: index, values })]);
    };
    turn(1, 's1', { turnCost: { usd: 0.1, unpriced } });
    turn(2, 's1', { turnCost: { usd: 0.2, equivalentUsd: 4, unpriced }, turnPremiumRequests: 1 });
    store.saveSession({ agent: 'kiro', sessionId: 'child', parent: { sessionId: 's1', relation: 'subagent' } });
    turn(3, 'child', { turnCost: { usd: 1 }, turnPremiumRequests: 0.33 });
    turn(4, 'other', {});
    const costs = new Map(store.listSessions({}).map(({ sessionId, cost, premiumRequests }) => [sessionId, { cost, premiumRequests }]));
    assert.deepEqual(costs.get('s1'), { cost: { usd: 1.3, equivalentUsd: 4, unpriced: unpriced.map((one) => ({ ...one, chats: one.chats * 2 })) }, premiumRequests: 1.33 });
    assert.deepEqual(costs.get('other'), { cost: undefined, premiumRequests: undefined });
    turn(3, 'child', { turnCost: { usd: 2 } });
    assert.equal(store.listSessions({}).find(({ sessionId }) => sessionId === 's1')?.cost?.usd, 2.3, 'other prices are another sum');
  }));
}

/** `spoor sessions`. */
export function testList(on: On): void {
  it('counts a session with its subagents', on((store) => {
    store.saveSession(buildSession());
    store.saveTurn(buildTurn(1), buildTree());
    store.saveSession({ agent: 'kiro', sessionId: 'child', parent: { sessionId: 's1', relation: 'subagent' } });
    const inner = [
      buildSpan(11, { kind: 'chat', sessionId: 'child', values: { credits: 0.5 } }),
      buildSpan(12, { sessionId: 'child', outcome: 'denied', endUnixNano: undefined, final: false }),
    ];
    store.saveTurn(buildTurn(11, { sessionId: 'child' }), inner);
    assert.deepEqual(store.listSessions({}), [
      {
        ...buildSession(),
        turns: 1,
        toolCalls: 3,
        modelCalls: 2,
        errors: 1,
        denied: 1,
        activeNano: 60_000_000_000n,
        wallNano: 60_000_000_000n,
        credits: 0.75,
        pending: 1,
        model: 'model-a',
        firstPrompt: 'Fix the bug',
      },
    ]);
  }));

  it('does not invent credits, and takes those of a turn where no request has its own', on((store) => {
    store.saveTurn(buildTurn(1, { endUnixNano: undefined }), [buildSpan(1, { kind: 'agent', values: {} })]);
    const [bare] = store.listSessions({});
    assert.equal(bare?.credits, undefined);
    assert.equal(bare?.activeNano, undefined);
    store.saveTurn(buildTurn(1), [buildSpan(1, { kind: 'agent', values: { turnCredits: 2.5 }, outcome: 'error' })]);
    const [told] = store.listSessions({});
    assert.equal(told?.credits, 2.5);
  }));

  it('has the newest first, and filters', on((store) => {
    const session = (sessionId: string, minute: number, cwd: string): void => {
      store.saveSession({ agent: sessionId === 'other' ? 'codex' : 'kiro', sessionId, cwd, startUnixNano: START + BigInt(minute) * 60_000_000_000n });
    };
    session('old', 1, '/work/app');
    session('new', 3, '/work/app/sub');
    session('other', 2, '/work/apple');
    const ids = (filter: Parameters<Store['listSessions']>[0]): string[] => store.listSessions(filter).map((row) => row.sessionId);
    assert.deepEqual(ids({}), ['new', 'other', 'old']);
    assert.deepEqual(ids({ limit: 1 }), ['new']);
    assert.deepEqual(ids({ agent: 'codex' }), ['other']);
    assert.deepEqual(ids({ cwd: '/work/app/' }), ['new', 'old']);
    assert.deepEqual(ids({ sinceMillis: Number(START / 1_000_000n) + 120_000 }), ['new', 'other']);
  }));
}

/** What counts as an error. */
export function testErrors(on: On): void {
  it('counts failed calls as errors, neither requests nor turns that failed; whose last turn failed is marked', on((store) => {
    const failed = (number: number, some: Partial<Span>): Span => buildSpan(number, { parentSpanId: idOf(1), values: {}, outcome: 'error', ...some });
    store.saveTurn(buildTurn(1), [failed(1, { kind: 'agent', parentSpanId: undefined }), failed(2, { kind: 'chat' }), failed(3, { outcome: 'timeout' }), failed(4, {}), failed(5, { kind: 'chat', outcome: 'timeout' }), failed(6, { outcome: 'denied' })]);
    assert.deepEqual(store.listSessions({}).map(({ errors, denied, isFailed }) => [errors, denied, isFailed]), [[2, 1, true]]);
    store.saveTurn(buildTurn(7, { turnIndex: 1 }), [failed(7, { kind: 'agent', parentSpanId: undefined, turnIndex: 1 }), failed(8, { kind: 'chat', parentSpanId: idOf(7), turnIndex: 1 })]);
    assert.deepEqual(store.listSessions({}).map(({ errors, isFailed }) => [errors, isFailed]), [[2, true]]);
    store.saveTurn(buildTurn(9, { turnIndex: 2 }), [failed(9, { kind: 'agent', parentSpanId: undefined, turnIndex: 2, outcome: 'ok' })]);
    assert.deepEqual(store.listSessions({}).map(({ errors, isFailed }) => [errors, isFailed]), [[2, undefined]]);
  }));
}
