/** Of the store's contract: what the collector keeps there, forgetting, transactions. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Fact } from '#spoor/core/fact.ts';
import { buildSession, buildSpan, buildTree, buildTurn, idOf, START } from '../store/builders.ts';
import type { On } from './store.ts';

/** A fact of a live hook. */
function buildFact(key: string, sessionId = 's1'): Fact {
  const tool = { name: 'fs_read', canonicalName: 'read', input: { $n: 'not a number', deep: [1, { '': null }] } };
  return { agent: 'kiro', sessionId, source: 'hook', key, order: 1, at: { unixNano: START, source: 'hook' }, type: 'tool.started', tool };
}

/** Facts whose session became known. */
export function testMoves(on: On): void {
  it('gives facts to other sessions; a session that has none left goes, and its turns with the last of them', on((store) => {
    const said = (sessionId: string, key = 'seen'): Fact => ({ agent: 'kiro', sessionId, source: 'hook', key, order: 0, type: 'session.seen', cwd: '/w' });
    store.addFacts([said('made-up'), buildFact('a', 'made-up'), buildFact('b', 'made-up')]);
    store.saveSession(buildSession({ sessionId: 'made-up' }));
    store.saveTurn(buildTurn(1, { sessionId: 'made-up' }), [buildSpan(1, { sessionId: 'made-up' })]);
    store.markDue('kiro', 'made-up', 1000);
    store.moveFacts('kiro', 'made-up', new Map([['seen', 's1'], ['a', 's1'], ['nobody', 's9']]));
    assert.deepEqual(store.readFacts('kiro', ['made-up']), [said('made-up'), buildFact('b', 'made-up')], 'what is said of it is kept for those that stay');
    assert.deepEqual(store.readFacts('kiro', ['s1']).map((fact) => [fact.type, fact.sessionId]), [['session.seen', 's1'], ['tool.started', 's1']]);
    store.moveFacts('kiro', 'made-up', new Map([['seen', 's2'], ['b', 's2']]));
    assert.deepEqual(store.readFacts('kiro', ['made-up', 's9']), []);
    assert.deepEqual([store.readSession('kiro', 'made-up'), store.readDue(5000)], [undefined, []]);
    assert.deepEqual(store.readTurns('kiro', ['s2']).map((turn) => turn.rootSpanId), [idOf(1)]);
    assert.equal(store.addFacts([said('made-up')]), 1, 'its key is free again');
    store.forget('kiro', 's3');
    store.saveTurn(buildTurn(2, { sessionId: 'made-up' }), [buildSpan(2, { sessionId: 'made-up' })]);
    store.moveFacts('kiro', 'made-up', new Map([['seen', 's3']]));
    assert.deepEqual(store.readFacts('kiro', ['s3', 'made-up']), []);
    assert.deepEqual([store.readTurns('kiro', ['s3', 'made-up']), store.readSpan(idOf(2))], [[], undefined], 'what is forgotten does not come back by another name');
  }));
}

/** Facts, due times, problems, stamps. */
export function testMemory(on: On): void {
  it('keeps facts once per key, in the order they came', on((store) => {
    assert.equal(store.addFacts([buildFact('a'), buildFact('b', 's2'), buildFact('a')]), 2);
    assert.equal(store.addFacts([buildFact('a'), buildFact('c')]), 1);
    assert.deepEqual(store.readFacts('kiro', ['s1', 's2', 's3']), [buildFact('a'), buildFact('c'), buildFact('b', 's2')]);
    assert.deepEqual(store.readFacts('codex', ['s1']), []);
  }));

  it('has one due time a session: the one given last', on((store) => {
    assert.equal(store.nextDueMillis(), undefined);
    store.markDue('kiro', 's1', 2000);
    store.markDue('kiro', 's2', 1500.5);
    store.markDue('kiro', 's1', 3000);
    store.markDue('kiro', 's1', 1000);
    assert.equal(store.nextDueMillis(), 1000);
    assert.deepEqual(store.readDue(999), []);
    assert.deepEqual(store.readDue(1500.5), [
      { agent: 'kiro', sessionId: 's1', atMillis: 1000 },
      { agent: 'kiro', sessionId: 's2', atMillis: 1500.5 },
    ]);
    store.clearDue('kiro', 's1');
    assert.equal(store.nextDueMillis(), 1500.5);
  }));

  it('marks every session with a live turn that is not settled', on((store) => {
    const turns = [{}, { settled: false, sessionId: 's2' }, { settled: false, live: false, sessionId: 's3' }, { settled: false, sessionId: 's4' }];
    turns.forEach((overrides, index) => store.saveTurn(buildTurn(index + 1, overrides), []));
    store.markDue('kiro', 's4', 900);
    store.markUnsettledDue(500);
    assert.deepEqual(store.readDue(499), []);
    assert.deepEqual(new Set(store.readDue(500).map(({ sessionId }) => sessionId)), new Set(['s2', 's4']));
  }));

  it('counts problems and keeps the newest detail', on((store) => {
    store.addProblems('kiro', [{ code: 'bad-json', detail: 'line 1' }, { code: 'bad-json', detail: 'line 2' }]);
    store.addProblems('codex', [{ code: 'bad-json', detail: 'line 3' }]);
    assert.deepEqual(store.readProblems(), [
      { agent: 'codex', code: 'bad-json', detail: 'line 3', count: 1 },
      { agent: 'kiro', code: 'bad-json', detail: 'line 2', count: 2 },
    ]);
  }));

  it('counts hooks by agent, and keeps how long the newest took', on((store) => {
    assert.deepEqual(store.readHooksSeen(), []);
    store.noteHooks('kiro', [{ atMillis: 20, tookMillis: 1.25 }, { atMillis: 10 }]);
    store.noteHooks('codex', [{ atMillis: 5, tookMillis: 3 }]);
    store.noteHooks('kiro', Array.from({ length: 300 }, (_, index) => ({ atMillis: 30 + index, tookMillis: index })));
    const [codex, kiro] = store.readHooksSeen();
    assert.deepEqual([codex, kiro?.hooks, kiro?.lastMillis, kiro?.tookMillis.length, kiro?.tookMillis.at(0), kiro?.tookMillis.at(-1)], [{ agent: 'codex', hooks: 1, lastMillis: 5, tookMillis: [3] }, 302, 329, 200, 100, 299]);
  }));

  it('remembers the stamp of a file', on((store) => {
    assert.equal(store.readFileStamp('kiro', '/a'), undefined);
    store.saveFileStamp('kiro', '/a', '1');
    store.saveFileStamp('kiro', '/a', '2');
    assert.equal(store.readFileStamp('kiro', '/a'), '2');
    assert.equal(store.readFileStamp('codex', '/a'), undefined);
  }));
}

