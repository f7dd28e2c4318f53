/** Copilot's tools, as its history and its hooks write them: what a call says about files, shells, skills and subagents, and what a result says. */
import type { ToolRequest, ToolResult } from '../../core/fact.ts';
import { isTooDeep } from '../../core/json.ts';
import type { FileTouch } from '../../core/span.ts';
import { asCount, asRecord, asText } from '../untrusted.ts';

/** Hooks whose event is spelled as Claude Code spells it tell tools by its names: each of these rows is one tool. */
const ALIASES: readonly (readonly string[])[] = [
  ['bash', 'Bash', 'local_shell'], ['powershell', 'PowerShell'], ['view', 'Read'], ['edit', 'Edit', 'apply_patch', 'str_replace', 'MultiEdit'], ['create', 'Write'],
  ['task', 'Agent', 'Task'], ['grep', 'Grep', 'rg'], ['glob', 'Glob'], ['web_fetch', 'WebFetch'], ['web_search', 'WebSearch'], ['update_todo', 'TodoWrite'],
  ['ask_user', 'AskUserQuestion'], ['skill', 'Skill'], ['exit_plan_mode', 'ExitPlanMode'],
];
const CANONICAL: ReadonlyMap<string, string> = new Map(ALIASES.flatMap((names) => names.map((name) => [name, names[0] ?? name] as const)));

/** In which field a tool's path stands, and what happens to it. */
const FILE_TOOLS: ReadonlyMap<string, { fields: readonly string[]; operation: string }> = new Map([
  ['view', { fields: ['path', 'file_path'], operation: 'read' }],
  ['edit', { fields: ['path', 'file_path'], operation: 'edit' }],
  ['create', { fields: ['path', 'file_path'], operation: 'create' }],
  ['grep', { fields: ['path'], operation: 'search' }],
  ['glob', { fields: ['path'], operation: 'search' }],
  // VS Code's own.
  ['read_file', { fields: ['filePath'], operation: 'read' }],
  ['create_file', { fields: ['filePath'], operation: 'create' }],
  ['insert_edit_into_file', { fields: ['filePath'], operation: 'edit' }],
  ['replace_string_in_file', { fields: ['filePath'], operation: 'edit' }],
  ['list_dir', { fields: ['path'], operation: 'list' }],
]);

const SHELLS: ReadonlySet<string> = new Set(['bash', 'powershell', 'run_in_terminal']);

/** The heads of the sections of a patch, which is text. */
const PATCH_FILE = /^\*\*\* (Add|Update|Delete) File: (.+)$/gm;
const PATCH_OPERATIONS: Readonly<Record<string, string>> = { Add: 'create', Update: 'edit', Delete: 'delete' };

/** What stands beside a call, where its source tells more than name and arguments. */
export interface ToolSurroundings {
  callId?: string;
  nativeCallId?: string;
  purpose?: string;
  mcpServer?: string;
  mcpTool?: string;
}

/** A tool call as Copilot writes it → our request. Never throws. */
export function parseToolRequest(name: string, input: unknown, beside: ToolSurroundings = {}): ToolRequest {
  const values = asRecord(input) ?? {};
  const canonicalName = CANONICAL.get(name) ?? name;
  const request: ToolRequest = { name, canonicalName, input: input ?? null };
  if (beside.callId !== undefined) request.callId = beside.callId;
  if (beside.nativeCallId !== undefined) request.nativeCallId = beside.nativeCallId;
  const purpose = beside.purpose ?? asText(values.description) ?? asText(values.explanation);
  if (purpose !== undefined) request.purpose = purpose;
  if (beside.mcpServer !== undefined) return { ...request, mcpServer: beside.mcpServer, mcpTool: beside.mcpTool };
  if (SHELLS.has(canonicalName)) request.shellCommand = asText(values.command);
  if (canonicalName === 'skill') request.skillName = asText(values.skill) ?? asText(values.name);
  if (canonicalName === 'task' || canonicalName === 'runSubagent') request.spawns = [{ name: asText(values.agent_type) ?? asText(values.agentName), prompt: asText(values.prompt) }];
  const files = toFiles(canonicalName, input);
  if (files.length > 0) request.files = files;
  return request;
}

