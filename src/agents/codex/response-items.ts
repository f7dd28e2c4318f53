/** `response_item` lines: what went to the model and came from it, as the service's API has it. */
import type { Problem } from '../../core/problem.ts';
import { toPlainName } from '../hook-payload.ts';
import { asList, asRecord, asText } from '../untrusted.ts';
import { addPrompt, findOwnWords, parseSkill } from './prompts.ts';
import { currentTurn, type RequestReading, type RolloutReading, type RolloutRecord, type TurnReading } from './reading.ts';
import { parseOutput, toText } from './results.ts';
import { parseArguments, toToolRequest } from './tools.ts';

/** Calls that the service or the client does by itself: no tool of the agent runs, so they are only counted. */
const COUNTED: Readonly<Record<string, string>> = { web_search_call: 'web_search_count', tool_search_call: 'tool_search_count', image_generation_call: 'image_generation_count' };
/** Known, and nothing in them is ours to tell: what other agents say, and the service's own compactions (their own lines tell of them). */
const SILENT: ReadonlySet<string> = new Set(['tool_search_output', 'agent_message', 'additional_tools', 'compaction', 'compaction_summary', 'context_compaction', 'compaction_trigger', 'ghost_snapshot', 'other']);

/** Adds one item. What it does not know is a problem that names it. */
export function addResponseItem(reading: RolloutReading, record: RolloutRecord): Problem[] {
  const { payload } = record;
  const type = asText(payload.type) ?? '';
  switch (type) {
    case 'message':
      addMessage(reading, record);
      return [];
    case 'reasoning':
      openRequest(reading, record).reasonings.push(...toReasoning(payload));
      return [];
    case 'function_call':
      return addCall(reading, record, parseArguments(payload.arguments));
    case 'custom_tool_call':
      return addCall(reading, record, asText(payload.input) ?? null);
    case 'local_shell_call':
      return addCall(reading, { ...record, payload: { ...payload, name: 'local_shell' } }, { action: asRecord(payload.action) ?? null });
    case 'function_call_output':
    case 'custom_tool_call_output':
      return addOutput(reading, record);
    default:
      return addOther(reading, record, type);
  }
}

function addOther(reading: RolloutReading, record: RolloutRecord, type: string): Problem[] {
  const turn = currentTurn(reading, record);
  if (Object.hasOwn(COUNTED, type)) {
    openRequest(reading, record);
    const name = COUNTED[type] ?? type;
    turn.counts.set(name, (turn.counts.get(name) ?? 0) + 1);
    return [];
  }
  if (type === 'agent_message') addTask(turn, record, reading);
  if (type === 'tool_search_output') noteInput(turn, record);
  return SILENT.has(type) ? [] : [{ code: 'unknown-record', detail: `response_item ${toPlainName(record.payload.type)}` }];
}

/** The request that the model answers now. Results came since the last word: it is a new one. */
export function openRequest(reading: RolloutReading, record: RolloutRecord, turn: TurnReading = currentTurn(reading, record)): RequestReading {
  const end = record.at?.unixNano;
  if (turn.open && !turn.open.hasOutput) {
    turn.open.endedAt = end ?? turn.open.endedAt;
    return turn.open;
  }
  const request: RequestReading = {
    order: record.order, at: record.at, startedAt: turn.lastInputAt, endedAt: end, texts: [], reasonings: [], callIds: [], model: reading.model, hasOutput: false,
  };
  turn.requests.push(request);
  turn.open = request;
  return request;
}

function addMessage(reading: RolloutReading, record: RolloutRecord): void {
  const { payload } = record;
  const turn = reading.turns.at(-1);
  if (payload.role === 'assistant') {
    const text = toText(payload.content);
    const request = openRequest(reading, record);
    if (text !== '') request.texts.push(text);
    return;
  }
  if (payload.role !== 'user') return;
  for (const block of asList(payload.content)) {
    const text = asText(asRecord(block)?.text) ?? '';
    const skill = parseSkill(text);
    if (skill !== undefined) turn?.skills.add(skill);
    const words = findOwnWords(text);
    if (words?.shellCommand !== undefined && turn && !turn.hasPrompt) addPrompt(reading, record, { text: `!${words.shellCommand}`, isShell: true });
    if (words === undefined && reading.isBare && text !== '') addPrompt(reading, record, { text });
  }
  if (turn) noteInput(turn, record);
}

function toReasoning(payload: RolloutRecord['payload']): string[] {
  const texts = [...asList(payload.summary), ...asList(payload.content)].map((block) => asText(asRecord(block)?.text) ?? '');
  return texts.filter((text) => text !== '');
}

function addCall(reading: RolloutReading, record: RolloutRecord, input: unknown): Problem[] {
  const { payload } = record;
  const nativeId = asText(payload.call_id) ?? asText(payload.id);
  if (nativeId === undefined) return [{ code: 'no-call-id', detail: `line ${record.order + 1}: a call without call_id` }];
  const turn = currentTurn(reading, record);
  const request = openRequest(reading, record);
  const tool = toToolRequest({ name: asText(payload.name) ?? 'unknown', namespace: asText(payload.namespace), input, nativeCallId: nativeId, scope: turn.messageId });
  if (turn.calls.has(nativeId)) return [];
  request.callIds.push(tool.callId ?? nativeId);
  turn.calls.set(nativeId, { order: record.order, at: record.at, tool, nativeId });
  reading.turnOfCall.set(nativeId, turn);
  return [];
}

function addOutput(reading: RolloutReading, record: RolloutRecord): Problem[] {
  const nativeId = asText(record.payload.call_id);
  const turn = nativeId === undefined ? undefined : reading.turnOfCall.get(nativeId);
  const call = nativeId === undefined ? undefined : turn?.calls.get(nativeId);
  const now = reading.turns.at(-1);
  if (now) {
    noteInput(now, record);
    if (now.open) now.open.hasOutput = true;
  }
  // The call stands in what a fork or a compaction left out.
  if (!call) return [];
  call.result = parseOutput(record.payload.output);
  call.resultAt = record.at;
  call.resultOrder = record.order;
  if (call.tool.spawns?.[0]) call.tool.spawns[0].sessionId ??= toSpawnedId(call.result.output);
  return [];
}

/** `{"agent_id": "…"}`, where the tool answers with the thread that it started. */
function toSpawnedId(output: string | undefined): string | undefined {
  if (!output?.trimStart().startsWith('{')) return undefined;
  const values = asRecord(parseArguments(output));
  return asText(values?.agent_id) ?? asText(values?.thread_id);
}

/** What a subagent was told by its parent, where that can be read. */
function addTask(turn: TurnReading, record: RolloutRecord, reading: RolloutReading): void {
  const text = asList(record.payload.content).map((block) => asText(asRecord(block)?.text) ?? '').join('').replace(/^Message Type: [\s\S]*?\nPayload:\n/, '');
  if (!turn.hasPrompt && turn.requests.length === 0) addPrompt(reading, record, { text });
  noteInput(turn, record);
}

/** The next request began when the last of what it was given was there. */
export function noteInput(turn: TurnReading, { at }: RolloutRecord): void {
  turn.lastInputAt = at?.unixNano ?? turn.lastInputAt;
}
