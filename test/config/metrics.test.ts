/** `metrics:` of a destination. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { loadConfig } from '#spoor/config/config.ts';
import { homeAt } from '#spoor/config/home.ts';
import type { MetricSettings } from '#spoor/exporters/exporter.ts';

/** What one destination's settings say, and what is wrong with them. */
function load(t: TestContext, entry: object): { metrics: MetricSettings | undefined; problems: string[] } {
  const root = mkdtempSync(join(tmpdir(), 'spoor-config-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const home = homeAt(root);
  writeFileSync(home.configFile, JSON.stringify({ destinations: [{ name: 'a', ...entry }] }));
  const { value, problems } = loadConfig(home, { home: root, env: {}, platform: 'linux' });
  return { metrics: value.destinations[0]?.metrics, problems: problems.map(({ detail }) => detail) };
}

test('true: beside the traces, every minute, cumulative', (t) => {
  const usual = { intervalMillis: 60_000, temporality: 'cumulative' };
  assert.deepEqual(load(t, { url: 'http://localhost:4318', metrics: true }), { metrics: { url: 'http://localhost:4318/v1/metrics', ...usual }, problems: [] });
  assert.deepEqual(load(t, { url: 'https://host.test/api/otlp/v1/traces?k=1', metrics: {} }), { metrics: { url: 'https://host.test/api/otlp/v1/metrics?k=1', ...usual }, problems: [] });
  for (const metrics of [false, null, undefined]) assert.deepEqual(load(t, { url: 'http://localhost:4318', metrics }), { metrics: undefined, problems: [] });
});

test('an interval, an address and a temporality of its own', (t) => {
  assert.deepEqual(load(t, { url: 'http://localhost:6006/own', metrics: { url: 'https://metrics.test', interval: '15s', temporality: 'delta' } }), { metrics: { url: 'https://metrics.test/v1/metrics', intervalMillis: 15_000, temporality: 'delta' }, problems: [] });
});

test('what cannot be meant sends nothing, and is told', (t) => {
  const problemOf = (entry: object): string => {
    const { metrics, problems } = load(t, entry);
    assert.equal(metrics, undefined);
    assert.equal(problems.length, 1, problems.join('\n'));
    return problems[0] ?? '';
  };
  assert.match(problemOf({ url: 'http://localhost:6006/own', metrics: true }), /"a": the address of its metrics cannot be told from that of its traces/);
  assert.match(problemOf({ preset: 'phoenix', metrics: true }), /"a": Phoenix takes no metrics/);
  assert.match(problemOf({ url: 'https://xray.us-east-1.amazonaws.com/v1/traces', metrics: true }), /"metrics" does not go with "auth: sigv4"/);
  assert.match(problemOf({ path: '/tmp/x.jsonl', metrics: true }), /"metrics" goes only with a "url"/);
  assert.match(problemOf({ url: 'http://localhost:4318', metrics: 'yes' }), /metrics: expected keys such as/);
  assert.match(problemOf({ url: 'http://localhost:4318', metrics: { url: 'ftp://x' } }), /must begin with http/);
  assert.match(problemOf({ url: 'http://localhost:4318', metrics: { temporality: 'lowmemory' } }), /"temporality" must be cumulative or delta/);
});

test('an interval that is too short, or none, is the usual one', (t) => {
  for (const interval of ['0.5s', 'soon']) {
    const { metrics, problems } = load(t, { url: 'http://localhost:4318', metrics: { interval } });
    assert.deepEqual([metrics?.intervalMillis, problems.length], [60_000, 1], interval);
  }
});
