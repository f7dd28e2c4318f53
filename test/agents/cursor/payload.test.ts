/** Hook payloads as Cursor's documentation and its versions write them → facts, and what they come to where no history is. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { HookEvent } from '#spoor/agents/agent.ts';
import { cursor } from '#spoor/agents/cursor/agent.ts';
import { isHeadless } from '#spoor/agents/cursor/is-headless.ts';
import { asModel, toProvider } from '#spoor/agents/cursor/models.ts';
import { parsePayload } from '#spoor/agents/cursor/payload.ts';
import { toPromptText, toPromptTime } from '#spoor/agents/cursor/prompts.ts';
import { assemble } from '#spoor/assembly/assemble.ts';
import type { Fact } from '#spoor/core/fact.ts';
import { toJson } from '#spoor/core/json.ts';
import type { Span } from '#spoor/core/span.ts';

const SESSION = 'c0000000-0001-4000-8000-000000000001';
const GENERATION = '90000000-0001-4000-8000-000000000001';
const START_NANO = 1_790_000_000_000_000_000n;

type Values = Record<string, unknown>;

function payload(hook_event_name: string, more: Values = {}): Values {
  return { conversation_id: SESSION, generation_id: GENERATION, model: 'gpt-5.1', hook_event_name, cursor_version: '3.18.25', workspace_roots: ['/home/ann/pond'], user_email: 'ann@example.com', transcript_path: null, ...more };
}

/** A hundred milliseconds apart. */
function toEvent(value: unknown, order = 0, env: Record<string, string> = { HOME: '/home/ann', PPID: '7' }): HookEvent {
  return { agent: 'cursor', key: `k${order}`, payload: typeof value === 'string' ? value : JSON.stringify(value), truncated: false, at: { unixNano: START_NANO + BigInt(order) * 100_000_000n, source: 'hook' }, order, env };
}

function factsOf(payloads: readonly Values[]): Fact[] {
  return payloads.flatMap((value, order) => {
    const { value: facts = [], problems } = parsePayload(toEvent(value, order));
    assert.deepEqual(problems, []);
    return facts;
  });
}

function spansOf(payloads: readonly Values[]): Span[] {
  return assemble({ agent: 'cursor', traits: cursor.traits, facts: factsOf(payloads), lookup: () => undefined, isExpired: () => true }).turns.flatMap(({ spans }) => spans);
}

function toLine({ kind, outcome, values }: Span): string {
  return [kind, values.toolName, outcome, values.mcpTool, values.shellCommand, values.exitCode, ...(values.files ?? []).map(({ path, operation }) => `${operation}:${path}`)].filter((word) => word !== undefined).join(' ');
}

const call = { tool_use_id: 'call-1\nfc_1', tool_name: 'Shell', tool_input: { command: 'ls', cwd: '', timeout: 30000 }, cwd: '' };
const output = JSON.stringify({ output: 'a\n', exitCode: 2 });

test('a call told by both pairs of events is one call, whichever pair is whole', () => {
  const generic = [payload('preToolUse', call), payload('postToolUse', { ...call, tool_output: output, duration: 12.5 })];
  const specific = [payload('beforeShellExecution', { command: 'ls', cwd: '/home/ann/pond', sandbox: false }), payload('afterShellExecution', { command: 'ls', output: 'a\n', duration: 12 })];
  const prompt = payload('beforeSubmitPrompt', { prompt: 'List.' });
  const stop = payload('stop', { status: 'completed' });
  const told = ['agent ok', 'tool Shell ok ls 2'];
  assert.deepEqual(spansOf([prompt, generic[0] as Values, specific[0] as Values, specific[1] as Values, generic[1] as Values, stop]).map(toLine), told);
  assert.deepEqual(spansOf([prompt, ...generic, stop]).map(toLine), told);
  assert.deepEqual(spansOf([prompt, ...specific, stop]).map(toLine), ['agent ok', 'tool Shell ok ls']);
  assert.deepEqual(spansOf([prompt, specific[0] as Values, generic[1] as Values, stop]).map(toLine), told, 'one of each');
  assert.deepEqual(spansOf([prompt, generic[0] as Values, generic[0] as Values, generic[1] as Values, stop]).map(toLine), told, 'a hook that ran twice');
  const both = [generic[0] as Values, specific[0] as Values, { ...(generic[0] as Values), tool_use_id: 'call-2' }, specific[0] as Values, specific[1] as Values, generic[1] as Values, specific[1] as Values, { ...(generic[1] as Values), tool_use_id: 'call-2' }];
  assert.deepEqual(spansOf([prompt, ...both, stop]).map(toLine), [...told, told[1]], 'two equal calls at once are two');
});

