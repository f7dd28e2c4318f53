import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createLedger } from '#spoor/metrics/create-ledger.ts';
import { INSTRUMENTS } from '#spoor/metrics/instruments.ts';
import type { MetricLedger, Sending, Series } from '#spoor/metrics/ledger.ts';
import type { Measurement } from '#spoor/metrics/measure-span.ts';
import { openMemoryStore } from '#spoor/store/memory.ts';
import { openStore } from '#spoor/store/sqlite/open-store.ts';
import { buildSession, buildSpan, buildTurn, idOf } from '../store/builders.ts';

const calls = (tool: string, value = 1): Measurement => ({ instrument: INSTRUMENTS.toolCalls, labels: { tool }, value });

function openLedger(t: TestContext): MetricLedger {
  const store = openMemoryStore();
  t.after(() => store.close());
  return createLedger(store.database);
}

const add = (ledger: MetricLedger, ...measurements: Measurement[]): void => ledger.add('r', [{ resource: { 'service.name': 's' }, measurements }], 100n);
const sums = (sending: { series: readonly Series[] } | undefined): Record<string, number> => Object.fromEntries(sending?.series.map(({ labels, isOverflow, figure }) => [isOverflow ? 'overflow' : (labels.tool ?? ''), figure.sum]) ?? []);

test('figures of one series add up, and are there when the store is opened again', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-ledger-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'spoor.db');
  for (const round of [1, 2]) {
    const store = openStore(path);
    const ledger = createLedger(store.database);
    add(ledger, calls('a'), calls('b', 2), calls('a'));
    const reading = ledger.read('r');
    assert.deepEqual(sums(reading), { a: 2 * round, b: 2 * round });
    assert.equal(reading?.startedUnixNano, 100n);
    assert.deepEqual(reading?.series[0]?.resource, { 'service.name': 's' });
    store.close();
  }
});

test('what a transaction takes back was not counted', (t) => {
  const store = openMemoryStore();
  t.after(() => store.close());
  const ledger = createLedger(store.database);
  add(ledger, calls('a'));
  assert.throws(() => store.transaction(() => {
    add(ledger, calls('a'));
    throw new Error('no');
  }));
  assert.deepEqual(sums(ledger.read('r')), { a: 1 });
  assert.equal(ledger.read('nobody'), undefined);
});

test('cumulative: all of it each time, from when counting began', (t) => {
  const ledger = openLedger(t);
  add(ledger, calls('a'), calls('b'));
  const first = ledger.beginSending('r', { isDelta: false, nowUnixNano: 200n });
  assert.deepEqual([sums(first), first?.fromUnixNano, first?.untilUnixNano], [{ a: 1, b: 1 }, 100n, 200n]);
  add(ledger, calls('a'));
  // Nobody took it: the next one is as things are then.
  assert.deepEqual(sums(ledger.beginSending('r', { isDelta: false, nowUnixNano: 300n })), { a: 2, b: 1 });
  assert.equal(ledger.isChanged('r'), true);
  ledger.endSending('r');
  assert.equal(ledger.isChanged('r'), false);
  assert.deepEqual(sums(ledger.beginSending('r', { isDelta: false, nowUnixNano: 400n })), { a: 2, b: 1 });
});

test('delta: what came since it was taken; what was not taken is given again as it was', (t) => {
  const ledger = openLedger(t);
  const begin = (nowUnixNano: bigint): Sending | undefined => ledger.beginSending('r', { isDelta: true, nowUnixNano });
  add(ledger, calls('a'), calls('b'));
  const first = begin(200n);
  assert.deepEqual([sums(first), first?.fromUnixNano, first?.untilUnixNano], [{ a: 1, b: 1 }, 100n, 200n]);
  add(ledger, calls('a', 5), calls('c'));
  assert.deepEqual(begin(300n), first, 'the same figures for the same time');
  ledger.endSending('r');
  const second = begin(400n);
  assert.deepEqual([sums(second), second?.fromUnixNano, second?.untilUnixNano], [{ a: 5, c: 1 }, 200n, 400n]);
  ledger.endSending('r');
  assert.equal(begin(500n), undefined);
  add(ledger, calls('b'));
  const third = begin(600n);
  assert.deepEqual([sums(third), third?.fromUnixNano], [{ b: 1 }, 500n]);
});

test('what came while it was being sent is not lost with the acknowledgement', (t) => {
  const ledger = openLedger(t);
  add(ledger, calls('a'));
  ledger.beginSending('r', { isDelta: false, nowUnixNano: 200n });
  add(ledger, calls('a'));
  ledger.endSending('r');
  assert.equal(ledger.isChanged('r'), true);
  assert.deepEqual(sums(ledger.beginSending('r', { isDelta: true, nowUnixNano: 300n })), { a: 1 });
});

test('beyond the limit series share one, and each that has its place keeps it', (t) => {
  const ledger = openLedger(t);
  add(ledger, ...Array.from({ length: 2100 }, (_, index) => calls(`tool-${index}`)));
  add(ledger, calls('tool-0'), calls('tool-2099'), { ...calls('x'), instrument: INSTRUMENTS.turns });
  const series = ledger.read('r')?.series ?? [];
  assert.equal(series.filter(({ metric }) => metric === INSTRUMENTS.toolCalls.name).length, 2000);
  const read = sums({ series: series.filter(({ metric }) => metric === INSTRUMENTS.toolCalls.name) });
  assert.deepEqual([read.overflow, read['tool-0'], read['tool-1998'], read['tool-1999']], [102, 2, 1, undefined]);
  assert.equal(Object.values(read).reduce((sum, one) => sum + one, 0), 2102, 'nothing is lost');
});

test('a session is counted once for each reader', (t) => {
  const store = openMemoryStore();
  t.after(() => store.close());
  const ledger = createLedger(store.database);
  ledger.open('r', 1n);
  ledger.open('q', 1n);
  store.saveSession(buildSession());
  store.saveTurn(buildTurn(1), [buildSpan(1, { kind: 'agent' }), buildSpan(2, { parentSpanId: idOf(1) })]);
  assert.deepEqual([ledger.countSession('r', idOf(1)), ledger.countSession('r', idOf(2)), ledger.countSession('q', idOf(1)), ledger.countSession('r', idOf(9))], [true, false, true, false]);
});

test('a backoff is kept until something is taken', (t) => {
  const ledger = openLedger(t);
  add(ledger, calls('a'));
  assert.equal(ledger.readBackoff('r'), undefined);
  const backoff = { failures: 2, nextAttemptMillis: 5000, error: 'no' };
  ledger.saveBackoff('r', backoff);
  assert.deepEqual(ledger.readBackoff('r'), backoff);
  ledger.endSending('r');
  assert.equal(ledger.readBackoff('r'), undefined);
});
