import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { createTranscriptReader } from '#spoor/agents/claude-code/transcript.ts';
import { toFailure } from '#spoor/agents/claude-code/tool-results.ts';
import { parseToolRequest } from '#spoor/agents/claude-code/tools.ts';
import type { Fact, FactOf, FactType } from '#spoor/core/fact.ts';
import type { Problem } from '#spoor/core/problem.ts';

const FIXTURES = join(import.meta.dirname, '..', '..', 'fixtures', 'agents', 'claude-code');

type Line = Record<string, unknown> | string;

function read(lines: readonly Line[], isSubagent = false): { facts: Fact[]; problems: Problem[] } {
  const reader = createTranscriptReader('s', { isSubagent });
  const problems = lines.flatMap((line, order) => reader.add(typeof line === 'string' ? line : JSON.stringify(line), order));
  return { facts: reader.finish().facts, problems };
}

function only<T extends FactType>(facts: readonly Fact[], type: T): FactOf<T>[] {
  return facts.filter((fact): fact is FactOf<T> => fact.type === type);
}

let ids = 0;
function user(content: unknown, more: Record<string, unknown> = {}): Line {
  return { type: 'user', uuid: `u${++ids}`, timestamp: '2026-01-01T00:00:00.000Z', message: { role: 'user', content }, ...more };
}

function answer(id: string, content: unknown[], more: { usage?: object; stop?: string | null; model?: string; at?: string; extra?: object } = {}): Line {
  const { usage = { input_tokens: 1, output_tokens: 1 }, stop = null, model = 'claude-opus-5-5', at = '2026-01-01T00:00:01.000Z' } = more;
  return { type: 'assistant', uuid: `a${++ids}`, timestamp: at, message: { id, model, content, usage, stop_reason: stop }, ...more.extra };
}

const text = (value: string): object => ({ type: 'text', text: value });

test('an answer written line by line is one: its blocks together, the last usage, the last moment', () => {
  const { facts } = read([
    user('hi'),
    answer('m', [text('a')], { usage: { input_tokens: 5, cache_read_input_tokens: 100, cache_creation_input_tokens: 20, output_tokens: 1 } }),
    answer('m', [{ type: 'tool_use', id: 't', name: 'Bash', input: { command: 'ls' } }], { usage: { input_tokens: 5, cache_read_input_tokens: 100, cache_creation_input_tokens: 20, output_tokens: 77, output_tokens_details: { thinking_tokens: 9 } }, stop: 'tool_use', at: '2026-01-01T00:00:02.500Z' }),
  ]);
  const [one, two] = only(facts, 'model.answered');
  assert.equal(two, undefined);
  assert.deepEqual(one?.usage, { inputTokens: 125, outputTokens: 77, cacheReadTokens: 100, cacheCreationTokens: 20, reasoningTokens: 9 });
  assert.deepEqual([one?.text, one?.callIds, one?.finishReasons, one?.endedAt], ['a', ['t'], ['tool_use'], 1767225602500000000n]);
});

test('a line of an answer that tells less than one before it was repeated, and takes no tokens away', () => {
  const { facts } = read([user('hi'), answer('m', [text('a')], { usage: { input_tokens: 5, output_tokens: 77 } }), answer('m', [], { usage: { input_tokens: 5, output_tokens: 1 } })]);
  assert.deepEqual(only(facts, 'model.answered').map(({ usage }) => usage), [{ inputTokens: 5, outputTokens: 77 }]);
});

test('a copy in a fork that was given an id of its own is known by that of its original', () => {
  const { facts } = read([user('hi', { uuid: 'new', forkedFrom: { sessionId: 'o', messageUuid: 'old' } }), user('on', { uuid: 'own' })]);
  assert.deepEqual(only(facts, 'turn.started').map(({ messageId }) => messageId), ['old', 'own']);
});

test('what is not told is absent, and what is no count is not taken for one', () => {
  const usage = { input_tokens: -3, output_tokens: 1.5, cache_read_input_tokens: '7', cache_creation_input_tokens: 1e300 };
  assert.equal(only(read([user('x'), answer('m', [], { usage })]).facts, 'model.answered')[0]?.usage, undefined);
  const partly = only(read([user('x'), answer('m', [], { usage: { output_tokens: 4 } })]).facts, 'model.answered')[0];
  assert.deepEqual(partly?.usage, { outputTokens: 4 });
});

