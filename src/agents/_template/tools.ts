/** Template's tools: what a call says about files, shells, skills and MCP, and what a result says. */
import type { ToolRequest, ToolResult } from '../../core/fact.ts';
import { asNumber, asRecord, asText } from '../untrusted.ts';

/** All paths stand in `path`. */
const FILE_OPERATIONS: Readonly<Record<string, string>> = { read: 'read', write: 'create', edit: 'edit' };
const MCP_NAME = /^mcp__(.+?)__(.+)$/;

/** A call, of the history or of a hook → our request. `canonicalName` is equal for every spelling of one tool. */
export function toToolRequest(call: Record<string, unknown>): ToolRequest {
  const name = asText(call.name) ?? 'unknown';
  const request: ToolRequest = { name, canonicalName: name, input: call.input ?? null };
  const callId = asText(call.id);
  if (callId !== undefined) request.callId = callId;
  const mcp = MCP_NAME.exec(name);
  if (mcp) return { ...request, mcpServer: mcp[1], mcpTool: mcp[2] };
  const input = asRecord(call.input);
  if (name === 'shell') request.shellCommand = asText(input?.command);
  if (name === 'skill') request.skillName = asText(input?.name);
  const path = asText(input?.path);
  const operation = Object.hasOwn(FILE_OPERATIONS, name) ? FILE_OPERATIONS[name] : undefined;
  if (path !== undefined && operation !== undefined) request.files = [{ path, operation }];
  return request;
}

/** By the agent's own verdict: denied by a person and cancelled are no errors. */
export function toToolResult(values: Record<string, unknown>): ToolResult {
  const output = asText(values.output);
  const exitCode = asNumber(values.exitCode);
  const shared = { ...(output === undefined ? {} : { output }), ...(exitCode === undefined ? {} : { exitCode }) };
  switch (values.status) {
    case 'ok':
      return { outcome: 'ok', ...shared };
    case 'denied':
      return { outcome: 'denied', ...shared };
    case 'cancelled':
      return { outcome: 'cancelled', ...shared };
    case 'error':
      return { outcome: 'error', errorType: 'tool_error', ...(output === undefined ? {} : { errorMessage: output }), ...shared };
    default:
      return { outcome: 'unknown', ...shared };
  }
}
