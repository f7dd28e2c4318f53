/**
 * Not part of `npm test`: needs python3 and pip, and the network the first time (see scripts/backends/phoenix.ts). Sends one span
 * of every kind through the real exporter to a real Phoenix and reads them back through its REST API.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Session } from '#spoor/core/session.ts';
import { createExporter } from '#spoor/exporters/index.ts';
import { toTraceBatch } from '#spoor/otlp/to-trace-batch.ts';
import type { WireSpan } from '#spoor/otlp/trace.ts';
import { genAi } from '#spoor/semconv/gen-ai.ts';
import { installPhoenix, startPhoenix } from '../../scripts/backends/phoenix.ts';
import { destinationOf } from '../contracts/exporter.ts';
import { newContext, newSpan, turn } from '../semconv/sample-spans.ts';
import { assertEqualSpan, assertEqualTypes, readUntil, type PhoenixOtlpSpan, type PhoenixSpan } from './phoenix-reading.ts';

const PROJECT = 'spoor interop';

const cannotInstall = await installPhoenix().then(
  () => undefined,
  (error: Error) => `Phoenix could not be installed here: ${error.message}`,
);
if (cannotInstall) console.error(cannotInstall);

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
