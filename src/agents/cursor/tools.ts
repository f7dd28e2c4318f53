/**
 * Cursor's tools under the names that its hooks (`Shell`), the chat stores of its CLI (`StrReplace`) and the IDE's (`edit_file_v2`) give
 * them: what a call says about files, shells, skills, MCP and subagents.
 */
import type { SpawnedAgent, ToolRequest } from '../../core/fact.ts';
import { isTooDeep } from '../../core/json.ts';
import type { FileTouch } from '../../core/span.ts';
import { asList, asRecord, asText } from '../untrusted.ts';

/** Each row is one tool. Hooks call every edit of a file `Write`. */
const ALIASES: readonly (readonly string[])[] = [
  ['shell', 'Shell', 'run_terminal_cmd', 'run_terminal_command', 'run_terminal_command_v2'],
  ['read', 'Read', 'ReadFile', 'read_file', 'read_file_v2'],
  ['edit', 'Write', 'write', 'write_file', 'StrReplace', 'Edit', 'MultiEdit', 'EditNotebook', 'ApplyPatch', 'apply_patch', 'edit_file', 'edit_file_v2', 'search_replace', 'edit_notebook'],
  ['delete', 'Delete', 'delete_file'],
  ['list', 'LS', 'list_dir', 'list_dir_v2'],
  ['grep', 'Grep', 'grep', 'rg', 'grep_search', 'ripgrep', 'ripgrep_raw_search'],
  ['glob', 'Glob', 'glob', 'glob_file_search', 'file_search'],
  ['search', 'SemanticSearch', 'codebase_search', 'semantic_search_full'],
  ['task', 'Task', 'task', 'task_v2', 'Subagent'],
  ['todo', 'TodoWrite', 'todo_write'],
  ['web_search', 'WebSearch', 'web_search'],
  ['web_fetch', 'WebFetch', 'web_fetch', 'fetch'],
];
const CANONICAL: ReadonlyMap<string, string> = new Map(ALIASES.flatMap((names) => names.map((name) => [name, names[0] ?? name] as const)));

/** In which fields a tool's path may stand, and what happens to it. */
const FILE_TOOLS: ReadonlyMap<string, { fields: readonly string[]; operation: string }> = new Map([
  ['read', { fields: ['file_path', 'path', 'target_file', 'targetFile', 'effectiveUri'], operation: 'read' }],
  ['edit', { fields: ['file_path', 'path', 'target_file', 'relativeWorkspacePath', 'target_notebook'], operation: 'edit' }],
  ['delete', { fields: ['file_path', 'path', 'target_file', 'relativeWorkspacePath'], operation: 'delete' }],
  ['list', { fields: ['path', 'target_directory', 'targetDirectory', 'directoryPath', 'relative_workspace_path'], operation: 'list' }],
  ['grep', { fields: ['file_path', 'path'], operation: 'search' }],
  ['glob', { fields: ['target_directory', 'targetDirectory', 'path'], operation: 'search' }],
]);

/** A skill is loaded by reading its file. */
const SKILL_FILE = /[\\/]skills(?:-cursor)?[\\/](?:[^\\/]+[\\/]){0,3}?([^\\/]+)[\\/]SKILL\.md$/;
const PATCH_FILE = /^\*\*\* (Add|Update|Delete) File: (.+)$/gm;
const PATCH_OPERATIONS: Readonly<Record<string, string>> = { Add: 'create', Update: 'edit', Delete: 'delete' };

/** What stands beside a call's name and arguments. */
export interface ToolSurroundings {
  /** The call's own id. */
  callId?: string;
  /** The server of an MCP tool. */
  mcpServer?: string;
}

