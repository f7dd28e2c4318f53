/** How V1 spells tools, their inputs and their results. */
import type { ToolOutcome, ToolScript } from '../script.ts';

const NAMES: Record<string, string> = { shell: 'execute_bash', read: 'fs_read', write: 'fs_write' };

/** The tool with V1's name and, in its input, V1's word for the purpose. */
export function toV1Tool(tool: ToolScript): ToolScript {
  const name = NAMES[tool.name] ?? tool.name;
  if (tool.mcp || tool.purpose === undefined) return { ...tool, name };
  const { purpose, ...rest } = tool;
  return { ...rest, name, input: { ...tool.input, [name === tool.name ? '__tool_use_purpose' : 'summary']: purpose } };
}

/** The name as the model and the history write it. */
export function v1NameOf(tool: ToolScript): string {
  return tool.mcp ? `${tool.mcp.server}___${tool.mcp.tool}` : tool.name;
}

/** `content` of a result in the history; an exit status stands without its words. */
export function v1ContentOf(outcome: ToolOutcome): unknown[] {
  if ('error' in outcome) return [{ Text: outcome.error }];
  if ('text' in outcome) return [{ Text: outcome.text }];
  const json = outcome.json as Record<string, unknown>;
  const status = /^exit status: (\d+)$/.exec(String(json.exit_status));
  return [{ Json: status ? { ...json, exit_status: status[1] } : json }];
}

/** `tool_response` of the hook after a tool: V1 tells failures too. */
export function v1ResponseOf(outcome: ToolOutcome): Record<string, unknown> {
  const content = v1ContentOf(outcome).map((item) => Object.values(item as object)[0] as unknown);
  return 'error' in outcome ? { success: false, error: content } : { success: true, result: content };
}
