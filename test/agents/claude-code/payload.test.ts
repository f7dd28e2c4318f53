import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isHeadless } from '#spoor/agents/claude-code/is-headless.ts';
import { parsePayload } from '#spoor/agents/claude-code/payload.ts';
import type { HookEvent } from '#spoor/agents/agent.ts';
import type { Fact } from '#spoor/core/fact.ts';

function eventOf(payload: object | string, env: Record<string, string> = {}): HookEvent {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return { agent: 'claude-code', key: 'k', payload: text, truncated: false, at: { unixNano: 1n, source: 'hook' }, order: 1, env };
}

const base = { session_id: 's', cwd: '/w', prompt_id: 'p' };

function told(payload: object, env?: Record<string, string>): Fact[] {
  const { value = [], problems } = parsePayload(eventOf({ ...base, ...payload }, env));
  assert.deepEqual(problems, []);
  return value.filter(({ type }) => type !== 'session.seen');
}

test('a subagent is a session of its own: its payloads name the session that it belongs to', () => {
  const payload = { hook_event_name: 'PreToolUse', tool_name: 'Bash', tool_input: { command: 'ls' }, tool_use_id: 't', agent_id: 'a1', agent_type: 'Explore' };
  const [seen, started] = parsePayload(eventOf({ ...base, ...payload }, { HOME: '/h', PPID: '7' })).value ?? [];
  assert.ok(seen?.type === 'session.seen' && started?.type === 'tool.started');
  assert.deepEqual([seen.sessionId, seen.parent, seen.agentName, seen.agentPid], ['a1', { sessionId: 's', relation: 'subagent' }, 'Explore', 7]);
  assert.deepEqual(seen.agentEnvironment, { HOME: '/h', CLAUDE_CODE_SESSION_ID: 's' });
  assert.deepEqual([started.sessionId, started.tool.callId, started.tool.shellCommand], ['a1', 't', 'ls']);
});

test('the summariser of a compaction stops without a name: it is no subagent', () => {
  assert.deepEqual(told({ hook_event_name: 'SubagentStop', agent_id: 'acompact', agent_type: '' }), []);
  assert.equal(parsePayload(eventOf({ ...base, hook_event_name: 'SubagentStop', agent_id: 'acompact' })).value?.[0]?.sessionId, 's');
});

test('a call that starts subagents names them; the tool is measured without the wait for a person', () => {
  const [ended] = told({ hook_event_name: 'PostToolUse', tool_name: 'Agent', tool_input: {}, tool_use_id: 't', tool_response: { status: 'async_launched', agentId: 'a1' }, duration_ms: 12 });
  assert.ok(ended?.type === 'tool.ended');
  assert.deepEqual([ended.result.started, ended.result.durationNano, ended.result.outcome], [['a1'], 12_000_000n, 'ok']);
});

test('a failed call, an interrupted one, one that was refused', () => {
  const outcome = (payload: object): unknown => told({ tool_name: 'Bash', tool_input: {}, tool_use_id: 't', ...payload }).map((fact) => fact.type === 'tool.ended' && [fact.result.outcome, fact.result.exitCode])[0];
  assert.deepEqual(outcome({ hook_event_name: 'PostToolUseFailure', error: 'Exit code 3\nno' }), ['error', 3]);
  assert.deepEqual(outcome({ hook_event_name: 'PostToolUseFailure', error: 'x', is_interrupt: true }), ['cancelled', undefined]);
  assert.deepEqual(outcome({ hook_event_name: 'PermissionDenied', reason: 'x' }), ['denied', undefined]);
});

test('a batch tells the end of each call, and no verdict but a refusal; long results are not kept twice', () => {
  const calls = [{ tool_name: 'Bash', tool_input: {}, tool_use_id: 'a', tool_response: 'x'.repeat(5000) }, { tool_name: 'Bash', tool_input: {}, tool_use_id: 'b', tool_response: 'Claude requested permissions to use Bash' }, { tool_name: 'Bash' }, 7];
  const facts = told({ hook_event_name: 'PostToolBatch', tool_calls: calls });
  assert.deepEqual(facts.map((fact) => fact.type === 'tool.ended' && [fact.key, fact.result.outcome, fact.result.output?.length]), [['k:a', 'unknown', undefined], ['k:b', 'denied', 40]]);
});

test('a permission is asked for by name and input', () => {
  const [asked] = told({ hook_event_name: 'PermissionRequest', tool_name: 'Bash', tool_input: { command: 'rm x' } });
  assert.ok(asked?.type === 'permission.asked');
  assert.deepEqual([asked.callIds, asked.tool?.canonicalName, asked.tool?.shellCommand], [[], 'Bash', 'rm x']);
});

test('ends: of a turn, of a failed one, of the session with whatever ran', () => {
  assert.deepEqual(told({ hook_event_name: 'Stop', last_assistant_message: 'bye' }).map((fact) => fact.type === 'turn.ended' && [fact.reason, fact.answer]), [['ok', 'bye']]);
  assert.deepEqual(told({ hook_event_name: 'StopFailure', error: 'unknown', error_details: 'e' }).map((fact) => fact.type === 'turn.ended' && [fact.reason, fact.errorType, fact.errorMessage]), [['error', 'api_error', 'e']]);
  assert.deepEqual(told({ hook_event_name: 'SessionEnd' }).map((fact) => fact.type === 'turn.ended' && fact.isSessionEnd), [true]);
});

test('a plugin and the settings tell on two channels; what cannot be used is a problem, and nothing throws', () => {
  assert.equal(told({ hook_event_name: 'Stop' }, { SPOOR_HOOK_CHANNEL: 'plugin' })[0]?.channel, 'plugin');
  const code = (payload: object | string, env?: Record<string, string>): unknown => parsePayload(eventOf(payload, env)).problems.map((problem) => problem.code)[0];
  assert.equal(code('{'), 'bad-json');
  assert.equal(code('[]'), 'payload-not-an-object');
  assert.equal(code({ session_id: 's', hook_event_name: 'Nothing Known' }), 'unknown-hook-event');
  assert.equal(code({ hook_event_name: 'Stop' }), 'no-session-id');
  assert.equal(code({ hook_event_name: 'Stop' }, { CLAUDE_CODE_SESSION_ID: 's' }), undefined);
  assert.equal(code({ session_id: 's' }, { SPOOR_HOOK_EVENT: 'Stop' }), undefined);
});

test('whether a person sits before it', () => {
  const processes = (line: string): string[][] => [line.split(' ')];
  assert.equal(isHeadless(eventOf('', { CLAUDE_CODE_ENTRYPOINT: 'sdk-cli' }), []), true);
  assert.equal(isHeadless(eventOf('', { CLAUDE_CODE_ENTRYPOINT: 'cli' }), processes('claude -p x')), false);
  assert.equal(isHeadless(eventOf(''), processes('/usr/bin/claude -p hello')), true);
  assert.equal(isHeadless(eventOf(''), processes('node /lib/claude-code/cli.js --print')), true);
  assert.equal(isHeadless(eventOf(''), processes('claude hello')), false);
  assert.equal(isHeadless(eventOf(''), processes('bash -p')), false);
});
