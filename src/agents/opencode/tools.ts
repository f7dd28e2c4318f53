/** OpenCode's tools: what a call says about files, shells, skills, MCP and subagents, and what its state says of how it ended. */
import type { SpawnedAgent, ToolRequest, ToolResult } from '../../core/fact.ts';
import type { FileTouch } from '../../core/span.ts';
import { asCount, asList, asRecord, asText, asUnixMillis } from '../untrusted.ts';

/** In which field a tool's path stands, and what happens to it. */
const FILE_TOOLS: Readonly<Record<string, { field: string; operation: string }>> = {
  read: { field: 'filePath', operation: 'read' },
  write: { field: 'filePath', operation: 'write' },
  edit: { field: 'filePath', operation: 'edit' },
  multiedit: { field: 'filePath', operation: 'edit' },
  list: { field: 'path', operation: 'list' },
  glob: { field: 'path', operation: 'search' },
  grep: { field: 'path', operation: 'search' },
  lsp: { field: 'filePath', operation: 'read' },
};

/** Starts a subagent and waits for it. */
const TASK = 'task';

/** A call as a message's part tells it. */
export interface ToolPart {
  messageId: string;
  callId: string;
  name: string;
  state: Record<string, unknown>;
}

/** A part of the type `tool`, where it is one. */
export function parseToolPart(part: Record<string, unknown>, messageId: string): ToolPart | undefined {
  const [callId, name, state] = [asText(part.callID), asText(part.tool), asRecord(part.state)];
  return callId === undefined || name === undefined || !state ? undefined : { messageId, callId, name, state };
}

/** The provider's id of a call is unique in its answer at best; with the answer's own it is in all of OpenCode. */
export function toUniqueId(messageId: string, callId: string): string {
  return `${messageId}/${callId}`;
}

/** A call → our request. `mcpServers`: the servers that were configured, without which `<server>_<tool>` may be a tool of anybody's. */
export function toToolRequest({ messageId, callId, name, state }: ToolPart, mcpServers: readonly string[] = []): ToolRequest {
  const values = asRecord(state.input) ?? {};
  const metadata = asRecord(state.metadata);
  const request: ToolRequest = { callId: toUniqueId(messageId, callId), nativeCallId: callId, name, canonicalName: name, input: state.input ?? null };
  const server = mcpServers.find((one) => name.startsWith(`${one}_`) && name.length > one.length + 1);
  if (server !== undefined) return { ...request, mcpServer: server, mcpTool: name.slice(server.length + 1) };
  if (name === 'bash') {
    request.shellCommand = asText(values.command);
    request.purpose = asText(values.description);
  }
  if (name === 'skill') request.skillName = asText(values.name);
  if (name === TASK) request.spawns = [toSpawn(values, metadata)];
  const files = toFiles(name, values, metadata);
  if (files.length > 0) request.files = files;
  return request;
}

function toSpawn(values: Record<string, unknown>, metadata: Record<string, unknown> | undefined): SpawnedAgent {
  const sessionId = asText(metadata?.sessionId);
  return { name: asText(values.subagent_type), prompt: asText(values.prompt), ...(sessionId === undefined ? {} : { sessionId }) };
}

function toFiles(name: string, values: Record<string, unknown>, metadata: Record<string, unknown> | undefined): FileTouch[] {
  if (name === 'apply_patch' || name === 'patch') return toPatched(values, metadata);
  const tool = Object.hasOwn(FILE_TOOLS, name) ? FILE_TOOLS[name] : undefined;
  const path = asText(tool && values[tool.field]);
  if (!tool || path === undefined) return [];
  const isOld = metadata?.exists;
  const operation = tool.operation === 'write' && typeof isOld === 'boolean' ? (isOld ? 'edit' : 'create') : tool.operation;
  return [{ path, operation }];
}

const PATCH_LINE = /^\*\*\* (Add|Update|Delete) File: (.+)$/gm;
const PATCH_OPERATIONS: Readonly<Record<string, string>> = { Add: 'create', Update: 'edit', Delete: 'delete', add: 'create', update: 'edit', delete: 'delete', move: 'edit' };

/** The result lists the files; before there is one, the patch names them. */
function toPatched(values: Record<string, unknown>, metadata: Record<string, unknown> | undefined): FileTouch[] {
  const touch = (path: string, word: string): FileTouch => ({ path, operation: (Object.hasOwn(PATCH_OPERATIONS, word) ? PATCH_OPERATIONS[word] : undefined) ?? 'edit' });
  const listed = asList(metadata?.files).flatMap((entry) => {
    const file = asRecord(entry);
    const path = asText(file?.filePath);
    return path === undefined ? [] : [touch(path, asText(file?.type) ?? '')];
  });
  if (listed.length > 0) return listed;
  return [...(asText(values.patchText) ?? '').matchAll(PATCH_LINE)].map(([, word = '', path = '']) => touch(path.trim(), word));
}

/** OpenCode calls every call that did not end well an error; these are its own words for those that a person refused, or stopped. */
const DENIED = /^(?:The user (?:has )?(?:rejected|dismissed)\b|PermissionDeniedError|The user has specified a rule which prevents you\b)/;
const CANCELLED = /^(?:Tool execution (?:was )?aborted|Tool execution interrupted|The operation was aborted)/;

/** A person's refusal without a word about it: OpenCode then asks the model no more, unless `experimental.continue_loop_on_deny` is set. */
const REFUSAL = /^The user (?:has )?(?:rejected|dismissed)\b(?!.* with the following feedback: )/s;

/** Whether a part is a call that a person refused so. */
export function isRefusal({ type, state }: Record<string, unknown>): boolean {
  const { status, error } = asRecord(state) ?? {};
  return type === 'tool' && status === 'error' && typeof error === 'string' && REFUSAL.test(error);
}

/** A call that is over → its result. undefined: it is still being asked for, or runs. */
export function toToolResult({ state, name }: ToolPart): ToolResult | undefined {
  const metadata = asRecord(state.metadata);
  const started = name === TASK ? asText(metadata?.sessionId) : undefined;
  const exitCode = asCount(metadata?.exit);
  const shared = { ...toDuration(state), ...(started === undefined ? {} : { started: [started] }), ...(exitCode === undefined ? {} : { exitCode }) };
  if (state.status === 'completed') {
    const output = asText(state.output);
    return { outcome: 'ok', ...shared, ...(output === undefined ? {} : { output }) };
  }
  if (state.status !== 'error') return undefined;
  const message = asText(state.error);
  if (message !== undefined && DENIED.test(message)) return { outcome: 'denied', ...shared, output: message };
  if (message !== undefined && CANCELLED.test(message)) return { outcome: 'cancelled', ...shared, output: message };
  return { outcome: 'error', ...shared, errorType: 'tool_error', ...(message === undefined ? {} : { output: message, errorMessage: message }) };
}

/** When a call began to run and when it was over, as OpenCode stamps it. */
export function toToolTimes(state: Record<string, unknown>): { startedAt?: bigint; endedAt?: bigint } {
  const time = asRecord(state.time);
  return { startedAt: asUnixMillis(time?.start), endedAt: asUnixMillis(time?.end) };
}

function toDuration(state: Record<string, unknown>): Pick<ToolResult, 'durationNano'> {
  const { startedAt, endedAt } = toToolTimes(state);
  return startedAt === undefined || endedAt === undefined || endedAt < startedAt ? {} : { durationNano: endedAt - startedAt };
}
