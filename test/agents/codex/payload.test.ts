import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePayload } from '#spoor/agents/codex/payload.ts';
import type { HookEvent } from '#spoor/agents/agent.ts';
import type { Fact } from '#spoor/core/fact.ts';

const BASE = { session_id: 'root-0001', cwd: '/p', model: 'gpt-5.5', permission_mode: 'plan', turn_id: 'turn-1' };

function event(payload: object | string, env: Record<string, string> = {}): HookEvent {
  return { agent: 'codex', key: 'k', payload: typeof payload === 'string' ? payload : JSON.stringify(payload), truncated: false, at: { unixNano: 5n, source: 'hook' }, order: 1, env };
}

function factOf(payload: object): Fact | undefined {
  const { value = [], problems } = parsePayload(event(payload));
  assert.deepEqual(problems, []);
  return value.find(({ type }) => type !== 'session.seen');
}

test('each event is the fact that it tells, with the turn that it is of', () => {
  const types: [string, object, string | undefined][] = [
    ['SessionStart', {}, undefined], ['SessionEnd', {}, undefined], ['PreCompact', {}, undefined], ['PreModelRequest', {}, undefined],
    ['UserPromptSubmit', { prompt: 'hi' }, 'turn.started'], ['SubagentStart', { agent_id: 'child-1' }, 'turn.started'], ['PreToolUse', { tool_name: 'Bash', tool_use_id: 'c' }, 'tool.started'],
    ['PermissionRequest', { tool_name: 'Bash' }, 'permission.asked'], ['PostToolUse', { tool_name: 'Bash', tool_use_id: 'c' }, 'tool.ended'], ['PostModelRequest', {}, 'model.answered'],
    ['PostCompact', {}, 'context.changed'], ['Stop', {}, 'turn.ended'], ['SubagentStop', { agent_id: 'child-1' }, 'turn.ended'], ['StopFailure', {}, 'turn.ended'], ['Interrupt', {}, 'turn.ended'],
  ];
  for (const [name, more, type] of types) {
    const fact = factOf({ ...BASE, hook_event_name: name, ...more });
    assert.equal(fact?.type, type, name);
    if (fact) assert.equal(fact.turnKey, 'turn-1');
  }
});

test("a subagent's hooks are its own session's, below the root", () => {
  const { value = [] } = parsePayload(event({ ...BASE, hook_event_name: 'UserPromptSubmit', prompt: 'x', agent_id: 'child-1', agent_type: 'worker' }));
  const [seen, started] = value;
  assert.ok(seen?.type === 'session.seen');
  assert.deepEqual([seen.sessionId, seen.agentName, seen.parent], ['child-1', 'worker', { sessionId: 'root-0001', relation: 'subagent' }]);
  assert.equal(started?.sessionId, 'child-1');
});

test('what a shell wrote is no verdict; an MCP answer is one', () => {
  const outcomeOf = (more: object): unknown => {
    const fact = factOf({ ...BASE, hook_event_name: 'PostToolUse', tool_use_id: 'c', ...more });
    return fact?.type === 'tool.ended' ? fact.result.outcome : undefined;
  };
  assert.equal(outcomeOf({ tool_name: 'Bash', tool_response: 'error: x' }), 'unknown');
  assert.equal(outcomeOf({ tool_name: 'Bash', tool_response: '' }), 'unknown');
  assert.equal(outcomeOf({ tool_name: 'apply_patch', tool_response: 'Exit code: 0\nOutput:\n' }), 'ok');
  assert.equal(outcomeOf({ tool_name: 'mcp__a__b', tool_response: { content: [] } }), 'ok');
  assert.equal(outcomeOf({ tool_name: 'mcp__a__b', tool_response: { content: [], isError: true } }), 'error');
});

test('notify tells the end of a turn', () => {
  const fact = factOf({ type: 'agent-turn-complete', 'thread-id': 'root-0001', 'turn-id': 'turn-1', cwd: '/p', 'last-assistant-message': 'done' });
  assert.ok(fact?.type === 'turn.ended');
  assert.deepEqual([fact.sessionId, fact.turnKey, fact.reason, fact.answer], ['root-0001', 'turn-1', 'ok', 'done']);
  const title = { type: 'agent-turn-complete', 'thread-id': 'root-0002', 'turn-id': 't', 'input-messages': ['Generate a concise, single-line task title of at most 36 characters.\n\nUser prompt:\nhi'] };
  assert.deepEqual(parsePayload(event(title)), { problems: [] }, 'a title is nobody\'s turn');
});

test('the model is a fact of the session only where it starts: it may change', () => {
  const seen = (name: string): Fact | undefined => parsePayload(event({ ...BASE, hook_event_name: name, prompt: 'x' })).value?.find(({ type }) => type === 'session.seen');
  const [start, prompt] = [seen('SessionStart'), seen('UserPromptSubmit')];
  assert.equal(start?.type === 'session.seen' ? start.model : '', 'gpt-5.5');
  assert.equal(prompt?.type === 'session.seen' ? prompt.model : '', undefined);
  assert.notEqual(start?.key, prompt?.key);
});

test('what cannot be used is a problem', () => {
  const codes = (payload: object | string): string[] => parsePayload(event(payload)).problems.map(({ code }) => code);
  assert.deepEqual(codes('{'), ['bad-json']);
  assert.deepEqual(codes('[]'), ['payload-not-an-object']);
  assert.deepEqual(codes({ ...BASE, hook_event_name: 'Moon' }), ['unknown-hook-event']);
  assert.deepEqual(codes({ ...BASE, hook_event_name: 'toString' }), ['unknown-hook-event']);
  assert.deepEqual(codes({ hook_event_name: 'Stop' }), ['no-session-id']);
  assert.deepEqual(codes(`${'['.repeat(300)}${']'.repeat(300)}`), ['too-deep']);
});
