/**
 * Two shells that name a real OpenTelemetry Collector and nothing else: what it writes down is the tree of the sessions of each, equal to
 * what was sent, over JSON and protobuf. Not part of `npm test`: see scripts/backends/otel-collector.ts.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { findCollectorFault, startCollector } from '../../scripts/backends/otel-collector.ts';
import { createTracedHome } from '../golden/traced-home.ts';
import { playSession } from '../stand-in/play-session.ts';
import { findScenario } from '../stand-in/scenarios/index.ts';
import { spawnSpoor } from '../support/spawn-spoor.ts';
import { readSpans, type SpansById } from './otlp-lines.ts';

const SHELLS = [
  { protocol: 'http/json', serviceName: 'kiro-cli', scenarios: ['serial-otter', 'mcp-lynx', 'failed-tool-crow'], variables: {} },
  { protocol: 'http/protobuf', serviceName: 'mine', scenarios: ['subagent-wolf', 'skill-marten', 'denied-badger'], variables: { OTEL_SERVICE_NAME: 'mine', OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip', OTEL_RESOURCE_ATTRIBUTES: 'team=blue' } },
] as const;

/** The file exporter writes a moment later; a busy machine takes longer. */
const READ_DEADLINE_MILLIS = 60_000;

async function readUntil(file: string, count: number): Promise<SpansById> {
  for (const deadline = Date.now() + READ_DEADLINE_MILLIS; ; await sleep(50)) {
    const text = readFileSync(file, 'utf8');
    const found = readSpans(text.endsWith('\n') ? text : '');
    if (found.size >= count || Date.now() > deadline) return found;
  }
}

test('a real OpenTelemetry Collector writes down the trees of two shells as they were sent, each apart', { skip: findCollectorFault() }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-otelcol-env-'));
  const collector = await startCollector(folder, SHELLS.length);
  const traced = createTracedHome({ hooked: true });
  t.after(async () => {
    traced.close();
    await collector.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const sessionIds = await Promise.all(SHELLS.map(async ({ protocol, scenarios, variables }, index) => {
    const sessionEnvironment = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.lanes[index]?.url ?? '', OTEL_EXPORTER_OTLP_PROTOCOL: protocol, OTEL_EXPORTER_OTLP_HEADERS: `authorization=hush-${index}`, ...variables };
    const played = await Promise.all(scenarios.flatMap((name) => findScenario(name).sessions).map((session) => playSession(session, { home: traced.root, sessionEnvironment })));
    return played.flatMap(({ sessions }) => sessions.filter((one) => one.parentSessionId === undefined).map((one) => one.sessionId));
  }));
  const env = { PATH: process.env.PATH ?? '', HOME: traced.root, SPOOR_HOME: traced.home.root };
  const { code, err } = await spawnSpoor(['collect', '--once'], { env });
  assert.equal(code, 0, err);
  for (const [index, { serviceName, variables }] of SHELLS.entries()) {
    const sent: SpansById = new Map();
    for (const id of sessionIds[index] ?? []) {
      const exported = await spawnSpoor(['export', '--session', id, '--format', 'otlp-json', '--content', 'preview', '--trace', 'session', '--mcp-span', 'child'], { env });
      assert.equal(exported.code, 0, exported.err);
      for (const [spanId, span] of readSpans(exported.out)) sent.set(spanId, span);
    }
    const found = await readUntil(collector.lanes[index]?.file ?? '', sent.size);
    assert.deepEqual([...found.keys()].sort(), [...sent.keys()].sort());
    const own = { 'service.name': serviceName, ...('OTEL_RESOURCE_ATTRIBUTES' in variables ? { team: 'blue' } : {}) };
    for (const [spanId, span] of sent) {
      const name = span.name.startsWith('agent_session') ? `agent_session ${serviceName}` : span.name;
      assert.deepEqual(found.get(spanId), { ...span, name, resource: { ...span.resource, ...own } });
    }
    const roots = [...found.values()].filter(({ parentSpanId }) => parentSpanId === undefined);
    assert.deepEqual(roots.map(({ name }) => name), (sessionIds[index] ?? []).map(() => `agent_session ${serviceName}`));
    assert.ok([...found.values()].every(({ parentSpanId }) => parentSpanId === undefined || found.has(parentSpanId)));
    t.diagnostic(`${serviceName}: ${found.size} spans in ${roots.length} traces`);
  }
  assert.ok([...readSpans(readFileSync(collector.lanes[0]?.file ?? '', 'utf8')).values()].some(({ name, kind }) => name.startsWith('tools/call ') && kind === 3));
});
