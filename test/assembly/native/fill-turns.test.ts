/** Telemetry beside hooks and history: nothing of it is lost, nothing stands in a session that it is not of. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assemble } from '#spoor/assembly/assemble.ts';
import type { AgentTraits } from '#spoor/agents/agent.ts';
import type { Fact } from '#spoor/core/fact.ts';
import type { Span } from '#spoor/core/span.ts';

const TRAITS: AgentTraits = { hooksKnowCallId: true, historyWaitMillis: 1000, provider: 'p' };
const SECOND = 1_000_000_000n;
const START = 1_789_000_000n * SECOND;

const at = (seconds: number, source: 'hook' | 'native' | 'transcript'): { unixNano: bigint; source: typeof source } => ({ unixNano: START + BigInt(seconds * 1000) * 1_000_000n, source });
const base = (source: 'hook' | 'native' | 'history', key: string, seconds: number, sessionId = 's'): Omit<Fact, 'type'> & { source: typeof source } => ({
  agent: 'told', sessionId, source, key, order: 1, at: at(seconds, source === 'history' ? 'transcript' : source),
});

function request(id: string, seconds: number, turnKey?: string, sessionId = 's'): Fact {
  const { unixNano } = at(seconds, 'native');
  return {
    ...base('native', `answer:${id}`, seconds, sessionId), type: 'model.answered', messageId: id, requestId: id, responseId: null, outcome: 'ok', callIds: [], startedAt: unixNano - SECOND / 2n, endedAt: unixNano,
    usage: { inputTokens: 10, outputTokens: 1 }, ...(turnKey === undefined ? {} : { turnKey }),
  };
}

function call(id: string, seconds: number, sessionId = 's'): Fact[] {
  const tool = { name: 'x', canonicalName: 'x', input: undefined, callId: id };
  return [
    { ...base('native', `start:${id}`, seconds, sessionId), type: 'tool.started', tool },
    { ...base('native', `end:${id}`, seconds + 0.5, sessionId), type: 'tool.ended', tool, callId: id, result: { outcome: 'ok' } },
  ];
}

function spansOf(facts: readonly Fact[]): Span[] {
  return assemble({ agent: 'told', traits: TRAITS, facts, lookup: () => undefined, isExpired: () => true }).turns.flatMap(({ spans }) => spans);
}

test('two turns of telemetry in one of hooks: it gets the requests and calls of both, in their order', () => {
  const hooks: Fact[] = [
    { ...base('hook', 'prompt', 0), type: 'turn.started', prompt: 'go' },
    { ...base('hook', 'stop', 60), type: 'turn.ended', reason: 'ok' },
  ];
  const spans = spansOf([...hooks, request('r1', 10, 't1'), ...call('c1', 11).map((fact) => ({ ...fact, turnKey: 't1' })), request('r2', 30, 't2'), ...call('c2', 31).map((fact) => ({ ...fact, turnKey: 't2' }))]);
  assert.equal(spans.filter(({ kind }) => kind === 'agent').length, 1);
  assert.equal(spans.filter(({ kind }) => kind === 'chat').length, 2);
  assert.deepEqual(spans.flatMap(({ values }) => values.toolCallId ?? []), ['c1', 'c2']);
});

test('where the history tells of a turn, telemetry adds no request to it', () => {
  const history: Fact[] = [
    { ...base('history', 'start', 0), type: 'turn.started', messageId: 'm', prompt: 'go', isEndTold: true },
    { ...base('history', 'answer', 5), order: 2, type: 'model.answered', messageId: 'a', responseId: null, outcome: 'ok', callIds: [] },
    { ...base('history', 'end', 6), order: 3, type: 'turn.ended', reason: 'ok', messageIds: ['m'], endedAt: at(6, 'transcript').unixNano },
  ];
  const spans = spansOf([...history, request('r1', 2, 't1'), request('r2', 4, 't2')]);
  assert.equal(spans.filter(({ kind }) => kind === 'chat').length, 1);
});

test("a subagent's call that telemetry names in its parent's session stands in the subagent alone, under whichever id", () => {
  const hooks: Fact[] = [{ ...base('hook', 'prompt', 0), type: 'turn.started', prompt: 'go' }, { ...base('hook', 'stop', 60), type: 'turn.ended', reason: 'ok' }];
  const child: Fact[] = [
    { ...base('history', 'seen', 1, 'child'), type: 'session.seen', parent: { sessionId: 's', relation: 'subagent' } },
    { ...base('history', 'start', 1, 'child'), type: 'turn.started', messageId: 'm', prompt: 'part', isEndTold: true },
    { ...base('history', 'called', 2, 'child'), order: 2, type: 'tool.called', messageId: 'm', tool: { name: 'x', canonicalName: 'x', input: {}, callId: 'child/c1', nativeCallId: 'c1' } },
    { ...base('history', 'end', 5, 'child'), order: 3, type: 'turn.ended', reason: 'ok', messageIds: ['m'], endedAt: at(5, 'transcript').unixNano },
  ];
  const spans = spansOf([...hooks, ...child, request('r', 1), ...call('c1', 2)]);
  const tools = spans.filter(({ kind }) => kind === 'tool');
  assert.deepEqual(tools.map(({ sessionId, values }) => [sessionId, values.toolCallId]), [['child', 'c1']]);
});

test('a long session costs as much a turn as a short one', () => {
  const session = (turns: number): Fact[] =>
    Array.from({ length: turns }, (_, turn): Fact[] => [
      { ...base('hook', `prompt:${turn}`, turn * 10), type: 'turn.started', prompt: `go ${turn}` },
      { ...base('hook', `tool:${turn}`, turn * 10 + 2), type: 'tool.started', tool: { name: 'x', canonicalName: 'x', input: {}, callId: `c${turn}` } },
      { ...base('hook', `answer:${turn}`, turn * 10 + 3), type: 'model.answered', messageId: `a${turn}`, responseId: null, outcome: 'ok', callIds: [], usage: { inputTokens: turn, outputTokens: 1 } },
      { ...base('hook', `stop:${turn}`, turn * 10 + 5), type: 'turn.ended', reason: 'ok' },
      request(`r${turn}`, turn * 10 + 1, `t${turn}`),
      ...call(`c${turn}`, turn * 10 + 2).map((fact) => ({ ...fact, turnKey: `t${turn}` })),
    ]).flat();
  const micros = (turns: number): number => {
    const facts = session(turns);
    const before = process.cpuUsage();
    spansOf(facts);
    const { user } = process.cpuUsage(before);
    return user / turns;
  };
  micros(300);
  const short = Math.min(micros(300), micros(300));
  const long = Math.min(micros(4800), micros(4800));
  assert.ok(long < short * 4, `${Math.round(short)} µs a turn of 300, ${Math.round(long)} µs of 4800`);
});
