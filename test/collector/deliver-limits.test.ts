/** A destination's limits: what goes into one request, and what it never takes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Destination } from '#spoor/exporters/exporter.ts';
import { XRAY_LIMITS } from '#spoor/exporters/presets/xray-limits.ts';
import { toContentPolicy } from '#spoor/semconv/content.ts';
import { buildSpan, buildTurn, idOf, START } from '../store/builders.ts';
import { createStages, destinationOf, range, type openStage } from './delivery-stage.ts';

const open = createStages();
type Stage = ReturnType<typeof openStage>;

const START_MILLIS = Number(START / 1_000_000n);
const HOUR_MILLIS = 3_600_000;

/** Spans that began so many hours after the start, each half a second long; the clock says so many hours as well. */
function put(stage: Stage, hours: readonly number[], nowHours: number, content = 'x'): string[] {
  stage.clock.now = START_MILLIS + nowHours * HOUR_MILLIS;
  const spans = hours.map((hour, index) => {
    const startUnixNano = START + BigInt(Math.round(hour * HOUR_MILLIS)) * 1_000_000n;
    return buildSpan(index + 1, { startUnixNano, endUnixNano: startUnixNano + 500_000_000n, content: { toolResult: content } });
  });
  stage.store.transaction(() => {
    for (const [index, span] of spans.entries()) stage.store.saveTurn(buildTurn(index + 1), [span]);
    stage.delivery.enqueue(spans, stage.clock.now);
  });
  return spans.map(({ spanId }) => spanId);
}

function xray(some: Partial<Destination> = {}): Destination {
  return destinationOf('a', { auth: 'sigv4', region: 'eu-north-1', addedMillis: 0, ...some });
}

describe('limits of a destination', () => {
  it('holds no more than a day in one request', async () => {
    const stage = open([xray()]);
    const ids = put(stage, [0, 30, 1, 60, 23, 24.5, 59], 61);
    await stage.flush();
    assert.deepEqual(stage.requests.map(({ spanIds }) => spanIds.map((id) => ids.indexOf(id))), [[0, 2, 4], [5, 1], [6, 3]]);
    assert.equal(stage.status().setAside, 0);
  });

  it('keeps the order where one request does', async () => {
    const stage = open([xray()]);
    const ids = put(stage, [3, 1, 2], 4);
    await stage.flush();
    assert.deepEqual(stage.requests.map(({ spanIds }) => spanIds), [ids]);
  });

  it('sets aside what is too old and says why, keeps what is too far ahead until it is not, and sends the rest', async () => {
    const stage = open([xray(), destinationOf('b', { addedMillis: 0 })]);
    const day = 24;
    const ids = put(stage, [0, 16 * day, 16 * day + 1.5, 16 * day + 3], 16 * day);
    await stage.flush();
    assert.deepEqual(stage.backends.taken('a'), [ids[1], ids[2]]);
    assert.deepEqual([stage.status('a').setAside, stage.status('a').waiting, stage.status('a').backoff], [1, 1, undefined]);
    const reasons = stage.events.flatMap((event) => (event.type === 'set-aside' ? [[event.spanIds, event.error]] : []));
    assert.deepEqual(reasons, [
      [[ids[0]], 'it is older than 14 days, and this destination takes nothing that old'],
    ]);
    assert.deepEqual(stage.backends.taken('b').length, 4, 'another destination takes them');
    stage.delivery.start();
    await stage.pass(HOUR_MILLIS);
    assert.equal(stage.backends.taken('a').length, 2);
    await stage.pass(1_000);
    assert.deepEqual(stage.backends.taken('a'), [ids[1], ids[2], ids[3]]);
  });

  it('does not ask all the time about what is days ahead, and a clock that was set back keeps nothing', async () => {
    const stage = open([xray()]);
    const ids = put(stage, [100], 50);
    stage.delivery.start();
    await stage.pass(0);
    await stage.flush(true);
    stage.clock.now -= 50 * HOUR_MILLIS;
    assert.equal(stage.delivery.isBusy(), true);
    stage.delivery.wake();
    await stage.pass(0);
    assert.deepEqual([stage.status().waiting, stage.status().setAside, stage.delivery.isBusy()], [1, 0, false]);
    stage.clock.now += 99 * HOUR_MILLIS;
    await stage.pass(0);
    assert.deepEqual(stage.backends.taken(), ids);
  });

  it('a span that is longer than the window goes alone', async () => {
    const stage = open([xray()]);
    stage.clock.now = START_MILLIS + 50 * HOUR_MILLIS;
    const long = buildSpan(1, { endUnixNano: START + BigInt(40 * HOUR_MILLIS) * 1_000_000n });
    stage.store.transaction(() => {
      stage.store.saveTurn(buildTurn(1), [long, buildSpan(2, { parentSpanId: idOf(1) })]);
      stage.delivery.enqueue([long, buildSpan(2)], stage.clock.now);
    });
    await stage.flush();
    assert.deepEqual(stage.requests.map(({ spanIds }) => spanIds), [[idOf(1)], [idOf(2)]]);
  });

  it('holds no more spans than the destination takes', async () => {
    const stage = open([destinationOf('a', { limits: { requestSpans: 7 }, addedMillis: 0 })]);
    put(stage, range(1, 40), 50);
    await stage.flush();
    assert.equal(stage.backends.taken().length, 40);
    assert.ok(stage.requests.every(({ spanIds }) => spanIds.length <= 7));
  });

  it('holds no more bytes than the destination takes, and cuts what is too large for it', async () => {
    const stage = open([destinationOf('a', { limits: { requestBytes: 30_000, spanBytes: 8_000 }, sharing: { content: toContentPolicy('full') }, addedMillis: 0 })]);
    put(stage, range(1, 20), 21, '<wide "text">\n'.repeat(5_000));
    await stage.flush();
    assert.equal(stage.backends.taken().length, 20);
    assert.ok(stage.requests.every(({ spanIds }) => spanIds.length <= 3));
    for (const { batch } of stage.requests) for (const span of batch.resourceSpans.flatMap(({ spans }) => spans)) assert.equal(span.attributes['spoor.truncated'], true);
  });

  it('knows what X-Ray takes', () => {
    assert.deepEqual(XRAY_LIMITS, { requestBytes: 5_000_000, requestSpans: 10_000, spanBytes: 200_000, resourceBytes: 16_000, windowMillis: 86_400_000, oldestMillis: 1_209_600_000, aheadMillis: 7_200_000 });
  });
});
