/**
 * A running collector and histories that grow without a hook: subagents of the V3 engine fire none. Looking again by the clock would take
 * longer than these tests wait.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { agents } from '#spoor/agents/index.ts';
import { runCollector } from '#spoor/collector/run-collector.ts';
import type { Span } from '#spoor/core/span.ts';
import type { TracedHome } from '../golden/traced-home.ts';
import { createTickingClock } from '../stand-in/clock.ts';
import { append, saveSession, sessionFiles, subFiles, type V3Files } from '../stand-in/v3/files.ts';
import { waitFor } from '../support/hook-stage.ts';
import { openTraced, spool } from '../support/spooled.ts';

const ID = 'sess_0a0b0c0d-0000-4000-8000-000000000001';
const CHILD = '0a0b0c0d-0000-4000-8000-000000000002';
const BESIDE = 'sess_0a0b0c0d-0000-4000-8000-000000000003';

const clock = createTickingClock();

function startCollector(traced: TracedHome, t: TestContext): void {
  const abort = new AbortController();
  const log = { error: (text: string) => assert.fail(text), info: () => undefined };
  const done = runCollector({ home: traced.home, version: '0.1.0', environment: traced.environment, agents, log, signal: abort.signal });
  t.after(async () => {
    abort.abort();
    await done;
  });
}

/** A hook's moment is that of its file, the kernel's last tick: that must lie behind the last record. */
async function hook(traced: TracedHome, event: string, more: object = {}): Promise<void> {
  const now = clock.nowMillis();
  const probe = join(traced.root, 'tick');
  await waitFor('the next tick', () => {
    writeFileSync(probe, '');
    return statSync(probe).mtimeMs > now;
  });
  spool(traced, { hook_event_name: event, session_id: ID, cwd: '/p', ...more });
}

function spansOf(traced: TracedHome, sessionId: string, kind: Span['kind']): Span[] {
  return traced.store.readSpans('kiro', sessionId).filter((span) => span.kind === kind && span.sessionId === sessionId);
}

/** The parent asked for a subagent, and only that hook fired. */
async function openSession(traced: TracedHome): Promise<V3Files> {
  const files = sessionFiles(traced.root, ID);
  mkdirSync(dirname(files.messages), { recursive: true });
  saveSession(files, clock, { title: 't', model: 'auto', cwd: '/p', createdMillis: Date.now() });
  await hook(traced, 'SessionStart');
  await waitFor('the session', () => traced.store.readFacts('kiro', [ID]).length > 0);
  append(files, clock, { type: 'user', content: 'Survey.' });
  append(files, clock, { type: 'turn_start', executionId: 'e1' });
  append(files, clock, { type: 'session_metadata', key: 'contextUsage', value: { usagePercentage: 2 }, executionId: 'e1' });
  await hook(traced, 'PreToolUse', { tool_name: 'invoke_sub_agent', tool_input: { name: 'scout', prompt: 'Survey the reeds.' } });
  await waitFor('the call', () => spansOf(traced, ID, 'tool')[0]);
  return files;
}

function beginChild(parent: V3Files, child: V3Files): void {
  append(parent, clock, { type: 'sub_agent_start', subSessionId: child.id });
  append(child, clock, { type: 'user', content: 'Survey the reeds.' });
  append(child, clock, { type: 'turn_start', executionId: `e-${child.id}` });
}

function measure(files: V3Files, executionId: string): void {
  append(files, clock, { type: 'session_metadata', key: 'contextUsage', value: { usagePercentage: 2 }, executionId });
}

function callAndResult(files: V3Files, callId: string, executionId: string): void {
  append(files, clock, { type: 'tool_call', toolCallId: callId, toolName: 'execute_bash', args: { command: 'ls' }, executionId });
  append(files, clock, { type: 'tool_result', toolCallId: callId, content: 'heron', success: true, executionId });
}

function endTurn(files: V3Files, executionId: string): void {
  append(files, clock, { type: 'assistant', content: 'Herons.', operationType: 'Say', executionId });
  measure(files, executionId);
  append(files, clock, { type: 'usage_summary', promptTurnSummaries: [{ unit: 'credit', usage: 0.25 }], elapsedTime: 5, status: 'success', executionId, requestIds: [] });
  append(files, clock, { type: 'turn_end', stopReason: 'end_turn', executionId });
}

for (const [place, id] of [['below its parent', CHILD], ['beside its parent', BESIDE]] as const) {
  test(`a subagent whose session stands ${place} is seen while it works, and delivered`, async (t) => {
    const traced = openTraced(t);
    const out = join(traced.root, 'out.jsonl');
    writeFileSync(traced.home.configFile, `destinations:\n  - name: here\n    exporter: file\n    path: ${out}\n    addedAt: 2020-01-01T00:00:00Z\n`, { mode: 0o600 });
    startCollector(traced, t);
    const files = await openSession(traced);
    const child = id === CHILD ? subFiles(files, id) : sessionFiles(traced.root, id);
    const run = `e-${id}`;
    beginChild(files, child);
    const pending = await waitFor('the turn of the subagent', () => spansOf(traced, id, 'agent')[0]);
    assert.equal(pending.endUnixNano, undefined);
    assert.equal(pending.parentSpanId, spansOf(traced, ID, 'tool')[0]?.spanId);
    measure(child, run);
    callAndResult(child, 'tooluse_1', run);
    await waitFor('its first call', () => spansOf(traced, id, 'tool').length === 1);
    measure(child, run);
    callAndResult(child, 'tooluse_2', run);
    await waitFor('its second call', () => spansOf(traced, id, 'tool').length === 2);
    endTurn(child, run);
    const ended = await waitFor('its end', () => spansOf(traced, id, 'agent').find((span) => span.endUnixNano !== undefined));
    assert.deepEqual([ended.outcome, ended.values.turnCredits], ['ok', 0.25]);
    const sent = (span: Span | undefined): boolean => span !== undefined && existsSync(out) && readFileSync(out, 'utf8').includes(span.spanId);
    await waitFor('its delivery, while the parent works on', () => sent(ended));
    assert.equal(spansOf(traced, ID, 'agent')[0]?.endUnixNano, undefined);
    append(files, clock, { type: 'tool_call', toolCallId: 'tooluse_0', toolName: 'invoke_sub_agent', args: { name: 'scout', prompt: 'Survey the reeds.' }, executionId: 'e1' });
    append(files, clock, { type: 'tool_result', toolCallId: 'tooluse_0', content: 'Herons.', success: true, executionId: 'e1' });
    await hook(traced, 'PostToolUse', { tool_name: 'invoke_sub_agent', tool_input: { name: 'scout', prompt: 'Survey the reeds.' }, tool_response: 'Herons.' });
    endTurn(files, 'e1');
    await waitFor("the parent's delivery", () => sent(spansOf(traced, ID, 'agent')[0]));
  });
}
