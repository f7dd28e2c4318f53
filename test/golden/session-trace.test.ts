/**
 * What goes over the wire to a destination with one trace a session and a span for each MCP request: the trees of seed sessions, name for
 * name, played by the stand-in. `SPOOR_UPDATE_GOLDEN=1` rewrites the texts.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createDelivery, systemClock, type Delivery } from '#spoor/collector/deliver.ts';
import { createMemoryExporter } from '#spoor/exporters/memory.ts';
import type { WireSpan } from '#spoor/otlp/trace.ts';
import { createOutbox } from '#spoor/outbox/create-outbox.ts';
import { findDialect } from '#spoor/semconv/index.ts';
import { destinationOf } from '../collector/delivery-stage.ts';
import { scenarios } from '../stand-in/scenarios/index.ts';
import { collectAll, createTracedHome, playScenario, readGolden } from './traced-home.ts';

const folder = join(import.meta.dirname, 'session-trace');
const NAMES = ['mcp-lynx', 'skill-marten', 'subagent-wolf', 'resume-bear', 'denied-badger', 'failed-tool-crow', 'file-edits-beaver'];
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

for (const name of NAMES) {
  test(`one trace a session: ${name}`, async (t) => {
    const scenario = scenarios.find((one) => one.name === name);
    assert.ok(scenario);
    const exporter = createMemoryExporter();
    let delivery: Delivery | undefined;
    const traced = createTracedHome({
      hooked: true,
      createDelivery: (store, nowMillis) =>
        (delivery = createDelivery({
          store, outbox: createOutbox(store.database), destinations: [destinationOf('whole', { trace: 'session', mcpSpan: 'child', content: 'full', serviceName: 'kiro-cli', addedMillis: 0 })],
          createExporter: () => exporter, findDialect, clock: { ...systemClock, nowMillis }, random: () => 0.5,
        })),
    });
    t.after(() => traced.close());
    await playScenario(scenario, traced);
    collectAll(traced);
    await delivery?.flush({ deadlineMillis: Date.now() + 48 * 3_600_000, retryNow: true });
    await delivery?.stop();
    const spans = exporter.spans();
    const ids = new Set(spans.map(({ spanId }) => spanId));
    assert.equal(ids.size, spans.length);
    assert.deepEqual(spans.filter(({ parentSpanId }) => parentSpanId !== undefined && !ids.has(parentSpanId)), []);
    assert.equal(new Set(spans.map(({ traceId }) => traceId)).size, scenario.sessions.length, 'one trace a session family');
    const text = toTreeText(spans);
    const path = join(folder, `${name}.txt`);
    if (process.env.SPOOR_UPDATE_GOLDEN) writeFileSync(path, text);
    assert.equal(text, readGolden(path));
  });
}
