import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createOutbox } from '#spoor/outbox/create-outbox.ts';
import type { Outbox } from '#spoor/outbox/outbox.ts';
import { openMemoryStore } from '#spoor/store/memory.ts';
import { buildSpan, buildTurn, idOf } from '../store/builders.ts';

const NOW = 1_800_000_000_000;

describe('outbox', () => {
  let store: ReturnType<typeof openMemoryStore>;
  let outbox: Outbox;
  beforeEach(() => {
    store = openMemoryStore();
    outbox = createOutbox(store.database);
    store.saveTurn(buildTurn(1), [1, 2, 3, 4, 5].map((number) => buildSpan(number)));
    outbox.addDestination({ name: 'a', fingerprint: 'http://a' }, NOW);
    outbox.addDestination({ name: 'b', fingerprint: 'http://b' }, NOW);
  });

  afterEach(() => store.close());

  const put = (numbers: number[], destination = 'a'): number => outbox.enqueue(numbers.map(idOf), destination, NOW);
  const taken = (destination = 'a', limit = 10, nowMillis = NOW): string[] => outbox.take(destination, limit, nowMillis).map((row) => row.spanId);
  const rowIds = (destination = 'a'): number[] => outbox.take(destination, 100, Number.MAX_SAFE_INTEGER).map((row) => row.id);

  it('gives what was put in, in that order, to each destination by itself', () => {
    assert.equal(put([3, 2, 1]), 3);
    assert.equal(put([4], 'b'), 1);
    assert.deepEqual(taken(), [3, 2, 1].map(idOf));
    assert.deepEqual(taken('a', 2), [3, 2].map(idOf));
    assert.deepEqual(taken('b'), [idOf(4)]);
    assert.deepEqual(taken('nobody'), []);
  });

  it('takes a span once, and passes over one that is not stored', () => {
    assert.equal(put([1, 99, 1]), 1);
    assert.equal(put([1]), 0);
    assert.deepEqual(taken(), [idOf(1)]);
  });

  it('refuses a destination that was never noted', () => {
    assert.throws(() => put([1], 'nobody'), /No destination is called "nobody"/);
  });

  it('never gives again what was sent', () => {
    put([1, 2]);
    outbox.markSent('a', outbox.take('a', 1, NOW), { nowMillis: NOW + 5, rejected: 1 });
    assert.deepEqual(taken(), [idOf(2)]);
    assert.equal(put([1]), 0);
    const status = outbox.readDestination('a');
    assert.equal(status?.sent, 1);
    assert.equal(status?.rejected, 1);
    assert.equal(status?.waiting, 1);
    assert.equal(status?.acceptedAtMillis, NOW + 5);
  });

  it('gives what is to be tried again at its time, in the old order', () => {
    put([1, 2, 3]);
    outbox.markRetry(rowIds().slice(0, 2), { atMillis: NOW + 100.5, error: 'busy' });
    assert.deepEqual(taken(), [idOf(3)]);
    assert.equal(outbox.nextAttemptMillis('a'), 0);
    assert.deepEqual(taken('a', 10, NOW + 101), [1, 2, 3].map(idOf));
    assert.deepEqual(outbox.take('a', 1, NOW + 101).map((row) => row.attempts), [1]);
  });

  it('gives what was refused for good last, and keeps the first time of it', () => {
    put([1, 2, 3]);
    const [first = 0, second = 0] = rowIds();
    outbox.markRetry([second], { atMillis: NOW, error: 'bad', refusedAtMillis: NOW - 20 });
    outbox.markRetry([first], { atMillis: NOW, error: 'bad', refusedAtMillis: NOW - 10 });
    outbox.markRetry([second], { atMillis: NOW, error: 'bad', refusedAtMillis: NOW });
    assert.deepEqual(taken(), [3, 2, 1].map(idOf));
    assert.equal(outbox.take('a', 10, NOW)[1]?.refusedAtMillis, NOW - 20);
  });

  it('keeps what can never succeed, and gives it another chance on request', () => {
    put([1, 2]);
    outbox.markSetAside(rowIds().slice(0, 1), 'attribute too long');
    assert.deepEqual(taken(), [idOf(2)]);
    assert.equal(outbox.readDestination('a')?.setAside, 1);
    assert.equal(outbox.readDestination('a')?.setAsideError, 'attribute too long');
    assert.equal(put([1]), 1);
    assert.equal(outbox.readDestination('a')?.setAside, 0);
    assert.equal(outbox.take('a', 10, NOW).length, 2);
  });

  it('notes a destination once; a new address ends its backoff', () => {
    outbox.saveBackoff('a', { failures: 3, nextAttemptMillis: NOW + 1000, error: 'refused' });
    const same = outbox.addDestination({ name: 'a', fingerprint: 'http://a' }, NOW + 9);
    assert.equal(same.addedAtMillis, NOW);
    assert.deepEqual(same.backoff, { failures: 3, nextAttemptMillis: NOW + 1000, error: 'refused' });
    const moved = outbox.addDestination({ name: 'a', fingerprint: 'http://elsewhere' }, NOW + 9);
    assert.equal(moved.addedAtMillis, NOW);
    assert.equal(moved.backoff, undefined);
    assert.equal(moved.fingerprint, 'http://elsewhere');
  });

  it('tells when the next attempt may be made', () => {
    assert.equal(outbox.nextAttemptMillis('a'), undefined);
    put([1]);
    outbox.saveBackoff('a', { failures: 1, nextAttemptMillis: NOW + 1000, error: 'refused' });
    assert.equal(outbox.nextAttemptMillis('a'), NOW + 1000);
    outbox.saveBackoff('a', undefined);
    outbox.markRetry(rowIds(), { atMillis: NOW + 50, error: 'busy' });
    assert.equal(outbox.nextAttemptMillis('a'), NOW + 50);
  });

  it('forgets the deliveries of a forgotten session', () => {
    put([1, 2]);
    store.forget('kiro', 's1');
    assert.deepEqual(taken(), []);
    assert.equal(outbox.nextAttemptMillis('a'), undefined);
  });

  it('commits with the span, or not at all', () => {
    const failing = (): void =>
      store.transaction(() => {
        store.saveTurn(buildTurn(1), [buildSpan(7)]);
        put([7]);
        throw new Error('stop');
      });
    assert.throws(failing, /stop/);
    assert.deepEqual(taken(), []);
  });

  it('lists every destination with what waits', () => {
    put([1, 2], 'b');
    assert.deepEqual(
      outbox.readDestinations().map(({ name, waiting, oldestWaitingMillis }) => ({ name, waiting, oldestWaitingMillis })),
      [
        { name: 'a', waiting: 0, oldestWaitingMillis: undefined },
        { name: 'b', waiting: 2, oldestWaitingMillis: NOW },
      ],
    );
    assert.equal(outbox.readDestination('nobody'), undefined);
  });
});
