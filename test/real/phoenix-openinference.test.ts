/**
 * Sessions of every agent in the dialect of OpenInference: through real delivery to a real Phoenix, and read back equal; what Phoenix makes of
 * them (sessions, tokens) is what the store has. Not part of `npm test`: see scripts/backends/phoenix.ts.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { agents } from '#spoor/agents/index.ts';
import { toExportBatch } from '#spoor/cli/export-session.ts';
import { createDelivery, systemClock } from '#spoor/collector/deliver.ts';
import type { Session } from '#spoor/core/session.ts';
import type { Span } from '#spoor/core/span.ts';
import { createExporter } from '#spoor/exporters/index.ts';
import { parseOtlpJson } from '#spoor/otlp/parse-json.ts';
import { toTraceBatch } from '#spoor/otlp/to-trace-batch.ts';
import type { WireSpan } from '#spoor/otlp/trace.ts';
import { createOutbox } from '#spoor/outbox/create-outbox.ts';
import { toContentPolicy } from '#spoor/semconv/content.ts';
import { findDialect } from '#spoor/semconv/index.ts';
import { installPhoenix, startPhoenix } from '../../scripts/backends/phoenix.ts';
import { destinationOf } from '../collector/delivery-stage.ts';
import { createTracedHome, type TracedHome } from '../golden/traced-home.ts';
import { newContext, newSpan } from '../semconv/sample-spans.ts';
import { playEveryAgent } from '../support/every-agent.ts';
import { assertEqualTypes, assertSameSpan, askPhoenix, readUntil, type PhoenixOtlpSpan, type PhoenixSpan } from './phoenix-reading.ts';
import { toOtlpJson } from '#spoor/otlp/to-json.ts';

const PROJECT = 'every agent';
const SCENARIOS = ['mcp-lynx', 'subagent-wolf', 'skill-marten', 'failed-tool-crow', 'denied-badger', 'error-moth'];

const cannotInstall = await installPhoenix().then(
  () => undefined,
  (error: Error) => `Phoenix could not be installed here: ${error.message}`,
);

interface Family {
  session: Session;
  stored: Span[];
  sent: WireSpan[];
}

/** Every session of the home with its subagents, as `spoor export` writes it. */
function toFamilies(traced: TracedHome): Family[] {
  const dialect = findDialect('openinference') ?? assert.fail();
  return traced.store.listSessions({}).map((session) => {
    const settings = { sharing: { content: toContentPolicy('full') }, project: PROJECT };
    const line = toOtlpJson(toExportBatch(traced.store, session, { dialect, settings, trace: 'turn', mcpSpan: 'merged' }) ?? { resourceSpans: [] });
    return { session, stored: traced.store.readSpans(session.agent, session.sessionId), sent: parseOtlpJson(line).value?.resourceSpans.flatMap(({ spans }) => spans) ?? [] };
  });
}

/** Puts all that is stored in for this Phoenix, and delivers it. */
async function deliverAll(t: TestContext, traced: TracedHome, families: readonly Family[], url: string): Promise<() => Promise<void>> {
  const destination = destinationOf('phoenix', { url: `${url}/v1/traces`, dialect: 'openinference', project: PROJECT, compression: 'gzip', timeoutMillis: 30_000, sharing: { content: toContentPolicy('full') } });
  const outbox = createOutbox(traced.store.database);
  const send = async (name: string): Promise<void> => {
    const delivery = createDelivery({ store: traced.store, outbox, destinations: [], createExporter, findDialect, clock: systemClock, random: Math.random });
    t.after(() => delivery.stop());
    delivery.addDestination({ ...destination, name });
    // As it becomes final: children first.
    for (const { stored } of families) delivery.enqueueFor(name, stored.toReversed());
    const [report] = await delivery.flush({ deadlineMillis: Date.now() + 120_000 });
    assert.deepEqual([report?.end, report?.waiting], ['drained', 0]);
  };
  await send('phoenix');
  return () => send('phoenix-again');
}

interface ProjectAnswer {
  projects: { edges: { node: { name: string; recordCount: number; traceCount: number; tokenCountPrompt: number; tokenCountCompletion: number; sessions: { edges: { node: { sessionId: string; numTraces: number; tokenUsage: { prompt: number; completion: number } } }[] } } }[] };
}

