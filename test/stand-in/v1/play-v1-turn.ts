/**
 * One turn of V1. Recorded: what stands in the row, that hooks lack the session's id, that failed tools have a hook after them. Not
 * recorded, and therefore played in more than one way (`V1Options`): when the row is written, whether there is a stop hook.
 */
import { toTimestamp } from '../clock.ts';
import { toolUseIdOf, uuidOf } from '../ids.ts';
import { hookNameOf } from '../matcher.ts';
import type { PlayedCall, PlayedTurn } from '../played.ts';
import type { AnswerScript, ToolScript, TurnScript } from '../script.ts';
import { toV1Tool, v1ContentOf, v1NameOf, v1ResponseOf } from './v1-words.ts';
import { runHooks, runToolHooks, saveRow, type V1Session } from './v1-session.ts';

const INTERRUPTED_TOOLS = 'Tool uses were interrupted, waiting for the next user prompt';
const INTERRUPTED_BY_USER = 'The user interrupted the tool execution.';
const REFUSAL = 'I deny this tool request. Ask a follow up question clarifying the expected action';
const CANCELLED_RESULT = 'Tool use was cancelled by the user';

interface Call {
  id: string;
  tool: ToolScript;
}

interface Turn {
  session: V1Session;
  script: TurnScript;
  played: PlayedTurn;
  /** What the next request tells the model. */
  pending: Record<string, unknown>;
}

/** Plays a whole turn; when it resolves the agent is idle again. */
export async function playV1Turn(session: V1Session, script: TurnScript): Promise<void> {
  const turn = await startTurn(session, script);
  let last: AnswerScript | undefined;
  for (const [place, answer] of script.answers.entries()) {
    const calls = await playAnswer(turn, answer, place);
    last = answer;
    if (calls.length === 0) break;
    const isCut = place === script.answers.length - 1 && script.ends?.how === 'cancelled';
    const results = await playTools(turn, calls, isCut);
    if (results === undefined) return interrupt(turn, calls);
    turn.pending = results;
  }
  if (script.ends?.how === 'error') return; // The request fails: nothing of it stands in the history, and no stop hook is known.
  turn.played.endReason = 'UserTurnEnd';
  if (session.options.savesRow === 'request') saveRow(session);
  if (session.options.hasStop ?? true) await runHooks(session, 'stop', { assistant_response: last?.text ?? '' });
  saveRow(session);
}

async function startTurn(session: V1Session, script: TurnScript): Promise<Turn> {
  const { clock, conversation } = session;
  const { prompt } = script;
  session.prompt = prompt;
  // A compaction drops turns from the history, a new process knows only those that are left.
  session.turnIndex = Math.max(session.played.turns.length, conversation.history.filter(({ user }) => 'Prompt' in (user.content as object)).length);
  const pending = userMessage(session, { Prompt: { prompt } }, toTimestamp(clock.nowMillis()));
  conversation.user_turn_metadata = { continuation_id: uuidOf(conversation.conversation_id, session.turnIndex, 'continuation'), requests: [], usage_info: [] };
  if (!session.isSpawned) await runHooks(session, 'agentSpawn', { prompt });
  session.isSpawned = true;
  await runHooks(session, 'userPromptSubmit', { prompt });
  const played: PlayedTurn = { prompt, promptId: '', answerIds: [], calls: [], credits: [], endReason: '' };
  session.played.turns.push(played);
  return { session, script, played, pending };
}

function userMessage({ cwd }: V1Session, content: Record<string, unknown>, timestamp: string | null = null): Record<string, unknown> {
  return { additional_context: '', env_context: { env_state: { operating_system: 'linux', current_working_directory: cwd, environment_variables: [] } }, content, timestamp, images: null };
}

