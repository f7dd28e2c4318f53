/** What two sides that know different things of one turn must and must not be taken for. Each case was wrong once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assemble } from '#spoor/assembly/assemble.ts';
import type { AssembledTurn } from '#spoor/assembly/drafts.ts';
import type { Fact } from '#spoor/core/fact.ts';

const SECOND = 1_000_000_000n;
const START = 1_780_000_000n * SECOND;
const traits = { hooksKnowCallId: false, historyWaitMillis: 1, provider: 'kiro' };

let count = 0;
/** A hook's fact, `seconds` after the start. */
function hook(seconds: number, more: object, sessionId = 'finch'): Fact {
  return { agent: 'kiro', sessionId, source: 'hook', key: `h${++count}`, order: count, at: { unixNano: START + BigInt(Math.round(seconds * 1000)) * 1_000_000n, source: 'hook' }, ...more } as Fact;
}

/** A fact of the history, with its own key. */
function record(key: string, more: object, sessionId = 'finch'): Fact {
  return { agent: 'kiro', sessionId, source: 'history', key, order: ++count, ...more } as Fact;
}

function prompt(id: string, text: string, seconds: number): Fact {
  return record(`msg:${id}`, { type: 'turn.started', messageId: id, prompt: text, at: { unixNano: START + BigInt(Math.floor(seconds)) * SECOND, source: 'transcript' } });
}

function answer(id: string, callIds: string[] = []): Fact {
  return record(`msg:${id}`, { type: 'model.answered', messageId: id, outcome: 'ok', callIds, text: callIds.length > 0 ? undefined : 'done' });
}

function ended(ids: string[], seconds: [from: number, to: number], more: object = {}): Fact {
  const [from, to] = seconds;
  return record(`turn:${ids[0]}`, { type: 'turn.ended', reason: 'ok', messageIds: ids, startedAt: START + BigInt(from) * SECOND, endedAt: START + BigInt(to) * SECOND, ...more });
}

const written = (seconds: number): Fact => record('written', { type: 'session.seen', writtenAt: START + BigInt(seconds) * SECOND });
const shell = { name: 'shell', canonicalName: 'shell', input: { command: 'npm test' } };

function turnsOf(facts: Fact[]): AssembledTurn[] {
  return assemble({ agent: 'kiro', traits, facts, lookup: () => undefined, isExpired: () => false }).turns;
}

test('a prompt typed again an hour later is not the old turn while the history is older than it', () => {
  const old = [prompt('p1', 'continue', 0), answer('a1'), ended(['p1', 'a1'], [0, 100], { requestCredits: [9.5] }), written(100)];
  const turns = turnsOf([...old, hook(3600, { type: 'turn.started', prompt: 'continue' })]);
  assert.deepEqual(turns.map((turn) => [turn.live, turn.settled, turn.spans[0]?.values.turnCredits]), [[false, true, 9.5], [true, false, undefined]]);
});

for (const [told, seen] of [['fix it\n<context>a.ts</context>', 'fix it'], ['', undefined], ['Review the diff. Be strict.', '/review']] as const) {
  test(`a prompt that hooks saw as ${JSON.stringify(seen)} and the history has as ${JSON.stringify(told)} is one turn`, () => {
    const turns = turnsOf([hook(10.2, { type: 'turn.started', prompt: seen }), hook(14, { type: 'turn.ended', reason: 'ok' }), prompt('p1', told, 10), answer('a1'), ended(['p1', 'a1'], [10, 13]), written(14)]);
    assert.deepEqual(turns.map((turn) => [turn.live, turn.hasHistory, turn.settled]), [[true, true, true]]);
  });
}

