/** The Kiro IDE up to 0.x: its sessions' files, the executions beside them, and that nothing foreign breaks or leads outside. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import type { AgentEnvironment } from '#spoor/agents/agent.ts';
import { kiroHistory } from '#spoor/agents/kiro/history.ts';
import { mergeExecutions, parseChatFile } from '#spoor/agents/kiro/ide/chat-file.ts';
import { parseExecution } from '#spoor/agents/kiro/ide/execution.ts';
import { decodeWorkspace, parseRoster, parseSessionFile } from '#spoor/agents/kiro/ide/session-file.ts';
import { ideStore } from '#spoor/agents/kiro/ide/store.ts';
import { toSessionFacts } from '#spoor/agents/kiro/ide/turns.ts';
import { hashOf } from '#spoor/core/ids.ts';
import type { Fact, FactOf, FactType } from '#spoor/core/fact.ts';

const ID = '11111111-1111-4111-8111-111111111111';
const OTHER = '22222222-2222-4222-8222-222222222222';
const EXECUTION = 'eeeeeeee-0000-4000-8000-000000000001';
const STORAGE = '.config/Kiro/User/globalStorage/kiro.kiroagent';
const WORKSPACE = `workspace-sessions/${Buffer.from('/w/pond').toString('base64').replaceAll('=', '_')}`;
const SAVES = `${'a'.repeat(32)}/${'b'.repeat(32)}`;

type Json = Record<string, unknown>;

function ofType<T extends FactType>(facts: readonly Fact[], type: T): FactOf<T>[] {
  return facts.filter((fact): fact is FactOf<T> => fact.type === type);
}

function createHome(t: TestContext): { home: string; environment: AgentEnvironment; put(path: string, content: unknown): string } {
  const home = mkdtempSync(join(tmpdir(), 'spoor-kiro-ide-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const put = (path: string, content: unknown): string => {
    const whole = join(home, STORAGE, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, typeof content === 'string' ? content : JSON.stringify(content));
    return whole;
  };
  return { home, environment: { home, env: {}, platform: 'linux' }, put };
}

const user = (text: string, more: Json = {}): Json => ({ message: { role: 'user', content: [{ type: 'text', text }], id: `${text}-1`, ...more } });
const bot = (content: string, executionId?: string): Json => ({ message: { role: 'assistant', content, id: `${content}-2` }, executionId });
const session = (history: unknown[], more: Json = {}): Json => ({ sessionId: ID, title: 'Pond', workspaceDirectory: '/w/pond', selectedModel: 'heron-2', history, ...more });
const execution = (more: Json = {}): Json => ({ executionId: EXECUTION, chatSessionId: ID, status: 'succeed', startTime: 1_770_000_000_000, endTime: 1_770_000_009_000, actions: [], ...more });
const action = (actionType: string, more: Json = {}): Json => ({ actionType, actionId: `tooluse_${actionType}0123456789`, actionState: 'Success', emittedAt: 1_770_000_001_000, ...more });

function factsOf(actions: Json[], more: Json = {}): { facts: Fact[]; problems: string[] } {
  const file = parseSessionFile(JSON.stringify(session([user('go'), bot('On it.', EXECUTION)])));
  const parsed = parseExecution(JSON.stringify(execution({ actions, ...more })));
  assert.ok(file.value && parsed.value);
  const told = toSessionFacts(ID, file.value, new Map([[EXECUTION, parsed.value]]));
  return { facts: told.facts, problems: [...parsed.problems, ...told.problems].map((problem) => `${problem.code} ${problem.detail}`) };
}

test('the storage stands where the IDE of each system puts it', () => {
  const end = join('Kiro', 'User', 'globalStorage', 'kiro.kiroagent');
  const first = (platform: NodeJS.Platform, env: Record<string, string> = {}): string | undefined => ideStore.roots({ home: '/h', env, platform })[0];
  assert.equal(first('linux'), join('/h/.config', end));
  assert.equal(first('linux', { XDG_CONFIG_HOME: '/x' }), join('/x', end));
  assert.equal(first('linux', { XDG_CONFIG_HOME: 'x' }), join('/h/.config', end));
  assert.equal(first('darwin', { XDG_CONFIG_HOME: '/x' }), join('/h/Library/Application Support', end));
  assert.equal(first('win32', { APPDATA: '/r' }), join('/r', end));
  assert.equal(first('win32'), join('/h/AppData/Roaming', end));
  assert.deepEqual(ideStore.roots({ env: {}, platform: 'linux' }), []);
});

test('sessions are found in every way to name them, with their executions, and never outside', (t) => {
  const { home, environment, put } = createHome(t);
  const named = put(`${SAVES}/${hashOf(EXECUTION).slice(0, 32)}`, execution());
  const unnamed = put(`${SAVES}/${'c'.repeat(32)}`, execution({ executionId: 'x', input: { data: { messages: [{ role: 'user', content: `"chatSessionId":"${OTHER}"` }] } } }));
  put(`${SAVES}/${'d'.repeat(32)}`, execution({ executionId: 'y', chatSessionId: 'nobody' }));
  const own = put(`${WORKSPACE}/${ID}.json`, session([user('go'), bot('On it.', EXECUTION), user('../../x'), bot('On it.', '../../../escape')]));
  put(`${WORKSPACE}/${OTHER}.json`, session([user('rest'), bot('Resting.')]));
  put(`${WORKSPACE}/sessions.json`, [{ sessionId: ID, title: 'Listed', dateCreated: '1770000000000', workspaceDirectory: '/w' }, null, { sessionId: 5 }]);
  symlinkSync(own, join(home, STORAGE, WORKSPACE, 'link.json'));
  symlinkSync(join(home, STORAGE, SAVES), join(home, STORAGE, 'a'.repeat(32), 'e'.repeat(32)));
  const found = (from?: string): string[][] => kiroHistory.discover(environment, from).sources.map(({ sessionId, files }) => [sessionId, ...files.map(({ path }) => path)]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  const all = [[ID, own, ...[named, unnamed].sort()], [OTHER, join(home, STORAGE, WORKSPACE, `${OTHER}.json`)]];
  assert.deepEqual(found(), all);
  for (const from of ['', '.config', '.config/Kiro', STORAGE, `${STORAGE}/workspace-sessions`, `${STORAGE}/${WORKSPACE}`]) {
    assert.deepEqual(found(join(home, from)), all, from);
    assert.deepEqual(kiroHistory.discover(environment, join(home, from)).problems, [], from);
  }
  assert.deepEqual(found(own), [all[0]]);
  for (const id of ['sessions', 'link', '..', `../${WORKSPACE}/${ID}`, `${ID}.json`, 'a\0b', '']) assert.equal(kiroHistory.find(environment, id), undefined, id);
  const source = kiroHistory.find(environment, ID);
  assert.ok(source);
  const { facts, problems, isComplete } = kiroHistory.read(source);
  assert.deepEqual([problems, isComplete], [[], true]);
  assert.deepEqual(ofType(facts, 'session.seen').map(({ title, cwd, model, startedAt }) => [title, cwd, model, startedAt]), [['Pond', '/w/pond', 'heron-2', 1_770_000_000_000_000_000n]]);
});

test("a session that 1.0 took over counts once, as 1.0's", (t) => {
  const { home, environment, put } = createHome(t);
  for (const id of [ID, OTHER, EXECUTION]) put(`${WORKSPACE}/${id}.json`, session([user('go'), bot('Gone.')]));
  const putNew = (id: string, content: Json): void => {
    const folder = join(home, '.kiro/sessions/0123456789abcdef', id);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'messages.jsonl'), `${JSON.stringify({ id: 'u', payload: { type: 'user', content: 'go' } })}\n`);
    writeFileSync(join(folder, 'session.json'), JSON.stringify(content));
  };
  putNew(`sess_${ID}`, { id: `sess_${ID}` });
  putNew('sess_new', { id: 'sess_new', _meta: { kiro: { from: OTHER } } });
  assert.deepEqual(kiroHistory.discover(environment).sources.map((source) => source.sessionId).sort(), [EXECUTION, `sess_${ID}`, 'sess_new'].sort());
});

test('a file that is half written is told as such, and what is whole beside it is read', (t) => {
  const { environment, put } = createHome(t);
  put(`${SAVES}/${hashOf(EXECUTION).slice(0, 32)}`, JSON.stringify(execution()).slice(0, -5));
  const own = put(`${WORKSPACE}/${ID}.json`, session([user('go'), bot('On it.', EXECUTION)]));
  const read = (): ReturnType<typeof kiroHistory.read> => kiroHistory.read(kiroHistory.find(environment, ID) ?? assert.fail());
  const torn = read();
  assert.deepEqual([torn.isComplete, torn.hasRecords, torn.problems.map(({ code }) => code)], [false, true, ['bad-json']]);
  assert.deepEqual(ofType(torn.facts, 'turn.started').map(({ prompt }) => prompt), ['go']);
  writeFileSync(own, readFileSync(own, 'utf8').slice(0, 40));
  const cut = read();
  assert.deepEqual([cut.facts, cut.isComplete, cut.hasRecords, cut.problems.map(({ code }) => code)], [[], false, false, ['bad-session-file']]);
});

test('statuses, states and credits: what is told is taken, what is not is absent', () => {
  const end = (more: Json): [string | undefined, number | undefined, bigint | undefined] => {
    const [fact] = ofType(factsOf([], more).facts, 'turn.ended');
    return [fact?.reason, fact?.turnCredits, fact?.endedAt];
  };
  assert.deepEqual(end({ usageSummary: [{ usage: 0.5, unit: 'credit' }, { usage: 0.25 }, { usage: 9, unit: 'token' }, { usedTools: ['x'] }, null] }), ['ok', 0.75, 1_770_000_009_000_000_000n]);
  assert.deepEqual(end({ status: 'aborted', endTime: 0, usageSummary: [] }), ['cancelled', undefined, undefined]);
  assert.deepEqual(end({ status: 'failed' })[0], 'error');
  assert.deepEqual(end({ status: 'running', endTime: 0 }), [undefined, undefined, undefined]);
  assert.deepEqual(factsOf([], { status: 'odd' }).problems, ['unknown-status status "odd" of an execution']);
  const call = (more: Json): unknown[] => {
    const { facts, problems } = factsOf([action('runCommand', more)]);
    const result = ofType(facts, 'tool.ended')[0]?.result;
    return [result?.outcome, result?.exitCode, ...problems];
  };
  assert.deepEqual(call({ output: { exitCode: 3, output: 'x' } }), ['ok', 3]);
  assert.deepEqual(call({ output: { exitCode: -1 } }), ['ok', undefined]);
  assert.deepEqual(call({ actionState: 'Rejected' }), ['denied', undefined]);
  assert.deepEqual(call({ actionState: 'PendingAction' }), [undefined, undefined]);
  assert.deepEqual(call({ actionState: undefined, errorMessage: 'no' }), ['error', undefined]);
  assert.deepEqual(call({ actionState: 'Strange' }), ['unknown', undefined, 'unknown-state actionState "Strange"']);
});

test('a tool that is not known keeps its own name; an action that is none is counted', () => {
  const { facts, problems } = factsOf([action('juggle', { input: { balls: 3 } }), { actionType: 'ponder', actionId: 'p' }, {}, action('constructor', { actionId: 'p' })]);
  assert.deepEqual(ofType(facts, 'tool.called').map(({ tool }) => [tool.name, tool.canonicalName, tool.input]), [['juggle', 'juggle', { balls: 3 }]]);
  assert.deepEqual(problems, ['unknown-action action 2 has no actionType', 'unknown-action actionType "ponder"', 'unknown-action actionType "constructor"']);
});

test('a prompt that was broken off before the file was written is told by its execution', () => {
  const file = parseSessionFile(JSON.stringify(session([user('first'), bot('On it.', EXECUTION), user('third'), bot('On it.', 'e3')]))).value ?? assert.fail();
  const told = (id: string, startTime: number, prompt: string): Json => execution({ executionId: id, startTime, status: 'aborted', input: { data: { messages: [{ role: 'user', content: prompt }, { role: 'assistant', content: 'x' }] } } });
  const executions = [told(EXECUTION, 10, 'first'), told('e2', 20, 'second'), told('e3', 30, 'third'), told('e4', 40, 'fourth')].map((one) => parseExecution(JSON.stringify(one)).value ?? assert.fail());
  const { facts } = toSessionFacts(ID, file, new Map(executions.map((one) => [one.id, one])));
  assert.deepEqual(ofType(facts, 'turn.started').map(({ prompt }) => prompt), ['first', 'second', 'third', 'fourth']);
});

test("an older build's .chat snapshots tell what the session's file leaves out; an execution's own file wins", (t) => {
  const { environment, put } = createHome(t);
  const snapshot = (at: number, chat: unknown[], model = 'heron-4'): Json => ({ executionId: EXECUTION, actionId: 'act', chat, metadata: { modelId: model, startTime: at, endTime: at + 500 } });
  const human = { role: 'human', content: 'go' };
  put(`${WORKSPACE}/${ID}.json`, session([user('go'), { ...bot('', EXECUTION), message: { role: 'assistant', content: '', id: 'b' } }]));
  put(`${'a'.repeat(32)}/${'1'.repeat(32)}.chat`, snapshot(2_000, [human, { role: 'bot', content: 'Looking.' }, { role: 'tool', content: 'x' }, { role: 'bot', content: 'Found.' }]));
  put(`${'a'.repeat(32)}/${'2'.repeat(32)}.chat`, snapshot(1_000, [human, { role: 'bot', content: 'Looking.' }]));
  put(`${'a'.repeat(32)}/${'3'.repeat(32)}.chat`, { ...snapshot(9_000, []), executionId: 'another' });
  const read = (): Fact[] => {
    const { facts, problems } = kiroHistory.read(kiroHistory.find(environment, ID) ?? assert.fail());
    assert.deepEqual(problems, []);
    return facts;
  };
  const told = read();
  assert.deepEqual(ofType(told, 'turn.started').map(({ prompt, at }) => [prompt, at?.unixNano]), [['go', 1_000_000_000n]]);
  assert.deepEqual(ofType(told, 'model.answered').map(({ text, requestModel, endedAt }) => [text, requestModel, endedAt]), [['Found.', 'heron-4', 2_500_000_000n]]);
  assert.deepEqual(ofType(told, 'turn.ended'), []);
  put(`${SAVES}/${hashOf(EXECUTION).slice(0, 32)}`, execution());
  assert.deepEqual(ofType(read(), 'turn.ended').map(({ reason }) => reason), ['ok']);
});

test("message ids that another session may have are made the session's own", () => {
  const read = (id: string): string[] => {
    const file = parseSessionFile(JSON.stringify(session([user('a', { id: '1' }), bot('b'), user('a', { id: '1' }), bot('b')]))).value ?? assert.fail();
    return toSessionFacts(id, file, new Map()).facts.map(({ key }) => key);
  };
  const keys = [...read(ID), ...read(OTHER)];
  assert.equal(new Set(keys).size, keys.length);
});

test("a workspace's folder is the base64 of its path", () => {
  assert.equal(decodeWorkspace('Yzpcc3Jj'), 'c:\\src');
  assert.equal(decodeWorkspace(Buffer.from('/w/ponds').toString('base64').replaceAll('=', '_')), '/w/ponds');
  for (const name of ['', '____', 'Yzpc', 'AAAA', 'bm9uc2Vuc2U_']) assert.ok([undefined, 'c:\\'].includes(decodeWorkspace(name)), name);
});

test('nothing foreign makes a reader throw, and what is no record is counted', () => {
  const types = fc.constantFrom('model', 'say', 'reasoning', 'runCommand', 'readFiles', 'create', 'mcp', 'invokeSubAgent', 'subagent_response', 'specAgent', 'summarization', 'displayError', 'odd', 'constructor', '__proto__');
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom<unknown>('sub', ID, EXECUTION, 1_770_000_000_000, -1, 1e300));
  const step = fc.tuple(types, fc.dictionary(fc.constantFrom('actionId', 'actionState', 'emittedAt', 'endTime', 'subExecutionId', 'input', 'rawInput', 'output', 'errorMessage', 'intentResult'), value)).map(([actionType, more]) => ({ ...more, actionType }));
  const files = fc.dictionary(fc.constantFrom('executionId', 'chatSessionId', 'status', 'startTime', 'endTime', 'usageSummary', 'contextUsagePercentage', 'input', 'workflowType'), value);
  const entry = fc.oneof(fc.jsonValue(), fc.tuple(fc.constantFrom('user', 'assistant', 'tool'), value, value).map(([role, content, id]) => ({ message: { role, content, id, isHidden: id === 1 }, executionId: EXECUTION })));
  fc.assert(
    fc.property(fc.string(), fc.json(), fc.array(entry, { maxLength: 8 }), fc.array(fc.oneof(step, fc.jsonValue()), { maxLength: 12 }), files, (text, json, history, actions, more) => {
      for (const one of [text, json]) {
        assert.equal(parseSessionFile(one).value === undefined, parseSessionFile(one).problems.some(({ code }) => code !== 'unknown-record'));
        assert.ok(parseExecution(one).value !== undefined || parseExecution(one).problems.length === 1);
        assert.ok(parseChatFile(one).value !== undefined || parseChatFile(one).problems.length === 1);
        parseRoster(one, ID);
        decodeWorkspace(one);
      }
      const file = parseSessionFile(JSON.stringify(session(history))).value ?? assert.fail();
      const parsed = parseExecution(JSON.stringify({ ...execution({ ...more, actions }), executionId: EXECUTION })).value ?? assert.fail();
      const snapshot = parseChatFile(JSON.stringify({ executionId: EXECUTION, chat: history, metadata: more })).value ?? assert.fail();
      assert.equal(mergeExecutions(snapshot, parsed), parsed);
      assert.equal(mergeExecutions(parsed, snapshot), parsed);
      toSessionFacts(ID, file, new Map([[EXECUTION, mergeExecutions(snapshot, snapshot)]]));
      const told = toSessionFacts(ID, file, new Map([[EXECUTION, parsed]]));
      for (const problem of told.problems) assert.ok(problem.detail.length < 200);
      for (const fact of told.facts) assert.ok(fact.sessionId !== '' && fact.key !== '');
    }),
    { numRuns: 1000 },
  );
  assert.deepEqual(parseExecution(`{"executionId":"x","actions":${'['.repeat(5000)}${']'.repeat(5000)}}`).problems.map(({ code }) => code), ['too-deep']);
});
