/** Gemini CLI's tools: what a call says about files, shells, skills, MCP and subagents, and what a result says. */
import type { SpawnedAgent, ToolRequest, ToolResult } from '../../core/fact.ts';
import type { FileTouch } from '../../core/span.ts';
import { asList, asRecord, asText } from '../untrusted.ts';

/** In which fields a tool's path stands (older builds first spell it otherwise), and what happens to it. */
const FILE_TOOLS: Readonly<Record<string, { fields: readonly string[]; operation: string }>> = {
  read_file: { fields: ['file_path', 'absolute_path', 'path'], operation: 'read' },
  write_file: { fields: ['file_path'], operation: 'write' },
  replace: { fields: ['file_path'], operation: 'edit' },
  list_directory: { fields: ['dir_path', 'path'], operation: 'list' },
  glob: { fields: ['dir_path', 'path'], operation: 'search' },
  grep_search: { fields: ['dir_path', 'path'], operation: 'search' },
  search_file_content: { fields: ['dir_path', 'path'], operation: 'search' },
};

/** `mcp_<server>_<tool>`, where neither name has an underscore of its own; older builds: `<server>__<tool>`. */
const MCP_NAME = /^(?:mcp_([^_]+)_([^_]+)|(?!mcp_)(.+?)__(.+))$/;
/** What the history shows to people of a tool of an MCP server. */
const MCP_DISPLAY_NAME = /^(.+) \((.+) MCP Server\)$/;

/** What stands beside a call, where its source tells more than name and arguments. */
export interface ToolSurroundings {
  callId?: string;
  nativeCallId?: string;
  /** History: the name for people. */
  displayName?: unknown;
  /** Hooks: `{server_name, tool_name, …}`. */
  mcpContext?: unknown;
  /** History: the subagent's session. */
  agentId?: unknown;
  /** History: what the person was shown. */
  resultDisplay?: unknown;
}

/** A tool call as Gemini CLI writes it → our request. Never throws. */
export function parseToolRequest(name: string, input: unknown, beside: ToolSurroundings = {}): ToolRequest {
  const values = asRecord(input) ?? {};
  const request: ToolRequest = { name, canonicalName: name, input: input ?? null };
  if (beside.callId !== undefined) request.callId = beside.callId;
  if (beside.nativeCallId !== undefined) request.nativeCallId = beside.nativeCallId;
  const agentId = asText(beside.agentId);
  if (name === 'invoke_agent' || agentId !== undefined) request.spawns = [toSpawn(name, values, agentId)];
  const mcp = findMcp(name, beside);
  if (mcp) return { ...request, mcpServer: mcp.server, mcpTool: mcp.tool };
  const purpose = name === 'run_shell_command' ? asText(values.description) : name === 'replace' ? asText(values.instruction) : undefined;
  if (purpose !== undefined) request.purpose = purpose;
  if (name === 'run_shell_command') request.shellCommand = asText(values.command);
  if (name === 'activate_skill') request.skillName = asText(values.name);
  const files = toFiles(name, values, beside.resultDisplay);
  if (files.length > 0) request.files = files;
  return request;
}

function findMcp(name: string, { displayName, mcpContext }: ToolSurroundings): { server: string; tool: string } | undefined {
  const context = asRecord(mcpContext);
  const [server, tool] = [asText(context?.server_name), asText(context?.tool_name)];
  if (server !== undefined && tool !== undefined) return { server, tool };
  const shown = MCP_DISPLAY_NAME.exec(asText(displayName) ?? '');
  if (shown?.[1] && shown[2]) return { server: shown[2], tool: shown[1] };
  const match = MCP_NAME.exec(name);
  const [ofName, toolOfName] = [match?.[1] ?? match?.[3], match?.[2] ?? match?.[4]];
  return ofName && toolOfName ? { server: ofName, tool: toolOfName } : undefined;
}

/** Older builds have a tool a subagent: its own name, and the task in a field of its own. */
function toSpawn(name: string, values: Record<string, unknown>, sessionId: string | undefined): SpawnedAgent {
  const spawn: SpawnedAgent = { name: asText(values.agent_name) ?? (name === 'invoke_agent' ? undefined : name), prompt: asText(values.prompt) ?? asText(values.objective) };
  return sessionId === undefined ? spawn : { ...spawn, sessionId };
}

