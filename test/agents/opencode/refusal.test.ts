/** A person's refusal ends a turn, though the answer asked for a call. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toFacts } from '#spoor/agents/opencode/conversation.ts';

const REFUSED = 'The user rejected permission to use this specific tool call.';

function endOf(error: string, { isFollowed = false } = {}): unknown {
  const prompt = { id: 'msg_1', values: { role: 'user', time: { created: 1_790_000_000_000 } }, parts: [{ id: 'prt_1', values: { type: 'text', text: 'go' } }] };
  const call = { type: 'tool', tool: 'bash', callID: 'c1', state: { status: 'error', input: {}, error, time: { start: 1_790_000_000_010, end: 1_790_000_000_020 } } };
  const answer = { id: 'msg_2', values: { role: 'assistant', parentID: 'msg_1', finish: 'tool-calls', time: { created: 1_790_000_000_005, completed: 1_790_000_000_030 } }, parts: [{ id: 'prt_2', values: call }] };
  const last = { id: 'msg_3', values: { role: 'assistant', parentID: 'msg_1', finish: 'stop', time: { created: 1_790_000_000_040, completed: 1_790_000_000_050 } }, parts: [] };
  const { facts } = toFacts({ session: { sessionId: 'ses_1' }, messages: isFollowed ? [prompt, answer, last] : [prompt, answer], problems: [], isComplete: true }, []);
  const end = facts.find(({ type }) => type === 'turn.ended');
  return end?.type === 'turn.ended' ? { reason: end.reason, isTentative: end.isTentative ?? false } : undefined;
}

test('a turn is over where a person refused its call, unless more follows', () => {
  assert.deepEqual(endOf(REFUSED), { reason: 'ok', isTentative: true });
  assert.deepEqual(endOf('The user dismissed this question'), { reason: 'ok', isTentative: true });
  assert.deepEqual(endOf(REFUSED, { isFollowed: true }), { reason: 'ok', isTentative: false });
});

test('a refusal with a word about it, a rule and a failure leave it to the model', () => {
  assert.equal(endOf('The user rejected permission to use this specific tool call with the following feedback: use ls'), undefined);
  assert.equal(endOf('The user has specified a rule which prevents you from using this specific tool call. Here are some'), undefined);
  assert.equal(endOf('File not found'), undefined);
});
