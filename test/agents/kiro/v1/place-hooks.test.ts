import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { placeHooks, type Candidate } from '#spoor/agents/kiro/v1/place-hooks.ts';
import type { Fact } from '#spoor/core/fact.ts';

const SECOND = 1_000_000_000n;
const START = 1_780_000_000n * SECOND;

const at = (seconds: number): Fact['at'] => ({ unixNano: START + BigInt(Math.round(seconds * 1000)) * 1_000_000n, source: 'hook' });
const base = (key: string, sessionId: string, source: Fact['source']) => ({ agent: 'kiro', sessionId, source, key, order: 0 });
const seen: Fact = { ...base('seen:x', 'process:7:x', 'hook'), type: 'session.seen', cwd: '/w' };
const told = (key: string, prompt: string, seconds: number): Fact => ({ ...base(key, 'process:7:x', 'hook'), type: 'turn.started', prompt, at: at(seconds) });
const tool = (key: string, seconds: number): Fact => ({ ...base(key, 'process:7:x', 'hook'), type: 'tool.started', tool: { name: 'a', canonicalName: 'a', input: {} }, at: at(seconds) });

function row(sessionId: string, prompts: [string, number][], hookFacts: Fact[] = []): Candidate {
  const facts = prompts.map(([prompt, seconds], index): Fact => ({ ...base(`${sessionId}-${index}`, sessionId, 'history'), type: 'turn.started', prompt, at: at(seconds) }));
  return { sessionId, modifiedMillis: Number(START / 1_000_000n) + 1000 * Math.max(...prompts.map(([, seconds]) => seconds)) + 5000, readRow: () => facts, hookFacts };
}

const placesOf = (facts: Fact[], rows: Candidate[]): Record<string, string> => Object.fromEntries(placeHooks(facts, rows));

test('a turn goes to the conversation that has its prompt at that moment', () => {
  const rows = [row('other', [['Go.', -100]]), row('mine', [['Go.', 0], ['Stay.', 10]])];
  assert.deepEqual(placesOf([seen, told('p1', 'Go. ', 0.2), tool('t1', 1), told('p2', 'Stay.', 10.1)], rows), { p1: 'mine', t1: 'mine', 'seen:x': 'mine', p2: 'mine' });
});

test('what no row has yet stays, and what is without a prompt goes where its process was seen before', () => {
  assert.deepEqual(placesOf([seen, told('p1', 'Go.', 0)], [row('other', [['Come.', 0]])]), {});
  assert.deepEqual(placesOf([seen, tool('t1', 3)], [row('mine', [['Go.', 0]])]), {});
  const before: Fact[] = [{ ...seen, sessionId: 'mine', key: 'seen:x:1' }, told('p0', 'Go.', 0)];
  assert.deepEqual(placesOf([seen, tool('t1', 3)], [row('other', [['Go.', 0]], [{ ...seen, key: 'seen:y:1' }]), row('mine', [['Go.', 0]], before)]), { t1: 'mine', 'seen:x': 'mine' });
});

test('the same prompt twice at once: each conversation gets one of the processes', () => {
  const rows = (taken: Fact[]): Candidate[] => [row('left', [['Nibble.', 0]], taken), row('right', [['Nibble.', 0.01]])];
  const first = placesOf([seen, told('p1', 'Nibble.', 0.1)], rows([]));
  assert.deepEqual(first.p1, 'right');
  const second = [row('left', [['Nibble.', 0]]), row('right', [['Nibble.', 0.01]], [told('p1', 'Nibble.', 0.1)])];
  assert.deepEqual(placesOf([{ ...seen, key: 'seen:z' }, told('p2', 'Nibble.', 0.1)], second).p2, 'left');
});

test('of two conversations with the same prompt the one whose requests leave room for the hooks is taken, however near the other is', () => {
  const withAnswers = (sessionId: string, from: number, ends: [number, number][]): Candidate => {
    const [prompt] = row(sessionId, [['Nibble.', from]]).readRow();
    const answers = ends.map(([start, end], index): Fact => ({ ...base(`${sessionId}-a${index}`, sessionId, 'history'), type: 'model.answered', messageId: `${sessionId}-a${index}`, outcome: 'ok', callIds: [], startedAt: at(start)?.unixNano, endedAt: at(end)?.unixNano }));
    const call: Fact = { ...base(`${sessionId}-c`, sessionId, 'history'), type: 'tool.called', tool: { name: 'a', canonicalName: 'a', input: {} }, messageId: `${sessionId}-a0` };
    const facts = [...(prompt ? [prompt] : []), ...answers, call];
    return { ...row(sessionId, [['Nibble.', from]]), modifiedMillis: 8e15, readRow: () => facts };
  };
  const near = withAnswers('near', 0.099, [[0.2, 2], [3, 4]]);
  const far = withAnswers('far', 0, [[0.2, 0.9], [1.5, 2]]);
  for (const rows of [[near, far], [far, near]]) assert.equal(placesOf([seen, told('p1', 'Nibble.', 0.1), tool('t1', 1)], rows).p1, 'far');
});

test('a prompt repeated in one conversation is taken once each', () => {
  const facts = [seen, told('p1', 'Again.', 0.1), told('p2', 'Again.', 5.1), told('p3', 'Again.', 9.1)];
  assert.deepEqual(placesOf(facts, [row('mine', [['Again.', 0], ['Again.', 5]])]), { p1: 'mine', 'seen:x': 'mine', p2: 'mine' });
});

test('places are of the candidates, and of facts that were given, whatever these say', () => {
  const words = fc.constantFrom('Go.', 'Stay.', '');
  const facts = fc.array(fc.tuple(fc.boolean(), words, fc.integer({ min: -50, max: 50 })), { maxLength: 12 });
  const rows = fc.array(fc.array(fc.tuple(words, fc.integer({ min: -50, max: 50 })), { minLength: 1, maxLength: 5 }), { maxLength: 4 });
  fc.assert(
    fc.property(facts, rows, (hooks, prompts) => {
      const given = [seen, ...hooks.map(([isPrompt, word, seconds], index) => (isPrompt ? told(`f${index}`, word, seconds) : tool(`f${index}`, seconds)))];
      const candidates = prompts.map((list, index) => row(`row${index}`, list));
      const places = placeHooks(given, candidates);
      for (const [key, sessionId] of places) assert.ok(given.some((fact) => fact.key === key) && candidates.some((one) => one.sessionId === sessionId));
      const promptsPlaced = given.filter((fact) => fact.type === 'turn.started' && places.has(fact.key)).length;
      assert.ok(promptsPlaced <= prompts.flat().length, 'no prompt of a row is given twice');
    }),
  );
});
