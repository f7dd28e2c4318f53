/** What was counted goes to a backend: again after a failure, on after a restart, and never twice where it is added up there. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { DeliveryClock } from '#spoor/collector/delivery/delivery-options.ts';
import { createMetricsDesk, type MetricsDesk } from '#spoor/collector/metrics/metrics-desk.ts';
import type { Destination } from '#spoor/exporters/exporter.ts';
import { createOtlpHttpExporter } from '#spoor/exporters/otlp-http.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { buildSession, buildSpan, buildTurn, idOf } from '../../store/builders.ts';
import { startMetricsBackend, type MetricsBackend, type ReceivedPoint } from '../../support/metrics-backend.ts';
import { destinationOf, NOW } from '../delivery-stage.ts';
import type { InScope } from '#spoor/collector/delivery/address-book.ts';
import type { Span } from '#spoor/core/span.ts';

/** All of them are for the destination `a`. */
function forA(spans: readonly Span[]): InScope {
  return new Map([['a', new Set(spans.map(({ spanId }) => spanId))]]);
}

interface Stage {
  backend: MetricsBackend;
  store: SqliteStore;
  desk: MetricsDesk;
  reports: string[];
  clock: { now: number };
  /** A tool call that becomes final, in its transaction. */
  finish(number: number): void;
  flush(): Promise<void>;
  /** As a new process would find it. */
  restart(): Promise<void>;
}

