/** What Kiro's engines write into their histories: one whole session of each, with one of everything that is read. */
import { prompt, request, results, twoTurns, conversation, cancelled, user } from '../agents/kiro/v1/sample-conversation.ts';
import { answerRecord, promptRecord, resultRecord, sidecarOf, turnMetadata } from '../support/spooled.ts';

const SECONDS = 1_778_051_289;

/** Kiro V2's records, in order. */
export const V2_RECORDS: readonly object[] = [
  promptRecord('p1', 'Look around, please.', SECONDS),
  answerRecord('a1', 'I look.', [['c1', 'read', { operations: [{ mode: 'Line', path: 'src/a.ts' }] }], ['c2', 'shell', { command: 'npm test' }], ['c3', 'deals___find_price', { item: 7 }]]),
  { version: 'v1', kind: 'ToolResults', data: {
    message_id: 'r1', content: [{ kind: 'toolResult', data: { toolUseId: 'c1', content: [{ kind: 'text', data: 'x' }], status: 'success' } }],
    results: {
      c1: { result: { Success: { items: [{ Text: 'x' }, { Json: { exit_status: 'exit status: 3' } }] } } },
      c2: { result: { Error: { Custom: 'no such file' } } },
      c3: { tool: { kind: { Mcp: { serverName: 'deals', toolName: 'find_price', params: {} } } }, result: 'Cancelled' },
    },
  } },
  { version: 'v1', kind: 'AssistantMessage', data: { message_id: 'a2', content: [{ kind: 'thinking', data: { text: 'hm' } }, { kind: 'text', data: 'Done.' }] } },
  { version: 'v1', kind: 'Compaction', data: { summary: 'so far', strategy: { messages_to_exclude: 0 } } },
  promptRecord('p2', 'And now?', SECONDS + 60),
  answerRecord('a3', '', [['c4', 'subagent', { task: 'review', stages: [{ name: 'one', role: 'reviewer', prompt_template: 'Review it.' }] }]]),
  resultRecord('r2', [['c4', 'fine']]),
  answerRecord('a4', 'All is well.'),
  { version: 'v1', kind: 'ResetTo', data: { target_index: 3 } },
  { version: 'v1', kind: 'CancelledPrompt', data: {} },
  { version: 'v1', kind: 'Clear', data: {} },
];

/** Its sidecar. */
export function v2Sidecar(sessionId: string): object {
  const turns = [
    turnMetadata(['p1', 'a1', 'r1', 'a2'], { endSeconds: SECONDS + 30, seconds: 30, credits: [0.1, 0.2] }),
    { ...turnMetadata(['p2', 'a3', 'r2', 'a4'], { endSeconds: SECONDS + 90, seconds: 30, credits: [0.3] }), result: { Err: { ModelError: 'x' } }, end_reason: 'Error', context_usage_percentage: 12.5, loop_id: { rand: 7, agent_id: { name: 'loom' } } },
  ];
  return sidecarOf(sessionId, turns, { parent_session_id: null, session_created_reason: 'user', created_at: '2026-05-06T07:08:00Z', updated_at: '2026-05-06T07:10:00.123456789Z' });
}

/** A V1 conversation with refusals, numbers and a summary. */
export function v1Conversation(id: string): object {
  const own = twoTurns(id) as { history: unknown[] };
  const metered = { user_turn_metadata: { usage_info: [{ value: 0.05, unit: 'credit' }] }, model_info: { model_id: 'loom-model-2', context_window_tokens: 200_000 }, latest_summary: ['so far', { stream_end_timestamp_ms: 1_778_051_200_000 }] };
  const counted = request(prompt('Count.', '2026-05-06T09:09:00+02:00'), { id: `${id}-4`, text: '', tools: [{ id: `${id}-call-3`, name: 'deals___find_price', args: { a: 1 } }] }, [60_000, 10]) as { request_metadata: object };
  const history = [
    ...own.history, { ...counted, request_metadata: { ...counted.request_metadata, uncached_input_tokens: 10, output_tokens: 2, cache_read_input_tokens: 3, cache_write_input_tokens: 4 } },
    request(cancelled('no, rather this', `${id}-call-3`), { id: `${id}-5`, text: 'As you wish.' }, [61_000, 10]),
    [prompt('Old form.', null), { Response: { message_id: `${id}-6`, content: 'Yes.' } }, {}],
  ];
  return conversation(id, history, { ...metered, next_message: results({ id: `${id}-call-9`, status: 'Cancelled', content: [{ Text: 'x' }] }) ?? user({}) });
}

