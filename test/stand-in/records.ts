/** The lines and blocks of Kiro V2's history files. */
import type { McpNames, ModelScript, ToolOutcome, ToolScript } from './script.ts';

export interface Block {
  kind: 'text' | 'thinking' | 'toolUse' | 'toolResult';
  data: unknown;
}

/** One line of a session's JSONL. `CancelledPrompt` and `Clear` have no data. */
export interface HistoryRecord {
  version: 'v1';
  kind: 'Prompt' | 'AssistantMessage' | 'ToolResults' | 'Compaction' | 'CancelledPrompt' | 'Clear';
  data?: Record<string, unknown>;
}

/** A tool call as it went: what the line after it tells. */
export interface EndedCall {
  callId: string;
  tool: ToolScript;
  outcome: ToolOutcome | 'cancelled';
}

/** The builtin's name inside `tool.kind.BuiltIn`, where it is not simply the tool's own in capitals. */
const BUILT_IN_KINDS: Record<string, string> = {
  read: 'FileRead',
  write: 'FileWrite',
  shell: 'ExecuteCmd',
  todo_list: 'Task',
  subagent: 'AgentCrew',
};

/** Optional fields that Kiro fills in when it parses a tool's input. */
const PARSED_DEFAULTS: Record<string, Record<string, unknown>> = {
  shell: { working_dir: null },
  glob: { path: null, limit: null, max_depth: null },
};

export const DEFAULT_MODEL: ModelScript = { id: 'stand-in-model-1', contextWindowTokens: 200_000, rateMultiplier: 1 };

export function textBlock(text: string): Block {
  return { kind: 'text', data: text };
}

export function promptRecord(messageId: string, content: Block[], timestampMillis: number): HistoryRecord {
  return { version: 'v1', kind: 'Prompt', data: { message_id: messageId, content, meta: { timestamp: Math.floor(timestampMillis / 1000) } } };
}

export function assistantRecord(messageId: string, content: Block[]): HistoryRecord {
  return { version: 'v1', kind: 'AssistantMessage', data: { message_id: messageId, content } };
}

/** The results of a batch, in the order given. */
export function toolResultsRecord(messageId: string, calls: EndedCall[]): HistoryRecord {
  const content = calls.map(({ callId, outcome }) => ({ kind: 'toolResult', data: { toolUseId: callId, ...resultOf(outcome) } }));
  const results = Object.fromEntries(calls.map((call) => [call.callId, { tool: parsedTool(call), result: verdictOf(call.outcome) }]));
  return { version: 'v1', kind: 'ToolResults', data: { message_id: messageId, content, results } };
}

export function compactionRecord(summary: string, snapshot: unknown[]): HistoryRecord {
  const strategy = { message_pairs_to_exclude: 2, context_window_percent_to_exclude: 2, truncate_large_messages: false, max_message_length: 25_000 };
  return { version: 'v1', kind: 'Compaction', data: { summary, strategy, messages_snapshot: snapshot } };
}

/** The input as the model wrote it: with its purpose. */
export function modelInputOf(tool: ToolScript): Record<string, unknown> {
  return tool.purpose === undefined ? tool.input : { __tool_use_purpose: tool.purpose, ...tool.input };
}

/** The tool's name in the history. */
export function historyNameOf(tool: ToolScript, mcpNames: McpNames): string {
  if (!tool.mcp) return tool.name;
  const { server, tool: name } = tool.mcp;
  if (mcpNames === 'tool') return name;
  return mcpNames === '@server/tool' ? `@${server}/${name}` : `${server}___${name}`;
}

/** The `items` of a success, as `tool_response` and `result` carry them. */
export function itemsOf(outcome: ToolOutcome | 'cancelled'): unknown[] | undefined {
  if (outcome === 'cancelled' || 'error' in outcome) return undefined;
  return 'text' in outcome ? [{ Text: outcome.text }] : [{ Json: outcome.json }];
}

function resultOf(outcome: ToolOutcome | 'cancelled'): { content: Block[] | unknown[]; status: string } {
  if (outcome === 'cancelled') return { content: [textBlock('Tool use was cancelled by the user')], status: 'error' };
  if ('error' in outcome) return { content: [textBlock(outcome.error)], status: 'error' };
  return { content: 'text' in outcome ? [textBlock(outcome.text)] : [{ kind: 'json', data: outcome.json }], status: 'success' };
}

function verdictOf(outcome: ToolOutcome | 'cancelled'): unknown {
  if (outcome === 'cancelled') return 'Cancelled';
  return 'error' in outcome ? { Error: { Custom: outcome.error } } : { Success: { items: itemsOf(outcome) } };
}

/** A cancelled call is written without its parsed tool. */
function parsedTool({ tool, outcome }: EndedCall): unknown {
  if (outcome === 'cancelled') return null;
  const kind = tool.mcp
    ? { Mcp: { toolName: tool.mcp.tool, serverName: tool.mcp.server, params: tool.input } }
    : { BuiltIn: { [BUILT_IN_KINDS[tool.name] ?? capitalised(tool.name)]: { ...tool.input, ...PARSED_DEFAULTS[tool.name] } } };
  return { tool_use_purpose: tool.purpose ?? null, kind };
}

function capitalised(name: string): string {
  return name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
