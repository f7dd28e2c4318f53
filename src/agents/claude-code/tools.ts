/** Claude Code's tools: what a call says about files, shells, skills, MCP and subagents. Hooks and transcripts write calls alike. */
import type { SpawnedAgent, ToolRequest } from '../../core/fact.ts';
import type { FileTouch } from '../../core/span.ts';
import { asRecord, asText } from '../untrusted.ts';

/** `Task` became `Agent` in 2.1.63. */
const ALIASES: Readonly<Record<string, string>> = { Task: 'Agent' };

/** `mcp__<server>__<tool>`; of a plugin's server the middle is `plugin_<plugin>_<server>`. */
const MCP_NAME = /^mcp__(.+?)__(.+)$/;

/** In which field the path of a file tool stands, and what happens to the file. A Write tells only with its result whether it creates. */
const FILE_TOOLS: Readonly<Record<string, { path: string; operation: string }>> = {
  Read: { path: 'file_path', operation: 'read' },
  Write: { path: 'file_path', operation: 'write' },
  Edit: { path: 'file_path', operation: 'edit' },
  MultiEdit: { path: 'file_path', operation: 'edit' },
  NotebookRead: { path: 'notebook_path', operation: 'read' },
  NotebookEdit: { path: 'notebook_path', operation: 'edit' },
  LS: { path: 'path', operation: 'list' },
  Glob: { path: 'path', operation: 'search' },
  Grep: { path: 'path', operation: 'search' },
};

const SHELL_TOOLS = new Set(['Bash', 'PowerShell', 'Monitor']);

/** A tool call → our request. `callId` only where the source has one. Never throws. */
export function parseToolRequest(name: string, input: unknown, callId?: string): ToolRequest {
  const values = asRecord(input) ?? {};
  const request: ToolRequest = { name, canonicalName: (Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined) ?? name, input: input ?? null };
  if (callId !== undefined) request.callId = callId;
  const mcp = MCP_NAME.exec(name);
  if (mcp) {
    request.mcpServer = mcp[1];
    request.mcpTool = mcp[2];
    return request;
  }
  const purpose = asText(values.description);
  if (SHELL_TOOLS.has(name)) {
    const command = asText(values.command);
    if (command !== undefined) request.shellCommand = command;
    if (purpose !== undefined) request.purpose = purpose;
  }
  const skill = name === 'Skill' ? (asText(values.skill) ?? asText(values.command)) : undefined;
  if (skill !== undefined) request.skillName = skill;
  const files = toFiles(name, values);
  if (files) request.files = files;
  const spawns = toSpawns(request.canonicalName, values);
  if (spawns) request.spawns = spawns;
  return request;
}

function toFiles(name: string, values: Record<string, unknown>): FileTouch[] | undefined {
  const tool = Object.hasOwn(FILE_TOOLS, name) ? FILE_TOOLS[name] : undefined;
  const path = tool && asText(values[tool.path]);
  return tool && path !== undefined ? [{ path, operation: tool.operation }] : undefined;
}

/** A workflow's script starts agents that its call does not tell. */
function toSpawns(canonicalName: string, values: Record<string, unknown>): SpawnedAgent[] | undefined {
  if (canonicalName === 'Workflow') return [{}];
  if (canonicalName !== 'Agent') return undefined;
  const name = asText(values.subagent_type);
  const prompt = asText(values.prompt);
  return [{ ...(name === undefined ? {} : { name }), ...(prompt === undefined ? {} : { prompt }) }];
}
