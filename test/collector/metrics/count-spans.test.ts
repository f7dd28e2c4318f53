/** For every agent: what was counted is what its final spans add up to, however often they are looked at. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agents } from '#spoor/agents/index.ts';
import { importHistory } from '#spoor/collector/import-history.ts';
import { countSpans, OWN_READER } from '#spoor/collector/metrics/count-spans.ts';
import { scrubFact } from '#spoor/collector/scrub-fact.ts';
import { canonicalJson } from '#spoor/core/ids.ts';
import type { Span } from '#spoor/core/span.ts';
import type { Destination } from '#spoor/exporters/exporter.ts';
import { createLedger } from '#spoor/metrics/create-ledger.ts';
import type { Reading } from '#spoor/metrics/ledger.ts';
import { measureSpan } from '#spoor/metrics/measure-span.ts';
import { toContentPolicy } from '#spoor/semconv/content.ts';
import type { SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { agentSamples } from '../../support/agent-stores.ts';
import type { InScope } from '#spoor/collector/delivery/address-book.ts';
import { destinationOf } from '../delivery-stage.ts';

const metrics = { url: 'http://metrics.test/v1/metrics', intervalMillis: 60_000, temporality: 'cumulative' } as const;
const open: Destination = destinationOf('open', { metrics, serviceName: 'my-agents', sharing: { content: toContentPolicy('full') } });
const closed: Destination = destinationOf('closed', { metrics, sharing: { content: { ...toContentPolicy('none'), toolName: 'none' } } });
/** What it takes out of its spans, it takes out of its figures. */
const edited: Destination = destinationOf('edited', {
  metrics, serviceName: 'robots', project: 'otters', userId: 'ann@pnd.example', resource: { team: 'otters of ben@pnd.example' },
  sharing: { content: toContentPolicy('full'), redact: [{ name: 'own', pattern: 'o' }], hash: { kinds: ['emails'], key: 'k' } },
});
const MARKS = /\[redacted:own\]|h-[a-p]{10}@hashed/g;

const countInto = (store: SqliteStore) => ({
  enqueue(spans: readonly Span[]): InScope {
    const readers = [open, closed, edited].map((destination) => ({ destination, spans }));
    countSpans(spans, readers, { ledger: createLedger(store.database), store, own: {}, nowUnixNano: 1n });
    return new Map();
  },
  enqueueEnvelope: () => undefined,
});

/** `metric {labels}` → how many and how much, out of spans alone. */
function expected(spans: readonly Span[]): Map<string, [number, number]> {
  const sums = new Map<string, [number, number]>();
  for (const { instrument, labels, value } of spans.flatMap(measureSpan)) note(sums, `${instrument.name} ${canonicalJson(labels)}`, [1, value]);
  const sessions = new Set(spans.filter(({ kind, parentSpanId }) => kind === 'agent' && parentSpanId === undefined).map(({ sessionId }) => sessionId));
  if (sessions.size > 0) sums.set(`spoor.sessions ${canonicalJson({ 'spoor.agent': spans[0]?.agent })}`, [sessions.size, sessions.size]);
  return sums;
}

function note(sums: Map<string, [number, number]>, key: string, [count, value]: [number, number]): void {
  const [known, sum] = sums.get(key) ?? [0, 0];
  sums.set(key, [known + count, sum + value]);
}

function counted(reading: Reading | undefined): Map<string, [number, number]> {
  return new Map(reading?.series.map(({ metric, labels, figure }) => [`${metric} ${canonicalJson(labels)}`, [figure.count, figure.sum]]));
}

function assertSame(actual: Map<string, [number, number]>, wanted: Map<string, [number, number]>): void {
  assert.deepEqual([...actual.keys()].sort(), [...wanted.keys()].sort());
  for (const [key, [count, sum]] of wanted) {
    const [told, toldSum] = actual.get(key) ?? [0, 0];
    assert.ok(told === count && Math.abs(toldSum - sum) < 1e-6, `${key}: ${told} ${toldSum}, not ${count} ${sum}`);
  }
}

function sumOf(reading: Reading | undefined, metric: string): number {
  return reading?.series.filter((one) => one.metric === metric).reduce((sum, { figure }) => sum + figure.sum, 0) ?? 0;
}

for (const sample of agentSamples) {
  test(`${sample.agent}: ${sample.name}: each span is counted once, and an import of the same counts nothing`, async (t) => {
    const { store, environment } = await sample.fill(t, countInto);
    const ledger = createLedger(store.database);
    const spans = store.listSessions({}).flatMap(({ agent, sessionId }) => store.readSpans(agent, sessionId));
    const wanted = expected(spans);
    assert.ok(wanted.size > 0);
    assertSame(counted(ledger.read(OWN_READER)), wanted);
    assertSame(counted(ledger.read('open')), wanted);
    assert.deepEqual([...new Set(ledger.read('open')?.series.map(({ resource }) => resource['service.name']))], ['my-agents']);

    const hidden = ledger.read('closed');
    const told = new Set(hidden?.series.flatMap(({ labels }) => labels['gen_ai.tool.name'] ?? []));
    assert.ok([...told].every((name) => name === 'tool'), [...told].join(' '));
    assert.equal(sumOf(hidden, 'spoor.tool.calls'), sumOf(ledger.read('open'), 'spoor.tool.calls'));

    const series = ledger.read('edited')?.series ?? [];
    assert.equal(sumOf(ledger.read('edited'), 'spoor.tool.calls'), sumOf(ledger.read('open'), 'spoor.tool.calls'));
    assert.deepEqual(series.flatMap(({ resource, labels }) => Object.values({ ...resource, ...labels })).map((value) => String(value).replaceAll(MARKS, '')).filter((value) => /[o@]/.test(value)), []);
    assert.match(String(series[0]?.resource['user.id']), /^h-[a-p]{10}@hashed$/);

    await importHistory({ store, environment, agents, scrub: scrubFact, nowMillis: () => Date.now() + 86_400_000 });
    assertSame(counted(ledger.read(OWN_READER)), wanted);
  });
}
