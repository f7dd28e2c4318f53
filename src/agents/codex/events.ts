/** `event_msg` lines: what Codex told its own user interface. */
import type { Attributes } from '../../core/attributes.ts';
import type { Problem } from '../../core/problem.ts';
import type { Outcome } from '../../core/span.ts';
import { toPlainName } from '../hook-payload.ts';
import { asCount, asList, asNumber, asRecord, asText, asTitle } from '../untrusted.ts';
import { addPrompt } from './prompts.ts';
import { addRateLimits } from './rate-limits.ts';
import { baseOf, currentTurn, openTurn, type RolloutReading, type RolloutRecord, type TurnReading, type Values } from './reading.ts';
import { noteInput, openRequest } from './response-items.ts';
import { parseRun } from './results.ts';
import { parseUsage, toTotalKey } from './usage.ts';
import { withSkill } from './tools.ts';

/** Known: the same is told by the lines of the model's API, or it is nothing that belongs into a trace. */
const SILENT: ReadonlySet<string> = new Set([
  'agent_message', 'agent_reasoning', 'agent_reasoning_raw_content', 'agent_reasoning_section_break', 'agent_message_delta', 'warning', 'guardian_warning', 'background_event',
  'context_compacted', 'exited_review_mode', 'plan_update', 'turn_diff', 'web_search_begin', 'web_search_end', 'image_generation_begin', 'image_generation_end',
  'exec_command_begin', 'patch_apply_begin', 'mcp_tool_call_begin', 'view_image_tool_call', 'terminal_interaction', 'stream_error', 'model_reroute', 'model_verification',
  'thread_settings_applied', 'thread_goal_updated', 'session_configured', 'shutdown_complete', 'deprecation_notice', 'guardian_assessment', 'dynamic_tool_call_request',
  'dynamic_tool_call_response', 'undo_started', 'undo_completed', 'exec_approval_request', 'apply_patch_approval_request', 'request_user_input', 'request_permissions',
  'elicitation_request', 'collab_agent_spawn_begin', 'collab_agent_interaction_begin', 'collab_agent_interaction_end', 'collab_waiting_begin', 'collab_waiting_end',
  'collab_close_begin', 'collab_close_end', 'collab_resume_begin', 'collab_resume_end', 'hook_started', 'hook_completed', 'item_started', 'raw_response_item', 'safety_buffering',
  'turn_moderation_metadata', 'mcp_startup_update', 'mcp_startup_complete', 'get_history_entry_response', 'mcp_list_tools_response', 'list_custom_prompts_response',
]);

/** Adds one event. What it does not know is a problem that names it. */
export function addEvent(reading: RolloutReading, record: RolloutRecord): Problem[] {
  const { payload } = record;
  const type = asText(payload.type) ?? '';
  switch (type) {
    case 'task_started':
    case 'turn_started':
      addStart(reading, record);
      return [];
    case 'task_complete':
    case 'turn_complete':
      addEnd(reading, record, { reason: 'ok', answer: asText(payload.last_agent_message) });
      return [];
    case 'turn_aborted':
      addAbort(reading, record);
      return [];
    case 'user_message':
      addUserMessage(reading, record, asText(payload.message) ?? '');
      return [];
    case 'token_count':
      addCount(reading, record);
      return [];
    case 'exec_command_end':
    case 'patch_apply_end':
    case 'mcp_tool_call_end':
      addRun(reading, record, { nativeId: asText(payload.call_id), values: payload });
      return [];
    case 'item_completed':
      return addItem(reading, record);
    case 'sub_agent_activity':
    case 'collab_agent_spawn_end':
      noteSpawned(reading, asText(payload.call_id) ?? asText(payload.event_id), asText(payload.agent_thread_id) ?? asText(payload.new_thread_id));
      return [];
    default:
      return addRare(reading, record, type);
  }
}

