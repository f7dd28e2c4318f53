/** Of the store's contract: turns and their spans. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Span } from '#spoor/core/span.ts';
import type { Store } from '#spoor/store/store.ts';
import { buildSpan, buildTree, buildTurn, idOf, traceOf } from '../store/builders.ts';
import type { On } from './store.ts';

/** A stored span without what only the store knows. */
function plain(store: Store, spanId: string): Span | undefined {
  const stored = store.readSpan(spanId);
  if (!stored) return undefined;
  const { changed: _changed, ...span } = stored;
  return span;
}

/** Rows as they are told. */
export function testTurns(on: On): void {
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

  it('lets a span that is not final move to another trace, parent and session', on((store) => {
    store.saveTurn(buildTurn(1), [buildSpan(1), buildSpan(2, { final: false })]);
    const moved = buildSpan(2, { final: false, traceId: traceOf(9), parentSpanId: idOf(1), sessionId: 'child' });
    store.saveTurn(buildTurn(1), [buildSpan(1), moved]);
    assert.deepEqual(plain(store, idOf(2)), moved);
    assert.deepEqual(store.readSpans('kiro', 's1').map((span) => span.sessionId), ['s1', 'child']);
  }));

  it('reads parents before children even where clocks disagree', on((store) => {
    const spans = [buildSpan(9), buildSpan(1, { parentSpanId: idOf(9) }), buildSpan(2, { parentSpanId: idOf(1) }), buildSpan(5)];
    store.saveTurn(buildTurn(9), spans);
    assert.deepEqual(store.readSpans('kiro', 's1').map((span) => span.spanId), [5, 9, 1, 2].map(idOf));
  }));
}

/** Spans and turns that are left out later. */
export function testRemoval(on: On): void {
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

  it('removes a turn that nobody tells of, but not its final spans', on((store) => {
    store.saveTurn(buildTurn(1), [buildSpan(1, { final: false }), buildSpan(2)]);
    store.removeTurn(idOf(1));
    store.removeTurn(idOf(1));
    assert.deepEqual(store.readTurns('kiro', ['s1']), []);
    assert.deepEqual(store.readSpans('kiro', 's1').map((span) => span.spanId), [idOf(2)]);
    store.saveTurn(buildTurn(1), [buildSpan(1), buildSpan(2)]);
    assert.equal(store.readSpan(idOf(2))?.changed, false, 'coming back is no change');
  }));
}

/** What is final stays so. */
export function testFinality(on: On): void {
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

/** Keys resolve to spans. */
export function testIdentity(on: On): void {
  it('resolves every key, and the first mapping stays', on((store) => {
    store.saveTurn(buildTurn(1), [buildSpan(1, { keys: ['a', 'b'] })]);
    store.saveTurn(buildTurn(2), [buildSpan(2, { keys: ['b', 'c'] })]);
    assert.deepEqual(store.lookup('kiro', 'b'), { spanId: idOf(1), traceId: traceOf(1), sessionId: 's1', pinned: true });
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
