import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import type { AgentEnvironment } from '#spoor/agents/agent.ts';
import { kiroHistory } from '#spoor/agents/kiro/history.ts';
import { parsePayload } from '#spoor/agents/kiro/payload.ts';
import { createMessageReader, type V3Facts } from '#spoor/agents/kiro/v3/messages.ts';
import { parseSessionFile } from '#spoor/agents/kiro/v3/session-file.ts';
import { parseToolRequest } from '#spoor/agents/kiro/tools.ts';
import type { Fact, FactOf, FactType } from '#spoor/core/fact.ts';

type Payload = Record<string, unknown>;

/** Lines a second apart; ids are their places unless the payload has one. */
function linesOf(payloads: Payload[]): string[] {
  return payloads.map(({ recordId, ...payload }, index) => JSON.stringify({ id: recordId ?? `r${index}`, timestamp: `2026-01-02T03:04:${String(10 + index)}.000Z`, payload }));
}

function readAll(payloads: Payload[]): V3Facts & { problems: string[] } {
  const reader = createMessageReader('sess_1');
  const problems = linesOf(payloads).flatMap((line, order) => reader.add(line, order)).map((problem) => problem.code);
  return { ...reader.finish(), problems };
}

function ofType<T extends FactType>(facts: readonly Fact[], type: T): FactOf<T>[] {
  return facts.filter((fact): fact is FactOf<T> => fact.type === type);
}

const user = (content: unknown, more: Payload = {}): Payload => ({ type: 'user', content, ...more });
const start = { type: 'turn_start', executionId: 'e1' };
const say = (content: string, operationType = 'Say'): Payload => ({ type: 'assistant', content, operationType, executionId: 'e1' });
const measure = (usagePercentage: number): Payload => ({ type: 'session_metadata', key: 'contextUsage', value: { usagePercentage }, executionId: 'e1' });
const call = (toolCallId: string, more: Payload = {}): Payload => ({ type: 'tool_call', toolCallId, toolName: 'read_file', args: { path: 'a' }, ...more });
const result = (toolCallId: string, more: Payload = {}): Payload => ({ type: 'tool_result', toolCallId, content: 'x', success: true, ...more });
const usage = (credits: number, requestIds: string[], more: Payload = {}): Payload => ({ type: 'usage_summary', promptTurnSummaries: [{ unit: 'credit', usage: credits }], requestIds, executionId: 'e1', elapsedTime: 1500, status: 'success', ...more });
const end = (stopReason: string): Payload => ({ type: 'turn_end', stopReason, executionId: 'e1' });

