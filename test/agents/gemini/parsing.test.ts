import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import type { HookEvent } from '#spoor/agents/agent.ts';
import { geminiHistory } from '#spoor/agents/gemini/history.ts';
import { isHeadless } from '#spoor/agents/gemini/is-headless.ts';
import { parsePayload } from '#spoor/agents/gemini/payload.ts';
import { createChatReader } from '#spoor/agents/gemini/records.ts';
import { parseHistoryResult, parseToolRequest } from '#spoor/agents/gemini/tools.ts';
import type { Fact, FactOf, FactType } from '#spoor/core/fact.ts';

const FIXTURE = join(import.meta.dirname, '..', '..', 'fixtures', 'agents', 'gemini', 'chats', 'home', '.gemini', 'tmp', 'pond', 'chats');
const AT = '2026-03-02T09:00:00.000Z';

function event(payload: object, env: Record<string, string> = {}): HookEvent {
  return { agent: 'gemini', key: 'k1', payload: JSON.stringify(payload), truncated: false, at: { unixNano: BigInt(Date.parse(AT)) * 1_000_000n, source: 'hook' }, order: 7, env };
}

function read(...records: object[]): Fact[] {
  const reader = createChatReader('s', { isSubagent: false });
  records.forEach((record, order) => assert.deepEqual(reader.add(JSON.stringify(record), order), []));
  return reader.finish().facts;
}

function only<T extends FactType>(facts: readonly Fact[], type: T): FactOf<T>[] {
  return facts.filter((fact): fact is FactOf<T> => fact.type === type);
}

const user = (id: string, text: string, timestamp = AT): object => ({ id, timestamp, type: 'user', content: [{ text }] });
const model = (id: string, more: object = {}): object => ({ id, timestamp: AT, type: 'gemini', content: 'fine', thoughts: [], model: 'gemini-3-pro', ...more });

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'spoor-gemini-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test("the agent's own stamp is an event's time, unless it is far from the hook's clock", () => {
  const at = (timestamp: unknown): bigint | undefined => parsePayload(event({ hook_event_name: 'BeforeAgent', session_id: 's', prompt: 'p', timestamp })).value?.[1]?.at?.unixNano;
  const hook = BigInt(Date.parse(AT)) * 1_000_000n;
  assert.equal(at('2026-03-02T08:59:59.900Z'), hook - 100_000_000n);
  for (const odd of ['2026-03-01T08:59:00.000Z', '2026-03-02T09:00:03.000Z', 'yesterday', 5, undefined]) assert.equal(at(odd), hook);
});

test('where the history stands is taken from the path that the hook is told', () => {
  const environment = (payload: object, env: Record<string, string>): unknown => {
    const seen = parsePayload(event({ hook_event_name: 'SessionStart', session_id: 's', ...payload }, env)).value?.[0];
    return seen?.type === 'session.seen' && seen.agentEnvironment;
  };
  assert.deepEqual(environment({ transcript_path: '/odd/place/.gemini/tmp/p/chats/session-x.jsonl' }, { HOME: '/home/ann' }), { HOME: '/home/ann', GEMINI_CLI_HOME: '/odd/place' });
  assert.deepEqual(environment({ transcript_path: '/home/ann/.gemini/tmp/p/chats/session-x.jsonl' }, { HOME: '/home/ann' }), { HOME: '/home/ann' });
  assert.deepEqual(environment({ transcript_path: '../chats/x' }, { HOME: '/home/ann', GEMINI_CLI_HOME: '/g' }), { HOME: '/home/ann', GEMINI_CLI_HOME: '/g' });
});

test('an event without a session id takes it from the environment, else is a problem; an unknown one is named', () => {
  assert.equal(parsePayload(event({ hook_event_name: 'AfterAgent' }, { GEMINI_SESSION_ID: 'e' })).value?.[1]?.sessionId, 'e');
  assert.deepEqual(parsePayload(event({ hook_event_name: 'AfterAgent' })).problems.map(({ code }) => code), ['no-session-id']);
  assert.deepEqual(parsePayload(event({ hook_event_name: 'Teleport', session_id: 's' })).problems, [{ code: 'unknown-hook-event', detail: 'hook_event_name "Teleport"' }]);
});