async function playAnswer(turn: Turn, answer: AnswerScript, place: number): Promise<Call[]> {
  const { session, script, pending, played } = turn;
  const { conversation, clock, turnIndex } = session;
  const startedMillis = Math.round(clock.nowMillis());
  await clock.wait(answer.durationMillis ?? 0);
  const id = conversation.conversation_id;
  const messageId = uuidOf(id, turnIndex, place, 'assistant');
  const calls = (answer.tools ?? []).map((tool, at): Call => ({ id: toolUseIdOf(id, turnIndex, place, at), tool: toV1Tool(tool) }));
  const toolUses = calls.map((call) => ({ id: call.id, name: v1NameOf(call.tool), orig_name: v1NameOf(call.tool), args: call.tool.input, orig_args: call.tool.input }));
  const content = answer.text ?? '';
  const metadata = {
    request_id: uuidOf(id, turnIndex, place, 'request'), context_usage_percentage: script.contextUsagePercent ?? null, message_id: messageId,
    request_start_timestamp_ms: startedMillis, stream_end_timestamp_ms: Math.round(clock.nowMillis()), time_to_first_chunk: { secs: 0, nanos: 1_000_000 * (answer.durationMillis ?? 0) / 2 },
    time_between_chunks: [], user_prompt_length: 0, response_size: content.length, chat_conversation_type: calls.length > 0 ? 'ToolUse' : 'NotToolUse',
    tool_use_ids_and_names: calls.map((call) => [call.id, v1NameOf(call.tool)]), model_id: conversation.model_info.model_id, message_meta_tags: [],
    total_tokens: null, uncached_input_tokens: null, output_tokens: null, cache_read_input_tokens: null, cache_write_input_tokens: null,
  };
  const assistant = calls.length > 0 ? { ToolUse: { message_id: messageId, content, tool_uses: toolUses } } : { Response: { message_id: messageId, content } };
  conversation.history.push({ user: pending, assistant, request_metadata: metadata });
  conversation.user_turn_metadata.requests.push({ request_id: metadata.request_id, message_id: messageId });
  if (answer.credits !== undefined) {
    conversation.user_turn_metadata.usage_info.push({ value: answer.credits, unit: 'credit', unit_plural: 'credits' });
    played.credits.push(answer.credits);
  }
  played.answerIds.push(messageId);
  if (session.options.savesRow === 'request') saveRow(session);
  return calls;
}

/** Hooks before all, then the person, then one tool after the other, then hooks after all. Undefined: the person broke off. */
async function playTools({ session, played }: Turn, calls: Call[], isCut: boolean): Promise<Record<string, unknown> | undefined> {
  const told = calls.map(({ id, tool }): PlayedCall => ({ callId: id, hookName: hookNameOf(tool), historyName: v1NameOf(tool), outcome: 'unrun', childSessionIds: [] }));
  played.calls.push(...told);
  for (const { tool } of calls) await runToolHooks(session, 'preToolUse', tool);
  for (const { tool } of calls) await session.clock.wait(tool.approval?.waitMillis ?? 0);
  if (calls.some(({ tool }) => tool.approval?.decision === 'denied')) return userMessage(session, cancelledUses(calls, REFUSAL));
  if (isCut) return undefined;
  for (const { tool } of calls) await session.clock.wait(tool.durationMillis ?? 0);
  for (const [index, { tool }] of calls.entries()) {
    const call = told[index];
    if (call) call.outcome = 'error' in tool.result ? 'error' : 'ok';
    await runToolHooks(session, 'postToolUse', tool, { tool_response: v1ResponseOf(tool.result) });
  }
  const results = calls.map(({ id, tool }) => ({ tool_use_id: id, content: v1ContentOf(tool.result), status: 'error' in tool.result ? 'Error' : 'Success' }));
  return userMessage(session, { ToolUseResults: { tool_use_results: results } });
}

function cancelledUses(calls: Call[], prompt: string): Record<string, unknown> {
  return { CancelledToolUses: { prompt, tool_use_results: calls.map(({ id }) => ({ tool_use_id: id, content: [{ Text: CANCELLED_RESULT }], status: 'Error' })) } };
}

/** Ctrl-C while tools run: an answer that nobody gave, and no stop hook. */
async function interrupt({ session, played }: Turn, calls: Call[]): Promise<void> {
  const assistant = { Response: { message_id: null, content: INTERRUPTED_TOOLS } };
  session.conversation.history.push({ user: userMessage(session, cancelledUses(calls, INTERRUPTED_BY_USER)), assistant, request_metadata: null });
  for (const call of played.calls.slice(-calls.length)) call.outcome = 'cancelled';
  played.endReason = 'Cancelled';
  saveRow(session);
}
