/**
 * A real Prometheus reads `spoor serve` while sessions of every agent are collected. Not part of `npm test`: see scripts/backends/prometheus.ts.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { countSpans, OWN_READER } from '#spoor/collector/metrics/count-spans.ts';
import { canonicalJson } from '#spoor/core/ids.ts';
import { toPrometheusText } from '#spoor/metrics/to-prometheus-text.ts';
import { findPrometheusFault, installPrometheus, startPrometheus } from '../../scripts/backends/prometheus.ts';
import { parsePrometheusText, type Sample } from '../metrics/prometheus-grammar.ts';
import { createSources, openTestServer } from '../support/server-sources.ts';
import { oneSampleEach } from '../support/agent-stores.ts';

/** It reads every second. */
const READ_DEADLINE_MILLIS = 60_000;

interface Result {
  metric: Record<string, string>;
  value: [number, string];
}

async function query(url: string, expression: string): Promise<Result[]> {
  const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expression)}`);
  const { data } = (await response.json()) as { data: { result: Result[] } };
  return data.result;
}

const keyOf = (name: string, labels: Record<string, string>): string => `${name} ${canonicalJson(labels)}`;

test('a real Prometheus has every figure that is served, of every agent', { skip: findPrometheusFault() }, async (t) => {
  const { store, ledger, ...sources } = createSources(t);
  const server = await openTestServer(t, { ...sources, store, ledger, version: '1.0.0', nowMillis: Date.now });
  const folder = mkdtempSync(join(tmpdir(), 'spoor-prometheus-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const sample of oneSampleEach) {
    // Counted into the one store that is served, as if all ran in one home.
    await sample.fill(t, (own) => ({
      enqueue: (spans) => {
        countSpans(spans as Parameters<typeof countSpans>[0], [], { ledger, store: own, own: {}, nowUnixNano: 1n });
        return new Map();
      },
      enqueueEnvelope: () => undefined,
    }));
  }
  const texts = { text: toPrometheusText(ledger.read(OWN_READER) ?? assert.fail(), { format: 'text' }), openmetrics: toPrometheusText(ledger.read(OWN_READER) ?? assert.fail(), { format: 'openmetrics' }) };
  const { promtool } = await installPrometheus();
  const checked = spawnSync(promtool, ['check', 'metrics'], { input: texts.text, encoding: 'utf8' });
  assert.equal(checked.status, 0, checked.stderr + checked.stdout);

  const prometheus = await startPrometheus(folder, `127.0.0.1:${server.port}`);
  t.after(() => prometheus.stop());
  // It asks for OpenMetrics, so bounds come as it writes them.
  const served = parsePrometheusText(texts.openmetrics, 'openmetrics').flatMap(({ samples }) => samples);
  const deadline = Date.now() + READ_DEADLINE_MILLIS;
  for (;;) {
    const results = await query(prometheus.url, '{job="spoor",__name__=~"gen_ai_.*|spoor_.*"}');
    const found = new Map(results.map(({ metric: { __name__: name = '', job: _job, instance: _instance, ...labels }, value }) => [keyOf(name, labels), Number(value[1])]));
    const missing = served.filter((sample: Sample) => found.get(keyOf(sample.name, sample.labels)) !== sample.value);
    if (missing.length === 0) break;
    if (Date.now() > deadline) assert.deepEqual(missing.slice(0, 5), []);
    await sleep(250);
  }
  const agents = await query(prometheus.url, 'count by (spoor_agent) (spoor_turns_total)');
  assert.deepEqual(new Set(agents.map(({ metric }) => metric.spoor_agent)), new Set(oneSampleEach.map(({ agent }) => agent)));
  t.diagnostic(`${served.length} samples`);
});