test('MCP: server and tool apart by what stands beside the name; a name that could be split twice is not guessed at', () => {
  const apart = (name: string, beside: object): unknown[] => {
    const { mcpServer, mcpTool } = parseToolRequest(name, {}, beside);
    return [mcpServer, mcpTool];
  };
  assert.deepEqual(apart('mcp_lab_srv_add-nums', { displayName: 'add-nums (lab_srv MCP Server)' }), ['lab_srv', 'add-nums']);
  assert.deepEqual(apart('mcp_lab_srv_add-nums', { mcpContext: { server_name: 'lab_srv', tool_name: 'add-nums' } }), ['lab_srv', 'add-nums']);
  assert.deepEqual(apart('mcp_lab_add-nums', {}), ['lab', 'add-nums']);
  assert.deepEqual(apart('lab__add_nums', {}), ['lab', 'add_nums']);
  assert.deepEqual(apart('mcp_lab_srv_add-nums', {}), [undefined, undefined]);
  assert.deepEqual(apart('run_shell_command', {}), [undefined, undefined]);
});

test('tools tell their files, skills, commands and subagents; names that every object has are tools like others', () => {
  assert.deepEqual(parseToolRequest('read_many_files', { include: ['a', 'b'] }).files, [{ path: 'a', operation: 'read' }, { path: 'b', operation: 'read' }]);
  assert.deepEqual(parseToolRequest('write_file', { file_path: 'a' }).files, [{ path: 'a', operation: 'write' }]);
  assert.deepEqual(parseToolRequest('write_file', { file_path: 'a' }, { resultDisplay: { isNewFile: false } }).files, [{ path: 'a', operation: 'edit' }]);
  assert.equal(parseToolRequest('activate_skill', { name: 'counting' }).skillName, 'counting');
  assert.deepEqual(parseToolRequest('codebase_investigator', { objective: 'find' }, { agentId: 'x' }).spawns, [{ name: 'codebase_investigator', prompt: 'find', sessionId: 'x' }]);
  assert.equal(parseToolRequest('constructor', {}).files, undefined);
});

test("a call's verdict is the agent's own; an exit code stands beside it; refused is denied, stopped is cancelled", () => {
  const verdict = (status: string, response: object): unknown[] => {
    const result = parseHistoryResult({ name: 'run_shell_command', status, result: [{ functionResponse: { response } }] });
    return [result?.outcome, result?.exitCode, result?.errorType];
  };
  assert.deepEqual(verdict('success', { output: '<untrusted_context>\nOutput: x\nExit Code: 3\n</untrusted_context>' }), ['ok', 3, undefined]);
  assert.deepEqual(verdict('success', { output: 'Output: x' }), ['ok', undefined, undefined]);
  assert.deepEqual(verdict('error', { error: 'no' }), ['error', undefined, 'tool_error']);
  assert.deepEqual(verdict('cancelled', { error: '[Operation Cancelled] Reason: User did not allow tool call' }), ['denied', undefined, undefined]);
  assert.deepEqual(verdict('cancelled', { error: '[Operation Cancelled] Reason: User cancelled' }), ['cancelled', undefined, undefined]);
  assert.deepEqual(verdict('executing', {}), [undefined, undefined, undefined]);
});

test('tokens: thoughts are output, what the service put in is input, and a 0 for what nobody told is absent', () => {
  const usage = (tokens: unknown): unknown => only(read(user('u', 'x'), model('m', { tokens })), 'model.answered')[0]?.usage;
  assert.deepEqual(usage({ input: 100, output: 10, cached: 60, thoughts: 5, tool: 7, total: 122 }), { inputTokens: 107, outputTokens: 15, cacheReadTokens: 60, reasoningTokens: 5 });
  assert.deepEqual(usage({ input: 100, output: 0, cached: 0, thoughts: 0, tool: 0, total: 100 }), { inputTokens: 100, outputTokens: 0 });
  for (const none of [undefined, null, {}, { input: 0, output: 0, total: 0 }, { input: '7' }]) assert.equal(usage(none), undefined);
});

test('a message that is written again replaces the one before; what a resume lists again is not new', () => {
  const call = { id: 'c', name: 'glob', args: { pattern: '*' }, status: 'success', timestamp: AT, result: [] };
  const facts = read(user('u', 'x'), model('m'), model('m', { toolCalls: [call] }), { $set: { messages: [user('u', 'x'), model('m', { toolCalls: [call] })] } }, { $set: { sessionId: 's' } });
  assert.deepEqual(only(facts, 'turn.started').length, 1);
  assert.deepEqual(only(facts, 'model.answered').map(({ messageId, callIds }) => [messageId, callIds]), [['m', ['s/c']]]);
  assert.equal(only(facts, 'tool.called')[0]?.tool.nativeCallId, 'c');
  assert.deepEqual(only(facts, 'context.changed'), []);
});

