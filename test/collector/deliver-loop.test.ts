/** A destination’s loop: when it tries, how long it waits, and that no loop waits for another. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { idOf } from '../store/builders.ts';
import { busy, destinationOf, openStage, range, success } from './delivery-stage.ts';
import type { Stage } from './delivery-stage.ts';

const stages: Stage[] = [];
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.close();
});

/** A stage that is closed after the test. */
function open(...args: Parameters<typeof openStage>): Stage {
  const stage = openStage(...args);
  stages.push(stage);
  return stage;
}

const ids = (...numbers: number[]): string[] => numbers.map(idOf);

describe('delivery by itself', () => {
  it('sends when something is put in, and waits longer after each failure, at most five minutes', async () => {
    const stage = open();
    stage.backends.answer('a', () => busy);
    stage.delivery.start();
    stage.put(1);
    assert.equal(stage.requests.length, 0, 'not inside the transaction');
    const waits: number[] = [];
    for (let attempt = 0; attempt < 12; attempt += 1) {
      await stage.pass(waits.at(-1) ?? 0);
      assert.equal(stage.requests.length, attempt + 1);
      waits.push((stage.status().backoff?.nextAttemptMillis ?? 0) - stage.clock.now);
      await stage.pass(-1);
      stage.clock.now += 1;
    }
    assert.deepEqual(waits, [750, 1500, 3000, 6000, 12_000, 24_000, 48_000, 96_000, 192_000, 225_000, 225_000, 225_000]);
    stage.backends.answer('a', () => success);
    await stage.pass(225_000);
    assert.deepEqual(stage.backends.taken(), ids(1));
    assert.equal(stage.status().backoff, undefined);
  });

  it('waits as long as the backend asks', async () => {
    const stage = open();
    stage.backends.answer('a', () => ({ ...busy, retryAfterMillis: 60_000 }) as typeof busy);
    stage.delivery.start();
    stage.put(1);
    await stage.pass(0);
    stage.put(2);
    await stage.pass(59_999);
    assert.equal(stage.requests.length, 1);
    await stage.pass(1);
    assert.deepEqual(stage.requests[1]?.spanIds, ids(1, 2));
  });

  it('tries with smaller batches after failures, and with larger ones again after successes', async () => {
    const stage = open();
    // A line that carries 60 spans within the timeout.
    stage.backends.answer('a', (spanIds) => (spanIds.length > 60 ? busy : success));
    stage.put(...range(1, 600));
    stage.delivery.start();
    for (let attempt = 0; attempt < 200 && stage.status().waiting > 0; attempt += 1) await stage.pass(300_000);
    assert.deepEqual(stage.requests.slice(0, 6).map(({ spanIds }) => spanIds.length), [512, 256, 128, 64, 32, 64]);
    assert.deepEqual(stage.backends.taken(), ids(...range(1, 600)));
  });

  it('remembers its wait through a restart', async () => {
    const stage = open();
    stage.backends.answer('a', () => busy);
    stage.put(1);
    await stage.flush();
    await stage.restart();
    stage.backends.answer('a', () => success);
    stage.delivery.start();
    await stage.pass(749);
    assert.equal(stage.backends.taken().length, 0);
    await stage.pass(1);
    assert.deepEqual(stage.backends.taken(), ids(1));
  });

  it('does not wait for a time that a wrong clock wrote', async () => {
    const stage = open();
    stage.backends.answer('a', () => busy);
    stage.put(1);
    await stage.flush();
    stage.clock.now -= 86_400_000;
    stage.backends.answer('a', () => success);
    stage.delivery.start();
    await stage.pass(0);
    assert.deepEqual(stage.backends.taken(), ids(1));
  });

  it('does not let a hung or a failing destination delay another', async () => {
    const stage = open([destinationOf('hung'), destinationOf('down'), destinationOf('well')]);
    stage.backends.answer('hung', () => new Promise(() => {}));
    stage.backends.answer('down', () => busy);
    stage.delivery.start();
    for (const number of range(1, 5)) {
      stage.put(number);
      await stage.pass(0);
    }
    assert.deepEqual(stage.backends.taken('well'), ids(1, 2, 3, 4, 5));
    assert.equal(stage.requests.filter(({ destination }) => destination === 'hung').length, 1);
    assert.equal(stage.status('hung').waiting, 5);
    assert.equal(stage.status('down').waiting, 5);
    assert.equal(stage.delivery.isBusy(), true);
  });

  it('goes on after something of ours failed', async () => {
    const stage = open();
    const { take } = stage.outbox;
    stage.outbox.take = () => {
      throw new Error('disk I/O error');
    };
    stage.delivery.start();
    stage.put(1);
    await stage.pass(0);
    assert.equal(stage.events[0]?.type, 'failed');
    stage.outbox.take = take;
    await stage.pass(60_000);
    assert.deepEqual(stage.backends.taken(), ids(1));
  });
});
