import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import type { HookEvent } from '#spoor/agents/agent.ts';
import { createEventReader } from '#spoor/agents/copilot/events.ts';
import { copilotHistory } from '#spoor/agents/copilot/history.ts';
import { isHeadless } from '#spoor/agents/copilot/is-headless.ts';
import { parsePayload } from '#spoor/agents/copilot/payload.ts';
import { parseHistoryResult, parseHookResult, parseToolRequest } from '#spoor/agents/copilot/tools.ts';
import type { Fact, FactOf, FactType } from '#spoor/core/fact.ts';

const SESSIONS = join(import.meta.dirname, '..', '..', 'fixtures', 'agents', 'copilot', 'sessions', 'home', '.copilot', 'session-state');
const AT = '2026-03-02T09:00:00.000Z';

function event(payload: object, env: Record<string, string> = {}): HookEvent {
  return { agent: 'copilot', key: 'k1', payload: JSON.stringify(payload), truncated: false, at: { unixNano: BigInt(Date.parse(AT)) * 1_000_000n, source: 'hook' }, order: 7, env };
}

let ids = 0;
const line = (type: string, data: object, more: object = {}): object => ({ type, data, id: `e${++ids}`, timestamp: AT, parentId: null, ...more });
const prompt = (text: string, interactionId: string, more: object = {}): object => line('user.message', { content: text, interactionId, delivery: 'idle', ...more });
const answer = (messageId: string, more: object = {}): object => line('assistant.message', { messageId, model: 'm', content: 'fine', toolRequests: [], ...more });

function read(...records: object[]): Fact[] {
  const reader = createEventReader('s');
  records.forEach((record, order) => assert.deepEqual(reader.add(JSON.stringify(record), order), []));
  return reader.finish();
}

function only<T extends FactType>(facts: readonly Fact[], type: T): FactOf<T>[] {
  return facts.filter((fact): fact is FactOf<T> => fact.type === type);
}

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'spoor-copilot-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('both dialects of an event say the same', () => {
  const place = { cwd: '/p' };
  const other = { session_id: 's', timestamp: '2026-03-02T08:59:59.900Z', ...place };
  const own = { sessionId: 's', timestamp: Date.parse('2026-03-02T08:59:59.900Z'), ...place };
  const told = (payload: object, env = {}): unknown => parsePayload(event(payload, env)).value?.map((fact) => ('tool' in fact && fact.tool ? { ...fact, tool: { ...fact.tool, name: '' } } : fact));
  const pairs: [object, string, object][] = [
    [{ hook_event_name: 'UserPromptSubmit', prompt: 'p', ...other }, 'userPromptSubmitted', { prompt: 'p', ...own }],
    [{ hook_event_name: 'PreToolUse', tool_name: 'Read', tool_input: { path: 'x' }, ...other }, 'preToolUse', { toolName: 'view', toolArgs: '{"path":"x"}', ...own }],
    [{ hook_event_name: 'PostToolUse', tool_name: 'Bash', tool_input: {}, tool_result: { result_type: 'success', text_result_for_llm: 'x' }, ...other }, 'postToolUse', { toolName: 'bash', toolArgs: {}, toolResult: { resultType: 'success', textResultForLlm: 'x' }, ...own }],
    [{ hook_event_name: 'SessionEnd', reason: 'error', ...other }, 'sessionEnd', { reason: 'error', ...own }],
  ];
  for (const [payload, name, native] of pairs) assert.deepEqual(told(native, { SPOOR_HOOK_EVENT: name }), told(payload));
});

test('what hooks tell of a subagent is a session of its own, whichever session they name', () => {
  const child = { agent_id: 'c', agent_type: 'explore', parent_agent_id: 's', cwd: '/p' };
  for (const payload of [{ hook_event_name: 'Stop', session_id: 'c', ...child }, { hook_event_name: 'SubagentStop', session_id: 's', ...child }]) {
    const [seen, end] = parsePayload(event(payload)).value ?? [];
    assert.deepEqual(seen?.type === 'session.seen' && [seen.sessionId, seen.parent, seen.agentName], ['c', { sessionId: 's', relation: 'subagent' }, 'explore']);
    assert.deepEqual([end?.type, end?.sessionId], ['turn.ended', 'c']);
  }
});

test('problems are named: no event name, an unknown one, no session', () => {
  const codes = (payload: object, env = {}): string[] => parsePayload(event(payload, env)).problems.map(({ code }) => code);
  assert.deepEqual(codes({ sessionId: 's' }), ['unknown-hook-event']);
  assert.deepEqual(codes({ sessionId: 's', hook_event_name: 'Later' }), ['unknown-hook-event']);
  assert.deepEqual(codes({ hook_event_name: 'Stop' }), ['no-session-id']);
  assert.deepEqual(codes({ sessionId: 's', agentName: 'x' }, { SPOOR_HOOK_EVENT: 'SubagentStart' }), []);
});