test('lines told again, as a resume does, are told once; a result may stand before its call', () => {
  const result = user([{ type: 'tool_result', tool_use_id: 't', content: 'ok' }], { toolUseResult: { type: 'create', filePath: '/x' } });
  const lines = [user('hi'), result, answer('m', [{ type: 'tool_use', id: 't', name: 'Write', input: { file_path: '/x', content: '' } }]), answer('n', [text('done')])];
  const once = read(lines).facts;
  assert.deepEqual(read([...lines, ...lines]).facts, once);
  assert.deepEqual(only(once, 'tool.called')[0]?.tool.files, [{ path: '/x', operation: 'create' }]);
  assert.equal(only(once, 'tool.ended')[0]?.result.outcome, 'ok');
});

test('a call that ran and was stopped is no refusal, though it is told as one, where the version tells refusals apart', () => {
  const outcome = (more: Record<string, unknown>): unknown => {
    const result = user([{ type: 'tool_result', tool_use_id: 't', content: "The user doesn't want to proceed with this tool use.", is_error: true }], { toolUseResult: 'User rejected tool use', toolDenialKind: 'user-rejected', ...more });
    return only(read([user('hi'), answer('m', [{ type: 'tool_use', id: 't', name: 'Bash', input: { command: 'sleep 60' } }]), result]).facts, 'tool.ended')[0]?.result.outcome;
  };
  assert.equal(outcome({ version: '2.1.330' }), 'cancelled');
  assert.equal(outcome({ version: '2.10.0' }), 'cancelled');
  assert.equal(outcome({ version: '2.1.330', toolDenialBeforeRun: true }), 'denied');
  assert.equal(outcome({ version: '2.1.330', permissionDecision: { decision: 'reject', source: 'config' } }), 'denied');
  assert.equal(outcome({ version: '2.1.330', toolDenialKind: 'permission-rule' }), 'denied');
  assert.equal(outcome({ version: '2.1.240' }), 'denied');
  assert.equal(outcome({}), 'denied');
});

test('what opens a turn: a prompt, a slash command that a model answers, a word of a background task; not what Claude Code writes itself', () => {
  const { facts } = read([
    user('one'), answer('m1', [text('a')]),
    user('<command-name>/model</command-name><command-args>x</command-args>'), user('<local-command-stdout>ok</local-command-stdout>'),
    user('<command-message>fix</command-message>\n<command-name>/fix</command-name>\n<command-args>it all</command-args>'), user('the text of the command', { isMeta: true }), answer('m2', [text('b')]),
    user('summary', { isCompactSummary: true }), user('<bash-input>ls</bash-input>'), user('<bash-stdout>x</bash-stdout>'),
    user('<task-notification>\n<task-id>x</task-id></task-notification>', { origin: { kind: 'task-notification' } }), answer('m3', [text('c')]),
    user('<command-name>/compact</command-name>'),
    user('a sidechain of an old version', { isSidechain: true }),
  ]);
  const turns = only(facts, 'turn.started');
  assert.deepEqual(turns.map(({ prompt }) => prompt), ['one', '/fix it all', '<task-notification>\n<task-id>x</task-id></task-notification>']);
  assert.equal(turns[1]?.extra?.['claude_code.command.name'], 'fix');
  assert.equal(turns[2]?.extra?.['claude_code.prompt.origin'], 'task-notification');
});

test('a subagent has one task: what else comes to it comes in the middle', () => {
  const { facts } = read([user('task', { isSidechain: true, agentId: 'x' }), answer('m', [text('a')]), user('and this'), answer('n', [text('b')], { stop: 'end_turn' })], true);
  assert.equal(only(facts, 'turn.started').length, 1);
  assert.deepEqual(only(facts, 'context.changed').map(({ change, text: words }) => [change, words]), [['steering', 'and this']]);
  assert.deepEqual(only(facts, 'turn.ended').map(({ reason, stopMayFollow }) => [reason, stopMayFollow]), [['ok', true]]);
});

test('how a turn ended: by a record, by an interruption, by an error that no answer followed, by the next prompt', () => {
  const end = (lines: readonly Line[]): unknown => only(read(lines).facts, 'turn.ended').map(({ reason, errorType }) => errorType ?? reason)[0];
  const duration = { type: 'system', subtype: 'turn_duration', uuid: 'd', durationMs: 5, timestamp: '2026-01-01T00:00:03.000Z' };
  const failed = { type: 'assistant', uuid: 'e', isApiErrorMessage: true, error: 'unknown', message: { id: 'x', model: '<synthetic>', content: [text('API Error')] } };
  assert.equal(end([user('x'), answer('m', [text('a')], { stop: 'end_turn' })]), undefined, 'it may go on');
  assert.equal(end([user('x'), answer('m', [text('a')]), duration]), 'ok');
  assert.equal(end([user('x'), answer('m', [text('a')]), user('[Request interrupted by user]')]), 'cancelled');
  assert.equal(end([user('x'), failed]), 'api_error');
  assert.equal(end([user('x'), failed, answer('m', [text('a')])]), undefined);
  assert.equal(end([user('x'), answer('m', [text('a')]), user('y')]), 'ok');
  assert.equal(end([user('x'), user('y')]), 'unknown');
});

