/** Pages: every order, every list of calls, to the last row and none twice. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import fc from 'fast-check';
import type { CallsQuery } from '#spoor/query/api/tools.ts';
import type { SessionOrder } from '#spoor/query/api/sessions.ts';
import { createColumns } from '#spoor/query/columns/live-columns.ts';
import { pageOf } from '#spoor/query/columns/page-of.ts';
import { toHistogram, toQuantile, toSpread } from '#spoor/query/columns/spread.ts';
import { toBuckets, toDays } from '#spoor/query/columns/buckets.ts';
import type { ColumnsContext } from '#spoor/query/question.ts';
import { answerCalls } from '#spoor/query/questions/calls.ts';
import { orderSessions } from '#spoor/query/questions/order-sessions.ts';
import { answerSkills } from '#spoor/query/questions/skills.ts';
import { openMemoryStore } from '#spoor/store/memory.ts';
import type { SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { buildWorld, WORLD_START } from './build-world.ts';
import { plainQuantile, readPlainTurns } from './plain-store.ts';
import { readingOf } from './reading-of.ts';

function openWorld(t: TestContext): { store: SqliteStore; context: ColumnsContext } {
  const store = openMemoryStore();
  t.after(() => store.close());
  buildWorld(store, { seed: 9 });
  const db = readingOf(store);
  return { store, context: { columns: createColumns(db).refresh(), nowMillis: WORLD_START + 40 * 86_400_000, open: () => db } };
}

const SUMS: Record<SessionOrder, string> = {
  last: 'max(CASE WHEN turn.session = top.id THEN turn.last_unix_nano END) / 1e6',
  start: 'min(CASE WHEN turn.session = top.id THEN turn.start_unix_nano END) / 1e6',
  active: 'sum(CASE WHEN turn.session = top.id THEN turn.end_unix_nano - turn.start_unix_nano END) / 1e6',
  cost: 'coalesce(sum(turn.cost_usd), 0) + coalesce(sum(turn.credits), 0) * 1e-9',
  toolCalls: 'sum(turn.tool_calls)',
  errors: "sum((SELECT count(*) FROM span WHERE span.turn = turn.id AND kind = 'tool' AND outcome IN ('error', 'timeout')))",
  tokens: "coalesce(sum((SELECT sum(coalesce(data ->> '$.values.usage.inputTokens', 0) + coalesce(data ->> '$.values.usage.outputTokens', 0)) FROM span WHERE span.turn = turn.id AND kind = 'chat')), 0)",
};

describe('sessions in order', () => {
  for (const [order, sum] of Object.entries(SUMS) as [SessionOrder, string][]) {
    for (const ascending of [false, true]) {
      it(`come by ${order}${ascending ? ', the lowest first' : ''}, page by page`, (t) => {
        const { store, context } = openWorld(t);
        const rows = store.database.sql(`SELECT top.id, ${sum} AS rank FROM session AS top JOIN session AS member ON member.root = top.id JOIN turn ON turn.session = member.id GROUP BY top.id`).all();
        const ranks = new Map(rows.map(({ id, rank }) => [Number(id), Number(rank)]));
        const roots: number[] = [];
        let after: string | undefined;
        do {
          const page = orderSessions(context.columns, { order, ascending, limit: 7, ...(after === undefined ? {} : { after }) }, context.nowMillis);
          assert.equal(page.total, ranks.size);
          roots.push(...page.roots);
          after = page.next;
        } while (after !== undefined);
        assert.deepEqual(new Set(roots), new Set(ranks.keys()));
        assert.equal(roots.length, ranks.size);
        const inOrder = roots.map((id) => ranks.get(id) ?? NaN);
        for (const [index, rank] of inOrder.slice(1).entries()) assert.ok(((inOrder[index] ?? NaN) - rank) * (ascending ? -1 : 1) >= -1e-6, `${inOrder[index]} before ${rank}`);
      });
    }
  }

  it('keep to what was found elsewhere, and to those with errors', (t) => {
    const { context: { columns } } = openWorld(t);
    const all = orderSessions(columns, { limit: 1000 }, WORLD_START).roots;
    const some = all.filter((_, index) => index % 3 === 0);
    assert.deepEqual(orderSessions(columns, { among: some, limit: 1000 }, WORLD_START).roots, some);
    assert.ok(orderSessions(columns, { hasErrors: true, limit: 1000 }, WORLD_START).total < all.length);
  });

  it('begin anew with a cursor that is none', (t) => {
    const { context: { columns } } = openWorld(t);
    assert.deepEqual(orderSessions(columns, { after: 'x_y' }, WORLD_START), orderSessions(columns, {}, WORLD_START));
  });
});

describe('lists of calls', () => {
  for (const which of ['slowest', 'failed', 'denied', 'newest'] as const satisfies CallsQuery['which'][]) {
    it(`give the ${which}, page by page`, (t) => {
      const { store, context } = openWorld(t);
      const spans = readPlainTurns(store).flatMap((turn) => turn.spans).filter(({ kind }) => kind === 'tool');
      const wanted = { slowest: spans.filter(({ outcome, run }) => outcome !== 'denied' && run !== undefined), failed: spans.filter(({ outcome }) => outcome === 'error' || outcome === 'timeout'), denied: spans.filter(({ outcome }) => outcome === 'denied'), newest: spans }[which];
      const ids: string[] = [];
      let last = Infinity;
      let after: string | undefined;
      do {
        const page = answerCalls({ which, limit: 40, ...(after === undefined ? {} : { after }) }, context);
        for (const row of page.items) {
          const rank = which === 'slowest' ? (row.runMillis ?? NaN) : row.startMillis;
          assert.ok(rank <= last);
          last = rank;
          ids.push(row.spanId);
        }
        after = page.next;
      } while (after !== undefined);
      assert.deepEqual(ids.toSorted(), wanted.map(({ spanId }) => spanId).sort());
    });
  }

  it('tell whose call it was and what it was about', (t) => {
    const { context } = openWorld(t);
    const [row] = answerCalls({ which: 'newest', name: 'shell', limit: 1 }, context).items;
    assert.equal(row?.tool, 'shell');
    assert.match(row.sessionId, /^session-\d+$/);
    assert.equal(row.sessionTitle, 'Look');
  });
});

describe('skills', () => {
  it('that were on offer and never loaded are told', (t) => {
    const { store, context } = openWorld(t);
    const session = store.listSessions({ agent: 'codex', limit: 1 })[0]?.sessionId ?? '';
    store.saveSessionConfig('codex', session, ['otter', 'vole'].map((name) => ({ kind: 'skill', name, hash: 'one' })));
    const answer = answerSkills({}, { ...context, columns: createColumns(readingOf(store)).refresh() });
    assert.deepEqual(answer.rows.filter(({ status }) => status === 'never').map(({ name, agents }) => [name, agents]), [['vole', ['codex']]]);
  });
});

describe('order statistics', () => {
  it('are those of a sort', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 400 }), fc.double({ min: 0, max: 1, noNaN: true }), (numbers, share) => {
      const wanted = plainQuantile(numbers, share) ?? NaN;
      assert.ok(Math.abs((toQuantile(Float64Array.from(numbers), share) ?? NaN) - wanted) < 1e-9);
      const { p50, p95, max, count } = toSpread(Float64Array.from(numbers));
      assert.ok(Math.abs((p50 ?? NaN) - (plainQuantile(numbers, 0.5) ?? NaN)) < 1e-9 && Math.abs((p95 ?? NaN) - (plainQuantile(numbers, 0.95) ?? NaN)) < 1e-9);
      assert.deepEqual([max, count], [Math.max(...numbers), numbers.length]);
    }));
    assert.deepEqual(toSpread(new Float64Array(0)), { count: 0 });
  });

  it('of histograms hold every number once', () => {
    assert.deepEqual(toHistogram(Float64Array.of(0, 1, 1, 4, 9, 30), [0, 1, 5, 10]), { borders: [0, 1, 5, 10, 30], counts: [1, 3, 1, 1] });
    assert.deepEqual(toHistogram(Float64Array.of(0, 1), [0, 1, 5, 10]), { borders: [0, 1, 5], counts: [1, 1] });
    assert.deepEqual(toHistogram(new Float64Array(0), [0, 1]), { borders: [], counts: [] });
  });

  it('give pages as a sort would', () => {
    fc.assert(fc.property(fc.array(fc.nat(9), { maxLength: 60 }), fc.integer({ min: 1, max: 9 }), (ranks, limit) => {
      const rows = Uint32Array.from(ranks.keys());
      const sorted = [...rows].sort((a, b) => (ranks[b] ?? 0) - (ranks[a] ?? 0) || b - a);
      const found: number[] = [];
      for (let after: string | undefined, isMore = true; isMore; ) {
        const page = pageOf({ rows, ranks: Float64Array.from(ranks), limit, after });
        found.push(...page.rows);
        after = page.next;
        isMore = after !== undefined;
      }
      assert.deepEqual(found, sorted);
    }));
  });
});

describe('buckets', () => {
  it('are sixty at most, and each moment of the window is in one', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 4_000_000_000 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (length, share) => {
      const { starts, of } = toBuckets(WORLD_START, WORLD_START + length);
      const bucket = of(WORLD_START + length * share);
      assert.ok(starts.length <= 60 && bucket >= 0 && bucket < starts.length);
      assert.equal(of(WORLD_START - 1), -1);
    }));
  });

  it('of days begin at midnight here', () => {
    const { starts, of } = toDays(WORLD_START, WORLD_START + 3 * 86_400_000);
    assert.ok(starts.every((start) => new Date(start).getHours() === 0) && starts.length >= 3);
    assert.equal(of(WORLD_START), 0);
  });
});