/** Older builds, and VS Code, write arguments as the text of an object; a patch is text itself. */
export function parseInput(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*\{/.test(value)) return value;
  try {
    const parsed = asRecord(JSON.parse(value));
    return parsed && !isTooDeep(parsed) ? parsed : value;
  } catch {
    return value;
  }
}

function toFiles(canonicalName: string, input: unknown): FileTouch[] {
  const patch = typeof input === 'string' ? input : asText(asRecord(input)?.input);
  if (canonicalName === 'edit' && patch !== undefined) {
    return [...patch.matchAll(PATCH_FILE)].map(([, action, path]) => ({ path: path?.trim() ?? '', operation: PATCH_OPERATIONS[action ?? ''] ?? 'edit' }));
  }
  const tool = FILE_TOOLS.get(canonicalName);
  const path = tool?.fields.map((field) => asText(asRecord(input)?.[field])).find((value) => value !== undefined);
  return tool && path !== undefined ? [{ path, operation: tool.operation }] : [];
}

/** `[{path, kind}]` of a call that is over → the files it touched. */
export function parseFileEdits(value: unknown): FileTouch[] {
  return (Array.isArray(value) ? (value as unknown[]) : []).flatMap((entry) => {
    const [path, kind] = [asText(asRecord(entry)?.path), asText(asRecord(entry)?.kind)];
    return path === undefined ? [] : [{ path, operation: kind === 'modify' || kind === 'update' || kind === undefined ? 'edit' : kind.toLowerCase() }];
  });
}

/** A shell's result ends with how its command did. */
const EXIT_CODE = /(?:completed|exited) with exit code (\d{1,10})>?\s*$/;
/** Builds that give no code say it in words. */
const REFUSED = /\b(denied|rejected)\b/i;

/** `tool.execution_complete` of the history → its result. */
export function parseHistoryResult(data: Record<string, unknown>): ToolResult {
  const result = asRecord(data.result);
  const output = asText(result?.content) ?? asText(result?.detailedContent);
  const told = asCount(asRecord(data.shellExecution)?.exitCode);
  if (data.success === false) {
    const error = asRecord(data.error);
    return { ...toFailure(asText(error?.message) ?? asText(data.error) ?? output, asText(error?.code)), ...(told === undefined ? {} : { exitCode: told }) };
  }
  return { outcome: data.success === true ? 'ok' : 'unknown', ...(output === undefined ? {} : { output }), ...toExitCode(told, output) };
}

/** `tool_result` (CLI), `tool_response` (VS Code) or `error` of a hook. */
export function parseHookResult(payload: Record<string, unknown>): ToolResult {
  const told = asRecord(payload.tool_result) ?? asRecord(payload.toolResult);
  const error = asText(payload.error) ?? asText(asRecord(payload.error)?.message);
  const output = asText(told?.text_result_for_llm) ?? asText(told?.textResultForLlm) ?? asText(payload.tool_response);
  const type = asText(told?.result_type) ?? asText(told?.resultType);
  if (error !== undefined || (type !== undefined && type !== 'success')) return toFailure(error ?? output, type);
  return { outcome: told || output !== undefined ? 'ok' : 'unknown', ...(output === undefined ? {} : { output }), ...toExitCode(undefined, output) };
}

const FAILURES: Readonly<Record<string, ToolResult['outcome']>> = { denied: 'denied', rejected: 'denied', cancelled: 'cancelled', aborted: 'cancelled', timeout: 'timeout', failure: 'error' };

function toFailure(message: string | undefined, code: string | undefined): ToolResult {
  const named = code !== undefined && Object.hasOwn(FAILURES, code) ? FAILURES[code] : undefined;
  const outcome = named ?? (REFUSED.test(message ?? '') ? 'denied' : 'error');
  return {
    outcome,
    ...(message === undefined ? {} : { output: message }),
    ...(outcome === 'error' ? { errorType: 'tool_error', ...(message === undefined ? {} : { errorMessage: message }) } : {}),
  };
}

function toExitCode(told: number | undefined, output: string | undefined): { exitCode?: number } {
  const exitCode = told ?? asCount(Number(EXIT_CODE.exec(output?.slice(-200) ?? '')?.[1] ?? NaN));
  return exitCode === undefined ? {} : { exitCode };
}
