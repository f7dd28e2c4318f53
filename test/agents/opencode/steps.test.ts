import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toFacts } from '#spoor/agents/opencode/conversation.ts';
import type { StoredMessage } from '#spoor/agents/opencode/stored.ts';

const BEGUN = 1_789_000_000_000;
const at = (seconds: number): number => BEGUN + seconds * 1000;
const SESSION = { sessionId: 'ses_1', createdMillis: BEGUN };
const tokens = (input: number): object => ({ input, output: 1, reasoning: 0, cache: { read: 0, write: 0 } });
const prompt: StoredMessage = { id: 'msg_1', values: { role: 'user', time: { created: at(1) } }, parts: [{ id: 'p0', values: { type: 'text', text: 'go' } }] };
const tool = (callID: string, start: number, end: number): object => ({ type: 'tool', callID, tool: 'read', state: { status: 'completed', input: {}, output: 'x', time: { start: at(start), end: at(end) } } });

function answer(parts: readonly object[], more: object = {}): StoredMessage {
  return { id: 'msg_2', values: { role: 'assistant', parentID: 'msg_1', modelID: 'm', providerID: 'p', tokens: tokens(300), cost: 6, time: { created: at(2), completed: at(20) }, ...more }, parts: parts.map((values, index) => ({ id: `p${index}`, values: values as StoredMessage['values'] })) };
}

function read(message: StoredMessage): (readonly unknown[])[] {
  const { facts, problems } = toFacts({ session: SESSION, messages: [prompt, message], problems: [], isComplete: true }, []);
  assert.deepEqual(problems, []);
  const seconds = (nano: bigint | undefined): number | undefined => (nano === undefined ? undefined : (Number(nano / 1_000_000n) - BEGUN) / 1000);
  return facts.flatMap((fact) => (fact.type === 'model.answered' ? [[fact.messageId, fact.usage?.inputTokens, fact.cost?.usd, fact.callIds.length, seconds(fact.startedAt), seconds(fact.endedAt), fact.outcome] as const] : []));
}

const start = { type: 'step-start' };
const finish = (input: number, cost: number): object => ({ type: 'step-finish', tokens: tokens(input), cost });

test('each request of a message that holds several is told with its own tokens and costs', () => {
  const patch = { type: 'patch', files: [] };
  const message = answer([start, tool('a', 3, 5), finish(100, 1), patch, start, tool('b', 8, 9), finish(200, 2), start, { type: 'text', text: 'done', time: { start: at(12), end: at(13) } }, finish(300, 3), patch]);
  assert.deepEqual(read(message), [['msg_2', 100, 1, 1, 2, 3, 'ok'], ['msg_2#2', 200, 2, 1, 5, 8, 'ok'], ['msg_2#3', 300, 3, 0, 9, 20, 'ok']]);
});

test('of a message that was stopped in its last request the others were well, and what they used is not counted again', () => {
  const message = answer([start, tool('a', 3, 5), finish(100, 1), start, tool('b', 8, 9), finish(300, 5), start, { type: 'text', text: 'half' }], { error: { name: 'MessageAbortedError' } });
  assert.deepEqual(read(message).map(([id, input, usd, , , , outcome]) => [id, input, usd, outcome]), [['msg_2', 100, 1, 'ok'], ['msg_2#2', 300, 5, 'ok'], ['msg_2#3', undefined, undefined, 'cancelled']]);
});

test('a message of one request is as it says, also where an attempt before it left a beginning', () => {
  const message = answer([start, { type: 'text', text: 'no' }, start, { type: 'text', text: 'done' }, finish(300, 6)]);
  assert.deepEqual(read(message), [['msg_2', 300, 6, 0, 2, 20, 'ok']]);
});
