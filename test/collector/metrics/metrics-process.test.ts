/** Metrics of a configured destination, with the collector as a process: what it sends, and that spans never wait for it. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { piPlays } from '../../agents/pi/plays.ts';
import { createTracedHome } from '../../golden/traced-home.ts';
import { startMetricsBackend, type MetricsBackend } from '../../support/metrics-backend.ts';
import { startOtlpBackend, type OtlpBackend } from '../../support/otlp-backend.ts';
import { putStep } from '../../support/play-steps.ts';
import { spawnSpoor } from '../../support/spawn-spoor.ts';

interface Ground {
  spans: OtlpBackend;
  metrics: MetricsBackend;
  /** A session of pi, its hooks and its file. */
  play(): void;
  collect(): Promise<void>;
}

async function openGround(t: TestContext, settings: object): Promise<Ground> {
  const [spans, metrics] = await Promise.all([startOtlpBackend(), startMetricsBackend()]);
  const traced = createTracedHome({ hooked: false });
  t.after(async () => {
    await Promise.all([spans.stop(), metrics.close()]);
    traced.close();
  });
  // JSON is YAML.
  writeFileSync(traced.home.configFile, JSON.stringify({ destinations: [{ name: 'a', url: spans.url, addedAt: '2026-01-01T00:00:00Z', ...settings, metrics: { url: metrics.url } }] }), { mode: 0o600 });
  const env = { PATH: process.env.PATH ?? '', HOME: traced.root, SPOOR_HOME: traced.home.root };
  const collect = async (): Promise<void> => {
    const { code, err } = await spawnSpoor(['collect', '--once'], { env });
    assert.equal(code, 0, err);
  };
  await collect();
  return { spans, metrics, collect, play: () => piPlays[0]?.steps(Date.now()).forEach((step) => putStep(traced, 'pi', step)) };
}

test('they leave with the collector, once, and again only when something came', async (t) => {
  const { spans, metrics, collect, play } = await openGround(t, { content: { toolName: 'none' }, serviceName: 'pond' });
  assert.equal(metrics.asked(), 0, 'nothing counted, nothing sent');
  play();
  await collect();
  const received = spans.spans();
  assert.ok(received.length > 5);
  assert.equal(metrics.accepted.length, 1);
  const points = metrics.accepted[0] ?? [];
  const sumOf = (name: string): number => points.filter(({ metric }) => metric === name).reduce((sum, { value }) => sum + value, 0);
  const named = (start: string): number => received.filter(({ name }) => name.startsWith(start)).length;
  assert.deepEqual([sumOf('spoor.turns'), sumOf('spoor.tool.calls'), sumOf('spoor.model.requests'), sumOf('spoor.sessions')], [named('invoke_agent'), named('execute_tool'), named('chat'), 1]);
  assert.equal(sumOf('gen_ai.client.token.usage'), received.reduce((sum, { attributes }) => sum + Number(attributes['gen_ai.usage.input_tokens'] ?? 0) + Number(attributes['gen_ai.usage.output_tokens'] ?? 0), 0));
  assert.deepEqual(new Set(points.map(({ resource }) => resource['service.name'])), new Set(['pond']));
  assert.deepEqual(new Set(points.flatMap(({ attributes }) => attributes['gen_ai.tool.name'] ?? [])), new Set(['tool']), 'a name that may not be told is told nowhere');
  await collect();
  assert.equal(metrics.asked(), 1);
});

test('spans go out while the metrics endpoint hangs; what was counted is sent by a later collector', async (t) => {
  const { spans, metrics, collect, play } = await openGround(t, { timeoutMillis: 3000 });
  metrics.become('hang');
  play();
  await collect();
  assert.ok(spans.spans().length > 5);
  assert.deepEqual([metrics.asked(), metrics.accepted.length], [1, 0]);
  metrics.become(200);
  const deadline = Date.now() + 60_000;
  while (metrics.accepted.length === 0 && Date.now() < deadline) await collect();
  assert.ok((metrics.accepted[0] ?? []).some(({ metric, value }) => metric === 'spoor.turns' && value > 0));
});
