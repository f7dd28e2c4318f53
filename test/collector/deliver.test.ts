import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { buildSpan, buildTurn, idOf } from '../store/builders.ts';
import { busy, destinationOf, NOW, openStage, range, success } from './delivery-stage.ts';
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

describe('delivery', () => {
  it('sends what was put in, in that order, once', async () => {
    const stage = open();
    stage.put(3, 1, 2);
    assert.deepEqual(await stage.flush(), [{ destination: 'a', end: 'drained', sent: 3, waiting: 0 }]);
    assert.deepEqual(await stage.flush(), [{ destination: 'a', end: 'drained', sent: 0, waiting: 0 }]);
    assert.deepEqual(stage.backends.taken(), ids(3, 1, 2));
    assert.equal(stage.status().sent, 3);
  });

  it('renders with the session, the name and the content level of the destination', async () => {
    const stage = open([destinationOf('a', { serviceName: 'mine', project: 'p', content: 'full' }), destinationOf('b')]);
    stage.store.saveSession({ agent: 'kiro', sessionId: 'child', parent: { sessionId: 's1', relation: 'subagent' } });
    const span = buildSpan(1, { sessionId: 'child', content: { toolResult: 'the result' } });
    stage.store.saveTurn(buildTurn(1, { sessionId: 'child' }), [span]);
    stage.delivery.enqueue([span], NOW);
    await stage.flush();
    const [one, other] = ['a', 'b'].map((name) => stage.requests.find(({ destination }) => destination === name)?.batch.resourceSpans[0]);
    assert.equal(one?.resource['service.name'], 'mine');
    assert.equal(other?.resource['service.name'], 'kiro');
    assert.equal(one?.spans[0]?.attributes['gen_ai.conversation.id'], 'child');
    assert.equal(one?.spans[0]?.attributes['session.id'], 's1');
    assert.match(JSON.stringify(one?.spans[0]?.attributes, bigintAsText), /the result/);
    assert.doesNotMatch(JSON.stringify(other?.spans[0]?.attributes, bigintAsText), /the result/);
  });

  it('sends no more than 512 spans at once', async () => {
    const stage = open();
    stage.put(...range(1, 1100));
    await stage.flush();
    assert.deepEqual(stage.requests.map(({ spanIds }) => spanIds.length), [512, 512, 76]);
    assert.deepEqual(stage.backends.taken(), ids(...range(1, 1100)));
  });

  it('sends no more than 4 MB at once, but a larger span alone', async () => {
    const stage = open([destinationOf('a', { content: 'full' })]);
    const spans = [1, 2, 3, 4].map((number) => buildSpan(number, { content: { toolResult: 'x'.repeat(number === 4 ? 5_000_000 : 1_500_000) } }));
    stage.store.saveTurn(buildTurn(1), spans);
    stage.delivery.enqueue(spans, NOW);
    await stage.flush();
    assert.deepEqual(stage.requests.map(({ spanIds }) => spanIds), [ids(1, 2), ids(3), ids(4)]);
  });

  it('does not deliver by itself what ended before the destination was there', async () => {
    const stage = open();
    stage.store.saveTurn(buildTurn(1), [buildSpan(1)]);
    stage.delivery.enqueue([buildSpan(1)], NOW - 1);
    assert.equal(stage.status().waiting, 0);
    stage.delivery.enqueue([buildSpan(1)], NOW);
    assert.equal(stage.status().waiting, 1);
  });

  it('keeps what is for a destination that cannot be opened, and reports it', async () => {
    const createExporter = (): never => {
      throw new Error('The destination a has no URL.');
    };
    const stage = open(undefined, { createExporter });
    stage.put(1);
    assert.deepEqual(await stage.flush(), []);
    assert.equal(stage.status().waiting, 1);
    assert.deepEqual(stage.store.readProblems(), [{ agent: 'spoor', code: 'bad-destination', detail: 'The destination a has no URL.', count: 1 }]);
  });
});

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

describe('flush', () => {
  it('leaves a destination alone that waits, unless a person asks', async () => {
    const stage = open();
    stage.backends.answer('a', () => busy);
    stage.put(1);
    assert.deepEqual(await stage.flush(), [{ destination: 'a', end: 'waiting', sent: 0, waiting: 1 }]);
    stage.backends.answer('a', () => success);
    assert.equal((await stage.flush())[0]?.end, 'waiting');
    assert.equal(stage.requests.length, 1);
    assert.deepEqual(await stage.flush(true), [{ destination: 'a', end: 'drained', sent: 1, waiting: 0 }]);
  });

  it('returns at its deadline while a destination hangs', async () => {
    const stage = open([destinationOf('hung'), destinationOf('well')]);
    stage.backends.answer('hung', () => new Promise(() => {}));
    stage.put(1);
    const flush = stage.flush();
    await stage.pass(0);
    await stage.pass(10_000);
    assert.deepEqual(await flush, [
      { destination: 'hung', end: 'late', sent: 0, waiting: 1 },
      { destination: 'well', end: 'drained', sent: 1, waiting: 0 },
    ]);
  });

  it('waits for the pass that runs, and takes what came since', async () => {
    const stage = open();
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    stage.backends.answer('a', async () => {
      await held;
      return success;
    });
    stage.put(1);
    const first = stage.flush();
    stage.put(2);
    const second = stage.flush();
    release();
    await Promise.all([first, second]);
    assert.deepEqual(stage.requests.map(({ spanIds }) => spanIds), [ids(1), ids(2)]);
  });
});

describe('stop', () => {
  it('cuts a request that is under way and marks nothing; it is sent again', async () => {
    const stage = open();
    stage.backends.answer('a', () => new Promise(() => {}));
    stage.put(1, 2);
    const flush = stage.flush();
    await stage.pass(0);
    const before = stage.status();
    await stage.delivery.stop();
    assert.equal((await flush)[0]?.end, 'stopped');
    assert.deepEqual(stage.status(), before);
    stage.backends.answer('a', () => success);
    await stage.restart();
    await stage.flush();
    assert.deepEqual(stage.backends.taken(), ids(1, 2));
  });

  it('does nothing afterwards', async () => {
    const stage = open();
    stage.delivery.start();
    await stage.delivery.stop();
    await stage.delivery.stop();
    stage.put(1);
    await stage.pass(1000);
    assert.equal(stage.requests.length, 0);
    assert.equal((await stage.flush())[0]?.end, 'stopped');
  });
});

describe('partial success', () => {
  it('sends nothing again and reports how many were refused', async () => {
    const stage = open();
    stage.backends.answer('a', () => ({ status: 'success', rejectedSpans: 2, message: 'a.test refused 2 spans for good: "too old".' }));
    stage.put(1, 2, 3);
    await stage.flush();
    assert.deepEqual({ ...stage.status(), fingerprint: '' }, { ...stage.status(), fingerprint: '', sent: 3, rejected: 2, waiting: 0 });
    const [problem] = stage.store.readProblems();
    assert.equal(problem?.code, 'spans-rejected');
    assert.match(problem?.detail ?? '', /^a: a\.test refused 2 spans/);
  });

  it('reports a warning', async () => {
    const stage = open();
    stage.backends.answer('a', () => ({ status: 'success', message: 'use the new address' }));
    stage.put(1);
    await stage.flush();
    assert.equal(stage.store.readProblems()[0]?.code, 'delivery-warning');
    assert.equal(stage.status().rejected, 0);
  });
});

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