test('a measure closes a request; its calls, words and reasoning are its own; what the service withholds is absent', () => {
  const { facts, problems } = readAll([
    user('Hi.', { _meta: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } }), start,
    say('...', 'Reasoning'), measure(1.5), call('c1'), result('c1', { durationMs: 250 }),
    say('I think.', 'Reasoning'), say('Done.'), measure(2.5), usage(0.75, ['q1', 'q2']), end('end_turn'),
  ]);
  assert.deepEqual(problems, []);
  const answers = ofType(facts, 'model.answered');
  assert.deepEqual(answers.map(({ messageId, callIds, text, reasoning, contextUsagePercent }) => [messageId, callIds, text, reasoning, contextUsagePercent]), [
    ['r2', ['c1'], undefined, undefined, 1.5],
    ['r6', [], 'Done.', 'I think.', 2.5],
  ]);
  assert.ok(facts.every((fact) => fact.turnKey === 'e1'));
  assert.deepEqual(ofType(facts, 'turn.started')[0]?.links, [{ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', attributes: {} }]);
  assert.equal(ofType(facts, 'tool.ended')[0]?.result.durationNano, 250_000_000n);
  assert.equal(answers[1]?.startedAt, ofType(facts, 'tool.ended')[0]?.at?.unixNano, 'a request begins when the results of the one before are there');
  const [ended] = ofType(facts, 'turn.ended');
  assert.deepEqual([ended?.reason, ended?.turnCredits, ended?.requestCount, ended?.durationNano, ended?.contextUsagePercent], ['ok', 0.75, 2, 1_500_000_000n, 2.5]);
});

test('whole-turn figures that are written again replace; two executions of one turn add up', () => {
  const again = readAll([user('a'), start, say('x'), measure(1), usage(0.25, ['q1']), usage(0.5, ['q1']), end('end_turn')]);
  assert.equal(ofType(again.facts, 'turn.ended')[0]?.turnCredits, 0.5);
  const two = readAll([user('a'), start, say('x'), measure(1), usage(0.25, ['q1']), end('end_turn'), usage(0.5, ['q2'], { executionId: 'e2' }), end('end_turn')]);
  assert.equal(ofType(two.facts, 'turn.ended').length, 1);
  assert.equal(ofType(two.facts, 'turn.ended')[0]?.turnCredits, 0.75);
});

test('words behind the last measure: of a counted request they are its own text, of a broken one a request', () => {
  const counted = readAll([user('a'), start, say('x'), measure(1), say('printed', 'Print'), say('in short', 'Summary'), say('y'), usage(0.1, ['q1']), end('end_turn')]);
  assert.deepEqual(ofType(counted.facts, 'model.answered').map(({ text }) => text), ['x\nprinted\ny']);
  const broken = readAll([user('a'), start, say('x'), measure(1), call('c'), result('c'), say('I was'), end('cancelled')]);
  assert.deepEqual(ofType(broken.facts, 'model.answered').map(({ text, outcome }) => [text, outcome]), [['x', 'ok'], ['I was', 'cancelled']]);
});

test('approvals: option kinds, reviews of several files, cancelled questions', () => {
  const options = [{ optionId: 'go', kind: 'allow_always' }, { optionId: 'no', kind: 'reject_always' }];
  const files = [{ path: 'a', toolCallId: 'w1' }, { path: 'b', toolCallId: 'w2' }];
  const ask = (toolCallId: string, more: Payload = {}): Payload => ({ type: 'pending_interaction', interactionType: 'tool_approval', toolCallId, options, ...more });
  const answer = (toolCallId: string, selectedOption?: string, outcome = 'selected'): Payload => ({ type: 'interaction_resolved', toolCallId, outcome, selectedOption });
  const { facts, problems } = readAll([
    user('a'), ask('c1'), answer('c1', 'go'), ask('review', { _meta: { kiro: { files } } }), answer('review', 'no'), ask('c2'), answer('c2', undefined, 'cancelled'),
    ask('c3', { options: undefined }), answer('c3', 'always-reject'), { ...ask('q'), interactionType: 'user_question' },
  ]);
  assert.deepEqual(ofType(facts, 'permission.asked').map(({ askId, callIds }) => [askId, callIds]), [['c1', ['c1']], ['review', ['w1', 'w2']], ['c2', ['c2']], ['c3', ['c3']]]);
  assert.deepEqual(ofType(facts, 'permission.answered').map(({ decision }) => decision), ['approved', 'denied', 'cancelled', 'denied']);
  assert.deepEqual(problems, ['unknown-interaction']);
});

test('results: verdicts, exit codes, what an interruption cut off', () => {
  const { facts } = readAll([
    user('a'), call('a'), result('a', { content: 'Output:\nx\n\nExit Code: 3' }), result('b', { content: 'Output:\n\nExit Code: -1' }), result('c', { success: false, content: 'no' }),
    result('d', { success: false, content: 'Tool did not complete — the session was interrupted.', durationMs: 0 }), result('e', { success: undefined }),
  ]);
  assert.deepEqual(ofType(facts, 'tool.ended').map(({ result: { outcome, exitCode, durationNano } }) => [outcome, exitCode, durationNano]), [
    ['ok', 3, undefined], ['ok', undefined, undefined], ['error', undefined, undefined], ['cancelled', undefined, undefined], ['unknown', undefined, undefined],
  ]);
});

test('ends: reasons of the protocol, limits by status, what nobody knows is a problem', () => {
  const reasonOf = (stopReason: string, status: string): unknown[] => {
    const { facts, problems } = readAll([user('a'), start, say('x'), measure(1), usage(1, ['q'], { status }), end(stopReason)]);
    return [ofType(facts, 'turn.ended')[0]?.reason, problems];
  };
  assert.deepEqual(reasonOf('cancelled', 'success'), ['cancelled', []]);
  assert.deepEqual(reasonOf('max_tokens', 'success'), ['ok', []]);
  assert.deepEqual(reasonOf('refusal', 'error'), ['error', []]);
  assert.deepEqual(reasonOf('constructor', 'toString'), ['unknown', ['unknown-stop-reason']]);
});

test('steering joins the turn; a compaction is an event; a system prompt is not taken; the rest is a problem that names it', () => {
  const { facts, problems, agentType } = readAll([
    user('a'), start, user([{ type: 'text', text: 'left' }], { source: 'steer' }), { type: 'tombstone', kind: 'summarization', effectiveFromMessageId: 'r0' },
    { type: 'session_start', agentType: 'spec', content: 'SYSTEM PROMPT' }, { type: 'teleport' }, { type: 'tombstone', kind: 'odd' }, { type: 'session_event', category: 'session_pause' },
  ]);
  assert.deepEqual(ofType(facts, 'context.changed').map(({ change, text }) => [change, text]), [['steering', 'left'], ['compaction', undefined]]);
  assert.equal(ofType(facts, 'turn.started').length, 1);
  assert.equal(agentType, 'spec');
  assert.ok(!JSON.stringify(facts, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)).includes('SYSTEM PROMPT'));
  assert.deepEqual(problems, ['unknown-record', 'unknown-record']);
});

test('a record that is written again counts once, with its newest words', () => {
  const { facts } = readAll([
    user('a'), start, { ...say('He'), recordId: 'w' }, { ...say('Hello.'), recordId: 'w' }, { ...measure(1), recordId: 'm' }, { ...measure(1), recordId: 'm' },
    call('c', { status: 'running', args: {} }), call('c', { status: 'completed' }), result('c', { success: undefined }), result('c'),
  ]);
  assert.deepEqual(ofType(facts, 'model.answered').map(({ text, callIds }) => [text, callIds]), [['Hello.', ['c']]]);
  assert.deepEqual(ofType(facts, 'tool.called').map(({ tool }) => tool.input), [{ path: 'a' }]);
  assert.deepEqual(ofType(facts, 'tool.ended').map(({ result: { outcome } }) => outcome), ['ok']);
});

test("V3's tools: files, skills, shells, subagents under the names that hooks and history give them", () => {
  assert.deepEqual(parseToolRequest('delete_file', { targetFile: 'a' }).files, [{ path: 'a', operation: 'delete' }]);
  assert.deepEqual(parseToolRequest('str_replace', { path: 'a' }).files, [{ path: 'a', operation: 'edit' }]);
  assert.equal(parseToolRequest('disclose_context', { x: '/h/.kiro/skills/release/SKILL.md' }).skillName, 'release');
  assert.equal(parseToolRequest('execute_pwsh', { command: 'dir' }).canonicalName, parseToolRequest('shell', {}).canonicalName);
  assert.deepEqual(parseToolRequest('subagent_scout', { prompt: 'go' }).spawns, [{ name: 'scout', prompt: 'go' }]);
  assert.equal(parseToolRequest('invoke_sub_agent', {}).canonicalName, 'subagent');
  assert.equal(parseToolRequest('constructor', {}).canonicalName, 'constructor');
});

test('hook payloads: both spellings, both cases of events; a prompt hook opens no turn', () => {
  const parse = (payload: Payload, env: Record<string, string> = {}) =>
    parsePayload({ agent: 'kiro', key: 'k', payload: JSON.stringify(payload), truncated: false, at: { unixNano: 5n, source: 'hook' }, order: 1, env });
  const base = { session_id: 'sess_1', cwd: '/w' };
  const snake = parse({ ...base, hook_event_name: 'PostToolUse', tool_name: 'shell', tool_input: { command: 'x' }, tool_response: 'Output:\n\nExit Code: 3' }, { SPOOR_HOOK_CHANNEL: 'file' }).value?.[1];
  assert.ok(snake?.type === 'tool.ended');
  assert.deepEqual([snake.channel, snake.tool?.shellCommand, snake.result.outcome, snake.result.exitCode], ['file', 'x', 'unknown', 3]);
  const camel = parse({ sessionId: 'sess_1', hookEventName: 'PreToolUse', toolName: 'fs_write', toolArgs: { path: 'a' } }).value?.[1];
  assert.ok(camel?.type === 'tool.started');
  assert.deepEqual(camel.tool.files, [{ path: 'a', operation: 'write' }]);
  assert.equal(parse({ ...base, hook_event_name: 'Stop' }).value?.[1]?.type, 'turn.ended');
  for (const [event, change] of [['SessionStart', 'began'], ['SessionEnd', 'ended']] as const) {
    const told = parse({ ...base, hook_event_name: event }).value?.[1];
    assert.deepEqual(told?.type === 'session.seen' && told.process, { change, unixNano: 5n });
  }
  for (const event of ['UserPromptSubmit', 'PostFileSave']) assert.equal(parse({ ...base, hook_event_name: event, prompt: 'hi' }).value?.length, 1, event);
  assert.deepEqual(parse({ ...base, hook_event_name: 'Odd' }).problems.map((problem) => problem.code), ['unknown-hook-event']);
  const seen = parse({ ...base, hook_event_name: 'SessionStart' }, { KIRO_SESSION_ID: '0a1b2c3d-0000-4000-8000-000000000000' }).value?.[0];
  assert.equal(seen?.type === 'session.seen' && seen.parent, undefined, 'a session below one of another engine is no subagent');
});

test('no line whatever makes the reader throw, and every line that it does not know is counted', () => {
  const types = fc.constantFrom('user', 'turn_start', 'assistant', 'tool_call', 'tool_result', 'pending_interaction', 'interaction_resolved', 'session_metadata', 'usage_summary', 'turn_end', 'sub_agent_start', 'tombstone', 'session_start', 'session_event', 'odd', 'constructor');
  const payload = fc.tuple(types, fc.dictionary(fc.constantFrom('content', 'source', 'executionId', 'toolCallId', 'toolName', 'args', 'success', 'key', 'value', 'options', 'selectedOption', 'outcome', 'promptTurnSummaries', 'requestIds', 'stopReason', 'subSessionId', '_meta', 'durationMs', 'interactionType', 'operationType'), fc.jsonValue()));
  const line = fc.oneof(fc.string(), fc.json(), payload.map(([type, more]) => JSON.stringify({ id: more.key ?? 'x', timestamp: more.value ?? '2026-01-01T00:00:00Z', payload: { ...more, type } })));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
      const reader = createMessageReader('sess_1');
      lines.forEach((text, order) => {
        const problems = reader.add(text, order);
        const type: unknown = (() => {
          try {
            return (JSON.parse(text) as { payload?: { type?: unknown } } | null)?.payload?.type;
          } catch {
            return undefined;
          }
        })();
        if (typeof type !== 'string') assert.equal(problems.length, 1);
        for (const problem of problems) assert.ok(problem.detail.length < 200);
      });
      reader.finish();
      for (const text of lines) parseSessionFile(text);
    }),
    { numRuns: 1000 },
  );
});

