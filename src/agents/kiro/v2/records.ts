/** Kiro V2's `<session>.jsonl`: `{version: "v1", kind, data}` a line, append-only → facts. */
import type { Fact, ToolResult } from '../../../core/fact.ts';
import type { Problem } from '../../../core/problem.ts';
import { isTooDeep } from '../../../core/json.ts';
import { asCount, asList, asRecord, asText, asUnixSeconds } from '../../untrusted.ts';
import { toName } from '../names.ts';
import { INTERRUPTED, outcomeOfError } from '../own-words.ts';
import { parseItems, parseToolRequest } from '../tools.ts';

type Values = Record<string, unknown>;
interface Place {
  sessionId: string;
  order: number;
}

interface Told {
  facts: Fact[];
  problems: Problem[];
}

/** The others say all by their kind. */
const NEEDS_DATA: ReadonlySet<unknown> = new Set(['Prompt', 'AssistantMessage', 'ToolResults']);

/** One line → its facts. Never throws; an unknown kind is a problem that names it. */
export function parseRecord(text: string, place: Place): Told {
  let record: Values | undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (isTooDeep(value)) return { facts: [], problems: [{ code: 'too-deep', detail: `line ${place.order + 1} nests deeper than 200 levels` }] };
    record = asRecord(value);
  } catch {
    return { facts: [], problems: [{ code: 'bad-json', detail: `line ${place.order + 1} is no JSON` }] };
  }
  const told = asRecord(record?.data);
  const data = told ?? {};
  const target = asCount(data.target_index);
  if (!told && NEEDS_DATA.has(record?.kind)) return { facts: [], problems: [{ code: 'unknown-record', detail: `a record of kind ${toName(record?.kind)} without data` }] };
  switch (record?.kind) {
    case 'Prompt':
      return withoutProblems(toPrompt(data, place));
    case 'AssistantMessage':
      return toAnswer(data, place);
    case 'ToolResults':
      return toResults(data, place);
    case 'Compaction':
      return withoutProblems([toChange('compaction', place, { text: asText(data.summary), attributes: data.strategy === undefined ? {} : { strategy: JSON.stringify(data.strategy) } })]);
    case 'Clear':
      return withoutProblems([toChange('cleared', place)]);
    case 'ResetTo':
      return withoutProblems([toChange('rewind', place, { attributes: target === undefined ? {} : { target_index: BigInt(target) } })]);
    case 'CancelledPrompt':
      return withoutProblems([toChange('prompt-cancelled', place)]);
    default:
      return { facts: [], problems: [{ code: 'unknown-record', detail: `kind ${toName(record?.kind)}` }] };
  }
}

function withoutProblems(facts: Fact[]): Told {
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
  const unixNano = asUnixSeconds(asRecord(data.meta)?.timestamp);
  return [
    {
      ...baseOf(place, `msg:${messageId}`),
      type: 'turn.started',
      messageId,
      prompt: textOf(data.content),
      at: unixNano === undefined ? undefined : { unixNano, source: 'transcript', resolutionNano: 1e9 },
    },
  ];
}

function toAnswer(data: Values, place: Place): Told {
  const messageId = messageIdOf(data, place);
  const uses = asList(data.content).map(asRecord).filter((block) => block?.kind === 'toolUse');
  const calls = uses.flatMap((block) => {
    const use = asRecord(block?.data);
    const callId = asText(use?.toolUseId);
    return use && callId ? [{ callId, use }] : [];
  });
  const nameless = uses.length - calls.length;
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
  return { facts, problems: nameless > 0 ? [{ code: 'no-call-id', detail: `line ${place.order + 1}: tool calls without an id`, count: nameless }] : [] };
}

/** `results` is keyed by call id and holds the harness' verdict; `content` repeats what the model was told. */
function toResults(data: Values, place: Place): Told {
  const results = asRecord(data.results) ?? {};
  const told = new Map(
    asList(data.content).flatMap((entry) => {
      const block = asRecord(entry);
      const result = block?.kind === 'toolResult' ? asRecord(block.data) : undefined;
      const callId = asText(result?.toolUseId);
      return result && callId ? [[callId, result] as const] : [];
    }),
  );
  const facts = [...new Set([...Object.keys(results), ...told.keys()])].map((callId) => ({
    ...baseOf(place, `result:${callId}`),
    type: 'tool.ended' as const,
    callId,
    result: { ...toResult(asRecord(results[callId])?.result, told.get(callId)), ...toMcp(asRecord(results[callId])?.tool) },
  }));
  return facts.length > 0 ? withoutProblems(facts) : { facts, problems: [{ code: 'unknown-record', detail: `line ${place.order + 1}: tool results without a result` }] };
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
    const outcome = outcomeOfError(message);
    if (outcome !== 'error') return { outcome, output: message };
    return { outcome: 'error', errorType: toErrorType(kinds.Error, 'tool_error'), errorMessage: message, output: message };
  }
  const outcome = told?.status === 'error' ? 'error' : told?.status === 'success' ? 'ok' : 'unknown';
  return { outcome, ...(outcome === 'error' ? { errorType: 'tool_error' } : {}), ...parseItems(told?.content) };
}

/** `{Kind: …}` → the kind, where it looks like a name: foreign text is no type. */
export function toErrorType(error: unknown, otherwise: string): string {
  const kind = Object.keys(asRecord(error) ?? {})[0];
  return kind && /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(kind) ? kind : otherwise;
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
