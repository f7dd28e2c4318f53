/** Summaries and revisions: written with every change, in whatever way a turn comes. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMemoryStore } from '#spoor/store/memory.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { packTurn } from '#spoor/store/sqlite/pack-turn.ts';
import { CALL, LOAD, TURN } from '#spoor/store/summary-layout.ts';
import { fromTurnSummary, type TurnSummary } from '#spoor/store/turn-summary.ts';
import { buildSession, buildSpan, buildTree, buildTurn, idOf } from './builders.ts';

const LONG = 'the text of a skill '.repeat(40);

const summaryText = ({ database }: SqliteStore, root = 1): string | null => (database.sql('SELECT summary FROM turn WHERE root_span_id = ?').get(idOf(root))?.summary ?? null) as string | null;
const summaryOf = (store: SqliteStore, root = 1): TurnSummary => fromTurnSummary(summaryText(store, root) ?? '[0]') ?? assert.fail('there is no summary');
const now = ({ database }: SqliteStore): number => Number(database.sql('SELECT value FROM revision').get()?.value);
const revised = ({ database }: SqliteStore, table: 'turn' | 'session', since: number): number[] => database.sql(`SELECT id FROM ${table} WHERE revision > ? ORDER BY id`).all(since).map(({ id }) => Number(id));
const removed = ({ database }: SqliteStore, since: number): unknown[] => database.sql('SELECT root_span_id, session FROM removed WHERE revision > ? ORDER BY rowid').all(since).map(({ root_span_id, session }) => root_span_id ?? session);

const OPENERS: Record<string, (t: TestContext) => SqliteStore> = {
  memory: () => openMemoryStore(),
  file(t) {
    const folder = mkdtempSync(join(tmpdir(), 'spoor-analysis-'));
    t.after(() => rmSync(folder, { recursive: true }));
    return openStore(join(folder, 'spoor.db'));
  },
};

for (const [name, open] of Object.entries(OPENERS)) {
  const withStore = (work: (store: SqliteStore) => void) => (t: TestContext): void => {
    const store = open(t);
    try {
      work(store);
    } finally {
      store.close();
    }
  };
  const skill = buildSpan(3, { parentSpanId: idOf(1), values: { toolName: 'skill', skillName: 'otter' }, content: { toolResult: LONG } });
  const [root] = buildTree();
  const tree = root ? [root, skill] : [];

  describe(`analysis: ${name}`, () => {
    it('is the same, saved live or inserted by an import, in one step or two, or made later of what is stored', withStore((store) => {
      store.saveTurn(buildTurn(1), tree);
      const live = summaryText(store);
      assert.equal(summaryOf(store).loads.length, LOAD.length);
      for (const kinds of [['whole'], ['outline', 'texts']] as const) {
        store.removeTurn(idOf(1));
        store.erase('kiro', 's1');
        const [first, second] = kinds.map((kind) => packTurn(buildTurn(1), tree, kind));
        assert.ok(first && store.insertTurn(first));
        if (second) assert.ok(store.fillTurn(second));
        assert.equal(summaryText(store), live);
      }
      store.database.sql('UPDATE turn SET summary = NULL').run();
      while (store.renewTurns(performance.now()));
      assert.equal(summaryText(store), live);
    }));

    it('counts what stayed in a turn though nobody tells of it any more', withStore((store) => {
      store.saveTurn(buildTurn(1), buildTree());
      store.saveTurn(buildTurn(1, { digest: 'other' }), buildTree().slice(0, 3));
      assert.equal(summaryOf(store).calls.length / CALL.length, Number(store.database.sql('SELECT tool_calls FROM turn').get()?.tool_calls));
    }));

    it('is made anew for the turn that a span left', withStore((store) => {
      const moving = buildSpan(9, { parentSpanId: idOf(1) });
      store.saveTurn(buildTurn(1), [...buildTree(), moving]);
      const since = now(store);
      store.saveTurn(buildTurn(5, { turnIndex: 1 }), [buildSpan(5, { kind: 'agent', turnIndex: 1 }), { ...moving, turnIndex: 1, parentSpanId: idOf(5) }]);
      assert.deepEqual([1, 5].map((turn) => summaryOf(store, turn).calls.length / CALL.length), [2, 1]);
      assert.equal(revised(store, 'turn', since).length, 2);
    }));

    it('numbers every change, and nothing else', withStore((store) => {
      store.saveSession(buildSession());
      store.saveTurn(buildTurn(1), buildTree());
      const since = now(store);
      store.saveTurn(buildTurn(1), buildTree());
      store.saveSession(buildSession());
      assert.equal(now(store), since);
      store.saveSession(buildSession({ title: 'Another' }));
      assert.deepEqual([revised(store, 'session', since).length, revised(store, 'turn', since).length], [1, 0]);
      store.saveTurn(buildTurn(1, { digest: 'other' }), buildTree({ outcome: 'timeout' }));
      assert.equal(revised(store, 'turn', since).length, 1);
    }));

    it('notes a session that gets another place in its family', withStore((store) => {
      store.saveSession(buildSession({ sessionId: 'child' }));
      store.saveSession(buildSession());
      const since = now(store);
      store.saveSession(buildSession({ sessionId: 'child', parent: { sessionId: 's1', relation: 'subagent' } }));
      assert.equal(revised(store, 'session', since).length, 1);
    }));

    it('notes what went: turns, and whole sessions', withStore((store) => {
      store.saveSession(buildSession());
      store.saveTurn(buildTurn(1), buildTree());
      const since = now(store);
      store.removeTurn(idOf(1));
      assert.deepEqual(removed(store, since), [idOf(1)]);
      store.saveTurn(buildTurn(1), buildTree());
      const later = now(store);
      const id = store.database.sql('SELECT id FROM session').get()?.id;
      store.forget('kiro', 's1');
      assert.deepEqual(removed(store, later), [idOf(1), id]);
    }));

    it('keeps the summary of a turn that texts, or spans, were let go of', withStore((store) => {
      store.saveTurn(buildTurn(1), buildTree());
      const before = summaryText(store);
      const since = now(store);
      for (const part of ['content', 'spans'] as const) store.drop(part, { beforeUnixNano: 2n ** 62n, untilMillis: performance.now() + 60_000 });
      assert.equal(summaryText(store), before);
      assert.equal(revised(store, 'turn', since).length, 1);
      assert.equal(store.renewTurns(performance.now() + 1000), false);
    }));

    it('gives up on a turn whose rows are broken, and goes on with the others', withStore((store) => {
      store.saveTurn(buildTurn(1), buildTree());
      store.saveTurn(buildTurn(5, { turnIndex: 1 }), [buildSpan(5, { kind: 'agent', turnIndex: 1 })]);
      store.database.sql("UPDATE span SET data = 'broken' WHERE span_id = ?").run(idOf(1));
      store.database.sql('UPDATE turn SET summary = NULL').run();
      while (store.renewTurns(performance.now()));
      assert.equal(fromTurnSummary(summaryText(store) ?? ''), undefined);
      assert.equal(summaryOf(store, 5).turn[TURN.outcome], 0);
    }));
  });
}