function addRare(reading: RolloutReading, record: RolloutRecord, type: string): Problem[] {
  const { payload } = record;
  switch (type) {
    case 'error':
      currentTurn(reading, record).error = { type: toErrorType(payload.codex_error_info), message: asText(payload.message) };
      return [];
    case 'thread_rolled_back': {
      const turn = currentTurn(reading, record);
      const turns = asCount(payload.num_turns);
      const attributes: Attributes = turns !== undefined ? { num_turns: BigInt(turns) } : {};
      turn.changes.push({ ...baseOf(reading, turn, record), key: `rewind:${record.order}`, type: 'context.changed', change: 'rewind', attributes });
      return [];
    }
    case 'entered_review_mode':
      currentTurn(reading, record).extra.set('slash_command', 'review');
      return [];
    case 'thread_name_updated':
      reading.title = asTitle(payload.thread_name) ?? reading.title;
      return [];
    default:
      return SILENT.has(type) ? [] : [{ code: 'unknown-record', detail: `event_msg ${toPlainName(payload.type)}` }];
  }
}

/** A resumed turn is started again under its own id. */
function addStart(reading: RolloutReading, record: RolloutRecord): void {
  const { payload } = record;
  const turnKey = asText(payload.turn_id);
  const last = reading.turns.at(-1);
  const turn = turnKey !== undefined && last?.turnKey === turnKey ? last : openTurn(reading, record, turnKey);
  turn.isTask = true;
  turn.lastInputAt = record.at?.unixNano;
  turn.contextWindowTokens = asCount(payload.model_context_window) ?? turn.contextWindowTokens;
  const traceId = asText(payload.trace_id);
  if (traceId !== undefined) turn.extra.set('trace_id', traceId);
  const parentTurn = asText(asRecord(payload.turn_attribution)?.parent_turn_id);
  if (parentTurn !== undefined) turn.extra.set('parent_turn_id', parentTurn);
}

function addEnd(reading: RolloutReading, record: RolloutRecord, told: { reason: Outcome; answer?: string }): void {
  const { payload } = record;
  const turn = findTurn(reading, asText(payload.turn_id)) ?? currentTurn(reading, record);
  turn.isTask = true;
  const error = asRecord(payload.error);
  if (error) turn.error = { type: toErrorType(error.codex_error_info), message: asText(error.message) };
  turn.end = { order: record.order, at: record.at, ...told, durationMillis: asNumber(payload.duration_ms) };
  const firstToken = asCount(payload.time_to_first_token_ms);
  if (firstToken !== undefined) turn.extra.set('time_to_first_token_ms', BigInt(firstToken));
}

/** Each turn that has its own id; the newest ones are asked for. */
function findTurn({ turns }: RolloutReading, turnKey: string | undefined): TurnReading | undefined {
  return turnKey === undefined ? turns.at(-1) : turns.findLast((turn) => turn.turnKey === turnKey);
}

function addAbort(reading: RolloutReading, record: RolloutRecord): void {
  const reason = asText(record.payload.reason);
  addEnd(reading, record, { reason: reason === 'review_ended' ? 'ok' : 'cancelled' });
  if (reason !== undefined) findTurn(reading, asText(record.payload.turn_id))?.extra.set('abort_reason', reason);
}

function addUserMessage(reading: RolloutReading, record: RolloutRecord, text: string): void {
  addPrompt(reading, record, { text });
  const turn = reading.turns.at(-1);
  if (turn) noteInput(turn, record);
}

/** A total that is not the one before closes a request. Where each request has a record of its own, only the limits are new here. */
function addCount(reading: RolloutReading, record: RolloutRecord): void {
  const info = asRecord(record.payload.info);
  const turn = reading.turns.at(-1);
  if (turn) addRateLimits(turn, record.payload.rate_limits);
  const total = toTotalKey(info?.total_token_usage);
  if (total === '' || total === reading.lastTotal) return;
  reading.lastTotal = total;
  const usage = parseUsage(info?.last_token_usage);
  if (!turn || turn.hasUsageRecords || !usage || usage.isEmpty) return;
  turn.contextWindowTokens = asCount(info?.model_context_window) ?? turn.contextWindowTokens;
  const request = turn.open ?? openRequest(reading, record, turn);
  request.usage = usage;
  turn.open = undefined;
}