test('an interrupted answer was cut off; a finished one was not; what stands in place of an answer is none', () => {
  const cut = read([user('x'), answer('m', [text('a')]), user('[Request interrupted by user]')]);
  assert.equal(only(cut.facts, 'model.answered')[0]?.outcome, 'cancelled');
  const whole = read([user('x'), answer('m', [text('a')], { stop: 'end_turn' }), user('[Request interrupted by user]')]);
  assert.equal(only(whole.facts, 'model.answered')[0]?.outcome, 'ok');
  assert.deepEqual(only(read([user('x'), answer('m', [text('No response requested.')], { model: '<synthetic>' })]).facts, 'model.answered'), []);
});

test('a stop hook that sends back to work is no end', () => {
  const summary = { type: 'system', subtype: 'stop_hook_summary', uuid: 's1' };
  const { facts } = read([user('x'), answer('m', [text('a')]), user('Stop hook feedback:\nmore', { isMeta: true }), summary]);
  assert.deepEqual(only(facts, 'turn.ended'), []);
});

test('the request is told before its answer: that is when it began', () => {
  const request = { type: 'api-request', id: 'r', timestamp: '2026-01-01T00:00:00.250Z' };
  const { facts } = read([user('x'), request, answer('m', [text('a')], { extra: { requestRef: 'r', requestedModel: 'opus' } })]);
  assert.deepEqual(only(facts, 'model.answered').map(({ startedAt, requestModel, responseModel, provider }) => [startedAt, requestModel, responseModel, provider]), [[1767225600250000000n, 'opus', 'claude-opus-5-5', 'anthropic']]);
});

test('the cloud that answered marks the ids of its messages', () => {
  const { facts } = read([user('x'), answer('msg_bdrk_1', []), answer('msg_vrtx_1', [])]);
  assert.deepEqual(only(facts, 'model.answered').map(({ provider }) => provider), ['aws.bedrock', 'gcp.vertex_ai']);
});

test('verdicts, by what the model was told', () => {
  const verdicts: readonly (readonly [string, object])[] = [
    ["The user doesn't want to proceed with this tool use.", { outcome: 'denied' }],
    ['Claude requested permissions to write to /x, but you have not granted it yet.', { outcome: 'denied' }],
    ['Permission to use Bash has been denied.', { outcome: 'denied' }],
    ['[Request interrupted by user for tool use]', { outcome: 'cancelled' }],
    ['Command timed out after 2m 0.0s', { outcome: 'timeout', errorType: 'timeout' }],
    ['Exit code 3\nno', { outcome: 'error', exitCode: 3 }],
    ['<tool_use_error>InputValidationError: Bash failed</tool_use_error>', { outcome: 'error', errorType: 'invalid_input', errorMessage: 'InputValidationError: Bash failed' }],
    ['<tool_use_error>Error: No such tool available: X</tool_use_error>', { outcome: 'error', errorType: 'tool_use_error' }],
  ];
  for (const [told, expected] of verdicts) assert.deepEqual({ ...toFailure(told), ...expected }, toFailure(told), told);
  assert.equal(toFailure('anything', true).outcome, 'denied');
});

test('what calls say of files, shells, skills, MCP and subagents', () => {
  const about = (name: string, input: unknown): object => {
    const { name: _name, canonicalName: _canonical, input: _input, ...rest } = parseToolRequest(name, input);
    return rest;
  };
  assert.deepEqual(about('Bash', { command: 'ls', description: 'look' }), { shellCommand: 'ls', purpose: 'look' });
  assert.deepEqual(about('Edit', { file_path: '/a' }), { files: [{ path: '/a', operation: 'edit' }] });
  assert.deepEqual(about('Grep', { pattern: 'x' }), {});
  assert.deepEqual(about('Skill', { skill: 'paint' }), { skillName: 'paint' });
  assert.deepEqual(about('mcp__plugin_a_b__do-it', {}), { mcpServer: 'plugin_a_b', mcpTool: 'do-it' });
  assert.deepEqual(about('Task', { subagent_type: 'Explore', prompt: 'go' }), { spawns: [{ name: 'Explore', prompt: 'go' }] });
  assert.equal(parseToolRequest('Task', {}).canonicalName, 'Agent');
  for (const name of ['constructor', '__proto__', 'toString']) assert.deepEqual(about(name, null), {});
});

