/** pi's tools: what a call says about files, shells, skills and MCP, and what a result says. */
import type { ToolRequest, ToolResult } from '../../core/fact.ts';
import { asDurationMillis, asList, asRecord, asText } from '../untrusted.ts';

/** All paths stand in `path`. */
const FILE_OPERATIONS: Readonly<Record<string, string>> = { read: 'read', write: 'write', edit: 'edit', ls: 'list', grep: 'search', find: 'search' };

/** A skill is loaded by reading it. */
const SKILL_PATH = /(?:^|[/\\])SKILL\.md$/;
/** pi joins both names with double underscores; what is no letter or digit became one. */
const MCP_NAME = /^mcp__(.+?)__(.+)$/;

/** A call → our request. `callId` is unique in pi, `nativeCallId` perhaps in its session alone. */
export function toToolRequest(name: string, input: unknown, ids: { callId?: string; nativeCallId?: string } = {}): ToolRequest {
  const request: ToolRequest = { ...ids, name, canonicalName: name, input: input ?? null };
  const mcp = MCP_NAME.exec(name);
  if (mcp) return { ...request, mcpServer: mcp[1], mcpTool: mcp[2] };
  const values = asRecord(input);
  if (name === 'bash') request.shellCommand = asText(values?.command);
  const path = asText(values?.path);
  const operation = Object.hasOwn(FILE_OPERATIONS, name) ? FILE_OPERATIONS[name] : undefined;
  if (operation === undefined || path === undefined) return request;
  request.files = [{ path, operation }];
  if (name === 'read' && SKILL_PATH.test(path)) {
    request.skillPath = path;
    request.skillName = /([^/\\]+)[/\\]SKILL\.md$/.exec(path)?.[1];
  }
  return request;
}

/** pi's own words for a call that never ran because the model asked wrongly. */
const NOT_RUN = /^(?:Tool \S+ not found|Validation failed)/;

/** A `toolResult` → our result. `isTimed`: this version tells how long each call ran; one that failed without that was blocked by an extension. */
export function toToolResult(message: Record<string, unknown>, isTimed: boolean): ToolResult {
  const text = toText(message.content);
  const durationNano = asDurationMillis(message.durationMs);
  const details = asRecord(message.details);
  const [mcpServer, mcpTool] = [asText(details?.server), asText(details?.tool)];
  const exit = message.toolName === 'bash' && message.isError === true ? /Command exited with code (\d{1,3})\s*$/.exec(text ?? '')?.[1] : undefined;
  const shared = {
    ...(text === undefined ? {} : { output: text }), ...(durationNano === undefined ? {} : { durationNano }), ...(exit === undefined ? {} : { exitCode: Number(exit) }),
    ...(mcpServer !== undefined && mcpTool !== undefined ? { mcpServer, mcpTool } : {}),
  };
  if (message.isError !== true) return { outcome: 'ok', ...shared };
  if (text === 'Command aborted' || text === 'Operation aborted') return { outcome: 'cancelled', ...shared };
  if (isTimed && durationNano === undefined && !NOT_RUN.test(text ?? '')) return { outcome: 'denied', ...shared };
  return { outcome: 'error', ...shared, errorType: 'tool_error', ...(text === undefined ? {} : { errorMessage: text }) };
}

/** What a call did inside another, as the other's result lists it. */
export function toNestedResult(call: Record<string, unknown>): ToolResult {
  const durationNano = asDurationMillis(call.durationMs);
  const shared = durationNano === undefined ? {} : { durationNano };
  if (call.status === 'ok') return { outcome: 'ok', ...shared };
  const message = asText(call.error) ?? asText(asRecord(call.error)?.message);
  return call.status === 'error' ? { outcome: 'error', ...shared, errorType: 'tool_error', ...(message === undefined ? {} : { errorMessage: message, output: message }) } : { outcome: 'unknown', ...shared };
}

/** A text, or a list of blocks → its text; pictures are only named. */
export function toText(content: unknown): string | undefined {
  if (typeof content === 'string') return content === '' ? undefined : content;
  const texts = asList(content).flatMap((entry) => {
    const block = asRecord(entry);
    return block?.type === 'image' ? ['[image]'] : (asText(block?.text) ?? []);
  });
  return texts.length > 0 ? texts.join('\n') : undefined;
}
