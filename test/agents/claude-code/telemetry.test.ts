import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claudeCode } from '#spoor/agents/claude-code/agent.ts';
import { claudeTelemetry } from '#spoor/agents/claude-code/telemetry.ts';
import { assemble } from '#spoor/assembly/assemble.ts';
import type { Attributes } from '#spoor/core/attributes.ts';
import type { Fact } from '#spoor/core/fact.ts';
import type { Span } from '#spoor/core/span.ts';
import type { TelemetryRecord } from '#spoor/core/telemetry.ts';
import { priceTurn } from '#spoor/processors/price.ts';

const SOURCE = { service: 'claude-code', scope: 'com.anthropic.claude_code.events', resource: {} };
const START = 1_790_000_000_000_000_000n;
const at = (millis: number): bigint => START + BigInt(millis) * 1_000_000n;
const SESSION = { 'session.id': 'heron-session' };

function log(name: string, millis: number, attributes: Attributes): TelemetryRecord {
  return { signal: 'log', body: `claude_code.${name}`, atUnixNano: at(millis), attributes: { ...SESSION, 'event.name': name, ...attributes } };
}

function span(name: string, [from, to]: [number, number], attributes: Attributes): TelemetryRecord {
  return { signal: 'span', name: `claude_code.${name}`, traceId: 'a'.repeat(32), spanId: `${name}${from}`.padEnd(16, '0').slice(0, 16), startUnixNano: at(from), endUnixNano: at(to), attributes: { ...SESSION, ...attributes }, status: 'unset', events: [] };
}

function parse(records: TelemetryRecord[]): Fact[] {
  const { value = [], problems } = claudeTelemetry.parse(SOURCE, records);
  assert.deepEqual(problems, []);
  return value;
}

function toSpans(facts: readonly Fact[]): Span[] {
  return assemble({ agent: 'claude-code', traits: claudeCode.traits, facts, lookup: () => undefined, isExpired: () => false, price: priceTurn }).turns.flatMap(({ spans }) => spans);
}

const PROMPT = log('user_prompt', 0, { 'message.uuid': 'prompt-1', prompt: '<REDACTED>' });
const REQUEST = { request_id: 'req_1', model: 'claude-opus-5-5', input_tokens: 100n, output_tokens: '20', cache_read_tokens: 7n, cache_creation_tokens: 3n };

test('a request told by a log and by a span is one chat: its first try began it, and the agent told what it cost', () => {
  const spans = toSpans(parse([
    PROMPT, log('api_error', 40, { attempt: '1', status_code: '529' }),
    log('api_request', 90, { ...REQUEST, duration_ms: '30', cost_usd: 0.008651599999999999, ttft_ms: '11' }), span('llm_request', [10, 91], { ...REQUEST, attempt: 2n, success: true, ttft_ms: 11n, 'gen_ai.response.finish_reasons': ['end_turn'] }),
    span('interaction', [0, 95], {}),
  ]));
  const [turn, chat, ...others] = spans;
  assert.deepEqual(others, []);
  assert.deepEqual([turn?.kind, turn?.outcome, turn?.events.map(({ name }) => name), turn?.content], ['agent', 'ok', ['api-retry'], {}]);
  assert.deepEqual([chat?.startUnixNano, chat?.endUnixNano, chat?.provenance], [at(10), at(91), { times: 'native', model: 'transcript', usage: 'native', cost: 'native' }]);
  assert.deepEqual([chat?.values.usage, chat?.values.cost, chat?.values.finishReasons, chat?.values.timeToFirstChunkNano], [{ inputTokens: 110, outputTokens: 20, cacheReadTokens: 7, cacheCreationTokens: 3 }, { usd: 0.0086516 }, ['end_turn'], 11_000_000n]);
  assert.equal(chat?.extra['spoor.request.attempts'], 2n);
});

const CALL = { tool_name: 'Bash', tool_use_id: 'toolu_1', request_id: 'req_1' };
const HOOK = { agent: 'claude-code', sessionId: 'heron-session', source: 'hook', order: 0 } as const;
const TOOL = { name: 'Bash', canonicalName: 'Bash', input: { command: 'true' }, callId: 'toolu_1' };

