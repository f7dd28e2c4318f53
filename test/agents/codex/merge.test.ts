import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Span } from '#spoor/core/span.ts';
import { openStore } from '#spoor/store/sqlite/open-store.ts';
import { importInto } from '../../golden/traced-home.ts';
import { openTraced } from '../../support/spooled.ts';
import { ALL, playRollouts } from './play.ts';
import { CHILD, historyFacts, hookFacts, PARENT, shapeOf, toSpans, type RecordedHook } from './recorded.ts';

test('hooks and history give what the history alone gives, span ids included', () => {
  assert.ok(ALL.length > 30);
  const imported = toSpans(historyFacts());
  assert.deepEqual(shapeOf(toSpans([...historyFacts(), ...hookFacts(ALL)])), shapeOf(imported));
});

test('whatever hooks are lost, and told twice, the tree stays', () => {
  const imported = shapeOf(toSpans(historyFacts()));
  fc.assert(
    fc.property(fc.subarray(ALL), fc.subarray(ALL), (told, again) => {
      const hooks = [...told, ...again].sort((a, b) => (a.at < b.at ? -1 : 1));
      assert.deepEqual(shapeOf(toSpans([...historyFacts(), ...hookFacts(hooks)])), imported);
    }),
    { numRuns: 60 },
  );
});

test('hooks alone: turns, answers with their tokens, calls and the subagent below the call that started it', () => {
  const spans = toSpans(hookFacts(ALL));
  const imported = toSpans(historyFacts());
  const idsOf = (list: readonly Span[], kind: Span['kind']): string[] => list.filter((span) => span.kind === kind).map(({ spanId }) => spanId).sort();
  assert.deepEqual(idsOf(spans, 'agent'), idsOf(imported, 'agent'));
  assert.deepEqual(idsOf(spans, 'tool'), idsOf(imported, 'tool'));
  const child = spans.find((span) => span.kind === 'agent' && span.sessionId === CHILD);
  assert.equal(spans.find(({ spanId }) => spanId === child?.parentSpanId)?.values.toolName, 'spawn_agent');
  const chats = spans.filter(({ kind }) => kind === 'chat');
  const tokensOf = (list: readonly Span[]): number[] => list.map(({ values }) => values.usage?.inputTokens ?? 0).sort((a, b) => a - b);
  assert.deepEqual(tokensOf(chats), tokensOf(imported.filter(({ kind }) => kind === 'chat')));
  assert.ok(chats.every(({ provenance, values }) => provenance.usage === 'hook' && values.responseId === undefined));
  assert.deepEqual(spans.filter((span) => span.kind === 'agent' && span.sessionId === PARENT).map(({ outcome }) => outcome), ['ok', 'cancelled', 'ok']);
});

test('a spawned thread that only the end of its call names hangs below that call', () => {
  const at = (seconds: number): bigint => 1_789_000_000_000_000_000n + BigInt(seconds) * 1_000_000_000n;
  const base = { session_id: 'root-0001', cwd: '/p', turn_id: 'turn-1' };
  const spawn = (id: string, message: string): object => ({ ...base, tool_name: 'spawn_agent', tool_use_id: id, tool_input: { message } });
  const hooks: RecordedHook[] = [
    { at: at(0), payload: { ...base, hook_event_name: 'UserPromptSubmit', prompt: 'go' } },
    { at: at(1), payload: { ...spawn('c1', 'first'), hook_event_name: 'PreToolUse' } },
    { at: at(1), payload: { ...spawn('c2', 'second'), hook_event_name: 'PreToolUse' } },
    { at: at(2), payload: { ...spawn('c1', 'first'), hook_event_name: 'PostToolUse', tool_response: '{"agent_id":"child-0001","nickname":"x"}' } },
    { at: at(2), payload: { ...spawn('c2', 'second'), hook_event_name: 'PostToolUse', tool_response: '{"agent_id":"child-0002","nickname":"y"}' } },
    ...['2', '1'].map((n): RecordedHook => ({ at: at(1), payload: { ...base, turn_id: `t-${n}`, agent_id: `child-000${n}`, agent_type: 'worker', hook_event_name: 'SubagentStart' } })),
  ];
  const spans = toSpans(hookFacts(hooks));
  const parents = [1, 2].map((n) => {
    const child = spans.find((span) => span.kind === 'agent' && span.sessionId === `child-000${n}`);
    return spans.find(({ spanId }) => spanId === child?.parentSpanId)?.values.toolCallId;
  });
  assert.deepEqual(parents, ['c1', 'c2']);
});