/** A tool call by any of its names → our request. `input`: its arguments, or the text of them. Never throws. */
export function parseToolRequest(name: string, input: unknown, { callId, mcpServer }: ToolSurroundings = {}): ToolRequest {
  const parsed = parseInput(input);
  const mcp = toMcp(name, parsed, mcpServer);
  const own = callId === undefined ? {} : { callId };
  if (mcp) return { ...own, name, canonicalName: `mcp:${mcp.tool}`, input: mcp.input ?? null, mcpTool: mcp.tool, ...(mcp.server === undefined ? {} : { mcpServer: mcp.server }) };
  const values = asRecord(parsed) ?? {};
  const canonicalName = CANONICAL.get(name) ?? name;
  const request: ToolRequest = { ...own, name, canonicalName, input: parsed ?? null };
  const purpose = asText(values.explanation) ?? asText(values.commandDescription) ?? (canonicalName === 'shell' || canonicalName === 'task' ? asText(values.description) : undefined);
  if (purpose !== undefined) request.purpose = purpose;
  const command = canonicalName === 'shell' ? asText(values.command) : undefined;
  if (command !== undefined) request.shellCommand = command;
  if (canonicalName === 'task') request.spawns = [toSpawn(values)];
  const files = toFiles(canonicalName, parsed);
  if (files.length > 0) request.files = files;
  const skill = canonicalName === 'read' ? SKILL_FILE.exec(files[0]?.path ?? '') : undefined;
  return skill?.[1] === undefined ? request : { ...request, skillName: skill[1], skillPath: files[0]?.path };
}

/** Arguments are often the text of an object. */
export function parseInput(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[{[]/.test(value)) return value;
  try {
    const parsed: unknown = JSON.parse(value);
    return isTooDeep(parsed) ? value : parsed;
  } catch {
    return value;
  }
}

interface McpCall {
  server?: string;
  tool: string;
  input: unknown;
}

/**
 * Hooks: `MCP:<tool>` or `MCP:<server>:<tool>`. CLI: `CallMcpTool` with both as arguments. IDE: any name, its arguments a list with one
 * tool in it that names its server.
 */
function toMcp(name: string, input: unknown, mcpServer: string | undefined): McpCall | undefined {
  const hook = /^MCP:(?:([^:]+):)?(.+)$/s.exec(name);
  if (hook?.[2]) return { server: mcpServer ?? hook[1], tool: hook[2], input };
  const values = asRecord(input);
  if (name === 'CallMcpTool' || name === 'call_mcp_tool') {
    const tool = asText(values?.toolName) ?? asText(values?.tool_name);
    return tool === undefined ? undefined : { server: asText(values?.server), tool, input: parseInput(values?.arguments ?? values?.tool_args) };
  }
  const told = asRecord(asList(values?.tools)[0]);
  const [server, tool] = [asText(told?.serverName), asText(told?.name)];
  if (server !== undefined && tool !== undefined) return { server, tool, input: parseInput(told?.parameters) };
  return mcpServer === undefined ? undefined : { server: mcpServer, tool: name, input };
}

function toSpawn(values: Record<string, unknown>): SpawnedAgent {
  const type = asText(values.subagent_type) ?? asText(values.subagentType) ?? asText(asRecord(values.subagentType)?.name);
  return { ...(type === undefined ? {} : { name: type }), prompt: asText(values.prompt) };
}

function toFiles(canonicalName: string, input: unknown): FileTouch[] {
  const patch = typeof input === 'string' ? input : asText(asRecord(input)?.patch);
  if (canonicalName === 'edit' && patch !== undefined) {
    return [...patch.matchAll(PATCH_FILE)].map(([, action = '', path = '']) => ({ path: path.trim(), operation: PATCH_OPERATIONS[action] ?? 'edit' }));
  }
  const tool = FILE_TOOLS.get(canonicalName);
  const values = asRecord(input) ?? {};
  const path = tool?.fields.map((field) => asText(values[field]) ?? asText(asRecord(values[field])?.fsPath)).find((value) => value !== undefined);
  return tool && path !== undefined ? [{ path, operation: tool.operation }] : [];
}
