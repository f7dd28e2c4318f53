/** Who is at fault when a batch is refused for good. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildSpan, buildTurn, idOf } from '../store/builders.ts';
import { busy, createStages, destinationOf, range, refused, refuseThose, success } from './delivery-stage.ts';

const open = createStages();
const ids = (...numbers: number[]): string[] => numbers.map(idOf);

describe('a batch refused for good', () => {
  it('sets aside the one span at fault and delivers the others', async () => {
    for (const poison of [1, 40, 100]) {
      const stage = open();
      stage.backends.answer('a', refuseThose(poison));
      stage.put(...range(1, 100));
      assert.deepEqual(await stage.flush(), [{ destination: 'a', end: 'drained', sent: 99, waiting: 0 }]);
      assert.deepEqual(stage.backends.taken(), ids(...range(1, 100).filter((number) => number !== poison)));
      assert.equal(stage.status().setAside, 1);
      assert.equal(stage.status().setAsideError, 'answered 400');
      assert.deepEqual(stage.events.find((event) => event.type === 'set-aside'), { type: 'set-aside', destination: 'a', spanIds: ids(poison), error: 'answered 400' });
      assert.equal(stage.store.readProblems()[0]?.code, 'span-set-aside');
    }
  });

  it('sets aside a span at fault that is alone', async () => {
    const stage = open();
    stage.backends.answer('a', refuseThose(1));
    stage.put(1);
    assert.equal((await stage.flush())[0]?.end, 'drained');
    assert.equal(stage.status().setAside, 1);
  });

  it('finds many at fault among others', async () => {
    const stage = open();
    const poison = range(1, 200).filter((number) => number % 7 === 0 || (number > 20 && number < 40));
    stage.backends.answer('a', refuseThose(...poison));
    stage.put(...range(1, 200));
    await stage.flush();
    assert.equal(stage.status().setAside, poison.length);
    assert.equal(stage.backends.taken().length, 200 - poison.length);
  });

  it('believes no destination that refuses everything: it waits and loses nothing', async () => {
    const stage = open();
    stage.backends.answer('a', () => refused);
    stage.put(...range(1, 600));
    assert.equal((await stage.flush())[0]?.end, 'waiting');
    assert.equal(stage.requests.length, 2, 'the batch, and an empty request to see whether it is the batch');
    assert.equal(stage.status().setAside, 0);
    stage.backends.answer('a', () => success);
    await stage.flush(true);
    assert.deepEqual(stage.backends.taken().sort(), ids(...range(1, 600)).sort());
    assert.equal(stage.status().setAside, 0);
  });

  it('learns nothing of a destination from spans that its dialect has nothing for', async () => {
    const stage = open([destinationOf('a', { dialect: 'cloudwatch' })]);
    stage.backends.answer('a', () => refused);
    stage.put(1);
    await stage.flush();
    const before = stage.status();
    const chat = buildSpan(2, { kind: 'chat', values: {} });
    stage.store.saveTurn(buildTurn(2), [chat]);
    stage.delivery.enqueue([chat], stage.clock.now);
    for (let round = 0; round < 3; round += 1) {
      await stage.flush(true);
      await stage.restart();
      stage.clock.now += 3_600_000;
    }
    const { waiting, setAside, sent, acceptedAtMillis, backoff } = stage.status();
    assert.deepEqual([waiting, setAside, sent, acceptedAtMillis], [1, 0, 0, undefined]);
    assert.ok((backoff?.failures ?? 0) > (before.backoff?.failures ?? 0));
  });

  it('believes none either that takes only empty requests', async () => {
    const stage = open();
    stage.backends.answer('a', (spanIds) => (spanIds.length > 0 ? refused : success));
    stage.put(...range(1, 100));
    assert.equal((await stage.flush())[0]?.end, 'waiting');
    assert.equal(stage.status().setAside, 0);
    stage.backends.answer('a', () => success);
    await stage.flush(true);
    assert.equal(stage.backends.taken().length, 100);
  });

  it('does not blame a span when everything began to be refused meanwhile', async () => {
    const stage = open();
    let left = 3;
    stage.backends.answer('a', (spanIds) => ((left -= 1) < 0 || spanIds.includes(idOf(1)) ? refused : success));
    stage.put(1, 2);
    assert.equal((await stage.flush())[0]?.end, 'waiting');
    assert.equal(stage.status().setAside, 0);
    stage.backends.answer('a', refuseThose(1));
    await stage.flush(true);
    assert.equal(stage.status().setAside, 1);
    assert.deepEqual(stage.backends.taken(), ids(2));
  });

  it('gets by with a destination that refuses empty requests', async () => {
    const stage = open();
    const poison = refuseThose(1);
    stage.backends.answer('a', (spanIds, batch) => (spanIds.length === 0 ? refused : poison(spanIds, batch)));
    stage.put(1, 2);
    await stage.flush(true);
    assert.equal(stage.status().waiting, 2);
    stage.put(3);
    stage.clock.now += 1000;
    await stage.flush(true);
    assert.deepEqual(stage.backends.taken(), ids(3, 2), 'what was refused holds nobody up, and is believed once others were taken');
    assert.equal(stage.status().setAside, 1);
  });

  it('stops searching when the destination becomes busy', async () => {
    const stage = open();
    stage.backends.answer('a', (spanIds) => (spanIds.length === 0 ? success : spanIds.length === 4 ? refused : busy));
    stage.put(1, 2, 3, 4);
    assert.equal((await stage.flush())[0]?.end, 'waiting');
    assert.equal(stage.status().waiting, 4);
    assert.equal(stage.status().setAside, 0);
  });

  it('halves what is too large, and remembers the size', async () => {
    const stage = open();
    stage.backends.answer('a', (spanIds) => (spanIds.length > 100 ? { status: 'failure', message: 'answered 413', tooLarge: true } : success));
    stage.put(...range(1, 512));
    assert.deepEqual((await stage.flush())[0], { destination: 'a', end: 'drained', sent: 512, waiting: 0 });
    assert.deepEqual(stage.backends.taken(), ids(...range(1, 512)), 'and keeps the order');
    const before = stage.requests.length;
    stage.put(...range(601, 1112));
    await stage.flush();
    assert.ok(stage.requests.slice(before).every(({ spanIds }) => spanIds.length <= 100), 'no second attempt with too much');
    assert.equal(stage.status().setAside, 0);
  });
});
