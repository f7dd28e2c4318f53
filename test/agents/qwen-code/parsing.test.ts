import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { HookEvent } from '#spoor/agents/agent.ts';
import { qwenHistory } from '#spoor/agents/qwen-code/history.ts';
import { isHeadless } from '#spoor/agents/qwen-code/is-headless.ts';
import { parsePayload } from '#spoor/agents/qwen-code/payload.ts';
import { createChatReader } from '#spoor/agents/qwen-code/records.ts';
import { parseHistoryResult, parseToolRequest } from '#spoor/agents/qwen-code/tools.ts';
import type { Fact, FactOf, FactType } from '#spoor/core/fact.ts';

const HOME = join(import.meta.dirname, '..', '..', 'fixtures', 'agents', 'qwen-code', 'chats', 'home');
const CHATS = join(HOME, '.qwen', 'projects', '-home-ann-pond', 'chats');
const SESSION = '5a000001-1111-4111-8111-aaaaaaaaaaaa';
const AT = '2026-04-06T10:00:00.000Z';

function event(payload: object, env: Record<string, string> = {}): HookEvent {
  return { agent: 'qwen-code', key: 'k1', payload: JSON.stringify({ session_id: 's', ...payload }), truncated: false, at: { unixNano: BigInt(Date.parse(AT)) * 1_000_000n, source: 'hook' }, order: 7, env };
}

function told(payload: object, env: Record<string, string> = {}): Fact | undefined {
  const { value, problems } = parsePayload(event(payload, env));
  assert.deepEqual(problems, []);
  return value?.find(({ type }) => type !== 'session.seen');
}

function read(records: object[], isSubagent = false): Fact[] {
  const reader = createChatReader('s', { isSubagent, spawned: new Map() });
  records.forEach((record, order) => assert.deepEqual(reader.add(JSON.stringify({ uuid: `u${order}`, sessionId: 's', timestamp: AT, cwd: '/p', version: '1', ...record }), order), []));
  return reader.finish().facts;
}

function only<T extends FactType>(facts: readonly Fact[], type: T): FactOf<T>[] {
  return facts.filter((fact): fact is FactOf<T> => fact.type === type);
}

const says = (text: string, more: object = {}): object => ({ type: 'user', message: { role: 'user', parts: [{ text }] }, ...more });
const answers = (parts: object[], more: object = {}): object => ({ type: 'assistant', model: 'm', message: { role: 'model', parts }, ...more });
const measured = (name: string, more: object = {}): object => ({ type: 'system', subtype: 'ui_telemetry', systemPayload: { uiEvent: { 'event.name': `qwen-code.${name}`, prompt_id: 's########0', ...more } } });

test('a prompt is one that was submitted: the hook runs with an empty one, too', () => {
  const prompt = told({ hook_event_name: 'UserPromptSubmit', prompt: 'p', submitted_prompt: 'typed' });
  assert.equal(prompt?.type === 'turn.started' && prompt.prompt, 'typed');
  assert.equal(told({ hook_event_name: 'UserPromptSubmit', prompt: '' }), undefined);
});

test("the prompt's id is a turn's only with its process, and whatever woke the agent again", () => {
  const key = (promptId: string, pid: string): unknown => told({ hook_event_name: 'Stop', prompt_id: promptId }, { PPID: pid })?.turnKey;
  assert.equal(key('s########0', '7'), key('s########0/automatic/3', '7'));
  assert.notEqual(key('s########0', '7'), key('s########0', '8'));
});

test("a subagent's hooks are its own session's; a stop with tasks in the background ends nothing", () => {
  const { value } = parsePayload(event({ hook_event_name: 'SubagentStart', agent_id: 'Explore-call_1' }));
  assert.deepEqual(value?.map((fact) => [fact.type, fact.sessionId]), [['session.seen', 's'], ['session.seen', 'Explore-call_1'], ['turn.started', 'Explore-call_1']]);
  assert.equal(told({ hook_event_name: 'Stop', background_tasks: [{}] }), undefined);
  assert.equal(told({ hook_event_name: 'Stop', background_tasks: [{ status: 'completed' }, { status: 'running' }] }), undefined);
  assert.equal(told({ hook_event_name: 'Stop', background_tasks: [{ status: 'completed' }, { status: 'failed' }, { status: 'cancelled' }] })?.type, 'turn.ended');
});

