/** Kiro V2's `<session>.jsonl`: `{version: "v1", kind, data}` a line, append-only → facts. */
import type { Fact, ToolResult } from '../../../core/fact.ts';
import type { Problem } from '../../../core/problem.ts';
import { NANOS_PER_SECOND } from '../../../core/time.ts';
import { asList, asNumber, asRecord, asText } from '../../untrusted.ts';
import { parseItems, parseToolRequest } from '../tools.ts';

/** What Kiro writes into the conversation by itself when a person interrupts; no model said it. */
const INTERRUPTED = /^(Response was interrupted by the user|Tool uses were interrupted, waiting for the next user prompt)/;

/** What Kiro tells the model of a call that never ran, as an error: why it did not. */
const NEVER_RAN: readonly { text: RegExp; outcome: 'denied' | 'cancelled' }[] = [
  { text: /^Tool use was denied by the user/, outcome: 'denied' },
  { text: /^PreToolHook blocked the tool execution/, outcome: 'denied' },
  { text: /^Tool use was approved, but did not execute/, outcome: 'cancelled' },
];

type Values = Record<string, unknown>;
interface Place {
  sessionId: string;
  order: number;
}

/** One line → its facts. Never throws; an unknown kind is a problem that names it. */
export function parseRecord(text: string, place: Place): { facts: Fact[]; problems: Problem[] } {
  let record: Values | undefined;
  try {
    record = asRecord(JSON.parse(text));
  } catch {
    return { facts: [], problems: [{ code: 'bad-json', detail: `line ${place.order + 1} is no JSON` }] };
  }
  const data = asRecord(record?.data) ?? {};
  switch (record?.kind) {
    case 'Prompt':
      return withoutProblems(toPrompt(data, place));
    case 'AssistantMessage':
      return withoutProblems(toAnswer(data, place));
    case 'ToolResults':
      return withoutProblems(toResults(data, place));
    case 'Compaction':
      return withoutProblems([toChange('compaction', place, { text: asText(data.summary), attributes: { strategy: JSON.stringify(data.strategy ?? null) } })]);
    case 'Clear':
      return withoutProblems([toChange('cleared', place)]);
    case 'ResetTo':
      return withoutProblems([toChange('rewind', place, { attributes: { target_index: BigInt(Math.trunc(asNumber(data.target_index) ?? -1)) } })]);
    case 'CancelledPrompt':
      return withoutProblems([toChange('prompt-cancelled', place)]);
    default:
      return { facts: [], problems: [{ code: 'unknown-record', detail: `kind ${JSON.stringify(record?.kind ?? null).slice(0, 60)}` }] };
  }
}

function withoutProblems(facts: Fact[]): { facts: Fact[]; problems: Problem[] } {
  return { facts, problems: [] };
}

function baseOf(place: Place, key: string): { agent: string; sessionId: string; source: 'history'; key: string; order: number } {
  return { agent: 'kiro', sessionId: place.sessionId, source: 'history', key, order: place.order };
}

/** A record without its id still needs a key: its place in the append-only file. */
function messageIdOf(data: Values, place: Place): string {
  return asText(data.message_id) ?? `${place.sessionId}:line:${place.order}`;
}

function toPrompt(data: Values, place: Place): Fact[] {
  const messageId = messageIdOf(data, place);
  const seconds = asNumber(asRecord(data.meta)?.timestamp);
  return [
    {
      ...baseOf(place, `msg:${messageId}`),
      type: 'turn.started',
      messageId,
      prompt: textOf(data.content),
      at: seconds === undefined ? undefined : { unixNano: BigInt(Math.trunc(seconds)) * NANOS_PER_SECOND, source: 'transcript', resolutionNano: 1e9 },
    },
  ];
}

