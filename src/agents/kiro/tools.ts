/** Kiro's tools: their many names, and what a call says about files, shells, skills, MCP and subagents. */
import type { SpawnedAgent, ToolRequest, ToolResult } from '../../core/fact.ts';
import type { FileTouch } from '../../core/span.ts';
import { asRecord, asText } from '../untrusted.ts';

/** Alias → the V2 name. Kiro V1, V2 and the Amazon Q lineage spell the same tools differently. */
const ALIASES: Readonly<Record<string, string>> = {
  fs_read: 'read', fsRead: 'read', ls: 'read', image_read: 'read',
  fs_write: 'write', fsWrite: 'write',
  execute_bash: 'shell', execute_cmd: 'shell', executeBash: 'shell',
  aws: 'use_aws',
  agent_crew: 'subagent', use_subagent: 'subagent',
  task: 'todo_list', todo: 'todo_list',
};

/** `write` commands → what happened to the file. */
const WRITE_OPERATIONS: Readonly<Record<string, string>> = {
  create: 'create', str_replace: 'edit', strReplace: 'edit', insert: 'edit', append: 'edit', delete: 'delete', remove: 'delete',
};

/** Tools of V1 whose `summary` says what V2's `__tool_use_purpose` does. */
const EXPLAINED = new Set(['shell', 'read', 'write']);

/** Hooks write `@server/tool`, the model and the history may write `server___tool` (Q lineage). */
const MCP_NAME = /^(?:@([^/]+)\/(.+)|(.+?)___(.+))$/;
const SKILL_PATH = /(?:^|[/\\])skills[/\\]([^/\\]+)[/\\]/;

/** A tool call as Kiro writes it → our request. `callId` only where the source has one. Never throws. */
export function parseToolRequest(name: string, input: unknown, callId?: string): ToolRequest {
  const values = asRecord(input) ?? {};
  const mcp = MCP_NAME.exec(name);
  const canonicalName = mcp ? `@${mcp[1] ?? mcp[3]}/${mcp[2] ?? mcp[4]}` : (ALIASES[name] ?? name);
  const request: ToolRequest = { name, canonicalName, input: input ?? null };
  if (callId !== undefined) request.callId = callId;
  const purpose = asText(values.__tool_use_purpose) ?? (EXPLAINED.has(canonicalName) ? asText(values.summary) : undefined);
  if (purpose) request.purpose = purpose;
  if (mcp) {
    request.mcpServer = mcp[1] ?? mcp[3];
    request.mcpTool = mcp[2] ?? mcp[4];
    return request;
  }
  if (canonicalName === 'shell') request.shellCommand = asText(values.command);
  if (canonicalName === 'subagent') request.spawns = toSpawns(values);
  const files = toFiles(canonicalName, values);
  if (files.length > 0) request.files = files;
  const skill = canonicalName === 'read' ? files.find((file) => SKILL_PATH.test(file.path)) : undefined;
  if (skill) {
    request.skillName = SKILL_PATH.exec(skill.path)?.[1];
    request.skillPath = skill.path;
  }
  return request;
}

function toFiles(tool: string, values: Record<string, unknown>): FileTouch[] {
  if (tool === 'write') {
    const path = asText(values.path);
    const command = asText(values.command) ?? 'write';
    return path ? [{ path, operation: WRITE_OPERATIONS[command] ?? command.toLowerCase() }] : [];
  }
  if (tool !== 'read') return [];
  const operations = Array.isArray(values.operations) ? values.operations : [values];
  return operations.flatMap((entry) => {
    const operation = asRecord(entry);
    const paths = [operation?.path, ...(Array.isArray(operation?.image_paths) ? operation.image_paths : [])];
    const isFolder = asText(operation?.mode)?.toLowerCase() === 'directory';
    return paths.flatMap((path) => (asText(path) ? [{ path: path as string, operation: isFolder ? 'list' : 'read' }] : []));
  });
}

/** `subagent` input: `{task, mode, stages: [{name, role, prompt_template, depends_on}]}`; older builds have `subagents: [{query, agent_name}]`. */
function toSpawns(values: Record<string, unknown>): SpawnedAgent[] {
  const entries = [values.stages, values.subagents].find(Array.isArray) ?? [];
  const spawns = entries.flatMap((entry: unknown) => {
    const stage = asRecord(entry);
    if (!stage) return [];
    return [{ name: asText(stage.role) ?? asText(stage.agent_name) ?? asText(stage.name), prompt: asText(stage.prompt_template) ?? asText(stage.query) }];
  });
  return spawns.length > 0 ? spawns : [{ prompt: asText(values.task) }];
}

/**
 * The items of a successful result: `[{Text}|{Json}|{Image}]` → text and exit code. Kiro calls a shell command that exits with 3 a
 * success: the outcome is the agent's own verdict, the exit code stands beside it.
 */
export function parseItems(items: unknown): Pick<ToolResult, 'output' | 'exitCode'> {
  if (!Array.isArray(items)) return typeof items === 'string' ? { output: items } : {};
  const result: Pick<ToolResult, 'output' | 'exitCode'> = {};
  const texts: string[] = [];
  for (const entry of items) {
    const item = asRecord(entry);
    const json = asRecord(item?.Json) ?? (item?.kind === 'json' ? asRecord(item.data) : undefined);
    const status = /(?:^|exit status: )(\d{1,3})\b/.exec(asText(json?.exit_status) ?? '');
    if (status) result.exitCode = Number(status[1]);
    const text = typeof entry === 'string' ? entry : (asText(item?.Text) ?? (item?.kind === 'text' ? asText(item.data) : undefined));
    if (text !== undefined) texts.push(text);
    else if (item?.Image !== undefined || item?.kind === 'image') texts.push('[image]');
    else texts.push(JSON.stringify(json ?? entry));
  }
  if (texts.length > 0) result.output = texts.join('\n');
  return result;
}