test("the agent's own trace is linked, if it is one; where the history stands is taken from the path that the hook is told", () => {
  const links = (traceparent: unknown): unknown => {
    const fact = parsePayload(event({ hook_event_name: 'UserPromptSubmit', session_id: 's', traceparent })).value?.[1];
    return fact?.type === 'turn.started' && fact.links;
  };
  assert.deepEqual(links(`00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`), [{ traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8) }]);
  for (const odd of [undefined, '', 5, `00-${'0'.repeat(32)}-${'cd'.repeat(8)}-01`]) assert.equal(links(odd), undefined);
  const environment = (path: string): unknown => {
    const seen = parsePayload(event({ hook_event_name: 'Stop', session_id: 's', transcript_path: path }, { HOME: '/home/ann' })).value?.[0];
    return seen?.type === 'session.seen' && seen.agentEnvironment;
  };
  assert.deepEqual(environment('/odd/place/session-state/s/events.jsonl'), { HOME: '/home/ann', COPILOT_HOME: '/odd/place' });
  for (const plain of ['/home/ann/.copilot/session-state/s/events.jsonl', '../session-state/s/events.jsonl']) assert.deepEqual(environment(plain), { HOME: '/home/ann' });
});

test('a call: one name for all spellings, its files, shell command, skill, MCP server, subagent', () => {
  for (const [history, hook] of [['bash', 'Bash'], ['view', 'Read'], ['apply_patch', 'Edit'], ['task', 'Agent'], ['srv-add', 'srv-add']] as const) {
    assert.equal(parseToolRequest(history, {}).canonicalName, parseToolRequest(hook, {}).canonicalName);
  }
  assert.deepEqual(parseToolRequest('apply_patch', '*** Begin Patch\n*** Add File: a b\n*** Delete File: c\n').files, [{ path: 'a b', operation: 'create' }, { path: 'c', operation: 'delete' }]);
  assert.deepEqual(parseToolRequest('view', { path: '/x' }).files, [{ path: '/x', operation: 'read' }]);
  assert.equal(parseToolRequest('Bash', { command: 'ls' }).shellCommand, 'ls');
  assert.equal(parseToolRequest('skill', { skill: 'feeding' }).skillName, 'feeding');
  assert.deepEqual(parseToolRequest('task', { prompt: 'Go.', agent_type: 'explore' }).spawns, [{ name: 'explore', prompt: 'Go.' }]);
  const mcp = parseToolRequest('bank-lend', { path: '/x' }, { mcpServer: 'bank', mcpTool: 'lend' });
  assert.deepEqual([mcp.mcpServer, mcp.mcpTool, mcp.files], ['bank', 'lend', undefined]);
});

test("a result is what the agent calls it: an exit code is none, a refusal is told by code or words", () => {
  const outcome = (data: object): unknown[] => [parseHistoryResult(data as Record<string, unknown>)].map((result) => [result.outcome, result.exitCode])[0] ?? [];
  assert.deepEqual(outcome({ success: true, result: { content: 'x\n<shellId: 0 completed with exit code 3>' } }), ['ok', 3]);
  assert.deepEqual(outcome({ success: true, result: { content: 'says: <shellId: 0 completed with exit code 3> and more' } }), ['ok', undefined]);
  assert.deepEqual(outcome({ success: true, result: { content: 'x' }, shellExecution: { exitCode: 0 } }), ['ok', 0]);
  assert.deepEqual(outcome({ success: false, error: { code: 'denied', message: 'x' } }), ['denied', undefined]);
  assert.deepEqual(outcome({ success: false, error: { code: 'failure', message: 'Permission denied' } }), ['error', undefined]);
  assert.deepEqual(outcome({ success: false, error: 'The user rejected this.' }), ['denied', undefined]);
  assert.deepEqual(outcome({}), ['unknown', undefined]);
  assert.equal(parseHookResult({ error: 'no' }).outcome, 'error');
  assert.equal(parseHookResult({ tool_result: { result_type: 'rejected' } }).outcome, 'denied');
  assert.deepEqual([parseHookResult({ tool_response: 'x' }).outcome, parseHookResult({}).outcome], ['ok', 'unknown']);
});

