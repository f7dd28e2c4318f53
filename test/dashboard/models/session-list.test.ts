import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SessionRow, SessionsAnswer } from '#spoor/query/api/sessions.ts';
import { createSessionList, type SessionList } from '../../../dashboard/src/api/session-list.ts';
import { loadedRows, rowAt } from '../../../dashboard/src/models/keyset-pages.ts';
import { toSampleRow } from '../samples/sessions.ts';

/** A store of which the newest sessions come first. */
function createStore(count: number): { rows: SessionRow[]; asked: (string | undefined)[]; ask: (page: { limit: number; after?: string }) => Promise<SessionsAnswer> } {
  const rows = Array.from({ length: count }, (_, index) => toSampleRow(index, 1e12));
  const asked: (string | undefined)[] = [];
  return {
    rows,
    asked,
    ask: ({ limit, after }) => {
      asked.push(after);
      const start = after === undefined ? 0 : rows.findIndex(({ sessionId }) => sessionId === after) + 1;
      const items = rows.slice(start, start + limit);
      const last = items.at(-1);
      return Promise.resolve({ items, ...(last && start + limit < rows.length ? { next: last.sessionId } : {}), longestActiveMillis: 1000, queryMillis: 1 });
    },
  };
}

async function settle(list: SessionList, isDone: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!isDone()) {
    assert.ok(Date.now() < deadline, 'the list did not get there');
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(list.getState().error, undefined);
}

const idAt = (list: SessionList, index: number): string | undefined => rowAt(list.getState().pages, index)?.sessionId;

test('asks for the first page, and for the next when it comes into view', async () => {
  const store = createStore(1000);
  const list = createSessionList(store.ask);
  list.show({ first: 0, last: 40 });
  await settle(list, () => list.getState().isReady);
  assert.deepEqual(store.asked, [undefined]);
  list.show({ first: 190, last: 230 });
  await settle(list, () => idAt(list, 230) !== undefined);
  assert.deepEqual(store.asked, [undefined, 'session-199']);
});

test('goes to the end of 20,000 and keeps few rows', async () => {
  const store = createStore(20_000);
  const list = createSessionList(store.ask);
  list.show({ first: 0, last: 40 });
  await settle(list, () => list.getState().isReady);
  assert.equal(await list.walkToEnd(), 19_999);
  assert.equal(idAt(list, 19_999), 'session-19999');
  assert.ok(loadedRows(list.getState().pages).length <= 10 * 500);
  list.show({ first: 10_000, last: 10_040 });
  await settle(list, () => idAt(list, 10_000) === 'session-10000');
});

test('the way to the end can be called off', async () => {
  const store = createStore(20_000);
  const list = createSessionList(store.ask);
  list.show({ first: 0, last: 40 });
  await settle(list, () => list.getState().isReady);
  const end = list.walkToEnd();
  list.stopWalking();
  assert.equal(await end, undefined);
  assert.ok(store.asked.length < 10);
});

test('at the top new sessions come in at once', async () => {
  const store = createStore(500);
  const list = createSessionList(store.ask);
  list.show({ first: 0, last: 40 });
  await settle(list, () => list.getState().isReady);
  store.rows.unshift({ ...toSampleRow(0, 1e12), sessionId: 'fresh' });
  await list.refresh(true);
  assert.equal(idAt(list, 0), 'fresh');
  assert.equal(list.getState().fresh, 0);
});

test('further down new ones are counted and nothing moves; what is in view changes in place', async () => {
  const store = createStore(1000);
  const list = createSessionList(store.ask);
  list.show({ first: 300, last: 340 });
  await settle(list, () => idAt(list, 300) !== undefined);
  const row = store.rows[310];
  assert.ok(row);
  store.rows[310] = { ...row, errors: 77 };
  store.rows.unshift({ ...toSampleRow(0, 1e12), sessionId: 'fresh-1' }, { ...toSampleRow(0, 1e12), sessionId: 'fresh-2' });
  await list.refresh(false);
  assert.equal(list.getState().fresh, 2);
  assert.equal(idAt(list, 310), 'session-310');
  assert.equal(rowAt(list.getState().pages, 310)?.errors, 77);
  await list.restart();
  assert.equal(list.getState().fresh, 0);
  assert.equal(idAt(list, 0), 'fresh-1');
});

test('what cannot be read is an error that a new beginning takes away', async () => {
  const store = createStore(10);
  let isDown = true;
  const list = createSessionList((page) => (isDown ? Promise.reject(new Error('spoor does not answer.')) : store.ask(page)));
  list.show({ first: 0, last: 10 });
  const deadline = Date.now() + 5000;
  while (list.getState().error === undefined && Date.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
  assert.match(String(list.getState().error), /does not answer/);
  isDown = false;
  await list.restart();
  assert.equal(list.getState().error, undefined);
  assert.equal(idAt(list, 0), 'session-0');
});
