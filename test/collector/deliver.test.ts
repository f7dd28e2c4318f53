import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DeliveryOptions } from '#spoor/collector/delivery/delivery-options.ts';
import { findDialect as findRealDialect } from '#spoor/semconv/index.ts';
import { buildSpan, buildTurn, idOf } from '../store/builders.ts';
import { busy, createStages, destinationOf, NOW, range, refuseThose, success } from './delivery-stage.ts';
import { toContentPolicy } from '#spoor/semconv/content.ts';

const open = createStages();
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
    const stage = open([destinationOf('a', { serviceName: 'mine', project: 'p', sharing: { content: toContentPolicy('full') } }), destinationOf('b')]);
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

  it('asks nobody about what the dialect has no span for', async () => {
    const stage = open([destinationOf('a', { dialect: 'cloudwatch' })]);
    const spans = [buildSpan(1, { kind: 'chat' }), buildSpan(2, { kind: 'chat' })];
    stage.store.saveTurn(buildTurn(1), spans);
    stage.delivery.enqueue(spans, NOW);
    assert.deepEqual(await stage.flush(), [{ destination: 'a', end: 'drained', sent: 0, waiting: 0 }]);
    assert.deepEqual(stage.requests, []);
    // In a batch that is refused the one that is alone with it is at fault.
    stage.backends.answer('a', refuseThose(3));
    const more = [buildSpan(3), buildSpan(4, { kind: 'chat' }), buildSpan(5)].map((span) => ({ ...span, turnIndex: 1 }));
    stage.store.saveTurn(buildTurn(3, { turnIndex: 1 }), more);
    stage.delivery.enqueue(more, NOW);
    await stage.flush();
    assert.deepEqual([stage.status().setAside, stage.status().waiting, stage.status().sent, stage.backends.taken()], [1, 0, 1, ids(5)]);
  });

  it('sends no more than 512 spans at once', async () => {
    const stage = open();
    stage.put(...range(1, 1100));
    await stage.flush();
    assert.deepEqual(stage.requests.map(({ spanIds }) => spanIds.length), [512, 512, 76]);
    assert.deepEqual(stage.backends.taken(), ids(...range(1, 1100)));
  });

  it('sends no more than 4 MB at once, but a larger span alone', async () => {
    const stage = open([destinationOf('a', { sharing: { content: toContentPolicy('full') } })]);
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

  it('sets aside a span that cannot be rendered, and sends the others', async () => {
    const findDialect: DeliveryOptions['findDialect'] = (name) => {
      const dialect = findRealDialect(name);
      if (!dialect) return undefined;
      const toSpans: typeof dialect.toSpans = (span, context) => {
        if (span.spanId === idOf(2)) throw new TypeError('unexpected');
        return dialect.toSpans(span, context);
      };
      return { ...dialect, toSpans };
    };
    const stage = open(undefined, { findDialect });
    stage.put(1, 2, 3);
    assert.equal((await stage.flush())[0]?.end, 'drained');
    assert.deepEqual(stage.backends.taken(), ids(1, 3));
    assert.equal(stage.status().setAside, 1);
  });

  it('sets aside a span whose row is broken', async () => {
    const stage = open();
    const { readSpan } = stage.store;
    stage.store.readSpan = (spanId) => (spanId === idOf(1) ? (JSON.parse('{') as undefined) : readSpan(spanId));
    stage.store.readSpanRows = () => JSON.parse('{') as [];
    stage.put(1, 2);
    assert.equal((await stage.flush())[0]?.end, 'drained');
    assert.deepEqual(stage.backends.taken(), ids(2));
    assert.equal(stage.status().setAsideError, 'its row in the store cannot be read');
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
