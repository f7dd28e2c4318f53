/** Letting go of what is old: what goes, what stays, and that it does not come back. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createKeeper, type KeepTotals } from '#spoor/collector/retention/keeper.ts';
import type { KeepSettings } from '#spoor/config/parse-store.ts';
import { nanoToMillis } from '#spoor/core/time.ts';
import { createOutbox } from '#spoor/outbox/create-outbox.ts';
import { openMemoryStore } from '#spoor/store/memory.ts';
import { packTurn } from '#spoor/store/sqlite/pack-turn.ts';
import type { SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import type { StoredTurn } from '#spoor/store/store.ts';
import type { Span } from '#spoor/core/span.ts';
import { buildSession, buildSpan, buildTurn, idOf, START, traceOf } from './builders.ts';

const DAY = 86_400_000;
const NOW = nanoToMillis(START) + 100 * DAY;
const LONG = 'a long text that stands in a row of its own '.repeat(20);

/** A turn of a root and two calls that ended so many days before now. */
function spansOf(turn: number, days: number, some: Partial<Span> = {}): [StoredTurn, Span[]] {
  const number = 1 + turn * 3;
  const start = START + BigInt(100 - days) * BigInt(DAY) * 1_000_000n - 60_000_000_000n;
  const own = { traceId: traceOf(100 + turn), turnIndex: turn, startUnixNano: start, endUnixNano: start + 30_000_000_000n, ...some };
  const row = buildTurn(number, { turnIndex: turn, startUnixNano: start, endUnixNano: start + 30_000_000_000n });
  return [row, [
    buildSpan(number, { kind: 'agent', values: { errorMessage: 'secret words' }, content: { prompt: `Do ${turn}` }, ...own }),
    buildSpan(number + 1, { kind: 'chat', parentSpanId: idOf(number), values: { credits: 0.5 }, content: { answer: `${LONG}${turn}` }, ...own }),
    buildSpan(number + 2, { parentSpanId: idOf(number), values: { toolName: 'fs_read', files: [{ path: '/secret', operation: 'read' }] }, content: { toolArguments: '{}', toolResult: LONG }, ...own }),
  ]];
}

function open(days: readonly number[]): SqliteStore {
  const store = openMemoryStore();
  store.saveSession(buildSession());
  days.forEach((age, turn) => store.saveTurn(...spansOf(turn, age)));
  return store;
}

function keep(store: SqliteStore, settings: KeepSettings): KeepTotals {
  const keeper = createKeeper(store, settings, NOW);
  while (keeper.step());
  return keeper.totals;
}

const textsOf = (store: SqliteStore): number[] => [...new Set(store.readSpans('kiro', 's1').filter(({ content }) => Object.keys(content).length > 0).map(({ turnIndex }) => turnIndex))];

