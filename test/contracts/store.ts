/** What every store must do. Run over its members by `test/store/contract.test.ts`. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Fact } from '#spoor/core/fact.ts';
import type { Span } from '#spoor/core/span.ts';
import type { Store } from '#spoor/store/store.ts';
import { buildSession, buildSpan, buildTree, buildTurn, idOf, START, traceOf } from '../store/builders.ts';

/** A fact of a live hook. */
function buildFact(key: string, sessionId = 's1'): Fact {
  const tool = { name: 'fs_read', canonicalName: 'read', input: { $n: 'not a number', deep: [1, { '': null }] } };
  return { agent: 'kiro', sessionId, source: 'hook', key, order: 1, at: { unixNano: START, source: 'hook' }, type: 'tool.started', tool };
}

/** Runs the suite. `open` gives an empty store each time it is called; the suite closes it. */
export function testStoreContract(name: string, open: () => Store): void {
  /** Runs a test's body on an empty store. */
  const on = (body: (store: Store) => void) => () => {
    const store = open();
    try {
      body(store);
    } finally {
      store.close();
    }
  };

  describe(`store: ${name}`, () => {
    describe('turns', () => testTurns(on));
    describe('finality', () => testFinality(on));
    describe('identity', () => testIdentity(on));
    describe('sessions', () => testSessions(on));
    describe('the list', () => testList(on));
    describe('memory of the collector', () => testMemory(on));
    describe('forget', () => testForget(on));
    describe('transactions', () => testTransactions(on));
  });
}

type On = (body: (store: Store) => void) => () => void;

/** A stored span without what only the store knows. */
function plain(store: Store, spanId: string): Span | undefined {
  const stored = store.readSpan(spanId);
  if (!stored) return undefined;
  const { changed: _changed, ...span } = stored;
  return span;
}

function testTurns(on: On): void {
  it('gives back what was saved', on((store) => {
    const spans = buildTree();
    const result = store.saveTurn(buildTurn(1), spans);
    assert.equal(result.written, 4);
    for (const span of spans) assert.deepEqual(plain(store, span.spanId), span);
    assert.deepEqual(store.readTurns('kiro', ['s1', 'other']), [buildTurn(1)]);
    assert.deepEqual(store.readSpans('kiro', 's1').map((span) => span.spanId), [1, 2, 3, 4].map(idOf));
  }));

  it('writes nothing when the same comes again', on((store) => {
    store.saveTurn(buildTurn(1), buildTree());
    assert.deepEqual(store.saveTurn(buildTurn(1), buildTree()), { finalised: [], written: 0 });
  }));

  it('keeps one row for a span that is given twice in one call', on((store) => {
    store.saveTurn(buildTurn(1), [buildSpan(1, { outcome: 'unknown' }), buildSpan(1)]);
    assert.deepEqual(plain(store, idOf(1)), buildSpan(1));
    assert.equal(store.readSpans('kiro', 's1').length, 1);
  }));

  it('removes rows that were never final and keeps final ones', on((store) => {
    const [root, chat, tool] = buildTree();
    assert.ok(root && chat && tool);
    store.saveTurn(buildTurn(1), [root, chat, { ...tool, final: false }]);
    store.saveTurn(buildTurn(1), [root]);
    assert.equal(store.readSpan(tool.spanId), undefined);
    assert.ok(store.readSpan(chat.spanId));
  }));

  it('leaves a span alone that went to another turn', on((store) => {
    const open = buildSpan(3, { final: false });
    store.saveTurn(buildTurn(1), [buildSpan(1), open]);
    store.saveTurn(buildTurn(2, { turnIndex: 1 }), [buildSpan(2), { ...open, turnIndex: 1 }]);
    store.saveTurn(buildTurn(1), [buildSpan(1)]);
    assert.equal(store.readSpan(open.spanId)?.turnIndex, 1);
  }));

  it('lets a span that is not final move to another trace, parent and session', on((store) => {
    store.saveTurn(buildTurn(1), [buildSpan(1), buildSpan(2, { final: false })]);
    const moved = buildSpan(2, { final: false, traceId: traceOf(9), parentSpanId: idOf(1), sessionId: 'child' });
    store.saveTurn(buildTurn(1), [buildSpan(1), moved]);
    assert.deepEqual(plain(store, idOf(2)), moved);
    assert.deepEqual(store.readSpans('kiro', 's1').map((span) => span.sessionId), ['s1', 'child']);
  }));

  it('removes a turn that nobody tells of, but not its final spans', on((store) => {
    store.saveTurn(buildTurn(1), [buildSpan(1, { final: false }), buildSpan(2)]);
    store.removeTurn(idOf(1));
    store.removeTurn(idOf(1));
    assert.deepEqual(store.readTurns('kiro', ['s1']), []);
    assert.deepEqual(store.readSpans('kiro', 's1').map((span) => span.spanId), [idOf(2)]);
    store.saveTurn(buildTurn(1), [buildSpan(1), buildSpan(2)]);
    assert.equal(store.readSpan(idOf(2))?.changed, false, 'coming back is no change');
  }));

  it('reads parents before children even where clocks disagree', on((store) => {
    const spans = [buildSpan(9), buildSpan(1, { parentSpanId: idOf(9) }), buildSpan(2, { parentSpanId: idOf(1) }), buildSpan(5)];
    store.saveTurn(buildTurn(9), spans);
    assert.deepEqual(store.readSpans('kiro', 's1').map((span) => span.spanId), [5, 9, 1, 2].map(idOf));
  }));
}