function toAnswer(data: Values, place: Place): Fact[] {
  const messageId = messageIdOf(data, place);
  const calls = asList(data.content).flatMap((entry) => {
    const block = asRecord(entry);
    const use = block?.kind === 'toolUse' ? asRecord(block.data) : undefined;
    const callId = asText(use?.toolUseId);
    return use && callId ? [{ callId, use }] : [];
  });
  const text = textOf(data.content);
  const isSynthetic = calls.length === 0 && INTERRUPTED.test(text ?? '');
  const facts: Fact[] = [
    {
      ...baseOf(place, `msg:${messageId}`),
      type: 'model.answered',
      messageId,
      outcome: isSynthetic ? 'cancelled' : 'ok',
      isSynthetic: isSynthetic || undefined,
      callIds: calls.map((call) => call.callId),
      text,
      reasoning: textOf(data.content, 'thinking'),
      finishReasons: isSynthetic ? undefined : [calls.length > 0 ? 'tool_call' : 'stop'],
    },
  ];
  for (const { callId, use } of calls) {
    const tool = parseToolRequest(asText(use.name) ?? 'unknown', use.input, callId);
    facts.push({ ...baseOf(place, `call:${callId}`), type: 'tool.called', tool, messageId });
  }
  return facts;
}

/** `results` is keyed by call id and holds the harness' verdict; `content` repeats what the model was told. */
function toResults(data: Values, place: Place): Fact[] {
  const results = asRecord(data.results) ?? {};
  const told = new Map(
    asList(data.content).flatMap((entry) => {
      const block = asRecord(entry);
      const result = block?.kind === 'toolResult' ? asRecord(block.data) : undefined;
      const callId = asText(result?.toolUseId);
      return result && callId ? [[callId, result] as const] : [];
    }),
  );
  return [...new Set([...Object.keys(results), ...told.keys()])].map((callId) => ({
    ...baseOf(place, `result:${callId}`),
    type: 'tool.ended' as const,
    callId,
    result: { ...toResult(asRecord(results[callId])?.result, told.get(callId)), ...toMcp(asRecord(results[callId])?.tool) },
  }));
}

/** `tool.kind` = `{Mcp: {serverName, toolName, params}}`: the server, where the call's name does not tell it. */
function toMcp(tool: unknown): Pick<ToolResult, 'mcpServer' | 'mcpTool'> {
  const mcp = asRecord(asRecord(asRecord(tool)?.kind)?.Mcp);
  const mcpServer = asText(mcp?.serverName);
  const mcpTool = asText(mcp?.toolName);
  return mcpServer && mcpTool ? { mcpServer, mcpTool } : {};
}

function toResult(verdict: unknown, told: Values | undefined): ToolResult {
  if (verdict === 'Cancelled') return { outcome: 'cancelled', ...parseItems(told?.content) };
  const kinds = asRecord(verdict);
  const success = kinds && 'Success' in kinds ? asRecord(kinds.Success) : undefined;
  if (success) return { outcome: 'ok', ...parseItems(success.items) };
  if (kinds && 'Error' in kinds) {
    const message = parseItems(told?.content).output ?? (typeof kinds.Error === 'string' ? kinds.Error : JSON.stringify(kinds.Error));
    const neverRan = NEVER_RAN.find(({ text }) => text.test(message));
    if (neverRan) return { outcome: neverRan.outcome, output: message };
    return { outcome: 'error', errorType: toErrorType(kinds.Error), errorMessage: message, output: message };
  }
  const outcome = told?.status === 'error' ? 'error' : told?.status === 'success' ? 'ok' : 'unknown';
  return { outcome, ...(outcome === 'error' ? { errorType: 'tool_error' } : {}), ...parseItems(told?.content) };
}

function toErrorType(error: unknown): string {
  const kind = Object.keys(asRecord(error) ?? {})[0];
  return kind && /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(kind) ? kind : 'tool_error';
}

function toChange(
  change: 'compaction' | 'cleared' | 'rewind' | 'prompt-cancelled',
  place: Place,
  more: { text?: string; attributes?: Record<string, string | bigint> } = {},
): Fact {
  return { ...baseOf(place, `line:${place.sessionId}:${place.order}`), type: 'context.changed', change, ...more };
}

function textOf(content: unknown, kind: 'text' | 'thinking' = 'text'): string | undefined {
  const texts = asList(content).flatMap((entry) => {
    const block = asRecord(entry);
    if (block?.kind !== kind) return [];
    const text = typeof block.data === 'string' ? block.data : asText(asRecord(block.data)?.text);
    return text ? [text] : [];
  });
  return texts.length > 0 ? texts.join('\n') : undefined;
}