function createHome(t: TestContext): { home: string; environment: AgentEnvironment; put(path: string, content: string): void } {
  const home = mkdtempSync(join(tmpdir(), 'spoor-kiro-v3-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const put = (path: string, content: string): void => {
    const whole = join(home, '.kiro', 'sessions', path);
    mkdirSync(join(whole, '..'), { recursive: true });
    writeFileSync(whole, content);
  };
  return { home, environment: { home, env: {}, platform: 'linux' }, put };
}

const WORKSPACE = '0123456789abcdef';

test('sessions are found in every way to name them, with their subagents, and never outside', (t) => {
  const { home, environment, put } = createHome(t);
  const messages = linesOf([user('a'), { type: 'sub_agent_start', subSessionId: 'sess_child' }, { type: 'sub_agent_start', subSessionId: '../../../escape' }]).join('\n');
  put(`${WORKSPACE}/sess_1/messages.jsonl`, messages);
  put(`${WORKSPACE}/sess_1/session.json`, JSON.stringify({ id: 'sess_1', title: 'T', workspacePaths: ['/w'], modelId: 'heron-3', createdAt: '2026-01-02T03:04:05.678Z' }));
  put(`${WORKSPACE}/sess_1/sub-executions/sub-1.jsonl`, linesOf([user('b')]).join('\n'));
  put(`${WORKSPACE}/sess_child/messages.jsonl`, linesOf([user('c')]).join('\n'));
  put(`${WORKSPACE}/other/messages.jsonl`, messages);
  put('not-a-hash/sess_2/messages.jsonl', messages);
  symlinkSync(home, join(home, '.kiro', 'sessions', WORKSPACE, 'sess_link'));
  const parents = (from?: string): Record<string, string | undefined> => Object.fromEntries(kiroHistory.discover(environment, from).sources.map((source) => [source.sessionId, source.parent?.sessionId]));
  const all = { sess_1: undefined, 'sub-1': 'sess_1', sess_child: 'sess_1' };
  assert.deepEqual(parents(), all);
  for (const from of [home, join(home, '.kiro'), join(home, '.kiro/sessions'), join(home, '.kiro/sessions', WORKSPACE)]) assert.deepEqual(parents(from), all, from);
  const own = { sess_1: undefined, 'sub-1': 'sess_1' };
  for (const from of ['', 'messages.jsonl', 'session.json', 'sub-executions', 'sub-executions/sub-1.jsonl']) assert.deepEqual(parents(join(home, '.kiro/sessions', WORKSPACE, 'sess_1', from)), own, from);
  for (const id of ['../sess_1', '..', 'sess_1/../../x', '', 'messages', 'session']) assert.equal(kiroHistory.find(environment, id), undefined, id);
  const source = kiroHistory.find(environment, 'sess_1');
  assert.ok(source);
  assert.deepEqual(kiroHistory.findChildren?.(environment, 'sess_1', 0).map((child) => child.sessionId).toSorted(), ['sess_child', 'sub-1']);
  assert.equal(kiroHistory.find(environment, 'sub-1')?.parent?.sessionId, 'sess_1');
  const { facts, problems } = kiroHistory.read(source);
  assert.deepEqual(problems, []);
  assert.deepEqual(ofType(facts, 'session.seen').map((fact) => [fact.sessionId, fact.title, fact.cwd, fact.parent?.sessionId]), [['sess_1', 'T', '/w', undefined], ['sess_child', undefined, undefined, 'sess_1']]);
  assert.equal(ofType(facts, 'model.seen')[0]?.model, 'heron-3');
});

test('ten thousand turns are read in one go; a record that nests without end is a problem', () => {
  const reader = createMessageReader('sess_1');
  let order = 0;
  const add = (id: string, payload: Payload): void => assert.deepEqual(reader.add(JSON.stringify({ id, payload }), order++), []);
  for (let t = 0; t < 10_000; t++) {
    add(`u${t}`, user('a'));
    add(`s${t}`, { ...start, executionId: `e${t}` });
    add(`w${t}`, say('x'));
    add(`m${t}`, measure(1));
    add(`c${t}`, call(`c${t}`));
    add(`r${t}`, result(`c${t}`));
    add(`e${t}`, { ...end('end_turn'), executionId: `e${t}` });
  }
  const deep = `{"id":"d","payload":{"type":"tool_call","toolCallId":"d","args":${'['.repeat(5000)}${']'.repeat(5000)}}}`;
  assert.deepEqual(reader.add(deep, order).map((problem) => problem.code), ['too-deep']);
  assert.equal(ofType(reader.finish().facts, 'turn.ended').length, 10_000);
});

test('a last line that is being written is no problem; one in the middle is, and its neighbours stay', (t) => {
  const { environment, put } = createHome(t);
  const [first = '', second = ''] = linesOf([user('a'), user('b')]);
  put(`${WORKSPACE}/sess_1/messages.jsonl`, [first, '{"id":', second, '{"id":"x","pay'].join('\n'));
  put(`${WORKSPACE}/sess_1/session.json`, '{"id":');
  const source = kiroHistory.find(environment, 'sess_1');
  assert.ok(source);
  const { facts, problems } = kiroHistory.read(source);
  assert.deepEqual(ofType(facts, 'turn.started').map(({ prompt }) => prompt), ['a', 'b']);
  assert.deepEqual(problems.map((problem) => problem.code).toSorted(), ['bad-json', 'bad-session-file']);
});

test('records that tell a trace nothing are known: steering files, hooks of the IDE, the end of a subagent', () => {
  const { problems } = readAll([
    user('a'), start, { type: 'steering_inclusion', documents: [{ name: 'x' }] }, { type: 'ContextualHookInvoked', name: 'lint', status: 'completed' },
    { type: 'sub_agent_start', subSessionId: 's1' }, { type: 'sub_agent_complete', subSessionId: 's1', response: 'Done.' }, end('end_turn'),
  ]);
  assert.deepEqual(problems, []);
});

test('an error that was shown to the person is the turn\'s message; without an error it is none', () => {
  const shown = { type: 'session_metadata', key: 'displayError', value: { message: 'The river is closed.' }, executionId: 'e1' };
  const failed = ofType(readAll([user('a'), start, shown, end('error')]).facts, 'turn.ended')[0];
  assert.deepEqual([failed?.reason, failed?.errorType, failed?.errorMessage], ['error', 'agent_error', 'The river is closed.']);
  assert.equal(ofType(readAll([user('a'), start, shown, end('end_turn')]).facts, 'turn.ended')[0]?.errorMessage, undefined);
});

test('of several subagents at once each goes to the call that says what it was told, whichever was done first', () => {
  const spawn = (toolCallId: string, prompt: string): Payload => call(toolCallId, { toolName: 'invoke_sub_agent', args: { name: 'scout', prompt } });
  const begin = (subSessionId: string, prompt?: string): Payload => ({ type: 'sub_agent_start', subSessionId, subAgentName: 'scout', ...(prompt === undefined ? {} : { prompt }) });
  const sessions = (payloads: Payload[]): Record<string, string | undefined> => {
    return Object.fromEntries(ofType(readAll([user('a'), start, measure(1), ...payloads]).facts, 'tool.called').map(({ tool }) => [tool.callId ?? '', tool.spawns?.[0]?.sessionId]));
  };
  assert.deepEqual(sessions([begin('s1', 'north'), begin('s2', 'south'), spawn('c2', 'south'), result('c2'), spawn('c1', 'north'), result('c1')]), { c1: 's1', c2: 's2' });
  assert.deepEqual(sessions([begin('s1'), spawn('c1', 'north'), result('c1'), begin('s2', 'elsewhere'), spawn('c2', 'south'), result('c2')]), { c1: 's1', c2: 's2' });
});

test('all that a model thought for one answer is kept', () => {
  const { facts } = readAll([user('a'), start, { ...say('First', 'Reasoning'), recordId: 't1' }, { ...say('First.', 'Reasoning'), recordId: 't1' }, say('...', 'Reasoning'), say('Then.', 'Reasoning'), say('Done.'), measure(1), end('end_turn')]);
  assert.deepEqual(ofType(facts, 'model.answered').map(({ text, reasoning }) => [text, reasoning]), [['Done.', 'First.\nThen.']]);
});

test('tools of the IDE that read and append tell their files', () => {
  const files = (name: string, input: Payload): string[] => parseToolRequest(name, input).files?.map(({ path, operation }) => `${operation} ${path}`) ?? [];
  assert.deepEqual(files('read_files', { paths: ['a', 'b'] }), ['read a', 'read b']);
  assert.deepEqual(files('read_files', { files: [{ path: 'a', start_line: 1 }, 'b'] }), ['read a', 'read b']);
  assert.deepEqual(files('read_code', { path: 'a' }), ['read a']);
  assert.deepEqual(files('fs_append', { path: 'a', text: 'x' }), ['edit a']);
  assert.equal(parseToolRequest('read_files', { paths: ['.kiro/skills/release/SKILL.md'] }).skillName, 'release');
});
