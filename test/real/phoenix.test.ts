/**
 * Not part of `npm test`: needs python3 and pip, and the network the first time (see scripts/backends/phoenix.ts). Sends one span
 * of every kind through the real exporter to a real Phoenix and reads them back through its REST API.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attributes } from '#spoor/core/attributes.ts';
import { parseRfc3339 } from '#spoor/core/time.ts';
import type { Session } from '#spoor/core/session.ts';
import { createExporter } from '#spoor/exporters/index.ts';
import { toTraceBatch } from '#spoor/otlp/to-trace-batch.ts';
import type { WireSpan } from '#spoor/otlp/trace.ts';
import { genAi } from '#spoor/semconv/gen-ai.ts';
import { installPhoenix, startPhoenix } from '../../scripts/backends/phoenix.ts';
import { destinationOf } from '../contracts/exporter.ts';
import { newContext, newSpan, turn } from '../semconv/sample-spans.ts';

/** A few spans were readable within 4 s; a busy machine takes longer. */
const READ_DEADLINE_MILLIS = 120_000;

const PROJECT = 'spoor interop';

/** What Phoenix adds when it reads the GenAI conventions. */
const CONVERTED = /^(llm|tool|input|output)\./;

const cannotInstall = await installPhoenix().then(
  () => undefined,
  (error: Error) => `Phoenix could not be installed here: ${error.message}`,
);
if (cannotInstall) console.error(cannotInstall);

interface PhoenixSpan {
  name: string;
  context: { trace_id: string; span_id: string };
  span_kind: string;
  parent_id: string | null;
  start_time: string;
  end_time: string;
  status_code: string;
  status_message: string;
  attributes: Record<string, unknown>;
  events: { name: string; timestamp: string; attributes: Record<string, unknown> }[];
}

interface PhoenixOtlpSpan {
  span_id: string;
  attributes: { key: string; value: Record<string, unknown> }[];
}

async function readUntil<T>(url: string, isWhole: (data: T[]) => boolean): Promise<T[]> {
  const deadline = Date.now() + READ_DEADLINE_MILLIS;
  for (;;) {
    const answer = await fetch(url);
    const data = answer.ok ? ((await answer.json()) as { data: T[] }).data : [];
    if (isWhole(data)) return data;
    if (Date.now() > deadline) throw new Error(`Phoenix had ${data.length} spans to read after ${READ_DEADLINE_MILLIS} ms.`);
    await sleep(200);
  }
}

/** Phoenix takes our nanoseconds through a float of seconds and keeps the nearest microsecond. */
function assertEqualTime(found: string, sentUnixNano: bigint): void {
  const difference = (parseRfc3339(found) ?? 0n) - sentUnixNano;
  assert.ok(difference >= -1000n && difference <= 1000n, `${found} is not ${sentUnixNano}`);
}

function toPlain(attributes: Attributes): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, typeof value === 'bigint' ? Number(value) : value]));
}

function assertEqualSpan(found: PhoenixSpan, sent: WireSpan): void {
  assert.deepEqual(
    [found.context.trace_id, found.context.span_id, found.parent_id, found.name, found.status_code, found.status_message],
    [sent.traceId, sent.spanId, sent.parentSpanId ?? null, sent.name, ['UNSET', 'OK', 'ERROR'][sent.status.code], sent.status.message ?? ''],
  );
  assertEqualTime(found.start_time, sent.startUnixNano);
  assertEqualTime(found.end_time, sent.endUnixNano);
  const own = Object.entries(found.attributes).filter(([key]) => !CONVERTED.test(key));
  assert.deepEqual(Object.fromEntries(own), toPlain(sent.attributes));
  assert.deepEqual(
    found.events.map((event) => [event.name, event.attributes]),
    sent.events.map((event) => [event.name, toPlain(event.attributes)]),
  );
  found.events.forEach((event, index) => assertEqualTime(event.timestamp, sent.events[index]?.unixNano ?? 0n));
}

/** `int_value` for an int, `double_value` for a double, even a whole one. */
function assertEqualTypes(found: PhoenixOtlpSpan, sent: WireSpan): void {
  const types = { bigint: 'int_value', number: 'double_value', string: 'string_value', boolean: 'bool_value', object: 'array_value' } as Record<string, string>;
  for (const { key, value } of found.attributes) {
    const own = sent.attributes[key];
    if (own === undefined) continue;
    const type = Object.entries(value).find(([, item]) => item !== null)?.[0];
    assert.equal(type, types[typeof own], key);
  }
}

test('a real Phoenix gives back what was sent: ids, parents, times, attributes, statuses, events', { skip: cannotInstall }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-phoenix-'));
  const phoenix = await startPhoenix(folder);
  t.after(async () => {
    await phoenix.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const context = newContext({ project: PROJECT, userId: 'ada' });
  const child: Session = { agent: 'kiro', sessionId: 'session-2', parent: { sessionId: 'session-1', relation: 'subagent' } };
  const subagent = newContext({ project: PROJECT, session: child });
  const times = { startUnixNano: 1_763_730_000_123_456_789n, endUnixNano: 1_763_730_000_999_999_999n };
  const odd = newSpan('tool', { spanId: '00000000000000b1', ...times, content: { toolResult: 'ünï 👋\n' } });
  const spans = [...turn, odd];
  // Children before parents, as the outbox sends them.
  const items = spans.toReversed().map((span) => ({ span, context: span.sessionId === 'session-2' ? subagent : context }));
  const batch = toTraceBatch(items, genAi);
  const exporter = createExporter(destinationOf({ exporter: 'otlp-http', url: `${phoenix.url}/v1/traces`, compression: 'gzip', timeoutMillis: 30_000 }));
  t.after(() => exporter.close());
  assert.deepEqual(await exporter.export(batch), { status: 'success' });
  assert.deepEqual(await exporter.export(batch), { status: 'success' }, 'sending again is harmless');

  const sent = new Map(batch.resourceSpans.flatMap((group) => group.spans).map((span) => [span.spanId, span]));
  const project = `${phoenix.url}/v1/projects/${encodeURIComponent(PROJECT)}`;
  const found = await readUntil<PhoenixSpan>(`${project}/spans?limit=1000`, (data) => data.length >= sent.size);
  assert.equal(found.length, sent.size);
  for (const span of found) {
    const own = sent.get(span.context.span_id);
    assert.ok(own, 'Phoenix has a span that nobody sent');
    assertEqualSpan(span, own);
  }
  for (const span of await readUntil<PhoenixOtlpSpan>(`${project}/spans/otlpv1?limit=1000`, (data) => data.length >= sent.size)) {
    assertEqualTypes(span, sent.get(span.span_id) as WireSpan);
  }

  const kinds = new Map(found.map((span) => [span.name.split(' ')[0], span.span_kind]));
  assert.deepEqual(Object.fromEntries(kinds), { invoke_agent: 'AGENT', chat: 'LLM', execute_tool: 'TOOL', permission: 'UNKNOWN' });
  const root = found.find((span) => span.parent_id === null && span.name.startsWith('invoke_agent'));
  const told = Object.entries(root?.attributes ?? {}).filter(([key]) => key.startsWith('llm.output_messages.0.'));
  assert.ok(told.some(([, value]) => value === 'Done.'), 'Phoenix understands the answer');
  const sessions = await readUntil<{ session_id: string }>(`${project}/sessions`, (data) => data.length > 0);
  assert.deepEqual(sessions.map((session) => session.session_id), ['session-1'], 'the subagent’s spans are grouped with the session above');
});