describe('retention', () => {
  it('lets go of the texts of old turns, and of nothing else', () => {
    const store = open([99, 91, 89, 1]);
    const before = store.listSessions({});
    assert.equal(keep(store, { contentMillis: 90 * DAY }).contentTurns, 2);
    assert.deepEqual(textsOf(store), [2, 3]);
    assert.equal(store.readSpans('kiro', 's1').length, 12);
    const { values, content, keys } = store.readSpan(idOf(3)) ?? {};
    assert.deepEqual([values, content, keys], [{ toolName: 'fs_read' }, {}, ['key-3']]);
    assert.equal(store.readSpan(idOf(1))?.values.errorMessage, undefined);
    // The prompt in lists is a text too.
    const [{ firstPrompt: _old, ...sums } = {}] = before;
    const [{ firstPrompt, ...after } = {}] = store.listSessions({});
    assert.deepEqual(after, sums);
    assert.equal(firstPrompt, 'Do 2');
    assert.equal(store.database.sql('SELECT count(*) AS count FROM content').get()?.count, 3);
    assert.deepEqual(keep(store, { contentMillis: 90 * DAY }).contentTurns, 0);
    store.close();
  });

  it('lets go of spans, and lists keep their sums', () => {
    const store = open([99, 1]);
    const before = store.listSessions({});
    const totals = keep(store, { contentMillis: 90 * DAY, spansMillis: 90 * DAY });
    assert.deepEqual([totals.spanTurns, totals.spans], [1, 2]);
    assert.deepEqual(store.readSpans('kiro', 's1').map(({ spanId }) => spanId), [1, 4, 5, 6].map(idOf));
    assert.deepEqual({ ...store.listSessions({})[0], firstPrompt: '' }, { ...before[0], firstPrompt: '' });
    store.close();
  });

  it('lets go of the oldest until the store is small enough: first texts, then spans', () => {
    const store = open([50, 40, 30, 20, 10]);
    const { usedBytes } = store.readSize();
    assert.equal(keep(store, { bytes: usedBytes }).contentTurns, 0);
    const some = keep(store, { bytes: usedBytes - 4096 });
    assert.ok(some.contentTurns >= 1);
    assert.ok(store.readSize().usedBytes <= usedBytes - 4096);
    assert.deepEqual(textsOf(store).at(-1), 4);
    const all = keep(store, { bytes: 1 });
    assert.equal(all.isOverSize, true);
    assert.deepEqual([textsOf(store), store.readSpans('kiro', 's1').length], [[], 5]);
    store.close();
  });

  it('lets nothing go for the sake of size where a session was active within the last day', () => {
    const store = open([50, 40, 0]);
    const totals = keep(store, { bytes: 1 });
    assert.deepEqual([totals.contentTurns, totals.spanTurns, totals.isOverSize], [0, 0, true]);
    assert.deepEqual(textsOf(store), [0, 1, 2]);
    // What is too old by its age goes all the same.
    assert.equal(keep(store, { contentMillis: 45 * DAY }).contentTurns, 1);
    store.close();
  });

  it('brings nothing back when the same is read again, in whatever way', () => {
    const store = open([99, 99, 1]);
    const [turn, spans] = spansOf(0, 99);
    keep(store, { contentMillis: 90 * DAY });
    assert.deepEqual(store.saveTurn({ ...turn, digest: 'another' }, spans), { finalised: [], written: 0 });
    assert.equal(store.insertTurn(packTurn(turn, spans, 'whole')), false);
    assert.equal(store.fillTurn(packTurn(turn, spans, 'texts')), false);
    assert.deepEqual(textsOf(store), [2]);
    store.forget('kiro', 's1');
    assert.equal(store.readSpans('kiro', 's1').length, 0);
    store.close();
  });

  it('lets no texts follow to a turn whose texts were still to come', () => {
    const store = openMemoryStore();
    const [turn, spans] = spansOf(0, 99);
    store.insertTurn(packTurn(turn, spans, 'outline'));
    keep(store, { contentMillis: 90 * DAY });
    assert.equal(store.isTextPending('kiro', 's1'), false);
    assert.equal(store.fillTurn(packTurn(turn, spans, 'texts')), false);
    assert.deepEqual(textsOf(store), []);
    store.close();
  });

  it('lets go of what hooks told when nothing of the session is whole any more', () => {
    const store = open([99, 1]);
    store.addFacts([{ agent: 'kiro', sessionId: 's1', source: 'hook', key: 'f1', order: 0, type: 'turn.started', prompt: 'Do' }]);
    keep(store, { contentMillis: 90 * DAY });
    assert.equal(store.readFacts('kiro', ['s1']).length, 1);
    keep(store, { contentMillis: 0 });
    assert.equal(store.readFacts('kiro', ['s1']).length, 0);
    store.close();
  });

  it('gives free room back to the disk', () => {
    const store = open(Array.from({ length: 300 }, () => 99));
    const before = store.readSize();
    assert.equal(before.shrinks, true);
    assert.ok(keep(store, { contentMillis: 90 * DAY }).bytes > 0);
    const after = store.readSize();
    assert.equal(after.freeBytes, 0);
    assert.ok(after.usedBytes < before.usedBytes);
    store.close();
  });

  it('loses nothing that waits, is held, or is open, whatever is to be kept', () => {
    const anyState = fc.record({ days: fc.integer({ min: 0, max: 99 }), state: fc.constantFrom('plain', 'waiting', 'sent', 'held', 'open', 'due') });
    const anyAge = fc.option(fc.integer({ min: 0, max: 120 * DAY }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(anyState, { minLength: 1, maxLength: 8 }), anyAge, anyAge, fc.option(fc.integer({ min: 1, max: 400_000 }), { nil: undefined }), (turns, contentMillis, spansMillis, bytes) => {
        const store = openMemoryStore();
        const outbox = createOutbox(store.database);
        outbox.addDestination({ name: 'a', fingerprint: 'a' }, NOW);
        const kept = turns.flatMap(({ days, state }, turn) => {
          const [row, spans] = spansOf(turn, days, { sessionId: `s${turn}` });
          store.saveTurn({ ...row, sessionId: `s${turn}`, settled: state !== 'open' }, spans);
          if (state === 'waiting' || state === 'sent') outbox.enqueue([spans[1]?.spanId ?? ''], 'a', NOW);
          if (state === 'sent') outbox.markSent('a', outbox.take('a', 100, NOW).filter(({ spanId }) => spanId === spans[1]?.spanId), { nowMillis: NOW });
          if (state === 'held') outbox.hold(new Map([[traceOf(100 + turn), 3]]), 'a', NOW);
          if (state === 'due') store.markDue('kiro', `s${turn}`, NOW);
          return state === 'plain' || state === 'sent' ? [] : spans;
        });
        keep(store, { ...(contentMillis === undefined ? {} : { contentMillis }), ...(spansMillis === undefined ? {} : { spansMillis }), ...(bytes === undefined ? {} : { bytes }) });
        for (const span of kept) {
          const { changed: _changed, ...stored } = store.readSpan(span.spanId) ?? { changed: false };
          assert.deepEqual(stored, span);
        }
        store.close();
      }),
      { numRuns: 150 },
    );
  });
});
