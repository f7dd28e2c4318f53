/**
 * Whole sessions, played with real hooks and collected by the real command, delivered to a real OpenTelemetry Collector and read back
 * from its file exporter as they were sent. Not part of `npm test`: see scripts/backends/otel-collector.ts.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { findHookFile, planHookFile } from '#spoor/agents/kiro/install-hook-file.ts';
import { toHookCommand } from '#spoor/hook/shim.ts';
import { findCollectorFault, startCollector } from '../../scripts/backends/otel-collector.ts';
import { createTracedHome, playScenario, type TracedHome } from '../golden/traced-home.ts';
import { findScenario } from '../stand-in/scenarios/index.ts';
import { playV3 } from '../stand-in/v3/play.ts';
import { v3Scenarios } from '../stand-in/v3/scenarios.ts';
import { spawnSpoor } from '../support/spawn-spoor.ts';
import { readSpans, toRawTexts, type SpanInPlace } from './otlp-lines.ts';

/** Every kind of span, outcome, event and link: tools one by one and at once, a skill, MCP, a subagent, a fork, a compaction, failures. */
const SCENARIOS = ['serial-otter', 'parallel-heron', 'subagent-wolf', 'skill-marten', 'mcp-lynx', 'failed-tool-crow', 'denied-badger', 'error-later-moth', 'rewind-salmon', 'compaction-snail'];

/** A way to it, and what it must bring. */
interface Way {
  name: string;
  /** Keys of its destination. */
  settings: Readonly<Record<string, string>>;
  /** What `spoor export` says of the same spans. */
  exported: readonly string[];
}

const STORED = ['--dialect', 'gen-ai', '--content', 'preview'];

/** A new kind of destination is a line here. */
const WAYS: readonly Way[] = [
  { name: 'json', settings: { protocol: 'http/json', compression: 'none' }, exported: STORED },
  { name: 'json-gzip', settings: { protocol: 'http/json', compression: 'gzip' }, exported: STORED },
  { name: 'protobuf', settings: { protocol: 'http/protobuf', compression: 'none' }, exported: STORED },
  { name: 'protobuf-gzip', settings: { protocol: 'http/protobuf', compression: 'gzip' }, exported: STORED },
  { name: 'full-content', settings: { protocol: 'http/protobuf', content: 'full' }, exported: ['--dialect', 'gen-ai', '--content', 'full'] },
];

/** The file exporter writes a moment later; a busy machine takes longer. */
const READ_DEADLINE_MILLIS = 60_000;

async function readUntil(file: string, count: number): Promise<string> {
  const deadline = Date.now() + READ_DEADLINE_MILLIS;
  for (;;) {
    const text = readFileSync(file, 'utf8');
    const found = text.endsWith('\n') ? readSpans(text).size : 0;
    if (found >= count || Date.now() > deadline) return text;
    await sleep(50);
  }
}

async function exportText(way: Way, env: Record<string, string>): Promise<string> {
  const { code, out, err } = await spawnSpoor(['export', '--format', 'otlp-json', ...way.exported], { env });
  assert.equal(code, 0, err);
  return out;
}

/** A session of the V3 engine, in which a person is asked: its approvals are spans, Kiro's own trace is a link. */
async function playQuestions(traced: TracedHome): Promise<void> {
  const path = findHookFile(traced.environment) ?? assert.fail();
  const plan = planHookFile(path, toHookCommand(traced.home, 'kiro'));
  assert.ok(plan && 'after' in plan && plan.after);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, plan.after);
  const scenario = v3Scenarios.find(({ name }) => name === 'approval-shrew') ?? assert.fail();
  for (const session of scenario.sessions) await playV3(session, { home: traced.root });
}

function writeDestinations({ home }: TracedHome, urls: readonly string[]): void {
  const entries = WAYS.map(({ name, settings }, index) => ({ name, url: urls[index], ...settings }));
  // JSON is YAML.
  writeFileSync(home.configFile, JSON.stringify({ destinations: entries }), { mode: 0o600 });
}

/** That equal means something: there are all kinds of things to be lost. */
function assertOfEveryKind(spans: readonly SpanInPlace[]): void {
  assert.ok(spans.length > 80, `${spans.length} spans`);
  const values = spans.flatMap(({ attributes }) => Object.values(attributes)).map((value) => (Array.isArray(value) ? 'list' : typeof value));
  assert.deepEqual([...new Set(values)].sort(), ['bigint', 'list', 'number', 'string']);
  for (const kind of ['events', 'links'] as const) assert.ok(spans.some((span) => span[kind].length > 0), kind);
  for (const code of [0, 2]) assert.ok(spans.some(({ status }) => status.code === code), `status ${code}`);
  for (const kind of [1, 3]) assert.ok(spans.some((span) => span.kind === kind), `kind ${kind}`);
  assert.ok(spans.some(({ parentSpanId }) => parentSpanId === undefined) && spans.some(({ parentSpanId }) => parentSpanId !== undefined));
}

test('what a real OpenTelemetry Collector writes down is what was sent, over JSON and protobuf, packed and not', { skip: findCollectorFault() }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-otelcol-'));
  const collector = await startCollector(folder, WAYS.length);
  const traced = createTracedHome({ hooked: true });
  t.after(async () => {
    traced.close();
    await collector.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  writeDestinations(traced, collector.lanes.map(({ url }) => url));
  const env = { PATH: process.env.PATH ?? '', HOME: traced.root, SPOOR_HOME: traced.home.root };
  assert.equal((await spawnSpoor(['collect', '--once'], { env })).code, 0);
  for (const name of SCENARIOS) await playScenario(findScenario(name), traced);
  await playQuestions(traced);
  const collected = await spawnSpoor(['collect', '--once', '--json'], { env });
  assert.equal(collected.code, 0, collected.err);

  for (const [index, way] of WAYS.entries()) {
    const exported = await exportText(way, env);
    const sent = readSpans(exported);
    assertOfEveryKind([...sent.values()]);
    const text = await readUntil(collector.lanes[index]?.file ?? '', sent.size);
    const found = readSpans(text);
    assert.deepEqual([...found.keys()].sort(), [...sent.keys()].sort(), way.name);
    for (const [id, span] of sent) assert.deepEqual(found.get(id), span, way.name);
    assert.deepEqual(toRawTexts(text), toRawTexts(exported), `${way.name}: also to the letter, each span once`);
    t.diagnostic(`${way.name}: ${sent.size} spans`);
  }
});
