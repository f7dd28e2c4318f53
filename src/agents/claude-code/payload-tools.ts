/** Hooks around tool calls → facts. */
import type { Fact, FactOf, ToolRequest, ToolResult } from '../../core/fact.ts';
import { asDurationMillis, asList, asRecord, asText } from '../untrusted.ts';
import type { HookBase } from './hook-base.ts';
import { toFailure, toResultText, toStarted, toStructuredText } from './tool-results.ts';
import { parseToolRequest } from './tools.ts';

type Values = Record<string, unknown>;

/** A batch repeats the results of all its calls; only what is short is worth keeping twice: the errors of calls that nothing else tells of. */
const MAX_BATCH_TEXT = 2000;

/** PreToolUse. */
export function toCallStart(payload: Values, base: HookBase): Fact {
  return { ...base, type: 'tool.started', tool: toRequest(payload) };
}

/** PostToolUse and PostToolUseFailure. */
export function toCallEnd(payload: Values, base: HookBase, isFailure: boolean): Fact {
  const tool = toRequest(payload);
  const durationNano = asDurationMillis(payload.duration_ms);
  const measured = durationNano === undefined ? {} : { durationNano };
  const result: ToolResult = { ...(isFailure ? toFailed(payload) : toSucceeded(payload.tool_response)), ...measured };
  return { ...base, type: 'tool.ended', tool, ...(tool.callId === undefined ? {} : { callId: tool.callId }), result };
}

function toFailed(payload: Values): ToolResult {
  const result = toFailure(asText(payload.error) ?? '');
  return payload.is_interrupt === true ? { ...result, outcome: 'cancelled' } : result;
}

function toSucceeded(response: unknown): ToolResult {
  const output = toStructuredText(response);
  return { outcome: 'ok', ...(output === undefined ? {} : { output }), ...toStarted(response) };
}

/** PostToolBatch: the only hook that tells of a call that never began (no such tool, a wrong input, not allowed). It tells no verdict. */
export function toBatchEnds(payload: Values, base: HookBase): Fact[] {
  const seen = new Set<string>();
  return asList(payload.tool_calls).flatMap((entry): FactOf<'tool.ended'>[] => {
    const call = asRecord(entry);
    const tool = call && toRequest(call);
    if (!call || !tool?.callId || seen.has(tool.callId)) return [];
    seen.add(tool.callId);
    const output = toResultText(call.tool_response);
    const isShort = output !== undefined && output.length <= MAX_BATCH_TEXT;
    const verdict = toFailure(output ?? '');
    const result: ToolResult = verdict.outcome === 'denied' ? verdict : { outcome: 'unknown', ...(isShort ? { output } : {}) };
    return [{ ...base, key: `${base.key}:${tool.callId}`, type: 'tool.ended', tool, callId: tool.callId, result }];
  });
}

/** PermissionRequest has no call id: the call is known by its name and input. */
export function toPermissionAsk(payload: Values, base: HookBase): Fact {
  return { ...base, type: 'permission.asked', askId: base.key, callIds: [], tool: toRequest(payload) };
}

/** PermissionDenied: the classifier of auto mode said no. */
export function toDenial(payload: Values, base: HookBase): Fact {
  const tool = toRequest(payload);
  const reason = asText(payload.reason);
  return { ...base, type: 'tool.ended', tool, ...(tool.callId === undefined ? {} : { callId: tool.callId }), result: { outcome: 'denied', ...(reason === undefined ? {} : { output: reason }) } };
}

/** Hooks name an MCP tool's server as it is configured, where its tool's name may spell it otherwise. */
function toRequest(payload: Values): ToolRequest {
  const request = parseToolRequest(asText(payload.tool_name) ?? 'unknown', payload.tool_input, asText(payload.tool_use_id));
  const server = asText(asRecord(payload.mcp_server)?.name);
  return server !== undefined && request.mcpTool !== undefined ? { ...request, mcpServer: server } : request;
}
