/** A session of the IDE with a subagent, and one of `cursor-agent`, in the shapes that Cursor 3.18 writes. */
import type { SampleChat, SampleComposer } from './sample-stores.ts';

export const PARENT = '0a1b2c3d-1001-4000-8000-00000000d001';
export const CHILD = '0a1b2c3d-1002-4000-8000-00000000d002';
export const CHAT = '0a1b2c3d-1003-4000-8000-00000000d003';
const ANSWER = '11111111-2222-4333-8444-55555555555';
export const READ_CALL = `call-${ANSWER}1-1\nfc_66666666-7777-4888-8999-aaaaaaaaaaaa_0`;
export const GREP_CALL = `call-${ANSWER}1-2\nfc_66666666-7777-4888-8999-aaaaaaaaaaaa_1`;
export const TASK_CALL = `call-${ANSWER}2-3\nfc_66666666-7777-4888-8999-bbbbbbbbbbbb_0`;
export const SHELL_CALL = 'toolu_01PondShell';
export const SKIP_CALL = 'toolu_01PondSkip';
export const MCP_CALL = 'toolu_01PondBell';

/** RFC 3339, so many seconds into the session. */
export function at(seconds: number, startMillis = 1_790_000_000_000): string {
  return new Date(startMillis + seconds * 1000).toISOString();
}

function toTool(id: string, seconds: number, data: object, startMillis?: number): { id: string } & Record<string, unknown> {
  return { id, type: 2, text: '', createdAt: at(seconds, startMillis), capabilityType: 15, toolFormerData: { tool: 15, toolIndex: 0, ...data } };
}

/** Two prompts: the first reads, greps and starts a subagent; of the second's calls one fails in its shell, one is refused. */
export function toParent(startMillis?: number): SampleComposer {
  const time = (seconds: number): string => at(seconds, startMillis);
  const tool = (id: string, seconds: number, data: object): { id: string } & Record<string, unknown> => toTool(id, seconds, data, startMillis);
  return {
    id: PARENT,
    composer: {
      name: 'Fish in the pond', status: 'completed', unifiedMode: 'agent', createdOnBranch: 'main', contextUsagePercent: 12.5, contextTokenLimit: 200_000, modelConfig: { modelName: 'default', maxMode: false },
      createdAt: startMillis ?? 1_790_000_000_000, lastUpdatedAt: (startMillis ?? 1_790_000_000_000) + 100_000,
      workspaceIdentifier: { id: 'w', uri: { fsPath: '/home/ann/pond', path: '/home/ann/pond', scheme: 'file' } },
    },
    bubbles: [
      { id: 'p1', type: 1, text: 'Which fish are in the pond?', createdAt: time(1), requestId: '7e7e7e7e-0001-4000-8000-0000000000a1', modelInfo: { modelName: 'claude-4.5-sonnet' }, tokenCount: { inputTokens: 0, outputTokens: 0 } },
      { id: 'a1', type: 2, text: '', createdAt: time(3), thinking: { text: 'A list would say.' }, capabilityType: 30 },
      { id: 'a2', type: 2, text: 'I look into the list.', createdAt: time(4), serverBubbleId: 'srv-1' },
      tool('a3', 5, { name: 'read_file_v2', toolCallId: READ_CALL, status: 'completed', rawArgs: '{"path":"/home/ann/pond/fish.txt"}', params: '{"targetFile":"/home/ann/pond/fish.txt"}', result: '{"contents":"carp"}' }),
      tool('a4', 6, { name: 'ripgrep_raw_search', toolCallId: GREP_CALL, status: 'completed', rawArgs: '{"pattern":"carp","path":"/home/ann/pond"}', result: '{"success":true}' }),
      { id: 'empty', type: 2, text: '', createdAt: time(7) },
      tool('a5', 8, { name: 'task_v2', toolCallId: TASK_CALL, status: 'completed', rawArgs: '{"description":"Count the fish","prompt":"Count the fish.","subagent_type":"explore"}', result: '{"output":"Three."}' }),
      { id: 'a6', type: 2, text: 'Two carps and a perch.', createdAt: time(20), tokenCount: { inputTokens: 1200, outputTokens: 30 }, timingInfo: { clientStartTime: 4711.5, clientRpcSendTime: Date.parse(time(1)), clientSettleTime: Date.parse(time(21)), clientEndTime: Date.parse(time(21)) } },
      { id: 'p2', type: 1, text: 'Feed them.', createdAt: time(30), requestId: '7e7e7e7e-0002-4000-8000-0000000000a2', modelInfo: { modelName: 'gpt-5.1-codex' } },
      tool('b1', 32, { name: 'run_terminal_command_v2', toolCallId: SHELL_CALL, status: 'completed', rawArgs: '', params: '{"command":"feed --all","commandDescription":"Feeds them"}', result: '{"output":"no food\\n","exitCode":3}', additionalData: { status: 'error' } }),
      { id: 'b2', type: 2, text: 'There is no food. I note it.', createdAt: time(40) },
      tool('b3', 41, { name: 'edit_file_v2', toolCallId: SKIP_CALL, status: 'cancelled', rawArgs: '{"path":"/home/ann/pond/log.md"}', error: '{"clientVisibleErrorMessage":"Edit rejected: User chose to skip"}' }),
      tool('b4', 50, { name: 'mcp-pond-ring_bell', toolCallId: MCP_CALL, status: 'completed', rawArgs: '{"times":2}', params: '{"tools":[{"name":"ring_bell","serverName":"pond","parameters":"{\\"times\\":2}"}]}', result: '{"content":[{"type":"text","text":"rung"}]}' }),
      { id: 'b5', type: 2, text: 'I rang for it.', createdAt: time(60), timingInfo: { clientEndTime: Date.parse(time(61)) } },
    ],
  };
}