const QUERY = '{projects{edges{node{name recordCount traceCount tokenCountPrompt tokenCountCompletion sessions(first:100){edges{node{sessionId numTraces tokenUsage{prompt completion}}}}}}}}';

const tokensOf = (spans: readonly Span[], name: 'inputTokens' | 'outputTokens'): number => spans.reduce((sum, { values }) => sum + (values.usage?.[name] ?? 0), 0);

/** What Phoenix shows of the project: its sessions with their traces and tokens, and the sums. */
async function assertCounts(url: string, families: readonly Family[]): Promise<void> {
  const { projects } = await askPhoenix<ProjectAnswer>(url, QUERY);
  const project = projects.edges.map(({ node }) => node).find(({ name }) => name === PROJECT) ?? assert.fail('Phoenix has no such project');
  const all = families.flatMap(({ stored }) => stored);
  assert.deepEqual([project.recordCount, project.traceCount], [families.flatMap(({ sent }) => sent).length, new Set(all.map(({ traceId }) => traceId)).size]);
  assert.deepEqual([project.tokenCountPrompt, project.tokenCountCompletion], [tokensOf(all, 'inputTokens'), tokensOf(all, 'outputTokens')]);
  const shown = project.sessions.edges.map(({ node: { sessionId, numTraces, tokenUsage } }) => [sessionId, numTraces, tokenUsage.prompt, tokenUsage.completion]);
  const known = families.map(({ session, stored }) => [session.sessionId, new Set(stored.map(({ traceId }) => traceId)).size, tokensOf(stored, 'inputTokens'), tokensOf(stored, 'outputTokens')]);
  const byId = (rows: typeof known): typeof known => rows.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  assert.deepEqual(byId(shown), byId(known));
}

test('a session of every agent stands in Phoenix as in the store, in the words of OpenInference', { skip: cannotInstall }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-phoenix-'));
  const phoenix = await startPhoenix(folder);
  const traced = createTracedHome({ hooked: true });
  t.after(async () => {
    traced.close();
    await phoenix.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  await playEveryAgent(traced, SCENARIOS);
  const families = toFamilies(traced);
  assert.deepEqual([...new Set(families.map(({ session }) => session.agent))].sort(), agents.map(({ id }) => id).sort());
  const sent = new Map(families.flatMap((family) => family.sent).map((span) => [span.spanId, span]));
  assert.ok(sent.size > 150, `${sent.size} spans`);
  t.diagnostic(`${sent.size} spans of ${families.length} sessions`);

  const sendAgain = await deliverAll(t, traced, families, phoenix.url);
  const spansUrl = `${phoenix.url}/v1/projects/${encodeURIComponent(PROJECT)}/spans?limit=1000`;
  const found = await readUntil<PhoenixSpan>(spansUrl, (data) => data.length >= sent.size);
  assert.equal(found.length, sent.size);
  for (const span of found) assertSameSpan(span, sent.get(span.context.span_id) ?? assert.fail('Phoenix has a span that nobody sent'));
  for (const span of await readUntil<PhoenixOtlpSpan>(spansUrl.replace('/spans?', '/spans/otlpv1?'), (data) => data.length >= sent.size)) {
    assertEqualTypes(span, sent.get(span.span_id) ?? assert.fail());
  }
  await assertCounts(phoenix.url, families);

  await sendAgain();
  // What is put in behind them is stored behind them: once it is there, nothing of theirs is still to come.
  await sendMarker(t, phoenix.url);
  assert.equal((await readUntil<PhoenixSpan>(spansUrl, (data) => data.length >= sent.size)).length, sent.size, 'sending again makes no second span');
  await assertCounts(phoenix.url, families);
});

/** One span more, in a project of its own; readable when all before it are stored. */
async function sendMarker(t: TestContext, url: string): Promise<void> {
  const exporter = createExporter(destinationOf('marker', { url: `${url}/v1/traces`, compression: 'gzip', timeoutMillis: 30_000 }));
  t.after(() => exporter.close());
  const batch = toTraceBatch([{ span: newSpan('tool', { spanId: 'feedfeedfeedfeed' }), context: newContext({ project: 'marker' }) }], findDialect('gen-ai') ?? assert.fail());
  assert.deepEqual(await exporter.export(batch), { status: 'success' });
  await readUntil(`${url}/v1/projects/marker/spans?limit=10`, (data) => data.length === 1);
}
