/**
 * Whole sessions on their way: played with real hooks, collected by the real command, delivered to a real Phoenix and read back
 * equal to what `spoor export` says of them. Not part of `npm test`: see scripts/backends/phoenix.ts.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseOtlpJson } from '#spoor/otlp/parse-json.ts';
import type { WireSpan } from '#spoor/otlp/trace.ts';
import { installPhoenix, startPhoenix } from '../../scripts/backends/phoenix.ts';
import { createTracedHome, playScenario } from '../golden/traced-home.ts';
import { findScenario } from '../stand-in/scenarios/index.ts';
import { spawnSpoor } from '../support/spawn-spoor.ts';
import { assertEqualSpan, readUntil, type PhoenixSpan } from './phoenix-reading.ts';

const SCENARIOS = ['serial-otter', 'subagent-wolf', 'skill-marten', 'mcp-lynx', 'failed-tool-crow', 'denied-badger', 'cancelled-tools-goose', 'error-later-moth', 'rewind-salmon', 'compaction-snail'];

const cannotInstall = await installPhoenix().then(
  () => undefined,
  (error: Error) => `Phoenix could not be installed here: ${error.message}`,
);

async function exportedSpans(env: Record<string, string>, ...shape: string[]): Promise<Map<string, WireSpan>> {
  const exported = await spawnSpoor(['export', '--format', 'otlp-json', '--dialect', 'gen-ai', ...shape], { env });
  assert.equal(exported.code, 0, exported.err);
  const batches = exported.out.split('\n').filter(Boolean).map((line) => parseOtlpJson(line).value);
  return new Map(batches.flatMap((batch) => batch?.resourceSpans ?? []).flatMap((group) => group.spans).map((span) => [span.spanId, span]));
}

test('sessions of every kind reach a real Phoenix as they stand in the store', { skip: cannotInstall }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-phoenix-'));
  const phoenix = await startPhoenix(folder);
  const traced = createTracedHome({ hooked: true });
  t.after(async () => {
    traced.close();
    await phoenix.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  writeFileSync(traced.home.configFile, `destinations:\n  - name: phoenix\n    url: ${phoenix.url}\n    project: whole sessions\n`, { mode: 0o600 });
  const env = { PATH: process.env.PATH ?? '', HOME: traced.root, SPOOR_HOME: traced.home.root };
  assert.equal((await spawnSpoor(['collect', '--once'], { env })).code, 0);
  for (const name of SCENARIOS) await playScenario(findScenario(name), traced);
  const collected = await spawnSpoor(['collect', '--once', '--json'], { env });
  assert.equal(collected.code, 0, collected.err);

  const sent = await exportedSpans(env);
  assert.ok(sent.size > 80, `${sent.size} spans`);
  const spansUrl = `${phoenix.url}/v1/projects/${encodeURIComponent('whole sessions')}/spans?limit=1000`;
  const found = await readUntil<PhoenixSpan>(spansUrl, (data) => data.length >= sent.size);
  assert.equal(found.length, sent.size);
  assert.equal((JSON.parse(collected.out) as { delivered: number }).delivered, sent.size);
  for (const span of found) {
    const own = sent.get(span.context.span_id);
    assert.ok(own, 'Phoenix has a span that the store does not');
    assertEqualSpan(span, own);
  }
});

test('one trace a session beside one a turn: the same Phoenix keeps both whole', { skip: cannotInstall }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-phoenix-'));
  const phoenix = await startPhoenix(folder);
  const traced = createTracedHome({ hooked: true });
  t.after(async () => {
    traced.close();
    await phoenix.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const destinations = [`{ name: turns, url: '${phoenix.url}', project: turns }`, `{ name: whole, url: '${phoenix.url}', project: whole, trace: session, mcpSpan: child }`];
  writeFileSync(traced.home.configFile, `destinations:\n${destinations.map((one) => `  - ${one}\n`).join('')}`, { mode: 0o600 });
  const env = { PATH: process.env.PATH ?? '', HOME: traced.root, SPOOR_HOME: traced.home.root };
  assert.equal((await spawnSpoor(['collect', '--once'], { env })).code, 0);
  for (const name of ['subagent-wolf', 'mcp-lynx', 'resume-bear']) await playScenario(findScenario(name), traced);
  assert.equal((await spawnSpoor(['collect', '--once'], { env })).code, 0);

  const shapes = { turns: await exportedSpans(env), whole: await exportedSpans(env, '--trace', 'session', '--mcp-span', 'child') };
  for (const [project, sent] of Object.entries(shapes)) {
    const found = await readUntil<PhoenixSpan>(`${phoenix.url}/v1/projects/${project}/spans?limit=1000`, (data) => data.length >= sent.size);
    assert.equal(found.length, sent.size, project);
    for (const span of found) assertEqualSpan(span, sent.get(span.context.span_id) ?? assert.fail(`${project}: a span of another shape`));
  }
  assert.equal([...shapes.whole.values()].filter(({ parentSpanId }) => parentSpanId === undefined).length, 3);
});