test('a call is known by the id of the service, in hooks as in the history', () => {
  const fact = told({ hook_event_name: 'PreToolUse', tool_name: 'agent', tool_input: { subagent_type: 'Explore', prompt: 'p' }, tool_use_id: 'toolu_1', tool_call_id: 'call_1' });
  assert.ok(fact?.type === 'tool.started');
  assert.equal(fact.tool.callId, 'call_1');
  assert.deepEqual(fact.tool.spawns, [{ name: 'Explore', prompt: 'p', sessionId: 'Explore-call_1' }]);
});

test("tools' verdicts: failed, stopped, refused", () => {
  const hook = (more: object): unknown => {
    const fact = told({ hook_event_name: 'PostToolUseFailure', tool_name: 'run_shell_command', tool_call_id: 'c', error: 'Exit Code: 3', duration_ms: 9, ...more });
    return fact?.type === 'tool.ended' && [fact.result.outcome, fact.result.exitCode, fact.result.durationNano];
  };
  assert.deepEqual(hook({}), ['error', 3, 9_000_000n]);
  assert.deepEqual(hook({ is_interrupt: true }), ['cancelled', 3, 9_000_000n]);
  assert.equal(parseHistoryResult({ status: 'cancelled' }, undefined, 'edit', 'reject').outcome, 'denied');
  assert.equal(parseHistoryResult({ status: 'cancelled' }, undefined, 'edit').outcome, 'cancelled');
  assert.deepEqual(parseHistoryResult({ status: 'error', errorType: 'execution_denied' }, { error: 'denied by permission rules' }, 'edit'), { outcome: 'denied', output: 'denied by permission rules' });
  assert.equal(parseHistoryResult({}, { output: '' }, 'edit').outcome, 'ok');
  assert.equal(parseHistoryResult({}, undefined, 'edit').outcome, 'unknown');
  assert.equal(parseHistoryResult({ status: 'success', resultDisplay: { exitCode: 0 } }, { output: 'x' }, 'run_shell_command').exitCode, 0);
  assert.deepEqual([parseToolRequest('mcp__a_b__c', {}).mcpServer, parseToolRequest('mcp__a_b__c', {}).mcpTool], ['a_b', 'c']);
});

test('who opens a turn: a person; not a notice, a wake-up, or a word in the middle', () => {
  const facts = read([says('one', { provenance: 'real_user' }), says('n', { provenance: 'system', subtype: 'notification' }), says('m', { subtype: 'mid_turn_user_message', systemPayload: { displayText: 'also' } }), says('g', { provenance: 'goal_runtime', subtype: 'goal_runtime' }), says('old build')]);
  assert.deepEqual(only(facts, 'turn.started').map(({ prompt }) => prompt), ['one', 'old build']);
  assert.deepEqual(only(facts, 'context.changed').map(({ change, text }) => [change, text]), [['steering', 'also']]);
  assert.deepEqual(only(read([says('task', { provenance: 'system' }), says('more')], true), 'turn.started').map(({ prompt }) => prompt), ['task']);
});

test('tokens: thoughts are counted once, wherever the service counts them', () => {
  const usage = (usageMetadata: object): unknown => only(read([says('x'), answers([{ text: 'y' }], { usageMetadata })]), 'model.answered')[0]?.usage;
  assert.deepEqual(usage({ promptTokenCount: 100, candidatesTokenCount: 20, thoughtsTokenCount: 5, cachedContentTokenCount: 60, totalTokenCount: 120 }), { inputTokens: 100, outputTokens: 20, cacheReadTokens: 60, reasoningTokens: 5 });
  assert.deepEqual(usage({ promptTokenCount: 100, candidatesTokenCount: 20, thoughtsTokenCount: 5, totalTokenCount: 125 }), { inputTokens: 100, outputTokens: 25, reasoningTokens: 5 });
  assert.equal(usage({ promptTokenCount: 0, candidatesTokenCount: 0 }), undefined);
});

