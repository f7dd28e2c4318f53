/**
 * What goes over the wire in each dialect, attribute for attribute: sessions played by the stand-in with real hooks, through real delivery.
 * `SPOOR_UPDATE_GOLDEN=1` rewrites the texts.
 */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import type { Destination } from '#spoor/exporters/exporter.ts';
import type { WireSpan } from '#spoor/otlp/trace.ts';
import { findScenario } from '../stand-in/scenarios/index.ts';
import { mcp, skill, turn, type Scenario } from '../stand-in/script.ts';
import { collectAll, playScenario, readGolden } from './traced-home.ts';
import { createWire } from './wire.ts';

/** A weekly report: a skill, two files read, two entries made. Kiro's hooks spell the tools of servers as they please. */
const WEEKLY: Scenario = {
  name: 'weekly-updates',
  shows: 'the waterfall of a session',
  sessions: [
    {
      seed: 'weekly-updates',
      mcpNames: 'tool',
      steps: [
        turn(
          'Send the weekly updates to sift,\nplease.',
          [
            { tools: [skill('weekly-updates-to-sift', { durationMillis: 60 })], credits: 0.01 },
            { tools: [mcp('sharepoint', 'sharepoint_read_file', { path: 'a.docx' }, 'A', { durationMillis: 50 })], credits: 0.01 },
            { tools: [mcp('sharepoint', 'sharepoint_read_file', { path: 'b.docx' }, 'B', { durationMillis: 50 })], credits: 0.01 },
            { tools: [mcp('sift', 'sift_insights_create', { title: 'A' }, 'made', { durationMillis: 50 })], credits: 0.01 },
            { tools: [mcp('sift', 'sift_insights_create', { title: 'B' }, 'made', { durationMillis: 50 })], credits: 0.01 },
            { text: 'Both are in.', credits: 0.01 },
          ],
          { contextUsagePercent: 4.5 },
        ),
      ],
    },
  ],
};

const SHAPES: Record<string, Partial<Destination>> = {
  openinference: { dialect: 'openinference', project: 'tracks', userId: 'ada', attributes: { team: 'tools' } },
  cloudwatch: { dialect: 'cloudwatch', trace: 'session', serviceName: 'kiro-jarvis', resource: { 'cloud.resource_id': 'arn:aws:bedrock-agentcore:us-west-2:111122223333:runtime/kiro-jarvis' } },
  'cloudwatch-by-turn': { dialect: 'cloudwatch', serviceName: 'kiro-jarvis' },
};

const SCENARIOS = [findScenario('serial-otter'), findScenario('mcp-lynx'), findScenario('subagent-wolf'), findScenario('failed-tool-crow'), findScenario('denied-badger'), WEEKLY];

/** What is another number each time. */
const MEASURED = /^(duration_ms|kiro\.turn_duration_ms|spoor\.own_duration_nano)$/;