/** Its subagent. */
export function toChild(startMillis?: number): SampleComposer {
  return {
    id: CHILD,
    composer: { name: 'Count the fish', status: 'completed', createdAt: (startMillis ?? 1_790_000_000_000) + 9000, lastUpdatedAt: (startMillis ?? 1_790_000_000_000) + 15_000 },
    subagentInfo: { subagentType: 3, parentComposerId: PARENT, rootParentConversationId: PARENT, subagentTypeName: 'explore', toolCallId: TASK_CALL },
    bubbles: [
      { id: 'c1', type: 1, text: 'Count the fish.', createdAt: at(9, startMillis) },
      toTool('c2', 11, { name: 'read_file_v2', toolCallId: 'toolu_01ChildSkill', status: 'completed', rawArgs: '{"path":"/home/ann/.cursor/skills/counting/SKILL.md"}', result: '{}' }, startMillis),
      { id: 'c3', type: 2, text: 'Three.', createdAt: at(14, startMillis), timingInfo: { clientEndTime: Date.parse(at(15, startMillis)) } },
    ],
  };
}

/** A chat of `cursor-agent`: a shell that fails, a refused edit, a compaction. */
export const chat: SampleChat = {
  id: CHAT,
  meta: { name: 'Feed the fish', mode: 'auto-run', lastUsedModel: 'composer-1.5' },
  messages: [
    { role: 'system', content: 'You are an agent.' },
    { role: 'user', content: '<user_info>\nOS: linux\n</user_info>' },
    { role: 'user', content: [{ type: 'text', text: '<timestamp>Sunday, Nov 1, 2026, 9:05 AM (UTC+2)</timestamp>\n<user_query>\nFeed the fish.\n</user_query>' }], providerOptions: { cursor: { requestId: '7e7e7e7e-0003-4000-8000-0000000000a3' } } },
    { role: 'assistant', id: '1', content: [{ type: 'reasoning', text: 'Is there food?', signature: 's' }, { type: 'text', text: 'I try.' }, { type: 'tool-call', toolCallId: 'toolu_c1', toolName: 'Shell', args: { command: 'feed --all', description: 'Feeds them' } }, { type: 'tool-call', toolCallId: 'toolu_c2', toolName: 'StrReplace', args: { path: '/home/ann/pond/log.md', old_string: '', new_string: 'fed' } }] },
    { role: 'tool', id: 'toolu_c1', content: [{ type: 'tool-result', toolCallId: 'toolu_c1', toolName: 'Shell', result: 'Exit code: 3\n\nCommand output:\nno food' }], providerOptions: { cursor: { highLevelToolCallResult: { output: { failure: { exitCode: 3, executionTime: 250 } }, isError: false } } } },
    { role: 'tool', id: 'toolu_c2', content: [{ type: 'tool-result', toolCallId: 'toolu_c2', toolName: 'StrReplace', result: 'Rejected: ' }], providerOptions: { cursor: { highLevelToolCallResult: { output: { rejected: {} } } } } },
    { role: 'assistant', id: '2', content: [{ type: 'redacted-reasoning', data: 'x' }, { type: 'text', text: 'No food.' }] },
    { role: 'user', content: [{ type: 'text', text: 'Summary of before.' }], providerOptions: { cursor: { isSummary: true } } },
    { role: 'user', content: [{ type: 'text', text: '<user_query>Ring.</user_query>' }] },
    { role: 'assistant', id: '3', content: [{ type: 'tool-call', toolCallId: 'toolu_c3', toolName: 'CallMcpTool', args: { server: 'pond', toolName: 'ring_bell', arguments: { times: 2 } } }] },
    { role: 'tool', id: 'toolu_c3', content: [{ type: 'tool-result', toolCallId: 'toolu_c3', toolName: 'CallMcpTool', result: 'rung' }], providerOptions: { cursor: { highLevelToolCallResult: { output: { success: {} }, isError: false } } } },
    { role: 'assistant', id: '4', content: [{ type: 'text', text: 'No food.' }] },
  ],
};
