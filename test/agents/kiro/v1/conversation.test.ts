import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseConversation } from '#spoor/agents/kiro/v1/conversation.ts';
import type { Fact, FactOf, FactType } from '#spoor/core/fact.ts';
import { cancelled, conversation, prompt, request, results, START_MILLIS, twoTurns, user } from './sample-conversation.ts';

const place = { sessionId: 'loom', cwd: '/home/ada/loom', createdMillis: START_MILLIS - 500 };
const parse = (value: unknown): ReturnType<typeof parseConversation> => parseConversation(JSON.stringify(value), place);

function ofType<T extends FactType>(facts: Fact[], type: T): FactOf<T>[] {
  return facts.filter((fact): fact is FactOf<T> => fact.type === type);
}

const nano = (afterStart: number): bigint => BigInt(START_MILLIS + afterStart) * 1_000_000n;

test('requests carry their own clock, model, context and time to the first chunk', () => {
  const { facts, problems } = parse(twoTurns('a'));
  assert.deepEqual(problems, []);
  const answers = ofType(facts, 'model.answered');
  assert.deepEqual(answers.map((fact) => [fact.messageId, fact.startedAt, fact.endedAt]), [['a-1', nano(0), nano(2000)], ['a-2', nano(2600), nano(3600)], ['a-3', nano(21_100), nano(22_000)]]);
  assert.deepEqual(answers.map((fact) => [fact.requestModel, fact.timeToFirstChunkNano, fact.usage]), [0, 1, 2].map(() => ['loom-model-2', 250_000_000n, undefined]));
  assert.deepEqual(answers.map((fact) => fact.finishReasons?.[0]), ['tool_call', 'stop', 'stop']);
});

test('a prompt opens a turn, which is over when its last answer asks for no tool', () => {
  const { facts } = parse(twoTurns('a'));
  assert.deepEqual(ofType(facts, 'turn.started').map((fact) => [fact.prompt, fact.at?.unixNano]), [['Look around.', nano(-100)], ['Thank you.', nano(21_000)]]);
  const ends = ofType(facts, 'turn.ended');
  assert.deepEqual(ends.map((fact) => [fact.reason, fact.startedAt, fact.endedAt, fact.stopMayFollow]), [['ok', nano(-100), nano(3600), undefined], ['ok', nano(21_000), nano(22_000), true]]);
  const open = conversation('a', [request(prompt('Go.', null), { id: 'x', tools: [{ id: 't', name: 'ls', args: {} }] }, [0, 1])]);
  assert.equal(ofType(parse(open).facts, 'turn.ended').length, 0);
});

test('calls have the verdict of the agent, a failed command its exit code', () => {
  const { facts } = parse(twoTurns('a'));
  const calls = ofType(facts, 'tool.called');
  assert.deepEqual(calls.map((fact) => [fact.tool.callId, fact.tool.name, fact.tool.canonicalName, fact.tool.purpose]), [['a-call-1', 'execute_bash', 'shell', 'Look around'], ['a-call-2', 'fs_write', 'write', undefined]]);
  assert.deepEqual(ofType(facts, 'tool.ended').map((fact) => [fact.callId, fact.result.outcome, fact.result.exitCode, fact.result.errorMessage]), [['a-call-1', 'ok', 2, undefined], ['a-call-2', 'error', undefined, 'Disk full']]);
});

const asks = (count: number): Record<string, unknown> => {
  const tools = Array.from({ length: count }, (_, index) => ({ id: `t${index}`, name: 'execute_bash', args: { command: 'rm x' } }));
  return request(prompt('Remove it.', '2026-05-06T07:08:09Z'), { id: 'asked', tools }, [0, 10]);
};

test('a refusal denies the call and goes on; other words instead of a yes open the next turn', () => {
  const refused = parse(conversation('a', [asks(1), request(cancelled('I deny this tool request. Ask a follow up question', 't0'), { id: 'next', text: 'What then?' }, [20, 5])])).facts;
  assert.deepEqual(ofType(refused, 'tool.ended').map((fact) => fact.result.outcome), ['denied']);
  assert.deepEqual(ofType(refused, 'turn.started').length, 1);
  const reworded = parse(conversation('a', [asks(1), request(cancelled('Only rename it.', 't0'), { id: 'next', text: 'Renamed.' }, [20, 5])])).facts;
  assert.deepEqual(ofType(reworded, 'turn.started').map((fact) => fact.prompt), ['Remove it.', 'Only rename it.']);
  assert.deepEqual(ofType(reworded, 'turn.ended').map((fact) => fact.reason), ['cancelled', 'ok']);
  const before = reworded.findIndex((fact) => fact.type === 'tool.ended');
  assert.ok(before < reworded.findLastIndex((fact) => fact.type === 'turn.started'), 'the verdict belongs to the turn that asked');
});

