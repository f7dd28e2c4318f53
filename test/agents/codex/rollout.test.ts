import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRolloutReader } from '#spoor/agents/codex/rollout.ts';
import type { Fact, FactOf, FactType } from '#spoor/core/fact.ts';
import type { Problem } from '#spoor/core/problem.ts';
import { toJson } from '#spoor/core/json.ts';
import { CHILD, linesOf, PARENT } from './recorded.ts';

const TURN = '019f0000-0000-7000-8000-000000000001';

function read(lines: readonly (object | string)[]): { facts: Fact[]; problems: Problem[] } {
  const reader = createRolloutReader('session-1');
  const problems = lines.flatMap((line, index) => reader.add(typeof line === 'string' ? line : JSON.stringify(line), index));
  return { facts: reader.finish().facts, problems };
}

function line(type: string, payload: object, millis = 0): object {
  return { timestamp: new Date(1_789_000_000_000 + millis).toISOString(), type, payload };
}

const event = (type: string, more: object = {}): object => line('event_msg', { type, ...more });
const item = (type: string, more: object = {}): object => line('response_item', { type, ...more });
const start = (turn_id = TURN): object => event('task_started', { turn_id });
const prompt = (message: string): object => event('user_message', { message });
const said = (text: string): object => item('message', { role: 'assistant', content: [{ type: 'output_text', text }] });
const tokens = (input: number): object => ({ input_tokens: input, cached_input_tokens: 1, output_tokens: 2, reasoning_output_tokens: 1, total_tokens: input + 2 });
const count = (total: number, last: number): object => event('token_count', { info: { total_token_usage: tokens(total), last_token_usage: tokens(last) } });

function of<T extends FactType>(facts: readonly Fact[], type: T): FactOf<T>[] {
  return facts.filter((fact): fact is FactOf<T> => fact.type === type);
}

test('a running total closes a request once, however often it is told', () => {
  const { facts, problems } = read([start(), count(90, 90), prompt('a'), said('one'), count(100, 10), count(100, 10), event('token_count', { info: null }), item('function_call', { call_id: 'c', name: 'x', arguments: '{}' }), count(130, 30), count(130, 30)]);
  assert.deepEqual(problems, []);
  assert.deepEqual(of(facts, 'model.answered').map(({ usage, text }) => [usage?.inputTokens, text]), [[90, undefined], [10, 'one'], [30, undefined]]);
});

test('an estimate behind a compaction is no request', () => {
  const zero = event('token_count', { info: { total_token_usage: tokens(500), last_token_usage: { input_tokens: 0, output_tokens: 0, total_tokens: 7 } } });
  const { facts } = read([start(), prompt('a'), said('one'), count(100, 10), line('compacted', { message: 's', replacement_history: [] }), zero]);
  assert.equal(of(facts, 'model.answered').length, 1);
  assert.deepEqual(of(facts, 'context.changed').map(({ change }) => change), ['compaction']);
});

test('where each request has a record, running totals say nothing more; of a resumed session each turn is read in its own way', () => {
  const record = line('token_usage_record', { turn_id: TURN, response_id: 'resp', usage: tokens(20) });
  const { facts } = read([start('t-0'), prompt('a'), said('one'), count(10, 10), event('task_complete', { turn_id: 't-0', last_agent_message: 'one' }), start(), prompt('b'), said('two'), record, count(30, 20)]);
  assert.deepEqual(of(facts, 'model.answered').map(({ usage, responseId }) => [usage?.inputTokens, responseId]), [[10, null], [20, 'resp']]);
});

test('results come before or behind the count that measures their request', () => {
  const call = (id: string): object => item('function_call', { call_id: id, name: 'exec_command', arguments: '{"cmd":"ls"}' });
  const output = (id: string): object => item('function_call_output', { call_id: id, output: 'Process exited with code 0\nOutput:\n' });
  const expected = [[['turn:a'], 10], [['turn:b'], 20], [[], 30]];
  for (const lines of [
    [call('a'), count(10, 10), output('a'), call('b'), count(30, 20), output('b'), said('x'), count(60, 30)],
    [call('a'), output('a'), count(10, 10), call('b'), output('b'), count(30, 20), said('x'), count(60, 30)],
  ]) {
    const answers = of(read([start('turn'), prompt('go'), ...lines]).facts, 'model.answered');
    assert.deepEqual(answers.map(({ callIds, usage }) => [callIds, usage?.inputTokens]), expected);
  }
});