test('a request: its use before or behind its answer, the provider of an own key, and one without an answer', () => {
  const usage = (apiCallId: string, more: object = {}): object => line('session.usage_record', { usage: { apiCallId, model: 'm', inputTokens: 10, outputTokens: 2, cacheReadTokens: 4, cacheWriteTokens: 1, reasoningTokens: 1, ...more } });
  const facts = read(prompt('p', 'i'), usage('a', { isByok: true, providerType: 'azure' }), answer('m1', { apiCallId: 'a', outputTokens: 99 }), answer('m2', { apiCallId: 'b' }), usage('b', { cost: 0.33 }), usage('lost'), answer('m3', { outputTokens: 5 }));
  const told = only(facts, 'model.answered').sort((a, b) => a.order - b.order);
  assert.deepEqual(told.map(({ messageId, responseId }) => [messageId, responseId]), [['m1', 'a'], ['m2', 'b'], ['i:lost', 'lost'], ['m3', undefined]]);
  const full = { inputTokens: 10, outputTokens: 2, cacheReadTokens: 4, cacheCreationTokens: 1, reasoningTokens: 1 };
  assert.deepEqual(told.map((fact) => fact.usage), [full, full, full, { outputTokens: 5 }]);
  assert.deepEqual(told.map(({ provider }) => provider), ['azure.ai.openai', undefined, undefined, undefined]);
  assert.deepEqual(told.map(({ billing, premiumRequests }) => [billing, premiumRequests]), [['api', undefined], ['premium-requests', 0.33], [undefined, undefined], [undefined, undefined]]);
});

test('a use whose answer is still being written is no request of its own', () => {
  const usage = line('session.usage_record', { usage: { apiCallId: 'a', inputTokens: 1 } });
  assert.deepEqual(only(read(prompt('p', 'i'), usage), 'model.answered'), []);
});

test('credits are what the meters rose by, in the turn in which they rose; what several turns share is nobody\'s', () => {
  const meter = (nano: number, premium: number): object => line('session.usage_checkpoint', { totalNanoAiu: nano, totalPremiumRequests: premium });
  const ends = only(read(prompt('1', 'a'), answer('x'), meter(5e8, 1), prompt('2', 'b'), answer('y'), meter(7e8, 1), prompt('3', 'c'), answer('z'), prompt('4', 'd'), answer('w'), meter(9e9, 4)), 'turn.ended');
  assert.deepEqual(ends.map(({ turnCredits, turnPremiumRequests }) => [turnCredits, turnPremiumRequests]), [[0.5, 1], [0.2, undefined], [undefined, undefined], [undefined, undefined]]);
});

test('a meter that fell was begun anew: what it shows is what was used since', () => {
  const meter = (nano: number, premium: number): object => line('session.usage_checkpoint', { totalNanoAiu: nano, totalPremiumRequests: premium });
  const ends = only(read(prompt('1', 'a'), answer('x'), meter(5e8, 2), line('session.resume', {}), prompt('2', 'b'), answer('y'), meter(3e8, 1), prompt('3', 'c'), answer('z'), meter(4e8, 1)), 'turn.ended');
  assert.deepEqual(ends.map(({ turnCredits, turnPremiumRequests }) => [turnCredits, turnPremiumRequests]), [[0.5, 2], [0.3, 1], [0.1, undefined]]);
});

test('a call of an interrupted turn is cancelled, and a turn that goes on was not stopped', () => {
  const call = answer('m', { toolRequests: [{ toolCallId: 'c', name: 'bash', arguments: { command: 'x' } }] });
  const stopped = read(prompt('p', 'i'), call, line('abort', { reason: 'user_initiated' }));
  assert.deepEqual(only(stopped, 'tool.ended').map(({ result }) => result.outcome), ['cancelled']);
  assert.deepEqual(only(stopped, 'turn.ended').map(({ reason }) => reason), ['cancelled']);
  const on = read(prompt('p', 'i'), line('session.error', { errorType: 'query' }), answer('m2'));
  assert.deepEqual(only(on, 'turn.ended').map(({ reason, isTentative }) => [reason, isTentative]), [['ok', true]]);
});

test('an event that is told twice counts once; an unknown one is named, without its content; a torn last line is waited for', (t) => {
  const once = answer('m');
  const reader = createEventReader('s');
  for (const [order, record] of [prompt('p', 'i'), once, once].entries()) assert.deepEqual(reader.add(JSON.stringify(record), order), []);
  assert.equal(only(reader.finish(), 'model.answered')[0]?.text, 'fine');
  assert.deepEqual(reader.add(JSON.stringify(line('novel.thing', {})), 4), [{ code: 'unknown-record', detail: 'type "novel.thing"' }]);
  assert.deepEqual(reader.add(JSON.stringify(line('a secret: x', {})), 5), [{ code: 'unknown-record', detail: 'type (no plain name)' }]);
  assert.deepEqual(['[]', '5', '{"type":5}', 'x'].flatMap((text, order) => reader.add(text, order + 6)).map(({ code }) => code), ['unknown-record', 'unknown-record', 'unknown-record', 'bad-json']);
  const home = folder(t);
  mkdirSync(join(home, '.copilot/session-state/s1'), { recursive: true });
  writeFileSync(join(home, '.copilot/session-state/s1/events.jsonl'), `${JSON.stringify(prompt('p', 'i'))}\n{"type":"assist`);
  writeFileSync(join(home, '.copilot/session-state/s1/workspace.yaml'), 'name: "A: name"\n');
  const environment = { home, env: {}, platform: process.platform };
  const source = copilotHistory.find(environment, 's1');
  assert.ok(source);
  const { facts, problems, isComplete } = copilotHistory.read(source);
  assert.deepEqual([problems, isComplete, only(facts, 'session.seen')[0]?.title], [[], true, 'A: name']);
  rmSync(join(home, '.copilot/session-state/s1'), { recursive: true });
  assert.deepEqual(copilotHistory.read(source), { facts: [], problems: [], isComplete: false, hasRecords: false });
});

