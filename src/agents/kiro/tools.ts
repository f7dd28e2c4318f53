/** Kiro's tools: their many names, and what a call says about files, shells, skills, MCP and subagents. */
import type { SpawnedAgent, ToolRequest, ToolResult } from '../../core/fact.ts';
import type { FileTouch } from '../../core/span.ts';
import { asList, asRecord, asText } from '../untrusted.ts';

/** Alias → the V2 name. Kiro V1, V2, V3 and the Amazon Q lineage spell the same tools differently. */
const ALIASES: Readonly<Record<string, string>> = {
  fs_read: 'read', fsRead: 'read', ls: 'read', image_read: 'read', read_file: 'read', read_files: 'read', read_code: 'read', readFile: 'read', readFiles: 'read', readCode: 'read',
  fs_write: 'write', fsWrite: 'write',
  execute_bash: 'shell', execute_cmd: 'shell', executeBash: 'shell', execute_pwsh: 'shell',
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
/** V3's hooks write `subagent_<agent>`. */
const SUBAGENT_NAME = /^(?:invoke_?)?sub_?agent(?:_(.+))?$/i;
/** V3's tools for one file each: in which field its path stands, and what happens to it. */
const FILE_TOOLS: Readonly<Record<string, { path: string; operation: string }>> = {
  str_replace: { path: 'path', operation: 'edit' },
  fs_append: { path: 'path', operation: 'edit' },
  delete_file: { path: 'targetFile', operation: 'delete' },
  list_directory: { path: 'path', operation: 'list' },
};
const SKILL_PATH = /(?:^|[/\\])skills[/\\]([^/\\]+)[/\\]/;

/** A tool call as Kiro writes it → our request. `callId` only where the source has one. Never throws. */
export function parseToolRequest(name: string, input: unknown, callId?: string): ToolRequest {
  const values = asRecord(input) ?? {};
  const mcp = MCP_NAME.exec(name);
  const subagent = mcp ? null : SUBAGENT_NAME.exec(name);
  const canonicalName = mcp ? `@${mcp[1] ?? mcp[3]}/${mcp[2] ?? mcp[4]}` : subagent ? 'subagent' : aliasOf(name);
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
  if (canonicalName === 'subagent') request.spawns = toSpawns(values, subagent?.[1]);
  const files = toFiles(canonicalName, values);
  if (files.length > 0) request.files = files;
  const skillPath = findSkillPath(canonicalName, { files, values });
  if (skillPath) {
    request.skillName = SKILL_PATH.exec(skillPath)?.[1];
    request.skillPath = skillPath;
  }
  return request;
}

/** The name is untrusted: it may be one that every object has. */
function aliasOf(name: string): string {
  return Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? name) : name;
}

/** A skill is loaded by reading it, in V3 by `disclose_context`. */
function findSkillPath(tool: string, { files, values }: { files: FileTouch[]; values: Record<string, unknown> }): string | undefined {
  if (tool === 'read') return files.find((file) => SKILL_PATH.test(file.path))?.path;
  if (tool !== 'disclose_context') return undefined;
  return Object.values(values).find((value): value is string => typeof value === 'string' && SKILL_PATH.test(value));
}

function toFiles(tool: string, values: Record<string, unknown>): FileTouch[] {
  if (tool === 'write') {
    const path = asText(values.path);
    const command = asText(values.command) ?? 'write';
    return path ? [{ path, operation: (Object.hasOwn(WRITE_OPERATIONS, command) ? WRITE_OPERATIONS[command] : undefined) ?? command.toLowerCase() }] : [];
  }
  const fileTool = Object.hasOwn(FILE_TOOLS, tool) ? FILE_TOOLS[tool] : undefined;
  if (fileTool) {
    const path = asText(values[fileTool.path]);
    return path ? [{ path, operation: fileTool.operation }] : [];
  }
  if (tool !== 'read') return [];
  const operations = Array.isArray(values.operations) ? values.operations : [values];
  return operations.flatMap((entry) => {
    const operation = asRecord(entry);
    const paths = [operation?.path, ...asList(operation?.image_paths), ...asList(operation?.paths), ...asList(operation?.files).map((file) => asRecord(file)?.path ?? file)];
    const isFolder = asText(operation?.mode)?.toLowerCase() === 'directory';
    return paths.flatMap((path) => (asText(path) ? [{ path: path as string, operation: isFolder ? 'list' : 'read' }] : []));
  });
}

/** `subagent` input: `{task, mode, stages: [{name, role, prompt_template, depends_on}]}`; older builds have `subagents: [{query, agent_name}]`; V3 one prompt a call. */
function toSpawns(values: Record<string, unknown>, calledName: string | undefined): SpawnedAgent[] {
  const entries = [values.stages, values.subagents].find(Array.isArray) ?? [];
  const spawns = entries.flatMap((entry: unknown) => {
    const stage = asRecord(entry);
    if (!stage) return [];
    return [{ name: asText(stage.role) ?? asText(stage.agent_name) ?? asText(stage.name), prompt: asText(stage.prompt_template) ?? asText(stage.query) }];
  });
  if (spawns.length > 0) return spawns;
  const name = asText(values.agent_name) ?? asText(values.name) ?? calledName;
  return [{ ...(name === undefined ? {} : { name }), prompt: asText(values.task) ?? asText(values.prompt) ?? asText(values.query) }];
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

/**
 * V3's results are texts; a shell's ends in its exit code. A terminal that could not tell it writes -1: that is none.
 */
export function parseTextResult(text: string): Pick<ToolResult, 'output' | 'exitCode'> {
  const status = /(?:^|\n)Exit Code: (\d{1,3})\s*$/.exec(text);
  return { ...(text === '' ? {} : { output: text }), ...(status ? { exitCode: Number(status[1]) } : {}) };
}
