/** Queues with limits, and samples: what does not go in, what comes in later, and that nobody else notices. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isSampled } from '#spoor/collector/delivery/sampling.ts';
import { buildSpan, buildTurn, idOf, traceOf } from '../store/builders.ts';
import { busy, createStages, destinationOf, NOW, openStage, range, success, type Stage } from './delivery-stage.ts';
import { close, MINUTE, put as putTurn, SESSION, turnAt, wireOf } from './session-trace-stage.ts';

const open = createStages();
const HOUR = 3_600_000;

/** Stores one span in a trace of its own for each number and puts it in, one by one. */
function put(stage: Stage, ...numbers: number[]): void {
  for (const number of numbers) {
    const span = buildSpan(number, { traceId: traceOf(number) });
    stage.store.transaction(() => {
      stage.store.saveTurn(buildTurn(number), [span]);
      stage.delivery.enqueue([span], stage.clock.now);
    });
  }
}

describe('a queue that is full', () => {
  it('takes no more, keeps what comes in the store, and puts it in by itself, in order, when there is room', async () => {
    const stage = open([destinationOf('a', { queue: { maxRows: 4 } }), destinationOf('b')]);
    stage.backends.answer('a', () => busy);
    put(stage, ...range(1, 10));
    assert.deepEqual([stage.status().waiting, stage.status().held], [4, { spans: 6, sinceMillis: NOW }]);
    await stage.flush(true);
    assert.deepEqual(stage.backends.taken('b'), range(1, 10).map(idOf));
    assert.equal(stage.status('b').held, undefined);
    const problem = stage.store.readProblems().find(({ code }) => code === 'queue-full');
    assert.match(problem?.detail ?? '', /^a: its queue is full \(4 spans\)/);
    assert.equal(stage.events.filter(({ type }) => type === 'full').length, 1);

    stage.backends.answer('a', () => success);
    stage.clock.now += HOUR;
    for (let round = 0; round < 5; round += 1) {
      stage.clock.now += 2_000;
      await stage.flush(true);
    }
    assert.deepEqual(stage.backends.taken('a'), range(1, 10).map(idOf));
    assert.deepEqual([stage.status().held, stage.status().waiting], [undefined, 0]);
    put(stage, 11);
    await stage.flush(true);
    assert.equal(stage.backends.taken('a').at(-1), idOf(11));
  });

  it('takes the rest by itself when it was emptied in no time', async () => {
    const stage = open([destinationOf('a', { queue: { maxRows: 4 } })]);
    stage.delivery.start();
    put(stage, ...range(1, 10));
    await stage.pass(10);
    assert.deepEqual(stage.backends.taken(), range(1, 10).map(idOf));
    put(stage, ...range(11, 20));
    for (let round = 0; round < 3; round += 1) await stage.pass(10);
    assert.deepEqual(stage.backends.taken(), range(1, 20).map(idOf));
    assert.deepEqual([stage.status().held, stage.delivery.isBusy()], [undefined, false]);
  });

  it('takes what was held when a collector starts and nothing waits', async () => {
    const stage = open();
    stage.store.transaction(() => {
      stage.store.saveTurn(buildTurn(1), [buildSpan(1)]);
      stage.outbox.hold(new Map([[buildSpan(1).traceId, 1]]), 'a', NOW);
    });
    await stage.restart();
    assert.equal(stage.delivery.isBusy(), true);
    stage.delivery.start();
    await stage.pass(10);
    assert.deepEqual(stage.backends.taken(), [idOf(1)]);
  });

  it('is still full after a restart, and takes what was held when its limit is raised', async () => {
    const stage = open([destinationOf('a', { queue: { maxRows: 2 } })]);
    stage.backends.answer('a', () => busy);
    put(stage, ...range(1, 5));
    await stage.restart();
    put(stage, 6);
    assert.equal(stage.status().held?.spans, 4);
    await stage.become([destinationOf('a', { queue: { maxRows: 100 } })]);
    stage.backends.answer('a', () => success);
    stage.clock.now += HOUR;
    await stage.flush(true);
    assert.deepEqual(stage.backends.taken('a'), range(1, 6).map(idOf));
  });

  it('loses nothing, whatever comes when', async () => {
    const anyStep = fc.oneof(fc.record({ put: fc.integer({ min: 1, max: 5 }) }), fc.record({ isWell: fc.boolean() }), fc.constant({ pass: true }));
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 12 }), fc.integer({ min: 1, max: 6 }), async (steps, maxRows) => {
        const stage = openStage([destinationOf('a', { queue: { maxRows } })]);
        let next = 1;
        for (const step of steps) {
          stage.clock.now += 5_000;
          if ('put' in step) put(stage, ...range(next, (next += step.put) - 1));
          else if ('isWell' in step) stage.backends.answer('a', () => (step.isWell ? success : busy));
          else await stage.flush(true);
          assert.ok(stage.status().waiting <= maxRows);
        }
        stage.backends.answer('a', () => success);
        for (let round = 0; round < next + 2; round += 1) {
          stage.clock.now += 5_000;
          await stage.flush(true);
        }
        assert.deepEqual(stage.backends.taken('a'), range(1, next - 1).map(idOf));
        await stage.close();
      }),
      { numRuns: 60 },
    );
  });

  it('sets aside what has waited too long, and says so', async () => {
    const stage = open([destinationOf('a', { queue: { maxAgeMillis: 2 * HOUR } })]);
    stage.backends.answer('a', () => busy);
    put(stage, 1, 2);
    stage.clock.now += HOUR;
    put(stage, 3);
    await stage.flush(true);
    stage.clock.now += HOUR + 1;
    stage.backends.answer('a', () => success);
    await stage.flush(true);
    assert.deepEqual(stage.backends.taken(), [idOf(3)]);
    assert.deepEqual([stage.status().setAside, stage.status().setAsideError], [2, 'it waited for more than 2 hours (queue.maxAge)']);
    assert.equal(stage.outbox.enqueue([idOf(1)], 'a', stage.clock.now), 1);
  });
});