test('an interruption cancels; so does a refusal of several calls at once, of which nothing tells which was refused', () => {
  const words = 'Tool uses were interrupted, waiting for the next user prompt';
  const broken = parse(conversation('a', [asks(1), { user: cancelled('The user interrupted the tool execution.', 't0'), assistant: { Response: { message_id: null, content: words } }, request_metadata: null }])).facts;
  assert.deepEqual(ofType(broken, 'tool.ended').map((fact) => fact.result.outcome), ['cancelled']);
  assert.deepEqual(ofType(broken, 'turn.ended').map((fact) => fact.reason), ['cancelled']);
  const synthetic = ofType(broken, 'model.answered').at(-1);
  assert.ok(synthetic?.isSynthetic && synthetic.outcome === 'cancelled' && synthetic.startedAt === undefined);
  const several = parse(conversation('a', [asks(2), request(cancelled('No.', 't0', 't1'), { id: 'next', text: 'Fine.' }, [20, 5])])).facts;
  assert.deepEqual(ofType(several, 'tool.ended').map((fact) => fact.result.outcome), ['cancelled', 'cancelled']);
});

test('credits are those of the last turn; tokens are told only where they are recorded', () => {
  const credits = [{ value: 0.02, unit: 'credit', unit_plural: 'credits' }];
  const { facts } = parse({ ...twoTurns('a'), user_turn_metadata: { continuation_id: 'c', requests: [], usage_info: credits } });
  const [metered] = ofType(facts, 'turn.metered');
  assert.deepEqual([metered?.requestCredits, metered?.messageId], [[0.02], ofType(facts, 'turn.started')[1]?.messageId]);
  const counted = request(prompt('Hi', null), { id: 'x', text: 'Hi' }, [0, 1]);
  Object.assign(counted.request_metadata as object, { uncached_input_tokens: 10, cache_read_input_tokens: 5, cache_write_input_tokens: 2, output_tokens: 3 });
  assert.deepEqual(ofType(parse(conversation('a', [counted])).facts, 'model.answered')[0]?.usage, { inputTokens: 17, outputTokens: 3, cacheReadTokens: 5, cacheCreationTokens: 2 });
});

test('a prompt without an answer yet has no credits: what the row tells then are those of the turn before', () => {
  const usage_info = [{ value: 0.02, unit: 'credit', unit_plural: 'credits' }];
  const asked = { next_message: prompt('Are you there?', '2026-05-06T07:08:09Z'), user_turn_metadata: { continuation_id: 'c', requests: [], usage_info } };
  assert.deepEqual(ofType(parse({ ...twoTurns('a'), ...asked }).facts, 'turn.metered'), []);
});

test('what is still being asked is a turn without its answer', () => {
  const { facts, problems } = parse(conversation('a', [], { next_message: prompt('Are you there?', '2026-05-06T07:08:09Z') }));
  assert.deepEqual([facts.map((fact) => fact.type), problems], [['session.seen', 'turn.started'], []]);
});

test('a compaction is told, with its summary and when', () => {
  const metadata = { stream_end_timestamp_ms: START_MILLIS - 1000 };
  const [change] = ofType(parse({ ...twoTurns('a'), latest_summary: ['We looked around.', metadata] }).facts, 'context.changed');
  assert.deepEqual([change?.change, change?.text, change?.at?.unixNano], ['compaction', 'We looked around.', nano(-1000)]);
});

test('keys stay the same while the conversation grows and when its beginning is dropped', () => {
  const whole = twoTurns('a');
  const history = whole.history as unknown[];
  const keysOf = (value: unknown): string[] => parse(value).facts.filter((fact) => fact.type !== 'turn.ended').map((fact) => fact.key);
  const all = keysOf(whole);
  assert.deepEqual(keysOf({ ...whole, history: history.slice(0, 2) }), all.slice(0, keysOf({ ...whole, history: history.slice(0, 2) }).length));
  assert.ok(keysOf({ ...whole, history: history.slice(2) }).every((key) => all.includes(key)));
  assert.equal(new Set(all).size, all.length);
});

