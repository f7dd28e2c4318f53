/** Of the store's contract: turns that come as rows, and their texts after them. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { toJson } from '#spoor/core/json.ts';
import { packTurn } from '#spoor/store/sqlite/pack-turn.ts';
import type { Store } from '#spoor/store/store.ts';
import { openMemoryStore } from '#spoor/store/memory.ts';
import { buildSession, buildSpan, buildTree, buildTurn, idOf } from '../store/builders.ts';
import type { On } from './store.ts';

const LONG = 'a long text '.repeat(600);
const longTree = () => buildTree().map((span) => ({ ...span, content: { ...span.content, answer: LONG, reasoning: `${span.spanId} ${LONG}` } }));

function dump(store: Store): string {
  return toJson({ sessions: store.listSessions({}), turns: store.readTurns('kiro', ['s1']), spans: store.readSpans('kiro', 's1'), keys: buildTree().flatMap(({ keys }) => keys.map((key) => store.lookup('kiro', key))) });
}

/** What `saveTurn` would have made of the same. */
function saved(): string {
  const store = openMemoryStore();
  store.saveTurn(buildTurn(1), longTree());
  const text = dump(store);
  store.close();
  return text;
}

/** Rows, whole or in two steps. */
export function testPacked(on: On): void {
  it('makes of rows what it makes of spans', on((store) => {
    assert.equal(store.insertTurn(packTurn(buildTurn(1), longTree(), 'whole')), true);
    assert.equal(dump(store), saved());
  }));

  it('takes an outline, and later its texts: the same, and nothing is called changed', on((store) => {
    assert.equal(store.insertTurn(packTurn(buildTurn(1), longTree(), 'outline')), true);
    assert.equal(store.isTextPending('kiro', 's1'), true);
    assert.ok(store.readSpans('kiro', 's1').every(({ content }) => content.answer === undefined && content.reasoning === undefined));
    assert.equal(store.fillTurn(packTurn(buildTurn(1), longTree(), 'texts')), true);
    assert.equal(store.isTextPending('kiro', 's1'), false);
    assert.equal(dump(store), saved());
  }));

  it('gives an outline its texts by saveTurn, too, and calls nothing changed', on((store) => {
    store.insertTurn(packTurn(buildTurn(1), longTree(), 'outline'));
    assert.deepEqual(store.saveTurn(buildTurn(1), longTree()).finalised, []);
    assert.equal(dump(store), saved());
  }));

  it('refuses rows of which something is there, and writes none of them', on((store) => {
    store.saveTurn(buildTurn(9), [buildSpan(9, { keys: ['msg:taken'] })]);
    const before = dump(store);
    const [root, ...rest] = longTree();
    assert.ok(root);
    const last = rest.at(-1);
    assert.equal(store.insertTurn(packTurn(buildTurn(1), [root, ...rest.slice(0, -1), { ...buildSpan(4), ...last, keys: ['msg:taken'] }], 'whole')), false);
    assert.equal(store.insertTurn(packTurn(buildTurn(1), [root, buildSpan(9)], 'whole')), false);
    assert.equal(dump(store), before);
    assert.equal(store.readSpan(idOf(1)), undefined);
  }));

  it('fills only the outline that it has', on((store) => {
    const texts = packTurn(buildTurn(1), longTree(), 'texts');
    assert.equal(store.fillTurn(texts), false, 'nothing there');
    store.insertTurn(packTurn(buildTurn(1), buildTree({ outcome: 'error' }), 'outline'));
    assert.equal(store.fillTurn(texts), false, 'another one');
    store.saveTurn(buildTurn(1), longTree());
    assert.equal(store.fillTurn(texts), false, 'whole already');
  }));
}

/** What an import asks before it takes that way. */
export function testUntouched(on: On): void {
  it('takes in nothing of a forgotten session', on((store) => {
    store.saveSession(buildSession({ sessionId: 's1' }));
    store.forget('kiro', 's1');
    assert.equal(store.isUntouched('kiro', ['s1']), false);
    store.insertTurn(packTurn(buildTurn(1), longTree(), 'whole'));
    assert.deepEqual(store.readSpans('kiro', 's1'), []);
  }));

  it('knows a session untouched until anything tells of it', on((store) => {
    const told: (() => void)[] = [
      () => store.saveSession(buildSession({ sessionId: 'a' })),
      () => store.saveSession(buildSession({ sessionId: 'child', parent: { sessionId: 'b', relation: 'subagent' } })),
      () => store.markDue('kiro', 'c', 1),
      () => store.addFacts([{ agent: 'kiro', sessionId: 'd', source: 'hook', key: 'k', order: 0, type: 'turn.started' }]),
    ];
    told.forEach((tell, index) => {
      const id = 'abcd'[index] ?? '';
      assert.equal(store.isUntouched('kiro', ['x', id]), true);
      tell();
      assert.equal(store.isUntouched('kiro', ['x', id]), false);
    });
  }));

  it('gives all stamps of an agent at once', on((store) => {
    store.saveFileStamp('kiro', '/a', '1');
    store.saveFileStamp('kiro', '/b', '2');
    store.saveFileStamp('codex', '/c', '3');
    assert.deepEqual(new Map(store.readFileStamps('kiro')), new Map([['/a', '1'], ['/b', '2']]));
  }));
}
