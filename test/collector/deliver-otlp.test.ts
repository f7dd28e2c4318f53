/** Delivery over real HTTP to a backend that fails in every way there is, beside one that is well. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { createDelivery } from '#spoor/collector/deliver.ts';
import type { Delivery } from '#spoor/collector/deliver.ts';
import type { DeliveryClock } from '#spoor/collector/delivery/delivery-options.ts';
import { createExporter } from '#spoor/exporters/index.ts';
import { createOutbox } from '#spoor/outbox/create-outbox.ts';
import type { DestinationStatus, Outbox } from '#spoor/outbox/outbox.ts';
import { findDialect } from '#spoor/semconv/index.ts';
import { openMemoryStore } from '#spoor/store/memory.ts';
import type { Store } from '#spoor/store/store.ts';
import { buildSpan, buildTurn, idOf } from '../store/builders.ts';
import { startOtlpBackend } from '../support/otlp-backend.ts';
import type { BackendMode, OtlpBackend } from '../support/otlp-backend.ts';
import { destinationOf, range } from './delivery-stage.ts';

/** Waits of seconds and minutes pass in milliseconds: fifty times as fast as the wall. */
const SPEED = 50;
/** Real milliseconds, for backends that never answer. */
const TIMEOUT_MILLIS = 300;

function startFastClock(): DeliveryClock {
  const start = Date.now();
  return {
    nowMillis: () => start + (Date.now() - start) * SPEED,
    setTimer: (delayMillis, callback) => {
      const timer = setTimeout(callback, delayMillis / SPEED);
      return () => clearTimeout(timer);
    },
  };
}

interface Scene {
  sick: OtlpBackend;
  well: OtlpBackend;
  store: Store;
  outbox: Outbox;
  delivery: Delivery;
  put(numbers: number[]): void;
  status(name: 'sick' | 'well'): DestinationStatus;
}

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function openScene(mode: BackendMode): Promise<Scene> {
  const [sick, well] = await Promise.all([startOtlpBackend(), startOtlpBackend()]);
  const store = openMemoryStore();
  cleanups.push(() => store.close(), () => sick.stop(), () => well.stop());
  await sick.become(mode);
  const outbox = createOutbox(store.database);
  const clock = startFastClock();
  const delivery = createDelivery({
    store,
    outbox,
    destinations: [
      destinationOf('sick', { url: sick.url, timeoutMillis: TIMEOUT_MILLIS, compression: 'gzip' }),
      destinationOf('well', { url: well.url, protocol: 'http/json' }),
    ],
    createExporter,
    findDialect,
    clock,
    random: Math.random,
  });
  cleanups.push(() => delivery.stop());
  delivery.start();
  const put = (numbers: number[]): void => {
    store.transaction(() => {
      const spans = numbers.map((number) => buildSpan(number));
      store.saveTurn(buildTurn(numbers[0] ?? 0), spans);
      delivery.enqueue(spans, clock.nowMillis());
    });
  };
  const status = (name: string): DestinationStatus => outbox.readDestination(name) ?? assert.fail(name);
  return { sick, well, store, outbox, delivery, put, status };
}

/** Puts in five times two spans; each pair has reached the healthy backend before the next is put in. Nothing is healed meanwhile. */
async function playWhileSick(scene: Scene): Promise<string[]> {
  for (const pair of range(0, 4)) {
    scene.put([pair * 2 + 1, pair * 2 + 2]);
    await scene.well.waitUntil(() => scene.well.spansById().size === pair * 2 + 2);
  }
  await scene.sick.waitUntil(() => scene.status('sick').backoff !== undefined || scene.status('sick').rejected > 0);
  return range(1, 10).map(idOf);
}

const modes: [name: string, mode: BackendMode][] = [
  ['refuses connections', { type: 'refuse' }],
  ['hangs', { type: 'hang' }],
  ['answers 400', { type: 'status', status: 400 }],
  ['answers 401', { type: 'status', status: 401 }],
  ['answers 404', { type: 'status', status: 404 }],
  ['answers 413', { type: 'status', status: 413 }],
  ['answers 429 with Retry-After', { type: 'status', status: 429, headers: { 'retry-after': '2' } }],
  ['answers 500', { type: 'status', status: 500 }],
  ['drips', { type: 'drip' }],
  ['cuts connections', { type: 'reset' }],
];

describe('delivery over HTTP', () => {
  for (const [name, mode] of modes) {
    it(`loses nothing and delays nobody while a backend ${name}`, async () => {
      const scene = await openScene(mode);
      const expected = await playWhileSick(scene);
      assert.equal(scene.sick.spans().length, 0);
      assert.equal(scene.status('sick').waiting, 10);
      assert.equal(scene.status('sick').setAside, 0);
      assert.notEqual(scene.status('sick').backoff?.error, '');
      await scene.sick.heal();
      await scene.sick.waitUntil(() => scene.sick.spansById().size === 10);
      await scene.sick.waitUntil(() => scene.status('sick').waiting === 0);
      assert.deepEqual([...scene.sick.spansById().keys()].sort(), expected);
      assert.equal(scene.status('sick').sent, 10);
      assert.equal(scene.status('sick').backoff, undefined);
      assert.equal(scene.well.spans().length, 10, 'and nothing twice to the healthy one');
      assert.deepEqual([scene.sick.problems, scene.well.problems], [[], []]);
    });
  }

  it('sends nothing again after a partial success, and reports it', async () => {
    const scene = await openScene({ type: 'partial', rejectedSpans: 1, message: 'too old' });
    await playWhileSick(scene);
    await scene.sick.waitUntil(() => scene.status('sick').waiting === 0);
    const { sent, rejected } = scene.status('sick');
    assert.equal(sent, 10);
    assert.equal(scene.sick.spans().length, 10 - rejected);
    assert.match(scene.store.readProblems()[0]?.detail ?? '', /^sick: .*refused 1 spans/);
    await scene.sick.heal();
    scene.put([11]);
    await scene.sick.waitUntil(() => scene.sick.spansById().has(idOf(11)));
    assert.equal(scene.sick.spans().length, 11 - rejected);
  });

  it('halves what a backend finds too large', async () => {
    const scene = await openScene({ type: 'limit', maxSpans: 3 });
    scene.put(range(1, 50));
    await scene.sick.waitUntil(() => scene.status('sick').waiting === 0);
    assert.equal(scene.sick.spans().length, 50);
    assert.equal(scene.status('sick').setAside, 0);
  });

  it('stops in the middle of a request and sends it again later', async () => {
    const scene = await openScene({ type: 'hang' });
    scene.put([1]);
    await scene.sick.waitUntil(() => scene.sick.requests.length > 0);
    await scene.delivery.stop();
    assert.equal(scene.status('sick').waiting, 1);
    await scene.sick.heal();
    const again = createDelivery({
      store: scene.store,
      outbox: scene.outbox,
      destinations: [destinationOf('sick', { url: scene.sick.url })],
      createExporter,
      findDialect,
      clock: startFastClock(),
      random: Math.random,
    });
    const [report] = await again.flush({ deadlineMillis: Date.now() + 600_000 });
    await again.stop();
    assert.equal(report?.end, 'drained');
    assert.deepEqual(scene.sick.spans().map((span) => span.spanId), [idOf(1)]);
  });
});