function testFinality(on: On): void {
  it('returns what became final once, children before parents', on((store) => {
    const [root, chat, tool, other] = buildTree();
    assert.ok(root && chat && tool && other);
    const nested = buildSpan(5, { parentSpanId: tool.spanId });
    const first = store.saveTurn(buildTurn(1), [{ ...root, final: false }, chat, tool, { ...other, final: false }, nested]);
    assert.deepEqual(first.finalised, [nested, chat, tool]);
    const second = store.saveTurn(buildTurn(1), [root, chat, tool, other, nested]);
    assert.deepEqual(second.finalised, [other, root]);
    assert.deepEqual(store.saveTurn(buildTurn(1), [root, chat, tool, other, nested]).finalised, []);
  }));

  it('keeps a final span final, and marks it when its values change', on((store) => {
    store.saveTurn(buildTurn(1), [buildSpan(1)]);
    assert.deepEqual(store.saveTurn(buildTurn(1), [buildSpan(1, { final: false })]), { finalised: [], written: 0 });
    assert.equal(store.readSpan(idOf(1))?.final, true);
    assert.equal(store.readSpan(idOf(1))?.changed, false);
    const later = buildSpan(1, { outcome: 'error', content: { toolResult: 'later' } });
    assert.deepEqual(store.saveTurn(buildTurn(1), [later]), { finalised: [], written: 1 });
    assert.deepEqual(store.readSpan(idOf(1)), { ...later, changed: true });
    store.saveTurn(buildTurn(1), [later]);
    assert.equal(store.readSpan(idOf(1))?.changed, true, 'once changed, always marked');
  }));

  it('sees a change of content alone', on((store) => {
    store.saveTurn(buildTurn(1), [buildSpan(1, { content: { prompt: 'a', answer: 'b' } })]);
    const result = store.saveTurn(buildTurn(1), [buildSpan(1, { content: { prompt: 'a' } })]);
    assert.equal(result.written, 1);
    assert.deepEqual(store.readSpan(idOf(1))?.content, { prompt: 'a' });
    assert.equal(store.readSpan(idOf(1))?.changed, true);
  }));
}

function testIdentity(on: On): void {
  it('resolves every key, and the first mapping stays', on((store) => {
    store.saveTurn(buildTurn(1), [buildSpan(1, { keys: ['a', 'b'] })]);
    store.saveTurn(buildTurn(2), [buildSpan(2, { keys: ['b', 'c'] })]);
    assert.deepEqual(store.lookup('kiro', 'b'), { spanId: idOf(1), traceId: traceOf(1), sessionId: 's1' });
    assert.equal(store.lookup('kiro', 'c')?.spanId, idOf(2));
    assert.equal(store.lookup('codex', 'a'), undefined);
    assert.equal(store.lookup('kiro', 'nobody'), undefined);
  }));

  it('tells where a span that moved is now', on((store) => {
    store.saveTurn(buildTurn(1), [buildSpan(1, { final: false })]);
    store.saveTurn(buildTurn(1), [buildSpan(1, { traceId: traceOf(2) })]);
    assert.equal(store.lookup('kiro', 'key-1')?.traceId, traceOf(2));
  }));

  it('gives the keys of a span that melted into another to the other', on((store) => {
    store.saveTurn(buildTurn(1), [buildSpan(1, { keys: ['hook'] }), buildSpan(2, { keys: ['call'], final: false })]);
    store.saveTurn(buildTurn(1), [buildSpan(1, { keys: ['hook', 'call'] })]);
    assert.equal(store.lookup('kiro', 'call')?.spanId, idOf(1));
  }));
}

function testSessions(on: On): void {
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

function testList(on: On): void {
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
        credits: 0.75,
        pending: 1,
        firstPrompt: 'Fix the bug',
      },
    ]);
  }));

  it('does not invent credits, and takes those of a turn where no request has its own', on((store) => {
    store.saveTurn(buildTurn(1, { endUnixNano: undefined }), [buildSpan(1, { kind: 'agent', values: {} })]);
    const [bare] = store.listSessions({});
    assert.equal(bare?.credits, undefined);
    assert.equal(bare?.activeNano, 0n);
    store.saveTurn(buildTurn(1), [buildSpan(1, { kind: 'agent', values: { turnCredits: 2.5 }, outcome: 'error' })]);
    const [told] = store.listSessions({});
    assert.equal(told?.credits, 2.5);
    assert.equal(told?.errors, 1);
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

function testMemory(on: On): void {
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

  it('counts problems and keeps the newest detail', on((store) => {
    store.addProblems('kiro', [{ code: 'bad-json', detail: 'line 1' }, { code: 'bad-json', detail: 'line 2' }]);
    store.addProblems('codex', [{ code: 'bad-json', detail: 'line 3' }]);
    assert.deepEqual(store.readProblems(), [
      { agent: 'codex', code: 'bad-json', detail: 'line 3', count: 1 },
      { agent: 'kiro', code: 'bad-json', detail: 'line 2', count: 2 },
    ]);
  }));

  it('remembers the stamp of a file', on((store) => {
    assert.equal(store.readFileStamp('kiro', '/a'), undefined);
    store.saveFileStamp('kiro', '/a', '1');
    store.saveFileStamp('kiro', '/a', '2');
    assert.equal(store.readFileStamp('kiro', '/a'), '2');
    assert.equal(store.readFileStamp('codex', '/a'), undefined);
  }));
}

function testForget(on: On): void {
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

function testTransactions(on: On): void {
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
