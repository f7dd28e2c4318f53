/** Spans that would come back to this home's own receiver: nothing is sent there, it is told where people look, and what waits is sent once another has the port. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { agents } from '#spoor/agents/index.ts';
import { collectOnce } from '#spoor/collector/collect-once.ts';
import { removeServerFile, saveServerFile } from '#spoor/collector/lifecycle/server-file.ts';
import { createLog } from '#spoor/config/log.ts';
import { createOutbox } from '#spoor/outbox/create-outbox.ts';
import { createHealth } from '#spoor/server/health/create-health.ts';
import type { TracedHome } from '../golden/traced-home.ts';
import { startOtlpBackend, type OtlpBackend } from '../support/otlp-backend.ts';
import { answerRecord, history, nowSeconds, openTraced, prompt, promptRecord, sidecarOf, spool, stop, turnMetadata } from '../support/spooled.ts';

const LEADS_BACK = /^port \d+ of this machine is where spoor serve itself takes telemetry in: nothing is sent there/;

function runTurn(traced: TracedHome, sessionId: string, variables: Record<string, string>): void {
  const messages = [`${sessionId}-p`, `${sessionId}-a`];
  spool(traced, prompt(sessionId, 'hi'), variables);
  spool(traced, stop(sessionId), variables);
  const sidecar = sidecarOf(sessionId, [turnMetadata(messages, { endSeconds: nowSeconds, seconds: 2, credits: [0.5] })]);
  history(traced, sessionId, [promptRecord(messages[0] ?? '', 'hi', nowSeconds - 2), answerRecord(messages[1] ?? '', 'done')], sidecar);
}

async function collect({ home, environment }: TracedHome): Promise<void> {
  const log = createLog(home, { name: 'spoor', verbose: true });
  await collectOnce({ home, version: '0.1.0', environment: { ...environment, env: {} }, agents, log, signal: new AbortController().signal });
}

async function openStage(t: TestContext): Promise<{ traced: TracedHome; backend: OtlpBackend; origin: string }> {
  const traced = openTraced(t);
  const backend = await startOtlpBackend();
  t.after(() => backend.stop());
  return { traced, backend, origin: new URL(backend.url).origin };
}

test('a shell that names the port at which this home is served', async (t) => {
  const { traced, backend, origin } = await openStage(t);
  const port = new URL(origin).port;
  saveServerFile(traced.home, `${origin}/`);
  runTurn(traced, 's', { OTEL_EXPORTER_OTLP_ENDPOINT: `http://localhost:${port}` });
  await collect(traced);
  assert.equal(backend.requests.length, 0);
  const outbox = createOutbox(traced.store.database);
  const [told] = outbox.readDestinations();
  assert.match(told?.backoff?.error ?? '', LEADS_BACK);
  assert.ok((told?.waiting ?? 0) > 0);
  const health = createHealth({ home: traced.home, environment: traced.environment, agents, hookCommandOf: () => 'hook', store: traced.store, outbox, version: '0.1.0', nowMillis: () => Date.now() + 120_000, importing: () => undefined })();
  assert.equal(health.state, 'bad');
  assert.ok(health.notes.some((note) => note.includes('spoor serve itself')), health.notes.join('\n'));
  // It serves elsewhere now, and a real collector has the port.
  removeServerFile(traced.home);
  await collect(traced);
  assert.deepEqual([...new Set(backend.spans().map((span) => span.attributes['gen_ai.conversation.id']))], ['s']);
  assert.equal(createOutbox(traced.store.database).readDestinations()[0]?.waiting ?? 0, 0);
});

test('a configured destination there, written while it is served, with its metrics; another port is another matter', async (t) => {
  const { traced, backend, origin } = await openStage(t);
  const other = await startOtlpBackend();
  t.after(() => other.stop());
  saveServerFile(traced.home, origin);
  writeFileSync(traced.home.configFile, `destinations:\n  back: { url: '${backend.url}', addedAt: '2026-01-01T00:00:00Z', metrics: true }\n  there: { url: '${other.url}', addedAt: '2026-01-01T00:00:00Z' }\n`);
  runTurn(traced, 's', {});
  await collect(traced);
  assert.equal(backend.requests.length, 0);
  assert.ok(other.spans().length > 0);
  const states = new Map(createOutbox(traced.store.database).readDestinations().map((one) => [one.name, one]));
  assert.match(states.get('back')?.backoff?.error ?? '', LEADS_BACK);
  assert.equal(states.get('there')?.backoff, undefined);
});