test('a person who was asked, as a hook tells, answered when telemetry says; how long the call ran is its own', () => {
  const hooks: Fact[] = [
    { ...HOOK, key: 'h1', type: 'turn.started', prompt: 'go', at: { unixNano: at(0), source: 'hook' } },
    { ...HOOK, key: 'h2', type: 'tool.started', tool: TOOL, at: { unixNano: at(100), source: 'hook' } },
    { ...HOOK, key: 'h3', type: 'permission.asked', askId: 'a', callIds: [], tool: TOOL, at: { unixNano: at(110), source: 'hook' } },
    { ...HOOK, key: 'h4', type: 'tool.ended', tool: TOOL, result: { outcome: 'ok' }, at: { unixNano: at(900), source: 'hook' } },
  ];
  const native = parse([PROMPT, log('tool_decision', 600, { ...CALL, decision: 'accept', source: 'user_temporary' }), span('tool.execution', [600, 880], { tool_use_id: 'toolu_1', duration_ms: 280n, success: true }), log('tool_result', 885, { ...CALL, success: 'true', duration_ms: '280' })]);
  const [, call, wait] = toSpans([...native, ...hooks]);
  assert.deepEqual([call?.kind, call?.outcome, call?.startUnixNano, call?.endUnixNano, call?.provenance.times, call?.values.ownDurationNano], ['tool', 'ok', at(100), at(900), 'hook', 280_000_000n]);
  assert.deepEqual(call?.extra, { 'claude_code.decision': 'accept', 'claude_code.decision.source': 'user_temporary' });
  assert.deepEqual([wait?.kind, wait?.values.decision, wait?.startUnixNano, wait?.endUnixNano], ['permission', 'approved', at(110), at(600)]);
});

test('a refusal by a person waited from the call to the word; one by a rule asked nobody', () => {
  const play = (source: string): Span[] => toSpans(parse([PROMPT, log('api_request', 50, { ...REQUEST, duration_ms: '30' }), log('tool_decision', 300, { ...CALL, decision: 'reject', source }), span('tool', [60, 301], CALL)]));
  const [, , byPerson, wait] = play('user_reject');
  assert.deepEqual([byPerson?.outcome, wait?.kind, wait?.values.decision, wait?.startUnixNano, wait?.endUnixNano], ['denied', 'permission', 'denied', at(60), at(300)]);
  assert.deepEqual(play('config').map(({ kind, outcome }) => `${kind} ${outcome}`), ['agent unknown', 'chat ok', 'tool denied', 'permission denied']);
  assert.deepEqual(play('user_abort').map(({ kind, outcome }) => `${kind} ${outcome}`).slice(2), ['tool cancelled', 'permission cancelled']);
});

test('who wanted a skill stands on the call that loaded it', () => {
  const hooks: Fact[] = [
    { ...HOOK, key: 'h1', type: 'turn.started', prompt: 'go', at: { unixNano: at(0), source: 'hook' } },
    { ...HOOK, key: 'h2', type: 'tool.started', tool: { name: 'Skill', canonicalName: 'Skill', input: { skill: 'swim' }, skillName: 'swim', callId: 'toolu_2' }, at: { unixNano: at(100), source: 'hook' } },
  ];
  const [, call] = toSpans([...hooks, ...parse([log('skill_activated', 105, { 'skill.name': 'swim', invocation_trigger: 'claude-proactive', 'skill.source': 'userSettings' })])]);
  assert.deepEqual([call?.values.skillName, call?.extra], ['swim', { 'claude_code.skill.trigger': 'claude-proactive', 'claude_code.skill.source': 'userSettings' }]);
});

test('a subagent is a session of its own; what all of it used together is nobody\'s', () => {
  const facts = parse([
    log('api_request', 50, { ...REQUEST, agent_id: 'cub', 'agent.name': 'general-purpose' }), log('subagent_completed', 60, { agent_id: 'cub', total_tokens: 130n, total_tool_uses: 1n }),
    { signal: 'metric', name: 'claude_code.token.usage', value: 130, attributes: SESSION },
  ]);
  assert.deepEqual(facts.map(({ type, sessionId }) => `${type} ${sessionId}`), ['session.seen cub', 'model.answered cub']);
  assert.deepEqual(toSpans(facts).map(({ kind, sessionId, values }) => [kind, sessionId, values.usage?.inputTokens]), [['agent', 'cub', undefined], ['chat', 'cub', 110]]);
});
