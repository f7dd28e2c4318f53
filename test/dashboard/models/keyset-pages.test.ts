import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { countOf, emptyPages, findRow, knownCount, loadedRows, pagesIn, rowAt, toRequest, withAnswer, withoutFar, withRowsInPlace, type KeysetPages, type PageRequest, type Range } from '../../../dashboard/src/models/keyset-pages.ts';

/** A list of numbers in pages of `size`; the key is the place of the first row. */
function answerOf(count: number, size: number, { after }: PageRequest): { items: number[]; next?: string } {
  const start = Number(after ?? 0);
  const items = Array.from({ length: Math.max(0, Math.min(size, count - start)) }, (_, at) => start + at);
  return { items, ...(start + size < count ? { next: String(start + size) } : {}) };
}

function loadAll(list: KeysetPages<number>, wanted: Range, answer: (request: PageRequest) => { items: number[]; next?: string }): KeysetPages<number> {
  let loaded = list;
  for (let request = toRequest(loaded, wanted); request; request = toRequest(loaded, wanted)) loaded = withAnswer(loaded, request, answer(request));
  return loaded;
}

test('loads only what is wanted, page by page', () => {
  const list = loadAll(emptyPages(), { first: 0, last: 25 }, (request) => answerOf(100, 10, request));
  assert.equal(knownCount(list), 30);
  assert.equal(rowAt(list, 25), 25);
  assert.equal(rowAt(list, 30), undefined);
  assert.equal(list.isComplete, false);
  assert.ok(countOf(list) > 30, 'there is more, and the list says so');
});

test('knows its length once the last page is there', () => {
  const list = loadAll(emptyPages(), { first: 0, last: 1_000_000 }, (request) => answerOf(95, 10, request));
  assert.equal(list.isComplete, true);
  assert.equal(countOf(list), 95);
  assert.equal(toRequest(list, { first: 0, last: 200 }), undefined);
});

test('a total that is told is the length of the list until the end was seen', () => {
  const list = withAnswer(emptyPages<number>(), { page: 0 }, { ...answerOf(95, 10, { page: 0 }), total: 95 });
  assert.equal(countOf(list), 95);
});

test('an empty list has no row and no request left', () => {
  const list = withAnswer(emptyPages<number>(), { page: 0 }, { items: [] });
  assert.equal(countOf(list), 0);
  assert.equal(toRequest(list, { first: 0, last: 0 }), undefined);
});

test('a page without rows that is not the last leads to the next', () => {
  const list = loadAll(emptyPages(), { first: 0, last: 3 }, ({ after }) => (after === undefined ? { items: [], next: 'a' } : { items: [7, 8] }));
  assert.deepEqual(loadedRows(list), [7, 8]);
  assert.equal(rowAt(list, 0), 7);
});

test('forgets rows far from view, keeps their place, and asks for them again with their own key', () => {
  const whole = loadAll(emptyPages(), { first: 0, last: 1_000_000 }, (request) => answerOf(400, 10, request));
  const list = withoutFar(whole, { first: 200, last: 210 });
  assert.equal(countOf(list), 400);
  assert.equal(rowAt(list, 100), undefined);
  assert.equal(rowAt(list, 5), 5, 'the first page stays');
  assert.equal(rowAt(list, 205), 205);
  assert.deepEqual(toRequest(list, { first: 100, last: 105 }), { page: 10, after: '100' });
  assert.equal(rowAt(loadAll(list, { first: 100, last: 105 }, (request) => answerOf(400, 10, request)), 103), 103);
});

test('rows change in place, those that are not loaded are left alone', () => {
  const list = withAnswer(emptyPages<{ id: string; n: number }>(), { page: 0 }, { items: [{ id: 'a', n: 1 }, { id: 'b', n: 1 }] });
  const changed = withRowsInPlace(list, [{ id: 'b', n: 2 }, { id: 'c', n: 2 }], ({ id }) => id);
  assert.deepEqual(loadedRows(changed), [{ id: 'a', n: 1 }, { id: 'b', n: 2 }]);
  assert.equal(findRow(changed, ({ id }) => id === 'b'), 1);
  assert.equal(findRow(changed, ({ id }) => id === 'c'), -1);
});

test('tells the pages in view', () => {
  const list = loadAll(emptyPages(), { first: 0, last: 60 }, (request) => answerOf(100, 10, request));
  assert.deepEqual(pagesIn(list, { first: 15, last: 31 }), [1, 2, 3]);
});

test('wherever one scrolls, each row is there once and in its place', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 40 }), fc.array(fc.nat(400), { maxLength: 12 }), (count, size, stops) => {
      let list: KeysetPages<number> = emptyPages();
      for (const first of stops) {
        const wanted = { first, last: first + 20 };
        list = withoutFar(loadAll(list, wanted, (request) => answerOf(count, size, request)), wanted);
        for (let index = first; index <= Math.min(wanted.last, count - 1); index++) assert.equal(rowAt(list, index), index);
      }
    }),
  );
});