test('a measure is of the answer behind it; one without an answer is an answer', () => {
  const facts = read([says('x'), measured('api_response', { response_id: 'r1', duration_ms: 100, input_token_count: 5, output_token_count: 1, model: 'm' }), measured('api_response', { response_id: 'r2', duration_ms: 40, ttft_ms: 7 }), answers([{ text: 'y' }]), measured('api_error', { error_type: 'rate_limit', error_message: 'slow down' })]);
  const chats = only(facts, 'model.answered');
  assert.deepEqual(chats.map(({ responseId, outcome, errorType, usage }) => [responseId, outcome, errorType, usage?.inputTokens]), [['r1', 'ok', undefined, 5], ['r2', 'ok', undefined, undefined], ['u4', 'error', 'rate_limit', undefined]]);
  assert.equal(chats[1]?.timeToFirstChunkNano, 7_000_000n);
  assert.equal((chats[1]?.endedAt ?? 0n) - (chats[1]?.startedAt ?? 0n), 40_000_000n);
  assert.deepEqual(only(facts, 'turn.ended').map(({ reason, errorType, isTentative }) => [reason, errorType, isTentative]), [['error', 'rate_limit', true]]);
});

test('a measure at the end of the file is of an answer that is being written: the reading is not whole, and nothing is made up', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-qwen-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 's.jsonl');
  const records = [says('x'), measured('api_response', { response_id: 'r1', input_token_count: 5, output_token_count: 1 }), answers([{ text: 'y' }])];
  const readFirst = (count: number): unknown => {
    writeFileSync(path, records.slice(0, count).map((record, order) => `${JSON.stringify({ uuid: `u${order}`, timestamp: AT, ...record })}\n`).join(''));
    const { facts, isComplete } = qwenHistory.read({ sessionId: 's', files: [{ path, size: 1, modifiedMillis: 1, inode: 1 }], modifiedMillis: 1 });
    return [isComplete, only(facts, 'model.answered').map(({ messageId, responseId }) => [messageId, responseId])];
  };
  assert.deepEqual(readFirst(2), [false, []]);
  assert.deepEqual(readFirst(3), [true, [['u2', 'r1']]]);
});

test('a request on the side is one, and ends nothing; one of a subagent counts where its file is not there', () => {
  const lines = [says('x'), measured('api_response', { response_id: 'r' }), answers([{ text: 'y' }]), measured('api_response', { response_id: 'title', prompt_id: 'session-title', input_token_count: 9 }), measured('api_response', { response_id: 'sub', prompt_id: 's#Explore-call_1#0', input_token_count: 7 })];
  const responses = (spawned: ReadonlyMap<string, string>): unknown[] => {
    const reader = createChatReader('s', { isSubagent: false, spawned });
    lines.forEach((record, order) => assert.deepEqual(reader.add(JSON.stringify({ uuid: `u${order}`, timestamp: AT, ...record }), order), []));
    const { facts } = reader.finish();
    assert.deepEqual(only(facts, 'turn.ended').map(({ reason }) => reason), ['ok']);
    return only(facts, 'model.answered').map(({ responseId, usage }) => [responseId, usage?.inputTokens]);
  };
  assert.deepEqual(responses(new Map()), [['r', undefined], ['title', 9], ['sub', 7]]);
  assert.deepEqual(responses(new Map([['call_1', 'Explore-call_1']])), [['r', undefined], ['title', 9]]);
});

