/** A history that only guesses that a turn is over, and hooks that know better. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assemble } from '#spoor/assembly/assemble.ts';
import type { Fact } from '#spoor/core/fact.ts';

const START = 1_790_000_000_000_000_000n;
const traits = { hooksKnowCallId: false, historyWaitMillis: 1000, provider: 'p' };
const momentOf = (millis: number): bigint => START + BigInt(millis) * 1_000_000n;
const at = (millis: number): Fact['at'] => ({ unixNano: momentOf(millis), source: 'hook' });
const base = { agent: 'x', sessionId: 's', source: 'hook' as const, order: 0 };
const past = { agent: 'x', sessionId: 's', source: 'history' as const };
const tool = { name: 'bash', canonicalName: 'bash', input: { command: 'sleep 60' } };

const history: Fact[] = [
  { ...past, key: 'h1', order: 1, at: at(0), type: 'turn.started', messageId: 'm0', prompt: 'go' },
  { ...past, key: 'h2', order: 2, type: 'model.answered', messageId: 'm1', outcome: 'ok', callIds: [], endedAt: momentOf(5) },
  { ...past, key: 'h3', order: 3, type: 'turn.ended', reason: 'ok', isTentative: true, messageIds: ['m0', 'm1'] },
];
const prompt: Fact = { ...base, key: '1', at: at(0), type: 'turn.started', prompt: 'go' };
const call: Fact = { ...base, key: '2', at: at(10), type: 'tool.started', tool };
const left = (millis: number): Fact => ({ ...base, key: '9', type: 'session.seen', process: { change: 'ended', unixNano: momentOf(millis) } });

function outcomesOf(facts: readonly Fact[], isExpired = true): string[] {
  const { turns } = assemble({ agent: 'x', traits, facts: [...facts, ...history], lookup: () => undefined, isExpired: () => isExpired });
  return turns.flatMap(({ spans }) => spans).map(({ kind, outcome }) => `${kind} ${outcome}`).sort();
}

test('an end that a history guessed is none where hooks saw a call begin behind it', () => {
  assert.deepEqual(outcomesOf([prompt]), ['agent ok', 'chat ok']);
  assert.deepEqual(outcomesOf([prompt, call]), ['agent unknown', 'chat ok', 'tool unknown']);
});

test('the agent that left while the call ran was cut off, and so was the call', () => {
  assert.deepEqual(outcomesOf([prompt, call, left(50)]), ['agent cancelled', 'chat ok', 'tool cancelled']);
  assert.deepEqual(outcomesOf([prompt, call, left(50)], false), ['agent cancelled', 'chat ok', 'tool cancelled']);
  assert.deepEqual(outcomesOf([prompt, call, left(5)]), ['agent unknown', 'chat ok', 'tool unknown']);
  assert.deepEqual(outcomesOf([prompt, left(50)]), ['agent ok', 'chat ok']);
});

test('a call whose end a hook saw speaks against no guess', () => {
  const ended: Fact = { ...base, key: '3', at: at(20), type: 'tool.ended', tool, result: { outcome: 'ok' } };
  assert.deepEqual(outcomesOf([prompt, call, ended, left(50)]), ['agent ok', 'chat ok', 'tool ok']);
});

test('a verdict that the history does not give is the one that a hook saw', () => {
  const facts: Fact[] = [
    prompt,
    call,
    { ...base, key: '3', at: at(20), type: 'tool.ended', tool, result: { outcome: 'ok' } },
    { ...base, key: '4', at: at(30), type: 'turn.ended', reason: 'ok' },
    { ...past, key: 'h1', order: 1, at: at(0), type: 'turn.started', messageId: 'm0', prompt: 'go' },
    { ...past, key: 'h2', order: 2, type: 'model.answered', messageId: 'm1', outcome: 'ok', callIds: ['c'] },
    { ...past, key: 'h3', order: 2, type: 'tool.called', tool: { ...tool, callId: 'c' }, messageId: 'm1' },
    { ...past, key: 'h4', order: 3, type: 'tool.ended', callId: 'c', result: { outcome: 'unknown' } },
  ];
  const { turns } = assemble({ agent: 'x', traits, facts, lookup: () => undefined, isExpired: () => true });
  assert.deepEqual(turns.flatMap(({ spans }) => spans).map(({ kind, outcome }) => `${kind} ${outcome}`).sort(), ['agent ok', 'chat ok', 'tool ok']);
});
