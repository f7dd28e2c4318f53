/** One turn: prompt hooks, model requests, tools, stop hooks, and only then the sidecar. */
import { randomOf, toolUseIdOf, uuidOf } from './ids.ts';
import { persist, runHooks, writeRecords, type LiveSession } from './live-session.ts';
import type { PlayedTurn } from './played.ts';
import { playTools } from './play-tools.ts';
import { assistantRecord, historyNameOf, modelInputOf, promptRecord, textBlock, toolResultsRecord, type Block, type EndedCall } from './records.ts';
import type { TurnInPlay } from './turn-in-play.ts';
import type { AnswerScript, CancelEnd, ErrorEnd, TurnScript } from './script.ts';
import { notePrompt, type TurnMetadata } from './session-files.ts';
import { toTimestamp } from './clock.ts';

const INTERRUPTED_TOOLS = 'Tool uses were interrupted, waiting for the next user prompt';
const INTERRUPTED_ANSWER = 'Response was interrupted by the user';

/** Plays a whole turn; when it resolves the agent is idle again. */
export async function playTurn(session: LiveSession, script: TurnScript): Promise<PlayedTurn> {
  const turn = await startTurn(session, script);
  for (const [place, answer] of script.answers.entries()) {
    const calls = await playAnswer(turn, answer);
    if (calls.length === 0) break;
    const cut = place === script.answers.length - 1 && script.ends?.how === 'cancelled' && script.ends.during !== 'answer' ? script.ends : undefined;
    const ended = await playTools(turn, calls, { cut, order: answer.resultsOrder ?? 'call' });
    if (cut) return finishCut(turn, calls);
    const id = uuidOf(session.state.sessionId, turn.index, turn.requests.length, 'user');
    turn.pending = { id, record: toolResultsRecord(id, ended) };
  }
  if (script.ends?.how === 'error') return finishWithError(turn, script.ends);
  if (script.ends?.how === 'cancelled') return finishCancelled(turn, script.ends);
  return finish(turn);
}

async function startTurn(session: LiveSession, script: TurnScript): Promise<TurnInPlay> {
  const { state, clock } = session;
  const index = state.metadatas.length;
  const submittedMillis = clock.nowMillis();
  session.prompt = script.prompt;
  notePrompt(session.files, state, script.prompt);
  if (session.agent.titleSavedEarly && index === 0) persist(session);
  const runs = await runHooks(session, 'userPromptSubmit', { prompt: script.prompt });
  // What a hook prints goes into the conversation: a tracer that prints is found out here.
  const added = runs.filter((run) => run.exitCode === 0 && run.stdout !== '').map((run) => textBlock(run.stdout));
  const id = uuidOf(state.sessionId, index, 0, 'user');
  const played: PlayedTurn = { prompt: script.prompt, promptId: id, answerIds: [], calls: [], credits: [], endReason: '' };
  session.played.turns.push(played);
  const record = promptRecord(id, [textBlock(script.prompt), ...added], submittedMillis);
  return { session, script, index, played, startMillis: clock.nowMillis(), requests: [], pending: { id, record } };
}

/** The model answers: now, and not before, its request is written too. */
async function playAnswer(turn: TurnInPlay, answer: AnswerScript): Promise<EndedCall[]> {
  const { session, played, pending } = turn;
  await session.clock.wait(answer.durationMillis ?? 0);
  const place = turn.requests.length;
  const calls = (answer.tools ?? []).map((tool, at) => ({ callId: toolUseIdOf(session.state.sessionId, turn.index, place, at), tool, outcome: tool.result }));
  const assistantId = uuidOf(session.state.sessionId, turn.index, place, 'assistant');
  const content: Block[] = [
    ...(answer.thinking === undefined ? [] : [{ kind: 'thinking' as const, data: { text: answer.thinking, signature: null } }]),
    textBlock(answer.text ?? ''),
    ...calls.map(({ callId, tool }) => ({ kind: 'toolUse' as const, data: { toolUseId: callId, name: historyNameOf(tool, session.agent.mcpNames), input: modelInputOf(tool) } })),
  ];
  writeRecords(session, pending.record, assistantRecord(assistantId, content));
  played.answerIds.push(assistantId);
  if (answer.credits !== undefined) played.credits.push(answer.credits);
  const builtInTools = calls.filter(({ tool }) => !tool.mcp).length;
  turn.requests.push({ userId: pending.id, assistantId, content, hasTools: calls.length > 0, builtInTools, credits: answer.credits });
  return calls;
}

async function finish(turn: TurnInPlay): Promise<PlayedTurn> {
  endTurn(turn, 'UserTurnEnd');
  await runHooks(turn.session, 'stop', { assistant_response: textOf(turn.requests.at(-1)?.content ?? []) });
  persist(turn.session);
  return turn.played;
}