/** Spans as a tree, each with its attributes; what is random or measured is masked. */
function toWireText(groups: readonly { resource: object; scope: object; spans: WireSpan[] }[], root: string): string {
  const sessions: string[] = [];
  const mask = (key: string, value: unknown): string => {
    if (MEASURED.test(key)) return `<${typeof value}>`;
    if (/session\.id$|conversation\.id$/.test(key) && !sessions.includes(String(value))) sessions.push(String(value));
    const text = typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? '');
    return sessions.reduce((masked, id, index) => masked.replaceAll(id, `<session ${index + 1}>`), text.replaceAll(root, '<home>')).replaceAll(/tooluse_\w+/g, '<call>').replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<uuid>');
  };
  const lines: string[] = [];
  const put = (depth: number, head: string, attributes: object): void => {
    const indent = '  '.repeat(depth);
    lines.push(`${indent}${head}`, ...Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${indent}    ${key} = ${mask(key, value)}`));
  };
  const spans = groups.flatMap((group) => group.spans);
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const add = (parent: string | undefined, depth: number): void => {
    const children = spans.filter(({ parentSpanId }) => (parentSpanId !== undefined && ids.has(parentSpanId) ? parentSpanId : undefined) === parent);
    for (const span of children.sort(inOrder)) {
      put(depth, [span.name, `[kind ${span.kind}, status ${span.status.code}]`, span.events.map(({ name }) => `!${name}`).join(' ')].filter(Boolean).join(' '), span.attributes);
      add(span.spanId, depth + 1);
    }
  };
  add(undefined, 0);
  const resources = new Set(groups.map(({ resource, scope }) => JSON.stringify([resource, scope])));
  for (const text of resources) {
    const [resource, scope] = JSON.parse(text) as [object, { name: string }];
    put(0, `resource, scope ${scope.name}`, resource);
  }
  return `${lines.join('\n')}\n`;
}

/** Calls of one batch begin together, and parallel subagents when they please: by what they are. A stand-in for requests begins with its turn. */
function inOrder(a: WireSpan, b: WireSpan): number {
  const nameOf = ({ name, attributes }: WireSpan): string => `${name} ${String(attributes['input.value'] ?? attributes['prompt.preview'] ?? '')}`;
  const isParallel = ({ name, attributes }: WireSpan): boolean => attributes['spoor.tool.batch_size'] !== undefined || /^(Agent:|subagent)/.test(name);
  const byName = nameOf(a) < nameOf(b) ? -1 : 1;
  if (isParallel(a) && isParallel(b)) return byName;
  return a.startUnixNano === b.startUnixNano ? Number(a.endUnixNano - b.endUnixNano) || byName : a.startUnixNano < b.startUnixNano ? -1 : 1;
}

async function playInto(t: TestContext, scenario: Scenario, shape: Partial<Destination>): Promise<{ spans: WireSpan[]; text: string }> {
  const { traced, deliver, groups } = createWire(t, shape);
  await playScenario(scenario, traced);
  collectAll(traced);
  const spans = await deliver();
  return { spans, text: toWireText(groups(), traced.root) };
}

for (const [shape, destination] of Object.entries(SHAPES)) {
  describe(shape, () => {
    for (const scenario of SCENARIOS) {
      test(`${scenario.name}: ${scenario.shows}`, async (t) => {
        const { spans, text } = await playInto(t, scenario, destination);
        const ids = new Set(spans.map(({ spanId }) => spanId));
        assert.equal(ids.size, spans.length);
        assert.deepEqual(spans.filter(({ parentSpanId }) => parentSpanId !== undefined && !ids.has(parentSpanId)), []);
        const path = join(import.meta.dirname, 'dialects', shape, `${scenario.name}.txt`);
        if (process.env.SPOOR_UPDATE_GOLDEN) {
          mkdirSync(join(import.meta.dirname, 'dialects', shape), { recursive: true });
          writeFileSync(path, text);
        }
        assert.equal(text, readGolden(path));
      });
    }
  });
}

test('a session in CloudWatch is one waterfall, name for name', async (t) => {
  const { spans } = await playInto(t, WEEKLY, SHAPES.cloudwatch ?? {});
  const session = spans.find(({ parentSpanId }) => parentSpanId === undefined);
  const below = spans.filter((span) => span !== session);
  assert.deepEqual(
    [session, ...below.sort(inOrder)].map((span) => span?.name),
    ['session', 'user.prompt', 'skill.weekly-updates-to-sift', 'tool.sharepoint_read_file', 'tool.sharepoint_read_file', 'tool.sift_insights_create', 'tool.sift_insights_create', 'turn.complete'],
  );
  assert.ok(below.every(({ parentSpanId, traceId }) => parentSpanId === session?.spanId && traceId === session?.traceId));
  const seconds = Number.parseInt(session?.traceId.slice(0, 8) ?? '', 16);
  const began = Number((session?.startUnixNano ?? 0n) / 1_000_000_000n);
  assert.ok(seconds <= began && began - seconds <= 60, 'its trace id begins with the second in which it began');
});