test('ids that a provider gives again are told apart by their turn', () => {
  const turn = (id: string): object[] => [start(id), prompt('same'), item('function_call', { call_id: 'call_0', name: 'ls', arguments: '{}' }), line('token_usage_record', { turn_id: id, response_id: 'resp_0', usage: tokens(5) }), item('function_call_output', { call_id: 'call_0', output: id }), event('task_complete', { turn_id: id })];
  const { facts } = read([...turn('t-1'), ...turn('t-2')]);
  assert.deepEqual(of(facts, 'tool.called').map(({ tool }) => [tool.callId, tool.nativeCallId]), [['t-1:call_0', 'call_0'], ['t-2:call_0', 'call_0']]);
  assert.deepEqual(of(facts, 'tool.ended').map(({ callId, result }) => [callId, result.output]), [['t-1:call_0', 't-1'], ['t-2:call_0', 't-2']]);
  assert.equal(new Set(facts.map(({ key }) => key)).size, facts.length);
});

test('what Codex writes in the name of a person opens nothing', () => {
  for (const text of ['<environment_context>\n</environment_context>', '# AGENTS.md instructions for /p\n', '<turn_aborted>\n', '<user_instructions>\nx', '<skill>\n<name>a</name>']) {
    assert.deepEqual(read([start(), item('message', { role: 'user', content: [{ type: 'input_text', text }] })]).facts, [], text);
  }
});

test('a task in which nothing was said, asked or done is none', () => {
  assert.deepEqual(read([start(), event('task_complete', { turn_id: TURN, last_agent_message: null })]), { facts: [], problems: [] });
});

test('an interruption, a limit, an error, a review: how a turn ended', () => {
  const ends: [object[], string, string | undefined][] = [
    [[event('turn_aborted', { turn_id: TURN, reason: 'interrupted' })], 'cancelled', undefined],
    [[event('turn_aborted', { turn_id: TURN, reason: 'review_ended' })], 'ok', undefined],
    [[event('task_complete', { turn_id: TURN, last_agent_message: 'x' })], 'ok', undefined],
    [[event('error', { message: 'm', codex_error_info: 'usage_limit_exceeded' }), event('task_complete', { turn_id: TURN, last_agent_message: null })], 'error', 'usage_limit_exceeded'],
    [[event('task_complete', { turn_id: TURN, last_agent_message: null, error: { message: 'm', codex_error_info: { http_connection_failed: { http_status_code: 500 } } } })], 'error', 'http_connection_failed'],
    [[event('error', { message: 'm' }), said('recovered'), event('task_complete', { turn_id: TURN, last_agent_message: 'recovered' })], 'ok', undefined],
  ];
  for (const [lines, reason, errorType] of ends) {
    const [end] = of(read([start(), prompt('a'), ...lines]).facts, 'turn.ended');
    assert.deepEqual([end?.reason, end?.errorType], [reason, errorType]);
  }
});

test('a length that nothing can have is none', () => {
  const lengthOf = (duration_ms: unknown): bigint | undefined => of(read([start(), prompt('a'), event('task_complete', { turn_id: TURN, last_agent_message: 'x', duration_ms })]).facts, 'turn.ended')[0]?.durationNano;
  assert.deepEqual([1500, -1, 1e308, 8e15, '5'].map(lengthOf), [1_500_000_000n, undefined, undefined, undefined, undefined]);
});

test('rate limits and credits of a turn are the last that the service told', () => {
  const limits = (used: number): object => event('token_count', { info: null, rate_limits: { primary: { used_percent: used, window_minutes: 300, resets_at: 5 }, secondary: null, credits: { has_credits: true, unlimited: false, balance: '7.25' }, plan_type: 'plus' } });
  const [end] = of(read([start(), prompt('a'), limits(1), limits(2.5), event('task_complete', { turn_id: TURN })]).facts, 'turn.ended');
  assert.deepEqual(end?.extra, {
    'codex.turn_id': TURN, 'codex.rate_limit.primary.used_percent': 2.5, 'codex.rate_limit.primary.window_minutes': 300n, 'codex.rate_limit.primary.resets_at': 5n,
    'codex.plan_type': 'plus', 'codex.credits.has_credits': true, 'codex.credits.unlimited': false, 'codex.credits.balance': 7.25,
  });
});