/** The request after the last answer fails. Calls that had ended well stand in the history as cancelled: nobody took their results. */
async function finishWithError(turn: TurnInPlay, end: ErrorEnd): Promise<PlayedTurn> {
  await turn.session.clock.wait(end.durationMillis ?? 0);
  const unanswered = turn.requests.at(-1);
  turn.requests.push({ userId: turn.pending.id, assistantId: null, content: [], hasTools: false, builtInTools: 0 });
  if (unanswered?.hasTools) writeInterruptedTools(turn, unanswered.content);
  endTurn(turn, 'Error', { Err: { Stream: { original_request_id: null, original_status_code: end.kind === 'throttling' ? 429 : 500, kind: end.kind ?? 'serviceFailure' } } });
  if (end.stopHook ?? true) await runHooks(turn.session, 'stop', {});
  persist(turn.session);
  return turn.played;
}

/** Esc while the model speaks: no stop hook. */
async function finishCancelled(turn: TurnInPlay, end: CancelEnd): Promise<PlayedTurn> {
  const { session, pending, played } = turn;
  await session.clock.wait(end.afterMillis ?? 0);
  const unanswered = turn.requests.at(-1);
  turn.requests.push({ userId: pending.id, assistantId: null, content: [], hasTools: false, builtInTools: 0 });
  const leaves = end.leaves ?? 'interrupted-text';
  if (unanswered?.hasTools && leaves === 'nothing') writeInterruptedTools(turn, unanswered.content);
  else if (leaves === 'cancelled-prompt') writeRecords(session, pending.record, { version: 'v1', kind: 'CancelledPrompt' });
  else if (leaves === 'interrupted-text') {
    const id = uuidOf(pending.id, 'interrupted');
    writeRecords(session, pending.record, assistantRecord(id, [textBlock(INTERRUPTED_ANSWER)]));
    played.answerIds.push(id);
  }
  endTurn(turn, 'Cancelled', { Err: { Stream: { original_request_id: null, original_status_code: null, kind: 'interrupted' } } });
  persist(session);
  return played;
}

/** Esc while tools wait for a person or run: every call of the batch is cancelled, whatever it had done. No stop hook. */
async function finishCut(turn: TurnInPlay, calls: EndedCall[]): Promise<PlayedTurn> {
  writeInterruptedTools(turn, turn.requests.at(-1)?.content ?? []);
  for (const played of turn.played.calls.slice(-calls.length)) played.outcome = 'cancelled';
  endTurn(turn, 'ToolUseRejected');
  persist(turn.session);
  return turn.played;
}

/** Two lines that nobody said. Their ids are in no turn's list. */
function writeInterruptedTools(turn: TurnInPlay, content: Block[]): void {
  const calls = content
    .filter((block) => block.kind === 'toolUse')
    .map((block) => (block.data as { toolUseId: string }).toolUseId)
    .map((callId): EndedCall => ({ callId, tool: { name: '', input: {}, result: { text: '' } }, outcome: 'cancelled' }));
  const words = [turn.session.state.sessionId, turn.index, 'interrupted'] as const;
  const id = uuidOf(...words, 'assistant');
  writeRecords(turn.session, toolResultsRecord(uuidOf(...words, 'user'), calls), assistantRecord(id, [textBlock(INTERRUPTED_TOOLS)]));
  turn.played.answerIds.push(id);
}

/** Adds the turn's metadata to the session; on disk it comes with the sidecar. */
function endTurn(turn: TurnInPlay, endReason: string, failure?: Record<string, unknown>): void {
  const { session, script, requests, played } = turn;
  const { state } = session;
  const endMillis = session.clock.nowMillis();
  played.endReason = endReason;
  if (script.contextUsagePercent !== undefined) state.contextUsagePercent = script.contextUsagePercent;
  const spentMillis = endMillis - turn.startMillis;
  const metadata: TurnMetadata = {
    loop_id: { agent_id: { name: session.profile.name, parent_id: null, rand: null }, rand: randomOf(state.sessionId, turn.index, 'loop') },
    result: failure ?? { Ok: { id: uuidOf(state.sessionId, turn.index, 'result'), role: 'assistant', content: requests.at(-1)?.content ?? [], meta: { timestamp: Math.floor(endMillis / 1000) } } },
    message_ids: requests.flatMap(({ userId, assistantId }) => [userId, assistantId]),
    total_request_count: requests.length,
    number_of_cycles: requests.filter((request) => request.hasTools).length,
    builtin_tool_uses: requests.reduce((sum, request) => sum + request.builtInTools, 0),
    turn_duration: { secs: Math.floor(spentMillis / 1000), nanos: Math.round((spentMillis % 1000) * 1_000_000) },
    end_reason: endReason,
    end_timestamp: toTimestamp(endMillis),
    input_token_count: 0,
    output_token_count: 0,
    context_usage_percentage: state.contextUsagePercent,
    metering_usage: requests.filter(({ credits }) => credits !== undefined).map(({ credits }) => ({ value: credits, unit: 'credit', unitPlural: 'credits' })),
  };
  state.metadatas.push(metadata);
}

function textOf(content: Block[]): string {
  return content.filter((block) => block.kind === 'text').map((block) => String(block.data)).join('');
}
