/** Which tools a hook's `matcher` means. */
import type { ToolScript } from './script.ts';

/** Older spellings under which agent files may still name a built-in. */
const ALIASES: Record<string, readonly string[]> = {
  read: ['fs_read', 'fsRead'],
  write: ['fs_write', 'fsWrite'],
  shell: ['execute_bash', 'execute_cmd'],
  use_aws: ['aws'],
  subagent: ['agent_crew', 'use_subagent'],
  todo_list: ['task', 'todo'],
};

/** The tool's name in a hook's payload. */
export function hookNameOf(tool: Pick<ToolScript, 'name' | 'mcp'>): string {
  return tool.mcp ? `@${tool.mcp.server}/${tool.mcp.tool}` : tool.name;
}

/** Whether a hook with this matcher runs for the tool. No matcher, `*`: all; else built-in, alias, glob, `@builtin`, `@server`, `@server/glob`. */
export function isMatch(matcher: string | undefined, tool: Pick<ToolScript, 'name' | 'mcp'>): boolean {
  if (matcher === undefined || matcher === '*') return true;
  if (matcher === '@builtin') return !tool.mcp;
  if (matcher.startsWith('@')) {
    const [server = '', pattern] = matcher.slice(1).split('/', 2);
    if (!tool.mcp || tool.mcp.server !== server) return false;
    return pattern === undefined || pattern === '' || isGlobMatch(pattern, tool.mcp.tool);
  }
  if (tool.mcp) return false;
  return [tool.name, ...(ALIASES[tool.name] ?? [])].some((name) => isGlobMatch(matcher, name));
}

function isGlobMatch(pattern: string, name: string): boolean {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(name);
}