function toFiles(name: string, values: Record<string, unknown>, resultDisplay: unknown): FileTouch[] {
  if (name === 'read_many_files') {
    return [...asList(values.paths), ...asList(values.include)].flatMap((path) => (asText(path) ? [{ path: path as string, operation: 'read' }] : []));
  }
  const tool = Object.hasOwn(FILE_TOOLS, name) ? FILE_TOOLS[name] : undefined;
  const path = tool?.fields.map((field) => asText(values[field])).find((value) => value !== undefined);
  if (!tool || path === undefined) return [];
  const isNew = asRecord(resultDisplay)?.isNewFile;
  const operation = tool.operation === 'write' && typeof isNew === 'boolean' ? (isNew ? 'create' : 'edit') : tool.operation;
  return [{ path, operation }];
}

/** `status` of the history → outcome. A call is cancelled by a refusal at the question, too: its text says so. */
const STATUSES: Readonly<Record<string, ToolResult['outcome']>> = { success: 'ok', error: 'error', cancelled: 'cancelled' };
const REFUSED = /User did not allow tool call|User denied/i;

/** A call of the history that is over → its result. undefined: it still runs, or waits for a person. */
export function parseHistoryResult(call: Record<string, unknown>): ToolResult | undefined {
  const status = asText(call.status);
  const outcome = status !== undefined && Object.hasOwn(STATUSES, status) ? STATUSES[status] : undefined;
  if (outcome === undefined) return undefined;
  const { output, error } = parseParts(call.result);
  const text = error ?? output ?? asText(call.resultDisplay);
  return {
    outcome: outcome === 'cancelled' && REFUSED.test(text ?? '') ? 'denied' : outcome,
    ...(text === undefined ? {} : { output: text }),
    ...toExitCode(asText(call.name), text),
    ...(outcome === 'error' ? { errorType: 'tool_error', ...(text === undefined ? {} : { errorMessage: text }) } : {}),
  };
}

/** `tool_response` of a hook: `{llmContent, returnDisplay, error?: {message, type}}`. */
export function parseHookResult(name: string, response: unknown): ToolResult {
  const values = asRecord(response);
  if (!values) return { outcome: 'unknown' };
  const error = asRecord(values.error);
  const text = parseParts(values.llmContent).output;
  const shared = { ...(text === undefined ? {} : { output: text }), ...toExitCode(name, text) };
  if (!error) return { outcome: 'ok', ...shared };
  const message = asText(error.message);
  return { outcome: 'error', ...shared, errorType: asText(error.type) ?? 'tool_error', ...(message === undefined ? {} : { errorMessage: message }) };
}

/** A success that exits with 3 is still the agent's success; only codes beside 0 are written down. */
function toExitCode(name: string | undefined, text: string | undefined): Pick<ToolResult, 'exitCode'> {
  const match = name === 'run_shell_command' ? /(?:^|\n)Exit Code: (\d{1,3})(?=\s|$)/.exec(text ?? '') : null;
  return match ? { exitCode: Number(match[1]) } : {};
}

/** Text, one part or a list of parts, as the API has them → the text of output and error. Bytes are only named. */
export function parseParts(content: unknown): { output?: string; error?: string } {
  if (typeof content === 'string') return content === '' ? {} : { output: withoutWrapping(content) };
  const outputs: string[] = [];
  const errors: string[] = [];
  for (const entry of Array.isArray(content) ? (content as unknown[]) : content === undefined || content === null ? [] : [content]) {
    const part = asRecord(entry);
    const response = asRecord(asRecord(part?.functionResponse)?.response);
    const error = asText(response?.error);
    if (error !== undefined) errors.push(withoutWrapping(error));
    else if (response) outputs.push(asText(response.output) === undefined ? JSON.stringify(response) : withoutWrapping(response.output as string));
    else if (part?.inlineData !== undefined || part?.fileData !== undefined) outputs.push('[media]');
    else outputs.push(typeof entry === 'string' ? entry : (asText(part?.text) ?? ''));
  }
  const [output, error] = [outputs.filter((text) => text !== '').join('\n'), errors.join('\n')];
  return { ...(output === '' ? {} : { output }), ...(error === '' ? {} : { error }) };
}

/** What comes from outside is wrapped in a tag, for the model. */
function withoutWrapping(text: string): string {
  return /^<untrusted_context>\n([\s\S]*?)\n?<\/untrusted_context>\s*$/.exec(text)?.[1] ?? text;
}