test("a subagent's answer may stand in several records of one round; its sidecar tells how it ended", () => {
  const round = { agentRunId: 'r', agentRound: 1 };
  const records = [says('task'), answers([], { ...round, usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 1 } }), answers([{ functionCall: { id: 'c', name: 'glob', args: {} } }], round)];
  const chats = only(read(records, true), 'model.answered');
  assert.deepEqual(chats.map(({ callIds, usage }) => [callIds, usage?.inputTokens]), [[['c'], 3]]);
  // Newer builds name the round with the usage alone.
  const words = answers([{ functionCall: { id: 'c', name: 'glob', args: {} } }]);
  const [task, usage] = records;
  const result = { type: 'tool_result', message: { role: 'user', parts: [{ functionResponse: { id: 'c', response: { output: 'x' } } }] }, toolCallResult: { callId: 'c', durationMs: 4 } };
  const last = answers([{ text: 'done' }], { agentRunId: 'r', agentRound: 2, usageMetadata: { promptTokenCount: 4, candidatesTokenCount: 1 } });
  const told = read([task ?? {}, usage ?? {}, words, result, last, answers([{ text: 'more' }])], true);
  assert.deepEqual(only(told, 'model.answered').map(({ callIds, usage: tokens, text }) => [callIds, tokens?.inputTokens, text]), [[['c'], 3, undefined], [[], 4, 'done'], [[], undefined, 'more']]);
  assert.deepEqual(only(told, 'tool.ended').map((fact) => fact.result.outcome), ['ok']);
  const ends = (meta?: Record<string, unknown>): unknown[] => {
    const reader = createChatReader('s', { isSubagent: true, spawned: new Map(), ...(meta ? { meta } : {}) });
    records.forEach((record, order) => reader.add(JSON.stringify({ uuid: `u${order}`, timestamp: AT, ...record }), order));
    return only(reader.finish().facts, 'turn.ended').map(({ reason, isTentative }) => [reason, isTentative]);
  };
  const models = (meta: Record<string, unknown>): unknown[] => {
    const reader = createChatReader('s', { isSubagent: true, spawned: new Map(), meta });
    [says('task'), { type: 'assistant', message: { role: 'model', parts: [{ text: 'y' }] } }].forEach((record, order) => reader.add(JSON.stringify({ uuid: `u${order}`, timestamp: AT, ...record }), order));
    return only(reader.finish().facts, 'model.answered').map(({ requestModel }) => requestModel);
  };
  assert.deepEqual(models({ model: 'qwen-pike' }), ['qwen-pike']);
  assert.deepEqual(models({ model: 7 }), [undefined]);
  assert.deepEqual(ends({ status: 'failed' }), [['error', undefined]]);
  assert.deepEqual(ends({ status: 'running' }), []);
  assert.deepEqual(ends(), [['unknown', true]]);
});

test('a fork names its origin, a subagent its parent, and every way of naming where they stand finds them', () => {
  const environment = { home: HOME, env: {}, platform: 'linux' as const };
  assert.deepEqual(qwenHistory.find(environment, '5a000002-2222-4222-8222-bbbbbbbbbbbb')?.parent, { sessionId: SESSION, relation: 'fork' });
  assert.deepEqual(qwenHistory.find(environment, 'Explore-call_q8')?.parent, { sessionId: SESSION, relation: 'subagent' });
  assert.deepEqual(qwenHistory.findChildren?.(environment, SESSION, 0).map(({ sessionId }) => sessionId).sort(), ['Explore-call_q8', 'general-purpose-call_q9']);
  for (const from of [HOME, join(HOME, '.qwen'), join(HOME, '.qwen', 'projects'), join(CHATS, '..'), CHATS, join(CHATS, `${SESSION}.jsonl`)]) {
    assert.equal(qwenHistory.discover({ env: {}, platform: 'linux' }, from).sources.length, 4, from);
  }
  assert.equal(qwenHistory.find({ ...environment, home: '/nowhere', env: { QWEN_RUNTIME_DIR: join(HOME, '.qwen') } }, SESSION)?.sessionId, SESSION);
});

test('no line makes the reader throw, and a line is understood or a problem', () => {
  const lines = readFileSync(join(CHATS, `${SESSION}.jsonl`), 'utf8').split('\n').filter(Boolean);
  const mutated = fc.constantFrom(...lines).chain((line) => fc.tuple(fc.constant(line), fc.nat(line.length), fc.nat(30), fc.string({ maxLength: 12 })));
  fc.assert(
    fc.property(fc.array(mutated, { maxLength: 8 }), fc.array(fc.json(), { maxLength: 4 }), (some, json) => {
      const reader = createChatReader('s', { isSubagent: json.length % 2 === 0, spawned: new Map() });
      let problems = 0;
      [...some.map(([line, at, length, text]) => line.slice(0, at) + text + line.slice(at + length)), ...lines, ...json].forEach((line, order) => (problems += reader.add(line, order).length));
      assert.ok(problems >= json.filter((text) => !text.startsWith('{')).length);
      const keys = reader.finish().facts.map(({ key }) => key);
      assert.equal(new Set(keys).size, keys.length);
    }),
    { numRuns: 300 },
  );
});

test('a run that answers once is told by its flag', () => {
  const headless = (...words: string[]): boolean => isHeadless(event({}), [['sh', '-c', 'x'], words]);
  assert.deepEqual([headless('node', '/usr/bin/qwen', '-p', 'x'), headless('node', '--max-old-space-size=4096', '/usr/bin/qwen', '-p', 'x'), headless('qwen'), headless()], [true, true, false, false]);
});
