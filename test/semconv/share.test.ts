/** What of a span may leave, place by place. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Sharing } from '#spoor/core/sharing.ts';
import { toContentPolicy } from '#spoor/semconv/content.ts';
import { shareRepository, shareSession, shareSpan } from '#spoor/semconv/share.ts';
import { toTraceBatch } from '#spoor/otlp/to-trace-batch.ts';
import { genAi } from '#spoor/semconv/gen-ai.ts';
import { newContext, newSpan, session } from './sample-spans.ts';

const full: Sharing = { content: toContentPolicy('full') };
const none: Sharing = { content: toContentPolicy('none') };
const nameless: Sharing = { content: { ...toContentPolicy('full'), toolName: 'none' } };

const call = newSpan('tool', {
  values: {
    toolName: 'mcp__pond__ring_bell', toolCallId: 'ring_bell-1', mcpServer: 'pond', mcpTool: 'ring_bell', skillName: 'bells', skillPath: '/skills/bells/SKILL.md', shellFamily: 'bell',
    toolPurpose: 'ring_bell once', files: [{ path: '/a.txt', operation: 'ring' }], shellCommand: 'pond ring', errorType: 'ring_bell_failed', errorMessage: 'ring_bell is not there',
  },
  content: { toolArguments: '{"tool":"ring_bell"}', toolResult: 'mcp__pond__ring_bell rang' },
  outcome: 'error',
});

test('a hidden name is told nowhere: not by the server, the skill, the id, nor the call\'s own texts', () => {
  const shared = shareSpan(call, nameless);
  const text = JSON.stringify([shared.values, shared.content]);
  for (const word of ['ring_bell', 'pond', 'bells', 'bell']) assert.ok(!text.includes(word), `${word} in ${text}`);
  assert.equal(shared.values.toolName, 'tool');
  assert.equal(shared.values.toolCallId, undefined);
  assert.deepEqual(shared.values.files, [{ path: '/a.txt', operation: 'tool' }]);
  assert.equal(shared.content.toolArguments, '{"tool":"tool"}');
  assert.equal(shareSpan(newSpan('tool', { values: { toolName: 'read', toolCallId: 'toolu_01ABCDEFGH' } }), nameless).values.toolCallId, 'toolu_01ABCDEFGH');
  const { name } = genAi.toSpans(shared, newContext())[0] ?? assert.fail();
  assert.equal(name, 'execute_tool tool');
  const waiting = shareSpan(newSpan('permission', { values: { toolName: 'read' } }), nameless);
  assert.equal(waiting.values.toolName, 'tool');
});

test('what only one agent has: numbers and its own words go, names of skills with the names of tools, any other text as an argument', () => {
  const extra = { 'codex.plan_type': 'pro', 'codex.count': 2n, 'codex.skills': ['pdf', 'xlsx'], 'claude.command.name': '/review', 'opencode.slash_command': '/init all of it', 'cursor.git.branch': 'feature', 'copilot.mode': 'not a word' };
  assert.deepEqual(shareSpan(newSpan('agent', { extra }), full).extra, extra);
  assert.deepEqual(shareSpan(newSpan('agent', { extra }), none).extra, { 'codex.plan_type': 'pro', 'codex.count': 2n, 'codex.skills': ['pdf', 'xlsx'], 'claude.command.name': '/review' });
  assert.deepEqual(shareSpan(newSpan('agent', { extra }), { content: { ...none.content, toolName: 'none' } }).extra, { 'codex.plan_type': 'pro', 'codex.count': 2n, 'codex.skills': ['tool', 'tool'], 'claude.command.name': 'tool' });
});

test('events and links: the same', () => {
  const span = newSpan('agent', { events: [{ name: 'compaction', unixNano: 1n, attributes: { strategy: '{"keep":"the plan"}', tokens: 2n } }], links: [{ traceId: '0'.repeat(31) + '1', spanId: '0'.repeat(15) + '1', attributes: { note: 'a text' } }] });
  assert.deepEqual([shareSpan(span, none).events[0]?.attributes, shareSpan(span, none).links[0]?.attributes], [{ tokens: 2n }, {}]);
});

test('a sentence is no type of an error, no operation and no reason', () => {
  const { values } = shareSpan(newSpan('tool', { values: { toolName: 'x', errorType: 'no file /a b', files: [{ path: '/a', operation: 'look at it' }], finishReasons: ['stop', 'because of it'] } }), none);
  assert.deepEqual([values.errorType, values.files, values.finishReasons], [undefined, [{ path: '', operation: 'other' }], ['stop']]);
});

test('the folder goes with arguments, the title with prompts, and by which call it was started with nothing', () => {
  const told = { ...session, title: 'Fix it', parent: { sessionId: 'p', relation: 'subagent' as const, callId: 'ring_bell-1' } };
  const shared = shareSession(told, none);
  assert.deepEqual([shared.cwd, shared.title, shared.parent], [undefined, undefined, { sessionId: 'p', relation: 'subagent' }]);
  assert.deepEqual([shareSession(told, full).cwd, shareSession(told, full).title], [told.cwd, 'Fix it']);
});

test('a preview is cut behind what is taken out: half a secret would not be found', () => {
  const redact = [{ name: 'own', pattern: 'x{150}' }];
  const prompt = `${'a '.repeat(90)}${'x'.repeat(150)} end`;
  const { content } = shareSpan(newSpan('agent', { content: { prompt } }), { content: toContentPolicy('preview'), redact });
  assert.equal(content.prompt, `${'a '.repeat(90)}[redacted:own] end`);
});

test('what is sealed lets nothing out, whatever its levels say', () => {
  const shared = shareSpan(call, { ...full, isSealed: true });
  assert.deepEqual([shared.content, shared.values.toolName, shared.values.shellCommand], [{}, 'tool', undefined]);
  assert.equal(shareSession(session, { ...full, isSealed: true }).cwd, undefined);
});

test('a withheld input keeps the arguments at home, and lets their details go', () => {
  const shared = shareSpan(call, { ...full, withholdsInput: true });
  assert.deepEqual([shared.content.toolArguments, shared.values.shellCommand], [undefined, 'pond ring']);
});

test('a repository is told as it is; where paths are hashed, its address and its name are hashed alike', () => {
  const repository = { url: 'https://git.example/ann/pond', name: 'ann/pond', branch: 'main' };
  assert.equal(shareRepository(repository, none), repository);
  const hashed = shareRepository(repository, { ...none, hash: { kinds: ['paths'], key: 'k' } });
  assert.equal(hashed?.url, `https://git.example/${hashed?.name}`);
  assert.match(hashed?.name ?? '', /^h-\w{10}\/h-\w{10}$/);
});

test('patterns and e-mail addresses are taken out of all that leaves: names, attributes, resource, status', () => {
  const sharing: Sharing = { ...full, redact: [{ name: 'own', pattern: 'otter' }], hash: { kinds: ['emails'], key: 'k' } };
  const span = newSpan('tool', { values: { toolName: 'otter_tool', errorMessage: 'no otter' }, outcome: 'error', events: [{ name: 'otter', unixNano: 1n, attributes: { kind: 'otter' } }] });
  const context = newContext({ sharing, userId: 'ann@pond.example', project: 'otter', serviceName: 'otter-agent', attributes: { team: 'otter' }, resource: { unit: 'ann@pond.example' } });
  const text = JSON.stringify(toTraceBatch([{ span, context }], genAi), (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  assert.ok(!text.includes('otter') && !text.includes('ann@'), text);
  assert.match(text, /"execute_tool \[redacted:own\]_tool"/);
});