test('the same of MCP tools and of files', () => {
  const mcp = { tool_use_id: 'm1', tool_name: 'MCP:ring_bell', tool_input: { times: 2 } };
  const edit = { tool_use_id: 'e1', tool_name: 'Write', tool_input: { file_path: '/p/a', content: 'x' } };
  const read = { tool_use_id: 'r1', tool_name: 'Read', tool_input: { file_path: '/p/b', limit: 5 } };
  const spans = spansOf([
    payload('beforeSubmitPrompt', { prompt: 'Go.' }),
    payload('preToolUse', mcp), payload('beforeMCPExecution', { tool_name: 'ring_bell', tool_input: '{"times":2}', url: 'http://x' }),
    payload('afterMCPExecution', { tool_name: 'ring_bell', tool_input: '{"times":2}', result_json: '{}', duration: 3 }), payload('postToolUse', { ...mcp, tool_output: '{"content":[{"type":"text","text":"rung"}]}' }),
    payload('preToolUse', read), payload('beforeReadFile', { file_path: '/p/b', content: 'secret', attachments: [] }), payload('postToolUse', { ...read, tool_output: '{}' }),
    payload('preToolUse', edit), payload('afterFileEdit', { file_path: '/p/a', edits: [{ old_string: '', new_string: 'x' }] }), payload('postToolUse', { ...edit, tool_output: '{"success":true}' }),
    payload('stop', { status: 'completed' }),
  ]);
  assert.deepEqual(spans.map(toLine), ['agent ok', 'tool MCP:ring_bell ok ring_bell', 'tool Read ok read:/p/b', 'tool Write ok edit:/p/a']);
  assert.deepEqual(spans.map(({ values, content }) => [values.toolCallId, content.toolResult])[1], ['m1', 'rung']);
});

test('an answer with its reasoning is one chat, and the calls behind it are its own', () => {
  const spans = spansOf([
    payload('beforeSubmitPrompt', { prompt: '/feed them', composer_mode: 'agent' }), payload('afterAgentThought', { text: 'Hungry?', duration_ms: 50 }), payload('afterAgentResponse', { text: 'I look.' }),
    payload('preToolUse', call), payload('postToolUse', { ...call, tool_output: output }), payload('afterAgentThought', { text: 'No food.', duration_ms: 50 }), payload('preToolUse', { ...call, tool_use_id: 'c2' }),
    payload('postToolUseFailure', { ...call, tool_use_id: 'c2', error_message: 'too long', failure_type: 'timeout', is_interrupt: false }), payload('afterAgentResponse', { text: 'Done.' }),
    payload('stop', { status: 'completed', input_tokens: 45000, output_tokens: 900, cache_read_tokens: 30000, cache_write_tokens: 5 }),
  ]);
  assert.deepEqual(spans.map(toLine), ['agent ok', 'chat ok', 'tool Shell ok ls 2', 'chat ok', 'tool Shell timeout ls', 'chat ok']);
  assert.deepEqual(spans.filter(({ kind }) => kind === 'chat').map(({ content, values }) => [content.reasoning, content.answer, values.requestModel, values.provider, values.usage]), [['Hungry?', 'I look.', 'gpt-5.1', 'openai', undefined], ['No food.', undefined, 'gpt-5.1', 'openai', undefined], [undefined, 'Done.', 'gpt-5.1', 'openai', undefined]]);
  assert.deepEqual(spans[0]?.extra, { 'cursor.mode': 'agent', 'cursor.request_id': GENERATION, 'cursor.command': 'feed', 'cursor.turn.input_tokens': 45000, 'cursor.turn.output_tokens': 900, 'cursor.turn.cache_read_tokens': 30000, 'cursor.turn.cache_write_tokens': 5 });
});

test('the tokens of a turn with one request are that request’s', () => {
  const tokens = { input_tokens: 17072, output_tokens: 92, cache_read_tokens: 6048, cache_write_tokens: 0 };
  const usage = { inputTokens: 17072, outputTokens: 92, cacheReadTokens: 6048, cacheCreationTokens: 0 };
  const told = (response: Values, stop: Values): unknown => spansOf([payload('beforeSubmitPrompt', { prompt: 'Hi.' }), payload('afterAgentResponse', { text: 'Hello.', ...response }), payload('stop', { status: 'completed', ...stop })])[1]?.values.usage;
  assert.deepEqual(told({}, tokens), usage);
  assert.deepEqual(told(tokens, {}), usage);
  assert.equal(told({}, { input_tokens: null, output_tokens: null }), undefined);
  assert.equal(told({}, { input_tokens: 0, output_tokens: 0 }), undefined);
});