test('the oldest builds wrote a request as a list, and an MCP tool is known by the model\'s spelling', () => {
  const use = { id: 't1', name: 'find_price', orig_name: 'deals___find_price', args: { a: 1 } };
  const entry = [prompt('Price?', null), { ToolUse: { message_id: 'm1', content: '', tool_uses: [use] } }];
  const { facts, problems } = parse(conversation('a', [entry]));
  assert.deepEqual(problems, []);
  assert.deepEqual(ofType(facts, 'tool.called').map(({ tool }) => [tool.name, tool.mcpServer, tool.mcpTool, tool.canonicalName]), [['find_price', 'deals', 'find_price', '@deals/find_price']]);
});

test('what is not understood is a problem that names it, and the rest is kept', () => {
  const odd = conversation('a', [{ user: user({ Teleport: {} }), assistant: { Sigh: {} }, request_metadata: null }, ...(twoTurns('a').history as unknown[])]);
  const { facts, problems } = parse(odd);
  assert.deepEqual(problems.map((problem) => problem.code), ['unknown-record', 'unknown-record']);
  assert.equal(ofType(facts, 'model.answered').length, 3);
  assert.deepEqual(parseConversation('{"history":', place).problems.map((problem) => problem.code), ['bad-conversation']);
  assert.deepEqual(parseConversation('[]', place).problems.map((problem) => problem.code), ['bad-conversation']);
  const broken = request(results({ id: '', status: 'Success', content: [] }), { id: 'x', text: '' }, [0, 1]);
  assert.deepEqual(parse(conversation('a', [broken])).problems.map((problem) => problem.code), ['unknown-record']);
});

test('any JSON gives facts and problems, never an exception; numbers out of range are absent', () => {
  const value = fc.jsonValue();
  const content = fc.oneof(value, fc.record({ Prompt: value }), fc.record({ ToolUseResults: value }), fc.record({ CancelledToolUses: fc.record({ prompt: value, tool_use_results: value }) }));
  const number = fc.oneof(fc.double(), fc.integer(), value);
  const metadata = fc.record({ request_start_timestamp_ms: number, stream_end_timestamp_ms: number, time_to_first_chunk: fc.oneof(value, fc.record({ secs: number, nanos: number })), context_usage_percentage: number, model_id: value, message_id: value }, { requiredKeys: [] });
  const answer = fc.oneof(value, fc.record({ Response: value }), fc.record({ ToolUse: fc.record({ message_id: value, content: value, tool_uses: fc.oneof(value, fc.array(fc.record({ id: value, name: value, args: value }, { requiredKeys: [] }))) }, { requiredKeys: [] }) }));
  const entry = fc.oneof(value, fc.record({ user: fc.record({ content, timestamp: value }, { requiredKeys: [] }), assistant: answer, request_metadata: fc.oneof(value, metadata) }, { requiredKeys: [] }));
  const root = fc.record({ history: fc.oneof(value, fc.array(entry)), next_message: value, latest_summary: value, user_turn_metadata: value, model_info: value }, { requiredKeys: [] });
  fc.assert(
    fc.property(root, (told) => {
      const { facts, problems } = parse(told);
      assert.ok(Array.isArray(problems));
      for (const fact of facts) {
        assert.equal(fact.sessionId, 'loom');
        for (const moment of [fact.at?.unixNano, 'startedAt' in fact ? fact.startedAt : undefined, 'endedAt' in fact ? fact.endedAt : undefined]) assert.ok(moment === undefined || BigInt.asIntN(64, moment) === moment);
      }
    }),
    { numRuns: 2000 },
  );
});

test('a conversation cut or bent at any character never throws', () => {
  const text = JSON.stringify(twoTurns('a'));
  fc.assert(
    fc.property(fc.nat(text.length), fc.string({ maxLength: 3 }), fc.nat(4), (at, words, drop) => {
      parseConversation(text.slice(0, at) + words + text.slice(at + drop), place);
      parseConversation(text.slice(0, at), place);
    }),
    { numRuns: 3000 },
  );
});

test('a row that nests by the thousand is refused, not walked into', () => {
  const deep = `{"history":[{"user":{"content":${'['.repeat(5000)}${']'.repeat(5000)}}}]}`;
  assert.deepEqual(parseConversation(deep, place), { facts: [], problems: [{ code: 'too-deep', detail: 'the row nests deeper than any conversation' }] });
});