async function openStage(t: TestContext, settings: { temporality?: 'delta'; protocol?: Destination['protocol']; timeoutMillis?: number } = {}): Promise<Stage> {
  const backend = await startMetricsBackend();
  const folder = mkdtempSync(join(tmpdir(), 'spoor-desk-'));
  const path = join(folder, 'spoor.db');
  const destination = destinationOf('a', {
    protocol: settings.protocol ?? 'http/protobuf', timeoutMillis: settings.timeoutMillis ?? 30_000, serviceName: 'svc', resource: { team: 'red' }, url: 'http://127.0.0.1:9/v1/traces',
    metrics: { url: backend.url, intervalMillis: 60_000, temporality: settings.temporality ?? 'cumulative' },
  });
  const reports: string[] = [];
  const clock = { now: NOW };
  const deliveryClock: DeliveryClock = { nowMillis: () => clock.now, setTimer: () => () => undefined };
  const open = (): Pick<Stage, 'store' | 'desk'> => {
    const store = openStore(path);
    const report = ({ message, isNew }: { message: string; isNew: boolean }): void => void reports.push(`${isNew} ${message}`);
    return { store, desk: createMetricsDesk({ store, destinations: [destination], unreachable: [], own: {}, createExporter: createOtlpHttpExporter, clock: deliveryClock, random: () => 0.5, report }) };
  };
  const stage: Stage = {
    backend, reports, clock, ...open(),
    finish(number) {
      const { store, desk } = stage;
      store.transaction(() => {
        store.saveSession(buildSession());
        const { finalised } = store.saveTurn(buildTurn(number, { turnIndex: number }), [buildSpan(number, { kind: 'agent' }), buildSpan(number + 100, { parentSpanId: idOf(number) })]);
        desk.count(finalised, forA(finalised));
      });
    },
    flush: () => stage.desk.flush(clock.now + 10_000),
    async restart() {
      await stage.desk.stop();
      stage.store.close();
      Object.assign(stage, open());
    },
  };
  t.after(async () => {
    await stage.desk.stop();
    stage.store.close();
    await backend.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return stage;
}

const pointOf = (points: readonly ReceivedPoint[] | undefined, metric: string): ReceivedPoint => points?.find((one) => one.metric === metric) ?? assert.fail(metric);
const nano = (millis: number): string => `${millis}000000`;

for (const protocol of ['http/protobuf', 'http/json'] as const) {
  test(`cumulative over ${protocol}: goes on after a restart, with the start that it had`, async (t) => {
    const stage = await openStage(t, { protocol });
    stage.finish(1);
    stage.clock.now += 1000;
    await stage.flush();
    const first = pointOf(stage.backend.accepted[0], 'spoor.tool.calls');
    assert.deepEqual(first, { metric: 'spoor.tool.calls', resource: { 'service.name': 'svc', team: 'red' }, attributes: { 'gen_ai.tool.name': 'fs_read', 'spoor.agent': 'kiro', 'spoor.outcome': 'ok' }, temporality: 'cumulative', from: nano(NOW), until: nano(NOW + 1000), value: 1 });
    assert.equal(pointOf(stage.backend.accepted[0], 'spoor.tool.duration').count, 1);
    await stage.restart();
    await stage.flush();
    assert.equal(stage.backend.accepted.length, 1, 'nothing new, nothing sent');
    stage.clock.now += 1000;
    stage.finish(2);
    await stage.flush();
    const second = pointOf(stage.backend.accepted[1], 'spoor.tool.calls');
    assert.deepEqual([second.value, second.from, second.until], [2, nano(NOW), nano(NOW + 2000)]);
    assert.equal(pointOf(stage.backend.accepted[1], 'spoor.sessions').value, 1, 'one session, two turns');
    assert.equal(pointOf(stage.backend.accepted[1], 'spoor.turns').value, 2);
    // The same turn told again: nothing of it becomes final a second time.
    stage.finish(2);
    assert.equal(stage.backend.asked(), 2);
    await stage.flush();
    assert.equal(stage.backend.asked(), 2);
  });
}

test('a backend that fails is left alone, and gets all of it later', async (t) => {
  const stage = await openStage(t);
  stage.backend.become(503);
  stage.finish(1);
  await stage.flush();
  await stage.flush();
  assert.equal(stage.backend.asked(), 1, 'left alone');
  assert.match(stage.reports[0] ?? '', /^true metrics wait: 127\.0\.0\.1:\d+ answered 503\.$/);
  await stage.restart();
  await stage.flush();
  assert.equal(stage.backend.asked(), 1, 'also by the next process');
  stage.clock.now += 10_000;
  stage.backend.become(200);
  stage.finish(2);
  await stage.flush();
  assert.equal(pointOf(stage.backend.accepted[0], 'spoor.tool.calls').value, 2);
});

test('delta: what was not acknowledged is sent again as it was; nothing is sent in two stretches', async (t) => {
  const stage = await openStage(t, { temporality: 'delta', timeoutMillis: 300 });
  stage.finish(1);
  stage.backend.become('hang');
  stage.clock.now += 1000;
  await stage.flush();
  stage.finish(2);
  await stage.restart();
  stage.clock.now += 10_000;
  stage.backend.become(200);
  await stage.flush();
  const first = pointOf(stage.backend.accepted[0], 'spoor.tool.calls');
  assert.deepEqual([first.value, first.from, first.until, first.temporality], [1, nano(NOW), nano(NOW + 1000), 'delta']);
  stage.clock.now += 1000;
  await stage.flush();
  const second = pointOf(stage.backend.accepted[1], 'spoor.tool.calls');
  assert.deepEqual([second.value, second.from, second.until], [1, nano(NOW + 1000), nano(NOW + 12_000)]);
  assert.equal(stage.backend.accepted[1]?.some(({ metric }) => metric === 'spoor.sessions'), false, 'nothing came to it');
});

test('a span that changes after it was counted is not counted again', async (t) => {
  const stage = await openStage(t);
  stage.finish(1);
  const { store, desk } = stage;
  const changed = store.saveTurn(buildTurn(1, { turnIndex: 1, digest: 'another' }), [buildSpan(1, { kind: 'agent' }), buildSpan(101, { parentSpanId: idOf(1), values: { toolName: 'fs_write' } }), buildSpan(102, { parentSpanId: idOf(1), final: false })]);
  assert.deepEqual([changed.written, changed.finalised], [2, []]);
  const late = store.saveTurn(buildTurn(1, { turnIndex: 1, digest: 'a third' }), [buildSpan(1, { kind: 'agent' }), buildSpan(101, { parentSpanId: idOf(1) }), buildSpan(102, { parentSpanId: idOf(1) })]);
  desk.count(late.finalised, forA(late.finalised));
  await stage.flush();
  assert.equal(pointOf(stage.backend.accepted[0], 'spoor.tool.calls').value, 2);
  assert.equal(pointOf(stage.backend.accepted[0], 'spoor.sessions').value, 1);
});

test('very many series go in several requests', async (t) => {
  const stage = await openStage(t);
  const { store, desk } = stage;
  store.transaction(() => {
    store.saveSession(buildSession());
    const spans = Array.from({ length: 1500 }, (_, index) => buildSpan(index + 2, { parentSpanId: idOf(1), values: { toolName: `tool-${index}` } }));
    const { finalised } = store.saveTurn(buildTurn(1), [buildSpan(1, { kind: 'agent' }), ...spans]);
    desk.count(finalised, forA(finalised));
  });
  await stage.flush();
  const calls = stage.backend.accepted.flat().filter(({ metric }) => metric === 'spoor.tool.calls');
  assert.deepEqual([stage.backend.accepted.length, calls.length, new Set(calls.map(({ attributes }) => attributes['gen_ai.tool.name'])).size], [2, 1500, 1500]);
});

test('what is refused for good is told and not sent again', async (t) => {
  const stage = await openStage(t, { temporality: 'delta' });
  stage.backend.become(400);
  stage.finish(1);
  await stage.flush();
  await stage.flush();
  assert.equal(stage.backend.asked(), 1);
  assert.match(stage.reports[0] ?? '', /^true metrics were refused for good: /);
});

test('a backend that never answers holds nobody up for longer than is given', async (t) => {
  const stage = await openStage(t);
  stage.backend.become('hang');
  stage.finish(1);
  const flushed = stage.desk.flush(stage.clock.now);
  await flushed;
  assert.equal(stage.backend.accepted.length, 0);
});
