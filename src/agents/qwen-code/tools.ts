/** Qwen Code's tools: what a call says about files, shells, skills, MCP and subagents, and what a result says. */
import type { ToolRequest, ToolResult } from '../../core/fact.ts';
import type { FileTouch } from '../../core/span.ts';
import { asCount, asList, asRecord, asText } from '../untrusted.ts';

/** In which fields a tool's path stands (older builds first spell it otherwise), and what happens to it. */
const FILE_TOOLS: Readonly<Record<string, { fields: readonly string[]; operation: string }>> = {
  read_file: { fields: ['file_path', 'absolute_path', 'path'], operation: 'read' },
  zoom_image: { fields: ['file_path', 'path'], operation: 'read' },
  write_file: { fields: ['file_path'], operation: 'write' },
  edit: { fields: ['file_path'], operation: 'edit' },
  replace: { fields: ['file_path'], operation: 'edit' },
  notebook_edit: { fields: ['notebook_path', 'file_path'], operation: 'edit' },
  list_directory: { fields: ['path', 'dir_path'], operation: 'list' },
  glob: { fields: ['path', 'dir_path'], operation: 'search' },
  grep_search: { fields: ['path', 'dir_path'], operation: 'search' },
};

const MCP_NAME = /^mcp__(.+?)__(.+)$/;
/** The tool that starts a subagent; older builds call it `task`. */
const SPAWNING = new Set(['agent', 'task']);

/** A tool call as Qwen Code writes it → our request. `callId` is the service's own, the same in hooks and history. Never throws. */
export function parseToolRequest(name: string, input: unknown, callId?: string): ToolRequest {
  const values = asRecord(input) ?? {};
  const request: ToolRequest = { name, canonicalName: name, input: input ?? null };
  if (callId !== undefined) request.callId = callId;
  const mcp = MCP_NAME.exec(name);
  if (mcp?.[1] && mcp[2]) return { ...request, mcpServer: mcp[1], mcpTool: mcp[2] };
  if (name === 'run_shell_command') {
    request.shellCommand = asText(values.command);
    const purpose = asText(values.description);
    if (purpose !== undefined) request.purpose = purpose;
  }
  if (name === 'skill') request.skillName = asText(values.skill) ?? asText(values.name);
  if (SPAWNING.has(name)) {
    const type = asText(values.subagent_type);
    // A subagent is named after its kind and the call that started it.
    const sessionId = type === undefined || callId === undefined ? undefined : `${type}-${callId}`;
    request.spawns = [{ name: type, prompt: asText(values.prompt), ...(sessionId === undefined ? {} : { sessionId }) }];
  }
  const files = toFiles(name, values);
  if (files.length > 0) request.files = files;
  return request;
}

function toFiles(name: string, values: Record<string, unknown>): FileTouch[] {
  if (name === 'read_many_files') return asList(values.paths).flatMap((path) => (asText(path) ? [{ path: path as string, operation: 'read' }] : []));
  const tool = Object.hasOwn(FILE_TOOLS, name) ? FILE_TOOLS[name] : undefined;
  const path = tool?.fields.map((field) => asText(values[field])).find((value) => value !== undefined);
  return tool && path !== undefined ? [{ path, operation: tool.operation }] : [];
}

const STATUSES: Readonly<Record<string, ToolResult['outcome']>> = { success: 'ok', error: 'error', cancelled: 'cancelled' };
/** Of a call that a rule forbade: its status is "error". */
const FORBIDDEN = 'execution_denied';
/** What the agent writes as the result of a call that a person refused; a cancelled one may have been stopped while it ran. */
const REFUSED = /User did not allow tool call|User denied/i;

/** What a `tool_result` record says: `toolCallResult`, and the answer to the model. `decision`: of the telemetry, where it has the call. */
export function parseHistoryResult(result: Record<string, unknown>, response: Record<string, unknown> | undefined, name: string, decision?: string): ToolResult {
  const status = asText(result.status) ?? asText(result.executionStatus);
  const told = status !== undefined && Object.hasOwn(STATUSES, status) ? STATUSES[status] : undefined;
  const error = asText(response?.error);
  const text = error ?? asText(response?.output) ?? toText(result.resultDisplay);
  // Subagents' results have no status.
  const verdict = told ?? (error !== undefined ? 'error' : response?.output !== undefined ? 'ok' : 'unknown');
  const isRefused = verdict === 'cancelled' && (decision === 'reject' || REFUSED.test(text ?? ''));
  const outcome = isRefused || (verdict === 'error' && result.errorType === FORBIDDEN) ? 'denied' : verdict;
  return {
    outcome,
    ...(text === undefined ? {} : { output: text }),
    ...toExitCode(name, text, result.resultDisplay),
    ...(outcome === 'error' ? { errorType: asText(result.errorType) ?? 'tool_error', ...(text === undefined ? {} : { errorMessage: text }) } : {}),
  };
}

/** `tool_response` of a hook: `{llmContent, returnDisplay}`. */
export function parseHookResult(name: string, response: unknown): ToolResult {
  const values = asRecord(response);
  const text = toText(values ? values.llmContent : response);
  return { outcome: 'ok', ...(text === undefined ? {} : { output: text }), ...toExitCode(name, text, values?.returnDisplay) };
}

/** The display tells the code where it is one of a shell; else the text does, also that there was none. */
export function toExitCode(name: string, text: string | undefined, display: unknown): Pick<ToolResult, 'exitCode'> {
  const told = asCount(asRecord(display)?.exitCode);
  if (told !== undefined) return { exitCode: told };
  const match = name === 'run_shell_command' ? /(?:^|\n)Exit Code: (\d{1,3})(?=\s|$)/.exec(text ?? '') : null;
  return match ? { exitCode: Number(match[1]) } : {};
}

function toText(content: unknown): string | undefined {
  if (typeof content === 'string') return asText(content);
  const text = asList(content).map((part) => (typeof part === 'string' ? part : (asText(asRecord(part)?.text) ?? ''))).join('\n');
  return asText(text) ?? asText(asRecord(content)?.text);
}