test('each generation is a turn; how it ended is Cursor’s word; a stop without its generation ends the one that runs', () => {
  const prompts = ['completed', 'aborted', 'error', undefined].flatMap((status, index) => [
    payload('beforeSubmitPrompt', { prompt: 'Again.', generation_id: `g${index}` }),
    { ...payload('stop', { status, error_message: 'no net' }), generation_id: status === 'error' ? undefined : `g${index}` },
  ]);
  assert.deepEqual(spansOf(prompts).map(({ turnIndex, outcome, values }) => [turnIndex, outcome, values.errorMessage]), [[0, 'ok', undefined], [1, 'cancelled', undefined], [2, 'error', 'no net'], [3, 'unknown', undefined]]);
});

test('without prompt and stop hooks (cursor-agent -p) the session’s end is the turn’s', () => {
  const spans = spansOf([payload('sessionStart', { generation_id: SESSION }), payload('preToolUse', call), payload('postToolUse', { ...call, tool_output: output }), payload('sessionEnd', { generation_id: SESSION, reason: 'completed', final_status: 'completed', duration_ms: 5 })]);
  assert.deepEqual(spans.map(toLine), ['agent ok', 'tool Shell ok ls 2']);
});

test('a refused and an interrupted call; a call that nobody ended', () => {
  const fail = (more: Values): string => toLine(spansOf([payload('beforeSubmitPrompt', { prompt: 'x' }), payload('preToolUse', call), payload('postToolUseFailure', { ...call, ...more }), payload('stop', { status: 'completed' })])[1] as Span);
  assert.equal(fail({ failure_type: 'permission_denied' }), 'tool Shell denied ls');
  assert.equal(fail({ failure_type: 'error', is_interrupt: true }), 'tool Shell cancelled ls');
  assert.equal(fail({ error_message: 'x' }), 'tool Shell error ls');
  assert.equal(toLine(spansOf([payload('beforeSubmitPrompt', { prompt: 'x' }), payload('preToolUse', call), payload('stop', { status: 'aborted' })])[1] as Span), 'tool Shell cancelled ls');
});

test('a subagent is told by its call, under a session of its own', () => {
  const task = { tool_use_id: 't1', tool_name: 'Task', tool_input: { description: 'Count', prompt: 'Count.', subagent_type: 'explore', model: 'inherit' } };
  const about = { generation_id: SESSION, subagent_id: 't1', subagent_type: 'explore', task: 'Count.', parent_conversation_id: SESSION, tool_call_id: 't1', subagent_model: 'default', is_parallel_worker: false, git_branch: 'main' };
  const spans = spansOf([
    payload('beforeSubmitPrompt', { prompt: 'Go.' }), payload('preToolUse', task), payload('subagentStart', about), payload('subagentStop', { ...about, status: 'completed', summary: 'Three.', duration_ms: 90, message_count: 2, tool_call_count: 1 }),
    payload('postToolUse', { ...task, tool_output: '{}' }), payload('stop', { status: 'completed' }),
  ]);
  const [root, tool, child] = spans;
  assert.deepEqual(spans.map(toLine), ['agent ok', 'tool Task ok', 'agent ok']);
  assert.deepEqual([tool?.parentSpanId, child?.parentSpanId, child?.traceId], [root?.spanId, tool?.spanId, root?.traceId]);
  assert.deepEqual([child?.values.agentName, child?.content, child?.extra], ['explore', { prompt: 'Count.', answer: 'Three.' }, { 'cursor.git.branch': 'main', 'cursor.subagent.message_count': 2, 'cursor.subagent.tool_call_count': 1 }]);
  assert.ok(cursor.isProvisional?.(child?.sessionId ?? '') && !cursor.isProvisional(SESSION));
  const told = factsOf([payload('subagentStop', { ...about, agent_transcript_path: `/home/ann/.cursor/projects/p/agent-transcripts/${SESSION}/subagents/child-1.jsonl` })]);
  assert.deepEqual([...new Set(told.map(({ sessionId }) => sessionId))], [SESSION, 'child-1'], 'where its transcript is named, so is its session');
  assert.deepEqual(factsOf([payload('subagentStop', { status: 'completed' })]).map(({ type }) => type), ['session.seen'], 'nothing tells which call it was');
});

