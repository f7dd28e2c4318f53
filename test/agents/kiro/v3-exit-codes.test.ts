/** Exit codes of V3, which stand at the end of a text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePayload } from '#spoor/agents/kiro/payload.ts';
import { createMessageReader } from '#spoor/agents/kiro/v3/messages.ts';
import type { Fact } from '#spoor/core/fact.ts';

const TEXT = 'Output:\nx\n\nExit Code: 3';

const codesOf = (facts: readonly Fact[]): unknown[] => facts.flatMap((fact) => (fact.type === 'tool.ended' ? [fact.result.exitCode] : []));

test('an exit code is a shell\'s: what another tool reads may end in the same words', () => {
  const reader = createMessageReader('sess_1');
  const payloads = ['read_file', 'execute_bash'].flatMap((toolName) => [
    { type: 'tool_call', toolCallId: toolName, toolName, args: { path: 'a', command: 'x' } },
    { type: 'tool_result', toolCallId: toolName, content: TEXT, success: true },
  ]);
  for (const [order, payload] of payloads.entries()) assert.deepEqual(reader.add(JSON.stringify({ id: `r${order}`, timestamp: '2026-01-02T03:04:05.000Z', payload }), order), []);
  assert.deepEqual(codesOf(reader.finish().facts), [undefined, 3]);
  const hooked = (tool_name: string): unknown[] => {
    const payload = JSON.stringify({ session_id: 'sess_1', hook_event_name: 'PostToolUse', tool_name, tool_input: {}, tool_response: TEXT });
    return codesOf(parsePayload({ agent: 'kiro', key: 'k', payload, truncated: false, at: { unixNano: 1n, source: 'hook' }, order: 0, env: {} }).value ?? []);
  };
  assert.deepEqual([hooked('read_file'), hooked('shell')], [[undefined], [3]]);
});
