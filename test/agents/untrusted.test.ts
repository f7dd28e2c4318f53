import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRecord } from '#spoor/agents/kiro/v2/records.ts';
import { parseSidecar, toSidecarFacts } from '#spoor/agents/kiro/v2/sidecar.ts';
import { createMessageReader } from '#spoor/agents/kiro/v3/messages.ts';
import { parseToolRequest } from '#spoor/agents/kiro/tools.ts';
import { asAmount, asCount, asDuration, asDurationMillis, asUnixMillis, asUnixSeconds } from '#spoor/agents/untrusted.ts';
import type { Fact } from '#spoor/core/fact.ts';
import { momentBefore, parseRfc3339 } from '#spoor/core/time.ts';

test('what can be no count, amount, moment or duration is none', () => {
  assert.deepEqual([0, 7, -1, 1.5, 2 ** 53, 1e300, '7', null].map(asCount), [0, 7, undefined, undefined, undefined, undefined, undefined, undefined]);
  assert.deepEqual([0, 0.5, -0.5, 1e300, Infinity, '1'].map(asAmount), [0, 0.5, undefined, undefined, undefined, undefined]);
  assert.deepEqual([0, 1.5, -1, 7_258_118_400_000, 1e300, 1.7e308].map(asUnixMillis), [0n, 1_500_000n, undefined, undefined, undefined, undefined]);
  assert.deepEqual([1.9, -2, 1e300].map(asUnixSeconds), [1_000_000_000n, undefined, undefined]);
  assert.deepEqual([0, 250, -1, 1e15, 1.7e308].map(asDurationMillis), [0n, 250_000_000n, undefined, undefined, undefined]);
  assert.deepEqual([{ secs: 1, nanos: 5 }, { secs: 1 }, { secs: -1, nanos: 0 }, { secs: 1e300, nanos: 0 }, { nanos: 1 }, 7].map(asDuration), [1_000_000_005n, 1_000_000_000n, undefined, undefined, undefined, undefined]);
});

test('a time before 1970 or from 2200 on is none, and no subtraction goes there', () => {
  const texts = ['1970-01-01T00:00:00Z', '2199-12-31T23:59:59.999999999Z', '1969-12-31T23:59:59.999999999Z', '2200-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '0001-01-01T00:00:00Z'];
  assert.deepEqual(texts.map(parseRfc3339), [0n, 7_258_118_399_999_999_999n, undefined, undefined, undefined, undefined]);
  assert.deepEqual([momentBefore(5n, 5n), momentBefore(5n, 6n)], [0n, undefined]);
});

function endOf(turn: object): Fact | undefined {
  const { value } = parseSidecar(JSON.stringify({ session_state: { conversation_metadata: { user_turn_metadatas: [{ message_ids: ['p'], ...turn }] } } }));
  return value && toSidecarFacts(value, 's').facts.find((fact) => fact.type === 'turn.ended');
}

test('words that every object knows are words', () => {
  const end = endOf({ end_reason: 'constructor' });
  assert.equal(end?.type === 'turn.ended' && end.reason, 'unknown');
  assert.deepEqual(parseToolRequest('write', { command: 'toString', path: 'a' }).files, [{ path: 'a', operation: 'tostring' }]);
});

test('a turn that took longer than anything began at no known time', () => {
  const end = endOf({ end_timestamp: '2026-05-06T07:08:09Z', turn_duration: { secs: 9e12, nanos: 0 }, total_request_count: -2, metering_usage: [{ value: 1e300 }] });
  assert.ok(end?.type === 'turn.ended');
  assert.deepEqual([end.startedAt, end.durationNano, end.requestCount, end.requestCredits], [undefined, undefined, undefined, undefined]);
  assert.notEqual(end.endedAt, undefined);
});

test('what is thrown away of a record is counted', () => {
  const codesOf = (record: object): string[] => parseRecord(JSON.stringify(record), { sessionId: 's', order: 0 }).problems.map(({ code }) => code);
  assert.deepEqual(codesOf({ kind: 'Prompt', data: 'x' }), ['unknown-record']);
  assert.deepEqual(codesOf({ kind: 'ToolResults', data: { results: 'none' } }), ['unknown-record']);
  assert.deepEqual(codesOf({ kind: 'AssistantMessage', data: { content: [{ kind: 'toolUse', data: { name: 'x' } }] } }), ['no-call-id']);
  const reader = createMessageReader('sess_1');
  const add = (id: string, payload: object): string[] => reader.add(JSON.stringify({ id, payload }), 0).map(({ code, detail }) => `${code} ${detail}`);
  assert.deepEqual(add('r1', { type: 'user', content: 'x' }), []);
  assert.deepEqual(add('r1', { type: 'Tele\ud83dport' }), ['unknown-record type (no plain name)'], 'though its id is known');
  assert.deepEqual(add('r2', { type: 'interaction_resolved' }), ['no-call-id line 1: an interaction_resolved without toolCallId']);
  assert.deepEqual(parseSidecar('{"session_state":{"conversation_metadata":{"user_turn_metadatas":{}}}}').value && toSidecarFacts({ root: { session_state: { conversation_metadata: { user_turn_metadatas: {} } } } }, 's').problems.map(({ code }) => code), ['bad-turn-metadata']);
});
