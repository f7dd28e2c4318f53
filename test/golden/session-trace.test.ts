/**
 * What goes over the wire to a destination with one trace a session and a span for each MCP request: the trees of seed sessions, name for
 * name, played by the stand-in. `SPOOR_UPDATE_GOLDEN=1` rewrites the texts.
 */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { findHookFile, planHookFile } from '#spoor/agents/kiro/install-hook-file.ts';
import { toHookCommand } from '#spoor/hook/shim.ts';
import type { WireSpan } from '#spoor/otlp/trace.ts';
import { findScenario } from '../stand-in/scenarios/index.ts';
import { playV3 } from '../stand-in/v3/play.ts';
import { v3Scenarios } from '../stand-in/v3/scenarios.ts';
import { collectAll, playScenario, readGolden } from './traced-home.ts';
import { createWire } from './wire.ts';

const folder = join(import.meta.dirname, 'session-trace');
const NAMES = ['mcp-lynx', 'skill-marten', 'subagent-wolf', 'resume-bear', 'denied-badger', 'failed-tool-crow', 'file-edits-beaver'];
const SHAPE = { trace: 'session', mcpSpan: 'child', serviceName: 'kiro-cli' } as const;
const SHOWN = ['gen_ai.provider.name', 'gen_ai.system', 'gen_ai.request.model', 'gen_ai.agent.name', 'gen_ai.response.finish_reasons', 'gen_ai.tool.name', 'gen_ai.skill.name', 'mcp.method.name', 'mcp.server.name', 'mcp.tool.name', 'spoor.outcome', 'error.type', 'spoor.file.operations', 'spoor.file.result', 'spoor.credits'];
const KINDS = ['', 'INTERNAL', 'SERVER', 'CLIENT'];

/** Names as a tree, with what the destination's dialect says of each; no times, no ids. */
function toTreeText(spans: readonly WireSpan[]): string {
  const lines: string[] = [];
  const add = (parent: string | undefined, depth: number): void => {
    const children = spans.filter(({ parentSpanId }) => parentSpanId === parent).map((span) => ({ span, key: `${span.startUnixNano} ${span.name} ${String(span.attributes['gen_ai.tool.call.id'])}` }));
    for (const { span } of children.sort((a, b) => (inOrder(a.span, b.span) || (a.key < b.key ? -1 : 1)))) {
      const told = SHOWN.flatMap((name) => (span.attributes[name] === undefined ? [] : [`${name}=${String(span.attributes[name])}`]));
      lines.push(`${'  '.repeat(depth)}${span.name} [${[KINDS[span.kind], span.status.code === 2 && 'ERROR'].filter(Boolean).join(' ')}] ${told.join(' ')}`);
      add(span.spanId, depth + 1);
    }
  };
  add(undefined, 0);
  return `${lines.join('\n')}\n`;
}

/** Calls of one batch begin together, and parallel subagents when they please: by what they are. */
function inOrder(a: WireSpan, b: WireSpan): number {
  const isParallel = (span: WireSpan): boolean => span.attributes['spoor.tool.batch_size'] !== undefined || (span.attributes['gen_ai.conversation.id'] !== span.attributes['session.id'] && span.name.startsWith('invoke_agent'));
  if (!isParallel(a) || !isParallel(b)) return 0;
  const key = ({ name, attributes }: WireSpan): string => `${name} ${String(attributes['gen_ai.input.messages'])} ${String(attributes['gen_ai.tool.call.arguments'])}`;
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
}

function checkWire(name: string, spans: readonly WireSpan[], sessions: number): void {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  assert.equal(ids.size, spans.length);
  assert.deepEqual(spans.filter(({ parentSpanId }) => parentSpanId !== undefined && !ids.has(parentSpanId)), []);
  assert.equal(new Set(spans.map(({ traceId }) => traceId)).size, sessions, 'one trace a session family');
  const text = toTreeText(spans);
  const path = join(folder, `${name}.txt`);
  if (process.env.SPOOR_UPDATE_GOLDEN) writeFileSync(path, text);
  assert.equal(text, readGolden(path));
}

for (const name of NAMES) {
  test(`one trace a session: ${name}`, async (t) => {
    const { traced, deliver } = createWire(t, SHAPE);
    const scenario = findScenario(name);
    await playScenario(scenario, traced);
    collectAll(traced);
    checkWire(name, await deliver(), scenario.sessions.length);
  });
}

test('one trace a session: Kiro V3, closed when it tells its end', async (t) => {
  const { traced, deliver } = createWire(t, SHAPE);
  const scenario = v3Scenarios.find(({ name }) => name === 'subagent-fox') ?? assert.fail();
  const path = findHookFile(traced.environment) ?? assert.fail();
  const plan = planHookFile(path, toHookCommand(traced.home, 'kiro'));
  assert.ok(plan && 'after' in plan && plan.after);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, plan.after);
  await Promise.all(scenario.sessions.map((session) => playV3(session, { home: traced.root })));
  traced.pipeline.step({ all: true });
  assert.deepEqual(traced.store.readDueEnvelopes(Number.MAX_VALUE), [], 'no deadline had to pass');
  checkWire('v3-subagent-fox', await deliver(), scenario.sessions.length);
});