test('the end of the newest turn is tentative until something follows it', () => {
  const ends = (...records: object[]): unknown[] => only(read(...records), 'turn.ended').map(({ reason, isTentative }) => [reason, isTentative]);
  assert.deepEqual(ends(user('u', 'x')), []);
  assert.deepEqual(ends(user('u', 'x'), model('m')), [['ok', true]]);
  assert.deepEqual(ends(user('u', 'x'), model('m'), user('v', 'y')), [['ok', undefined]]);
  assert.deepEqual(ends(user('u', 'x'), user('v', 'y'), { id: 'n', timestamp: AT, type: 'info', content: 'Request cancelled.' }), [['unknown', undefined], ['cancelled', undefined]]);
});

test('no line makes the reader throw, and a line is understood or a problem', () => {
  const lines = readFileSync(join(FIXTURE, 'session-2026-03-02T09-20-c0000003.jsonl'), 'utf8').split('\n').filter(Boolean);
  const mutated = fc.constantFrom(...lines).chain((line) => fc.tuple(fc.constant(line), fc.nat(line.length), fc.nat(30), fc.string({ maxLength: 12 })));
  fc.assert(
    fc.property(fc.array(mutated, { maxLength: 8 }), fc.array(fc.json(), { maxLength: 4 }), (some, json) => {
      const reader = createChatReader('s', { isSubagent: json.length % 2 === 0 });
      let problems = 0;
      [...lines, ...some.map(([line, at, length, text]) => line.slice(0, at) + text + line.slice(at + length)), ...json].forEach((line, order) => (problems += reader.add(line, order).length));
      assert.ok(problems >= json.filter((text) => !text.startsWith('{')).length);
      const keys = reader.finish().facts.map(({ key }) => key);
      assert.equal(new Set(keys).size, keys.length);
    }),
    { numRuns: 300 },
  );
});

test('a last line that is still being written is left for later; a broken line in the middle is a problem', (t) => {
  const chats = join(folder(t), '.gemini', 'tmp', 'p', 'chats');
  mkdirSync(chats, { recursive: true });
  const head = JSON.stringify({ sessionId: 'abcdef12-0000', projectHash: 'p', startTime: AT });
  const path = join(chats, 'session-2026-03-02T09-00-abcdef12.jsonl');
  const readAll = (text: string): unknown[] => {
    writeFileSync(path, text);
    const source = geminiHistory.discover({ env: {}, platform: 'linux' }, chats).sources[0] ?? assert.fail();
    const { facts, problems, isComplete } = geminiHistory.read(source);
    return [facts.length, problems.map(({ code }) => code), isComplete];
  };
  assert.deepEqual(readAll(`${head}\n{"id":"u","ti`), [1, [], true]);
  assert.deepEqual(readAll(`${head}\n{"id":"u","ti\n${JSON.stringify(user('u', 'x'))}\n`), [2, ['bad-json'], true]);
  rmSync(path);
  symlinkSync('/dev/zero', path);
  assert.deepEqual(geminiHistory.discover({ env: {}, platform: 'linux' }, chats).sources, []);
});

test('every way of naming where sessions stand finds them', (t) => {
  const home = folder(t);
  const chats = join(home, '.gemini', 'tmp', 'p', 'chats');
  mkdirSync(chats, { recursive: true });
  const path = join(chats, 'session-2026-03-02T09-00-abcdef12.jsonl');
  writeFileSync(path, `${JSON.stringify({ sessionId: 'abcdef12-0000', projectHash: 'p', startTime: AT })}\n`);
  for (const from of [home, join(home, '.gemini'), join(home, '.gemini', 'tmp'), join(home, '.gemini', 'tmp', 'p'), chats, path]) {
    assert.deepEqual(geminiHistory.discover({ env: {}, platform: 'linux' }, from).sources.map(({ sessionId }) => sessionId), ['abcdef12-0000'], from);
  }
  assert.equal(geminiHistory.find({ env: { GEMINI_CLI_HOME: home }, platform: 'linux' }, 'abcdef12-0000')?.sessionId, 'abcdef12-0000');
  assert.equal(geminiHistory.find({ env: { GEMINI_CLI_HOME: home }, platform: 'linux' }, 'abcdef12-9999'), undefined);
});

test('a run that answers once is told by its flag', () => {
  const headless = (...words: string[]): boolean => isHeadless(event({}), [['sh', '-c', 'x'], words, ['bash']]);
  assert.deepEqual([headless('node', '/usr/bin/gemini', '-p', 'x'), headless('gemini', '--prompt=x'), headless('gemini'), headless()], [true, true, false, false]);
  // It starts itself again with more memory.
  assert.deepEqual([headless('/usr/bin/node', '--max-old-space-size=4096', '--x', '/usr/bin/gemini', '-p', 'x'), headless('node', '--x', 'server.js', 'gemini', '-p')], [true, false]);
});