test('what a session is: folder, version, model, process; never who sits before it', () => {
  const seen = (value: Values, env?: Record<string, string>): Values => ({ ...parsePayload(toEvent(value, 0, env)).value?.[0] }) as Values;
  const first = seen(payload('sessionStart', { generation_id: SESSION }));
  assert.deepEqual([first.cwd, first.agentVersion, first.model, first.agentPid, (first.process as Values).change], ['/home/ann/pond', '3.18.25', 'gpt-5.1', 7, 'began']);
  const path = '/data/cursor/projects/p/agent-transcripts/parent-1/subagents/child-1.jsonl';
  const child = seen(payload('preToolUse', { ...call, model: 'default', transcript_path: path, parent_tool_call_id: 't1' }), { HOME: '/home/ann', CURSOR_PROJECT_DIR: '/x' });
  assert.deepEqual([child.model, child.parent, child.agentEnvironment], [undefined, { sessionId: 'parent-1', relation: 'subagent', callId: 't1' }, { HOME: '/home/ann', CURSOR_DATA_DIR: '/data/cursor' }]);
  assert.equal(seen(payload('stop', { workspace_roots: [] }), { CURSOR_PROJECT_DIR: '/x' }).cwd, '/x');
  const lines = readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'agents', 'cursor', 'transcripts', 'payloads.jsonl'), 'utf8').split('\n').filter(Boolean);
  for (const line of lines) assert.ok(!toJson(parsePayload(toEvent(line)).value).includes('ann@example.com'), line);
});

test('a compaction is an event of its turn', () => {
  const [root] = spansOf([payload('beforeSubmitPrompt', { prompt: 'x' }), payload('preCompact', { trigger: 'auto', context_usage_percent: 85, context_tokens: 170000, context_window_size: 200000, message_count: 45, messages_to_compact: 30 }), payload('stop', { status: 'completed' })]);
  assert.deepEqual(root?.events.map(({ name, attributes }) => [name, attributes['cursor.compaction.trigger'], attributes['cursor.compaction.context_tokens']]), [['compaction', 'auto', 170000]]);
});

test('payloads that are none, of no event, or of no conversation, are counted', () => {
  const codes = (value: unknown): string[] => parsePayload(toEvent(value)).problems.map(({ code }) => code);
  assert.deepEqual(codes('{'), ['bad-json']);
  assert.deepEqual(codes('[]'), ['payload-not-an-object']);
  assert.deepEqual(codes(payload('beforeSleep')), ['unknown-hook-event']);
  assert.deepEqual(codes({ hook_event_name: 'stop' }), ['no-session-id']);
  assert.deepEqual(codes({ hookEventName: 'stop', session_id: 's' }), [], 'an old build of the CLI');
});

test('models and their providers', () => {
  for (const [name, provider] of [['claude-4.5-opus-high-thinking', 'anthropic'], ['gpt-5.1-codex', 'openai'], ['o3', 'openai'], ['gemini-3-pro', 'gcp.gemini'], ['grok-code-fast-1', 'x_ai'], ['composer-1.5', 'cursor'], ['cursor-small', 'cursor'], ['anthropic/claude-x', 'anthropic'], ['mystery', undefined]] as const) assert.equal(toProvider(name), provider, name);
  for (const name of ['default', 'auto', 'Auto', '', 'inherit', undefined, 7]) assert.equal(asModel(name), undefined, String(name));
});

test('a prompt is what a person typed', () => {
  assert.equal(toPromptText('<timestamp>Sunday, Nov 1, 2026, 9:05 AM (UTC+2)</timestamp>\n<user_query>\nHi <b>\n</user_query>\n<context>x</context>'), 'Hi <b>');
  assert.equal(toPromptText('<user_info>\nOS</user_info>'), undefined);
  assert.equal(toPromptText('plain'), 'plain');
  const time = (text: string): unknown => toPromptTime(`<timestamp>${text}</timestamp>x`);
  assert.equal(time('Sunday, Aug 2, 2026, 3:51 AM (UTC-7)'), BigInt(Date.parse('2026-08-02T10:51:00Z')) * 1_000_000n);
  assert.equal(time('Aug 2, 2026, 12:00 PM (UTC+5:30)'), BigInt(Date.parse('2026-08-02T06:30:00Z')) * 1_000_000n);
  for (const odd of ['yesterday', 'Sunday, Xxx 99, 2026, 3:51 AM (UTC)', 'Jan 1, 1950, 1:00 AM (UTC)']) assert.equal(time(odd), undefined, odd);
});

test('who sits before it', () => {
  const event = toEvent({});
  assert.equal(isHeadless(event, [['sh', '-c', 'x'], ['/home/ann/.local/bin/cursor-agent', '-p', 'Hi.']]), true);
  assert.equal(isHeadless(event, [['node', '/home/ann/.local/share/cursor-agent/versions/1/index.js', '--print', 'Hi.']]), true);
  assert.equal(isHeadless(event, [['/usr/share/cursor/cursor', '--type=utility']]), false);
  assert.equal(isHeadless(event, [['cursor-agent']]), false);
});