describe('what was held', () => {
  it('has waited since then: too long is too long', async () => {
    const stage = open([destinationOf('a', { queue: { maxRows: 2, maxAgeMillis: HOUR } })]);
    stage.backends.answer('a', () => busy);
    put(stage, ...range(1, 4));
    stage.clock.now += HOUR + 1;
    for (let round = 0; round < 4; round += 1) {
      stage.clock.now += 2_000;
      await stage.flush(true);
    }
    assert.deepEqual([stage.status().setAside, stage.status().waiting, stage.status().held], [4, 0, undefined]);
  });
});

describe('a span that changed while it waited', () => {
  it('is told as it is when it is sent, which is no change later', async () => {
    const stage = open();
    const span = buildSpan(1);
    stage.put(1, 2);
    stage.store.saveTurn(buildTurn(1, { digest: 'other' }), [{ ...span, outcome: 'error' }]);
    await stage.flush();
    assert.deepEqual(stage.outbox.findChanged([idOf(1), idOf(2)], 'a'), []);
    stage.store.saveTurn(buildTurn(1, { digest: 'a third' }), [span]);
    assert.deepEqual(stage.outbox.findChanged([idOf(1), idOf(2)], 'a'), [idOf(1)]);
  });
});

describe('a sample', () => {
  it('is of whole sessions, the same at all times, and a larger one holds a smaller one', () => {
    const sessions = range(1, 4000).map((number) => ({ agent: 'kiro', sessionId: `session ${number}` }));
    const of = (sample: number): Set<string> => new Set(sessions.filter((session) => isSampled({ sample }, session)).map(({ sessionId }) => sessionId));
    assert.ok(Math.abs(of(0.25).size - 1000) < 120);
    assert.deepEqual([of(0).size, of(1).size], [0, 4000]);
    for (const id of of(0.1)) assert.ok(of(0.25).has(id));
  });

  it('goes by the session at the top, stands on what is sent, and is counted', async () => {
    const stage = open([destinationOf('a', { sample: 0.5 }), destinationOf('b')]);
    const ids = range(1, 40).map((number) => `s${number}`);
    for (const [index, sessionId] of ids.entries()) {
      stage.store.saveSession({ agent: 'kiro', sessionId });
      stage.store.saveSession({ agent: 'kiro', sessionId: `child of ${sessionId}`, parent: { sessionId, relation: 'subagent' } });
      const own = { traceId: traceOf(index + 1) };
      const spans = [buildSpan(2 * index + 1, { kind: 'agent', values: {}, sessionId, ...own }), buildSpan(2 * index + 2, { sessionId: `child of ${sessionId}`, ...own })];
      stage.store.saveTurn(buildTurn(2 * index + 1, { sessionId }), spans);
      stage.delivery.enqueue(spans, NOW);
    }
    await stage.flush();
    const taken = stage.backends.taken('a');
    assert.ok(taken.length > 0 && taken.length < 80);
    for (let index = 0; index < 40; index += 1) assert.equal(taken.includes(idOf(2 * index + 1)), taken.includes(idOf(2 * index + 2)));
    assert.equal(stage.status().sampledOut, 80 - taken.length);
    const groups = stage.requests.filter(({ destination }) => destination === 'a').flatMap(({ batch }) => batch.resourceSpans);
    for (const { resource, spans } of groups) {
      assert.equal(resource['spoor.sample.rate'], 0.5);
      for (const span of spans) assert.equal(span.attributes['spoor.sample.rate'], span.name.startsWith('invoke_agent') ? 0.5 : undefined);
    }
    assert.equal(stage.backends.taken('b').length, 80);
  });
});

describe('a full queue of a destination with one trace a session', () => {
  it('gets the session as others do once there is room, its envelope too', async () => {
    const stage = open([{ ...SESSION, name: 'small', queue: { maxRows: 1 } }, SESSION]);
    stage.backends.answer('small', () => busy);
    for (const number of [10, 20, 30]) putTurn(stage, turnAt(number, number / 10));
    stage.clock.now += 60 * MINUTE;
    assert.equal(close(stage), 1);
    await stage.flush(true);
    stage.backends.answer('small', () => success);
    for (let round = 0; round < 12; round += 1) {
      stage.clock.now += MINUTE;
      await stage.flush(true);
    }
    const told = (name: string): string[] => wireOf(stage, name).map(({ spanId, parentSpanId, traceId }) => `${traceId} ${parentSpanId} ${spanId}`).sort();
    assert.equal(told(SESSION.name).length, 10);
    assert.deepEqual([...new Set(told('small'))], told(SESSION.name));
  });
});