test('sessions are found below the home, COPILOT_HOME, and every folder that --from may name', (t) => {
  const home = folder(t);
  const state = join(home, 'x', '.copilot', 'session-state');
  mkdirSync(join(state, 's1'), { recursive: true });
  writeFileSync(join(state, 's1', 'events.jsonl'), '');
  const found = (environment: { home?: string; env: Record<string, string> }, from?: string): string[] => copilotHistory.discover({ ...environment, platform: process.platform }, from).sources.map(({ sessionId }) => sessionId);
  assert.deepEqual(found({ home: join(home, 'x'), env: {} }), ['s1']);
  assert.deepEqual(found({ home, env: { COPILOT_HOME: join(home, 'x', '.copilot') } }), ['s1']);
  for (const from of [join(home, 'x'), join(home, 'x', '.copilot'), state, join(state, 's1'), join(state, 's1', 'events.jsonl')]) assert.deepEqual(found({ env: {} }, from), ['s1'], from);
});

test('a session runs while a process that lives has its lock, and may be a copy of the one that its first event names', (t) => {
  const home = folder(t);
  const path = join(home, '.copilot/session-state/s1');
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'events.jsonl'), `${JSON.stringify(line('session.start', { sessionId: 's0' }))}\n${JSON.stringify(prompt('p', 'i'))}\n`);
  const environment = { home, env: {}, platform: process.platform };
  assert.equal(copilotHistory.isRunning?.(environment, 's1'), undefined);
  for (const odd of ['inuse.0.lock', 'inuse.x.lock', 'inuse.4299999.lock']) writeFileSync(join(path, odd), '');
  assert.equal(copilotHistory.isRunning?.(environment, 's1'), undefined);
  writeFileSync(join(path, `inuse.${process.pid}.lock`), '');
  assert.equal(copilotHistory.isRunning?.(environment, 's1'), true);
  const source = copilotHistory.find(environment, 's1');
  assert.ok(source);
  assert.deepEqual(only(copilotHistory.read(source).facts, 'session.seen')[0]?.parent, { sessionId: 's0', relation: 'fork' });
});

test('whoever started it with a prompt does not sit before it', () => {
  assert.equal(isHeadless(event({}), [['sh'], ['node', '/usr/bin/copilot', '-p', 'x']]), true);
  assert.equal(isHeadless(event({}), [['copilot', '--prompt=x']]), true);
  assert.equal(isHeadless(event({}), [['copilot']]), false);
  assert.equal(isHeadless(event({}), []), false);
});

test('no line makes the reader throw, and everything unknown is counted', () => {
  const lines = readdirSync(SESSIONS).flatMap((id) => readFileSync(join(SESSIONS, id, 'events.jsonl'), 'utf8').split('\n').filter(Boolean));
  const parsed = lines.map((text) => JSON.parse(text) as Record<string, unknown>);
  const odd = fc.oneof(fc.jsonValue(), fc.constantFrom(null, -1, 1e300, '', '__proto__', [], {}));
  const mutated = fc.tuple(fc.constantFrom(...parsed), odd, fc.nat(40), fc.boolean()).map(([record, value, at, isDeep]) => {
    const data = record.data as Record<string, unknown>;
    const names = Object.keys(isDeep ? data : record);
    const name = names[at % Math.max(names.length, 1)] ?? 'x';
    return JSON.stringify(isDeep ? { ...record, id: undefined, data: { ...data, [name]: value } } : { ...record, [name]: value });
  });
  const cut = fc.tuple(fc.constantFrom(...lines), fc.nat(400), fc.string({ maxLength: 8 })).map(([text, at, more]) => text.slice(0, at) + more);
  fc.assert(
    fc.property(fc.array(fc.oneof(mutated, cut, fc.constantFrom(...lines)), { maxLength: 40 }), (told) => {
      const reader = createEventReader('s');
      told.forEach((text, order) => assert.ok(reader.add(text, order).every(({ code, detail }) => code !== '' && detail !== '')));
      for (const fact of reader.finish()) assert.ok(fact.key !== '' && fact.sessionId !== '');
    }),
    { numRuns: 300 },
  );
});