/** Deletion for good. */
export function testForget(on: On): void {
  it('deletes a session with its subagents, and nothing else', on((store) => {
    store.saveSession(buildSession());
    store.saveSession({ agent: 'kiro', sessionId: 'child', parent: { sessionId: 's1', relation: 'subagent' } });
    store.saveSession({ agent: 'kiro', sessionId: 'fork', parent: { sessionId: 's1', relation: 'fork' } });
    store.saveTurn(buildTurn(1), buildTree());
    store.saveTurn(buildTurn(11, { sessionId: 'child' }), [buildSpan(11, { sessionId: 'child' })]);
    store.saveTurn(buildTurn(21, { sessionId: 'fork' }), [buildSpan(21, { sessionId: 'fork', content: { toolResult: 'same text' } })]);
    store.addFacts([buildFact('a'), buildFact('b', 'child'), buildFact('c', 'fork')]);
    store.markDue('kiro', 's1', 1);
    assert.equal(store.forget('kiro', 's1'), 2);
    assert.deepEqual(store.listSessions({}).map((row) => row.sessionId), ['fork']);
    for (const gone of [1, 2, 3, 4, 11]) assert.equal(store.readSpan(idOf(gone)), undefined);
    assert.equal(store.lookup('kiro', 'key-3'), undefined);
    assert.deepEqual(store.readFacts('kiro', ['s1', 'child', 'fork']), [buildFact('c', 'fork')]);
    assert.equal(store.nextDueMillis(), undefined);
    assert.equal(store.readSpan(idOf(21))?.content.toolResult, 'same text', 'shared content stays for the other');
  }));

  it('lets nothing back in', on((store) => {
    store.saveTurn(buildTurn(1), buildTree());
    store.forget('kiro', 's1');
    store.forget('kiro', 'never-seen');
    assert.equal(store.isForgotten('kiro', 's1'), true);
    assert.equal(store.isForgotten('kiro', 'never-seen'), true);
    assert.equal(store.isForgotten('codex', 's1'), false);
    store.saveSession(buildSession());
    store.markDue('kiro', 's1', 1);
    assert.equal(store.addFacts([buildFact('a')]), 0);
    assert.deepEqual(store.saveTurn(buildTurn(1), buildTree()), { finalised: [], written: 0 });
    assert.deepEqual(store.listSessions({}), []);
    assert.equal(store.nextDueMillis(), undefined);
  }));
}

/** All or nothing. */
export function testTransactions(on: On): void {
  it('rolls back everything when the work throws', on((store) => {
    const failing = (): void =>
      store.transaction(() => {
        store.saveTurn(buildTurn(1), buildTree());
        throw new Error('stop');
      });
    assert.throws(failing, /stop/);
    assert.equal(store.readSpan(idOf(1)), undefined);
    assert.equal(store.transaction(() => store.saveTurn(buildTurn(1), buildTree()).written), 4);
  }));

  it('rolls back only the inner work when the outer goes on', on((store) => {
    store.transaction(() => {
      store.markDue('kiro', 's1', 1);
      const inner = (): void =>
        store.transaction(() => {
          store.markDue('kiro', 's2', 1);
          throw new Error('stop');
        });
      assert.throws(inner, /stop/);
    });
    assert.deepEqual(store.readDue(1).map((due) => due.sessionId), ['s1']);
  }));

  it('refuses work that would end after the commit', on((store) => {
    assert.throws(() => store.transaction(async () => {}), /synchronous/);
  }));
}