test('what is not known is counted by its name', () => {
  const { problems } = read([line('novelty', {}), event('novelty'), item('novelty'), event('item_completed', { item: { type: 'Novelty' } }), '{"timestamp":1}', '[]', '{', item('function_call', { name: 'x' })]);
  assert.deepEqual(problems.map(({ code }) => code), ['unknown-record', 'unknown-record', 'unknown-record', 'unknown-record', 'unknown-record', 'unknown-record', 'bad-json', 'no-call-id']);
});

test('no line makes it throw, and what it gives has keys of its own', () => {
  const texts = [...linesOf(PARENT), ...linesOf(CHILD)].map(({ text }) => text);
  const mutated = fc.constantFrom(...texts).chain((text) => fc.tuple(fc.constant(text), fc.nat(text.length), fc.nat(30), fc.string({ maxLength: 10 })).map(([whole, at, length, put]) => whole.slice(0, at) + put + whole.slice(at + length)));
  const typed = fc.record({ type: fc.constantFrom('event_msg', 'response_item', 'turn_context', 'session_meta', 'token_usage_record', 'compacted'), payload: fc.oneof(fc.dictionary(fc.constantFrom('type', 'turn_id', 'item', 'content', 'call_id', 'output', 'info', 'id', 'usage', 'name', 'arguments'), fc.jsonValue()), fc.jsonValue()) }).map((value) => JSON.stringify(value));
  fc.assert(
    fc.property(fc.array(fc.oneof(mutated, typed, fc.constantFrom(...texts), fc.json()), { maxLength: 30 }), (lines) => {
      const { facts } = read(lines);
      assert.equal(new Set(facts.map(({ key }) => key)).size, facts.length);
      toJson(facts);
    }),
    { numRuns: 400 },
  );
});

test('an account with a plan is charged by the month; another provider, or a key, is not said to be', () => {
  const limits = (plan_type: unknown): object => event('token_count', { info: null, rate_limits: { plan_type } });
  const billing = (plan: unknown, model_provider?: string): (string | undefined)[] => {
    const meta = line('session_meta', { id: 'session-1', ...(model_provider ? { model_provider } : {}) });
    return of(read([meta, start(), prompt('a'), said('one'), count(10, 10), limits(plan)]).facts, 'model.answered').map((fact) => fact.billing);
  };
  assert.deepEqual([billing('plus'), billing('pro', 'openai'), billing(null), billing('unknown'), billing('plus', 'azure')], [['subscription'], ['subscription'], [undefined], [undefined], [undefined]]);
});

test('what a fork of an old version copied is its origin\'s, though no turn has an id and each line is stamped anew', () => {
  const meta = (id: string, millis: number, more: object = {}): object => line('session_meta', { id, timestamp: new Date(1_789_000_000_000 + millis).toISOString(), ...more }, millis);
  const spoken = (text: string, total: number, millis: number): object[] => [
    line('event_msg', { type: 'user_message', message: text }, millis), line('turn_context', { model: 'm' }, millis), line('response_item', { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] }, millis),
    line('event_msg', { type: 'token_count', info: { total_token_usage: tokens(total), last_token_usage: tokens(10) } }, millis),
  ];
  for (const more of [{ forked_from_id: 'origin' }, {}]) {
    for (const copied of [40, -60_000]) {
      const own = [...spoken('own', 20, 9_000), ...spoken('next', 30, 10_000)];
      const lines = [meta('fork', 0, more), meta('origin', copied), ...spoken('copied', 10, copied), ...own];
      // The running total is told again before the first request of the fork's own.
      lines.splice(-8, 0, line('event_msg', { type: 'token_count', info: { total_token_usage: tokens(10), last_token_usage: tokens(10) } }, 5_000));
      const reader = createRolloutReader('fork');
      lines.forEach((one, index) => assert.deepEqual(reader.add(JSON.stringify(one), index), []));
      const { facts, meta: told } = reader.finish();
      assert.deepEqual(of(facts, 'turn.started').map(({ prompt: text }) => text), ['own', 'next']);
      assert.deepEqual(of(facts, 'model.answered').map(({ usage }) => usage?.inputTokens), [10, 10]);
      assert.deepEqual(told.parent, { sessionId: 'origin', relation: 'fork' });
    }
  }
});
