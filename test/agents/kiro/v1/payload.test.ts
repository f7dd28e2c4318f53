import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { HookEvent } from '#spoor/agents/agent.ts';
import { isProvisional, parsePayload } from '#spoor/agents/kiro/payload.ts';
import type { Fact } from '#spoor/core/fact.ts';

function event(payload: string, env: Record<string, string> = { KIRO_SESSION_ID: 'loom' }): HookEvent {
  return { agent: 'kiro', key: 'k1', payload, truncated: false, at: { unixNano: 5n, source: 'hook' }, order: 7, env };
}

function parse(payload: Record<string, unknown>, env?: Record<string, string>): Fact[] {
  const { value = [], problems } = parsePayload(event(JSON.stringify({ cwd: '/w', ...payload }), env));
  assert.deepEqual(problems, []);
  return value;
}

const after = (response: unknown): Fact | undefined => parse({ hook_event_name: 'postToolUse', tool_name: 'execute_bash', tool_input: { command: 'ls', summary: 'Look' }, tool_response: response })[1];

test('the session is the one in the environment', () => {
  assert.deepEqual(parse({ hook_event_name: 'postFileSave', prompt: 'Weave.' }).map((fact) => [fact.type, fact.sessionId]), [['session.seen', 'loom']]);
});

test('a spawn tells that a process took the session up, and nothing of when the session began', () => {
  const [, spawn] = parse({ hook_event_name: 'agentSpawn' });
  assert.ok(spawn?.type === 'session.seen' && spawn.process);
  assert.deepEqual([spawn.sessionId, spawn.process.change, spawn.at], ['loom', 'began', undefined]);
});

test('a hook after a tool tells success and failure, each in V1\'s shape', () => {
  const good = after({ success: true, result: ['a\n', { exit_status: '0', stdout: 'b', stderr: '' }] });
  assert.ok(good?.type === 'tool.ended' && good.tool?.canonicalName === 'shell' && good.tool.purpose === 'Look' && good.tool.shellCommand === 'ls');
  assert.equal(good.result.outcome, 'ok');
  assert.match(good.result.output ?? '', /^a\n/);
  const bad = after({ success: false, error: ['No such file'] });
  assert.ok(bad?.type === 'tool.ended');
  assert.deepEqual(bad.result, { outcome: 'error', errorType: 'tool_error', errorMessage: 'No such file', output: 'No such file' });
});

test('words of the agent\'s own in the place of a prompt open no turn', () => {
  for (const prompt of ['I deny this tool request. Ask a follow up question', 'The user interrupted the tool execution.']) {
    assert.deepEqual(parse({ hook_event_name: 'userPromptSubmit', prompt }).map((fact) => fact.type), ['session.seen']);
  }
});

test('without any session, hooks of one process in one folder belong together', () => {
  const idOf = (pid: string, cwd: string): string => parse({ hook_event_name: 'stop', cwd }, { PPID: pid, KIRO_SESSION_ID: '' })[0]?.sessionId ?? '';
  assert.equal(idOf('12', '/w'), idOf('12', '/w'));
  assert.equal(new Set([idOf('12', '/w'), idOf('12', '/x'), idOf('13', '/w')]).size, 3);
  assert.ok(isProvisional(idOf('12', '/w')) && !isProvisional('6d0f9f0e-8a4b-4a52-9b51-0c9a2d3f1a11'));
  assert.deepEqual(parsePayload(event('{"hook_event_name":"stop"}', { PPID: 'x; rm' })).problems.map((problem) => problem.code), ['no-session-id']);
});

test('the folders that the agent was told of are kept for finding its history', () => {
  const env = { KIRO_SESSION_ID: 'loom', HOME: '/h', KIRO_DATA_DIR: '/d', XDG_DATA_HOME: '/x', PATH: '/bin' };
  const [seen] = parse({ hook_event_name: 'stop' }, env);
  assert.deepEqual(seen?.type === 'session.seen' && seen.agentEnvironment, { HOME: '/h', KIRO_DATA_DIR: '/d', XDG_DATA_HOME: '/x' });
});

test('no payload makes it throw, and what is refused is a problem', () => {
  const whole = JSON.stringify({ hook_event_name: 'postToolUse', cwd: '/w', tool_name: 'fs_write', tool_input: { command: 'create', path: 'a', summary: 'b' }, tool_response: { success: false, error: ['c', { d: 1 }] } });
  const envs = fc.constantFrom<Record<string, string>>({}, { PPID: '7' }, { KIRO_SESSION_ID: 'loom' }, { KIRO_SESSION_ID: '../x', PPID: '7' });
  fc.assert(
    fc.property(fc.nat(whole.length), fc.string({ maxLength: 6 }), fc.nat(12), fc.jsonValue(), envs, (at, words, drop, value, env) => {
      const bent = JSON.stringify({ hook_event_name: 'postToolUse', tool_name: value, tool_input: value, tool_response: { success: value, result: value, error: value } });
      for (const payload of [whole.slice(0, at) + words + whole.slice(at + drop), bent, JSON.stringify(value)]) {
        const { value: facts = [], problems } = parsePayload(event(payload, env));
        assert.ok(facts.length > 0 || problems.length > 0);
        for (const fact of facts) assert.ok(fact.sessionId !== '');
      }
    }),
    { numRuns: 3000 },
  );
});
