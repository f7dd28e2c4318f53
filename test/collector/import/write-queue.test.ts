/** Families that are written together: one that is refused takes nothing from the others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRoom } from '#spoor/collector/import/room.ts';
import { createWriteQueue } from '#spoor/collector/import/write-family.ts';
import { openStore } from '#spoor/store/sqlite/open-store.ts';

test('what is refused is taken back, and what was written with it is written again', async (t) => {
  const store = openStore(':memory:');
  t.after(() => store.close());
  const queue = createWriteQueue(store, createRoom(1).alone);
  let refusals = 0;
  const save = (sessionId: string) => () => store.saveSession({ agent: 'claude-code', sessionId });
  const refuse = (): boolean => {
    refusals += 1;
    return false;
  };
  const pieceOf = (...steps: (() => unknown)[]) => ({ steps, done: 0, readState: () => '' });
  const written = await Promise.all([queue.write(pieceOf(save('a'), save('b'))), queue.write(pieceOf(save('c'), refuse, save('d'))), queue.write(pieceOf(save('e'))), queue.write(pieceOf())]);
  assert.deepEqual(written, [true, false, true, true]);
  assert.deepEqual(['a', 'b', 'c', 'd', 'e'].filter((id) => store.readSession('claude-code', id)), ['a', 'b', 'e']);
  assert.equal(refusals, 1, 'it is not tried again');
});

test('an error ends all that waits', async (t) => {
  const store = openStore(':memory:');
  t.after(() => store.close());
  const queue = createWriteQueue(store, createRoom(1).alone);
  const fail = (): never => {
    throw new Error('disk full');
  };
  const pieceOf = (step: () => unknown) => ({ steps: [step], done: 0, readState: () => '' });
  const ended = await Promise.allSettled([queue.write(pieceOf(() => true)), queue.write(pieceOf(fail))]);
  assert.deepEqual(ended.map(({ status }) => status), ['rejected', 'rejected']);
});