/** `token_usage_record`: written at the end of each request. */
export function addUsageRecord(reading: RolloutReading, record: RolloutRecord): void {
  const { payload } = record;
  const turn = findTurn(reading, asText(payload.turn_id)) ?? currentTurn(reading, record);
  turn.hasUsageRecords = true;
  const request = turn.open ?? openRequest(reading, record, turn);
  request.usage = parseUsage(payload.usage);
  request.responseId = asText(payload.response_id);
  if (!request.hasOutput) request.endedAt = record.at?.unixNano ?? request.endedAt;
  turn.open = undefined;
}

interface Run {
  nativeId?: string;
  values: Values;
}

function addRun(reading: RolloutReading, record: RolloutRecord, { nativeId, values }: Run): void {
  const call = nativeId === undefined ? undefined : reading.turnOfCall.get(nativeId)?.calls.get(nativeId);
  // A command that a person ran, or one inside another call's script: no call of the model.
  if (!call) return;
  const run = parseRun(values);
  call.run = run;
  // The name that the model knows a server by is a cleaned one.
  if (run.mcpServer !== undefined) call.tool = { ...call.tool, mcpServer: run.mcpServer, mcpTool: run.mcpTool ?? call.tool.mcpTool };
  call.resultAt ??= record.at;
  call.resultOrder ??= record.order;
  const known = call.tool.files ?? [];
  const files = run.files.filter(({ path }) => !known.some((file) => path === file.path || path.endsWith(`/${file.path}`)));
  if (files.length > 0) call.tool.files = [...known, ...files];
  const skill = call.tool.skillName === undefined ? run.files.find(({ path }) => path.endsWith('SKILL.md')) : undefined;
  if (skill) call.tool = withSkill(call.tool, skill.path);
}

/** Items of a paginated history. Those of the person's and the model's words stand for their events. */
function addItem(reading: RolloutReading, record: RolloutRecord): Problem[] {
  const item = asRecord(record.payload.item);
  switch (item?.type) {
    case 'UserMessage':
      addUserMessage(reading, record, asList(item.content).map((block) => asText(asRecord(block)?.text) ?? '').filter((text) => text !== '').join('\n'));
      return [];
    case 'CommandExecution':
    case 'FileChange':
    case 'McpToolCall':
    case 'CollabAgentToolCall':
    case 'DynamicToolCall':
      addRun(reading, record, { nativeId: asText(item.id), values: item });
      return [];
    case 'SubAgentActivity':
      if (item.kind === 'started') noteSpawned(reading, asText(item.id), asText(item.agent_thread_id));
      return [];
    case 'AgentMessage': case 'Reasoning': case 'ContextCompaction': case 'Plan': case 'WebSearch': case 'ImageView': case 'ImageGeneration': case 'Sleep':
    case 'HookPrompt': case 'EnteredReviewMode': case 'ExitedReviewMode': case 'TodoList':
      return [];
    default:
      return [{ code: 'unknown-record', detail: `item ${toPlainName(item?.type)}` }];
  }
}

/** A call started this thread. */
function noteSpawned(reading: RolloutReading, nativeId: string | undefined, threadId: string | undefined): void {
  const call = nativeId === undefined ? undefined : reading.turnOfCall.get(nativeId)?.calls.get(nativeId);
  if (!call || threadId === undefined) return;
  const [spawn] = call.tool.spawns ?? [];
  if (spawn) spawn.sessionId = threadId;
  else call.tool.spawns = [{ sessionId: threadId }];
}

/** A word, or an object with one key. */
function toErrorType(info: unknown): string {
  return asText(info) ?? Object.keys(asRecord(info) ?? {})[0] ?? 'agent_error';
}