test('what is not known is counted, once a line', () => {
  const codes = (line: Line): string[] => read([line]).problems.map(({ code }) => code);
  assert.deepEqual(codes('{"type":'), ['bad-json']);
  assert.deepEqual(codes('[]'), ['record-not-an-object']);
  assert.deepEqual(codes({ type: 'something-new' }), ['unknown-record']);
  assert.deepEqual(codes({ type: 'system', subtype: 'something_new' }), ['unknown-record']);
  assert.deepEqual(codes({ type: 'assistant', message: { id: 'm', model: 'x', content: [{ type: 'hologram' }] } }), ['unknown-block']);
  assert.deepEqual(codes({ type: 'user' }), ['no-message']);
  assert.deepEqual(codes(`{"type":"user","message":{"content":"x"},"deep":${'['.repeat(300)}${']'.repeat(300)}}`), ['too-deep']);
  for (const type of ['mode', 'permission-mode', 'file-history-snapshot', 'queue-operation', 'cost-state', 'progress', 'attachment']) assert.deepEqual(codes({ type }), [], type);
});

function fixtureLines(): string[] {
  const files = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.jsonl') && path.includes('projects') && statSync(join(FIXTURES, path)).isFile());
  return files.flatMap((path) => readFileSync(join(FIXTURES, path), 'utf8').split('\n').filter(Boolean));
}

test('no transcript makes it throw: lines cut, mixed, mutated, and values of any kind in any place', () => {
  const lines = fixtureLines();
  const anything = fc.oneof(fc.jsonValue(), fc.constantFrom(null, '', -1, 1e308, [], {}, '__proto__', '\ud800'));
  const changed = fc.tuple(fc.constantFrom(...lines), fc.nat(12), anything).map(([line, at, value]) => {
    const record = JSON.parse(line) as Record<string, unknown>;
    const inner = at % 2 === 0 ? record : ((record.message ?? record.attachment ?? record) as Record<string, unknown>);
    const keys = Object.keys(inner);
    inner[keys[at % keys.length] ?? 'type'] = value;
    return JSON.stringify(record);
  });
  const cut = fc.tuple(fc.constantFrom(...lines), fc.nat(2000)).map(([line, at]) => line.slice(0, at));
  const line = fc.oneof(changed, cut, fc.constantFrom(...lines), fc.json());
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), fc.boolean(), (told, isSubagent) => {
      const { facts, problems } = read(told, isSubagent);
      for (const fact of facts) assert.ok(fact.agent === 'claude-code' && fact.source === 'history' && fact.key !== '');
      assert.equal(new Set(facts.map(({ key }) => key)).size, facts.length);
      for (const { detail } of problems) assert.ok(detail.length < 200);
    }),
    { numRuns: 1500 },
  );
});

test('what a price depends on: how long the cache keeps, searches, the tier, and what old versions worked out themselves', () => {
  const usage = { input_tokens: 5, cache_creation_input_tokens: 20, cache_creation: { ephemeral_5m_input_tokens: 12, ephemeral_1h_input_tokens: 8 }, output_tokens: 1, server_tool_use: { web_search_requests: 2 } };
  const of = (more: object, extra: object = {}): FactOf<'model.answered'> | undefined => only(read([user('x'), answer('m', [], { usage: { ...usage, ...more }, extra })]).facts, 'model.answered')[0];
  assert.deepEqual(of({})?.usage, { inputTokens: 25, outputTokens: 1, cacheCreationTokens: 20, cacheCreation1hTokens: 8, webSearches: 2 });
  const tiers: [object, string | undefined][] = [
    [{ service_tier: 'standard', speed: 'standard', inference_geo: 'not_available' }, undefined], [{ service_tier: null, inference_geo: '' }, undefined], [{ inference_geo: 'global' }, undefined],
    [{ service_tier: 'batch' }, 'batch'], [{ service_tier: 'standard', speed: 'fast' }, 'fast'], [{ inference_geo: 'us' }, 'inference-us'],
  ];
  for (const [more, tier] of tiers) assert.equal(of(more)?.serviceTier, tier);
  assert.deepEqual([of({})?.cost, of({}, { costUSD: 0.0125 })?.cost, of({}, { costUSD: 'much' })?.cost], [undefined, { usd: 0.0125 }, undefined]);
});