type Payload = Record<string, unknown>;

function lineOf(payload: Payload, index: number): object {
  return { id: `r${index}`, timestamp: new Date((SECONDS + index) * 1000).toISOString(), payload };
}

/** Kiro V3's messages, in order; `childId`: a session that it starts. */
export function v3Messages(childId: string): object[] {
  const ask = (toolCallId: string): Payload => ({ type: 'pending_interaction', interactionType: 'tool_approval', toolCallId, options: [{ optionId: 'go', kind: 'allow_once' }], _meta: { kiro: { files: [{ path: 'a', toolCallId }] } } });
  return [
    { type: 'session_start', content: 'You are…', agentType: 'vibe' },
    { type: 'user', content: [{ type: 'text', text: 'Look around.' }], _meta: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } },
    { type: 'turn_start', executionId: 'e1' },
    { type: 'assistant', content: '...', operationType: 'Reasoning', executionId: 'e1', reasoningModelId: 'ns::loom-3' },
    { type: 'assistant', content: 'I look.', operationType: 'Say', executionId: 'e1' },
    { type: 'session_metadata', key: 'contextUsage', value: { usagePercentage: 1.5 }, executionId: 'e1' },
    { type: 'tool_call', toolCallId: 'c1', toolName: 'execute_pwsh', args: { command: 'ls' }, kind: 'execute' },
    ask('c1'), { type: 'interaction_resolved', toolCallId: 'c1', outcome: 'selected', selectedOption: 'go' },
    { type: 'tool_result', toolCallId: 'c1', content: 'a\nExit Code: 0', success: true, durationMs: 250 },
    { type: 'tool_call', toolCallId: 'c2', toolName: 'subagent_reviewer', args: { prompt: 'Review.' } },
    { type: 'sub_agent_start', subSessionId: childId },
    { type: 'tool_result', toolCallId: 'c2', content: [{ text: 'fine' }], success: false, durationMs: 900 },
    { type: 'user', content: 'Rather this.', source: 'steer' },
    { type: 'assistant', content: 'Done.', operationType: 'Say', executionId: 'e1' },
    { type: 'session_metadata', key: 'contextUsage', value: { usagePercentage: 2.5 }, executionId: 'e1' },
    { type: 'usage_summary', promptTurnSummaries: [{ unit: 'credit', usage: 0.75 }], requestIds: ['q1', 'q2'], executionId: 'e1', elapsedTime: 12_500, status: 'success' },
    { type: 'turn_end', stopReason: 'end_turn', executionId: 'e1' },
    { type: 'tombstone', kind: 'summarization', effectiveFromMessageId: 'r1' },
    { type: 'session_event', name: 'x' },
    { type: 'user', content: 'Thank you.' },
  ].map(lineOf);
}

/** Its subagent's. */
export const V3_SUB_MESSAGES: readonly object[] = [
  { type: 'assistant', content: 'Fine.', operationType: 'Say', executionId: 'e9' },
  { type: 'tool_call', toolCallId: 's1', toolName: 'str_replace', args: { path: 'a' }, kind: 'edit', filePath: 'a', actionType: 'create' },
  { type: 'tool_result', toolCallId: 's1', content: 'ok', success: true, durationMs: 5 },
  { type: 'turn_end', stopReason: 'end_turn', executionId: 'e9' },
].map((payload, index) => lineOf(payload, index + 11));

/** Its session.json. */
export function v3Session(id: string): object {
  return {
    schemaVersion: '1.0.0', dataModelVersion: 1, id, title: 'Look around', agentMode: 'vibe', workspacePaths: ['/home/ada/loom'], rootPaths: ['/home/ada/loom'],
    createdAt: '2026-05-06T07:08:00.000Z', lastModifiedAt: '2026-05-06T07:10:00.000Z', modelId: 'loom-3', autopilot: false, status: 'idle',
  };
}