test('a person is asked: the wait ends where the run began, or with the refusal', () => {
  const [, approved] = waitsOf('call_2', { decision: 'approved' });
  const [, denied] = waitsOf('call_6', { decision: 'denied' });
  assert.equal(approved?.values.decision, 'approved');
  assert.ok((approved?.endUnixNano ?? 0n) > (approved?.startUnixNano ?? 0n));
  assert.equal(denied?.values.decision, 'denied');
  assert.equal(denied?.outcome, 'denied');
});

/** The call's span, and the wait below it, when a hook told 10 ms after the call's start that a person is asked. */
function waitsOf(callId: string, { decision }: { decision: string }): (Span | undefined)[] {
  const start = ALL.find(({ payload }) => payload.hook_event_name === 'PreToolUse' && payload.tool_use_id === callId && payload.turn_id === ALL[0]?.payload.turn_id) as RecordedHook;
  const asked: RecordedHook = { at: start.at + 500_000n, payload: { ...start.payload, hook_event_name: 'PermissionRequest', tool_use_id: undefined } };
  const spans = toSpans([...historyFacts(), ...hookFacts([...ALL, asked].sort((a, b) => (a.at < b.at ? -1 : 1)))]);
  const call = spans.find((span) => span.kind === 'tool' && span.values.toolCallId === callId);
  const waits = spans.filter((span) => span.kind === 'permission' && span.parentSpanId === call?.spanId);
  assert.equal(waits.length, 1, decision);
  return [call, waits[0]];
}

test('while a person is asked the wait is open', () => {
  const until = ALL.findIndex(({ payload }) => payload.tool_use_id === 'call_6');
  const start = ALL[until] as RecordedHook;
  const asked: RecordedHook = { at: start.at + 1000n, payload: { ...start.payload, hook_event_name: 'PermissionRequest', tool_use_id: undefined } };
  const wait = toSpans(hookFacts([...ALL.slice(0, until + 1), asked]), false).find(({ kind }) => kind === 'permission');
  assert.equal(wait?.endUnixNano, undefined);
  assert.equal(wait?.values.decision, undefined);
  assert.equal(wait?.final, false);
});

test('played: rollouts that grow line by line, hooks spooled between; the trace is as the import in the end', async (t) => {
  const traced = openTraced(t);
  playRollouts(traced);
  const store = openStore(':memory:');
  t.after(() => store.close());
  await importInto(traced, store);
  // No comparison of clocks, and of the order that they give: hooks run here in one second, whose lines took ten.
  assert.deepEqual(shapeOf(traced.store.readSpans('codex', PARENT)), shapeOf(store.readSpans('codex', PARENT)));
  assert.deepEqual(traced.pipeline.problems.list(), []);
  assert.ok(traced.delivered.length > 20);
  assert.equal(new Set(traced.delivered.map(({ spanId }) => spanId)).size, traced.delivered.length, 'each span once');
});

test('an end alone is no turn until the history tells of it', () => {
  const [ended] = ALL.filter(({ payload }) => payload.hook_event_name === 'Stop').map(({ at, payload }) => ({ at, payload: { type: 'agent-turn-complete', 'thread-id': PARENT, 'turn-id': payload.turn_id } }));
  assert.ok(ended);
  assert.deepEqual(toSpans(hookFacts([ended])), []);
  assert.deepEqual(shapeOf(toSpans([...historyFacts(), ...hookFacts([ended])])), shapeOf(toSpans(historyFacts())));
});