test('two equal calls, one hook of them lost: their times are a guess, and nothing of it is final before its turn', () => {
  const first = prompt('p1', 'go', 1);
  const calls = ['c1', 'c2'].flatMap((id, n) => [answer(`a${n}`, [id]), record(`call:${id}`, { type: 'tool.called', messageId: `a${n}`, tool: { ...shell, callId: id } }), record(`result:${id}`, { type: 'tool.ended', callId: id, result: { outcome: 'ok' } })]);
  const hooks = [hook(1, { type: 'turn.started', prompt: 'go' }), hook(3, { type: 'tool.ended', tool: shell, result: { outcome: 'ok' } }), hook(5, { type: 'tool.started', tool: shell }), hook(6, { type: 'tool.ended', tool: shell, result: { outcome: 'ok' } })];
  const tools = turnsOf([first, ...calls, ...hooks]).flatMap((turn) => turn.spans.filter((span) => span.kind === 'tool'));
  assert.deepEqual(tools.map((span) => [span.provenance.times, span.final]), [['estimated', false], ['estimated', false]]);
});

test('a turn keeps the model and the window it was first seen with', () => {
  const seen = (model: string, window: number, seconds: number): Fact =>
    record(`model:p1:${model}`, { type: 'model.seen', messageId: 'p1', model, contextWindowTokens: window, at: { unixNano: START + BigInt(seconds) * SECOND, source: 'transcript' } });
  const session = record('sidecar', { type: 'session.seen', model: 'haiku', contextWindowTokens: 32_000 });
  const [root] = turnsOf([prompt('p1', 'one', 0), answer('a1'), ended(['p1', 'a1'], [0, 2]), seen('haiku', 32_000, 60), seen('sonnet', 200_000, 2), session])[0]?.spans ?? [];
  assert.deepEqual([root?.values.requestModel, root?.values.contextWindowTokens], ['sonnet', 200_000]);
});

test('a stop hook that sent the agent back to work is not the end', () => {
  const facts = [hook(0, { type: 'turn.started', prompt: 'go' }), hook(4, { type: 'turn.ended', reason: 'ok', answer: 'first' }), prompt('p1', 'go', 0), answer('a1'), ended(['p1', 'a1'], [0, 60])];
  const [root] = turnsOf(facts)[0]?.spans ?? [];
  assert.equal(root?.endUnixNano, START + 60n * SECOND);
  assert.equal(root?.content.answer, 'done');
});

test('sessions that name each other as parent hold each other nowhere', () => {
  const facts = ['cat', 'dog'].flatMap((id) => [
    hook(0, { type: 'session.seen', parent: { sessionId: id === 'cat' ? 'dog' : 'cat', relation: 'subagent' } }, id),
    hook(1, { type: 'turn.started', prompt: 'chase' }, id),
    hook(9, { type: 'turn.ended', reason: 'ok' }, id),
  ]);
  assert.equal(turnsOf(facts).length, 2);
});

test('a turn that failed before its first answer takes no end of an earlier turn', () => {
  const stray = record('turn:x', { type: 'turn.ended', reason: 'error', messageIds: ['x'], startedAt: START, endedAt: START + 2n * SECOND });
  const turns = turnsOf([hook(0.1, { type: 'turn.started', prompt: 'hover' }), hook(3, { type: 'turn.started', prompt: 'land' }), stray]);
  assert.deepEqual(turns.map((turn) => [turn.spans[0]?.content.prompt, turn.spans[0]?.outcome]), [['hover', 'error'], ['land', 'unknown']]);
});

test('a prompt right after a turn whose own prompt hook was lost does not take that turn', () => {
  const lost = [hook(10.1, { type: 'tool.started', tool: shell }), hook(10.3, { type: 'tool.ended', tool: shell, result: { outcome: 'ok' } }), hook(10.4, { type: 'turn.ended', reason: 'ok' })];
  const told = [prompt('p1', 'first', 10), answer('a1', ['c1']), record('call:c1', { type: 'tool.called', messageId: 'a1', tool: { ...shell, callId: 'c1' } }), record('result:c1', { type: 'tool.ended', callId: 'c1', result: { outcome: 'ok' } }), answer('a2')];
  const turns = turnsOf([...lost, hook(10.6, { type: 'turn.started', prompt: 'second' }), ...told, written(11)]);
  assert.deepEqual(turns.map((turn) => [turn.spans[0]?.content.prompt, turn.spans.filter((span) => span.kind === 'tool').length, turn.live]), [['first', 1, true], ['second', 0, true]]);
});
