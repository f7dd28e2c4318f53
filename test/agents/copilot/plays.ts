/** Sessions of Copilot CLI, step by step. */
import type { Step } from '../../support/play-steps.ts';
import type { Play } from '../gemini/plays.ts';

const SESSION = '11112222-aaaa-4bbb-8ccc-ddddeeeeffff';
const CHILD = '33334444-aaaa-4bbb-8ccc-ddddeeeeffff';
const FILE = `.copilot/session-state/${SESSION}/events.jsonl`;

interface Call {
  id: string;
  name: string;
  /** What hooks call it. */
  alias: string;
  args: object | string;
}

const shell: Call = { id: 'call_0', name: 'bash', alias: 'Bash', args: { command: 'ls', description: 'Lists' } };
const twin: Call = { ...shell, id: 'call_1' };
const missing: Call = { id: 'call_2', name: 'view', alias: 'Read', args: { path: '/home/ann/pond/x' } };
const refused: Call = { id: 'call_3', name: 'bash', alias: 'Bash', args: { command: 'rm -r .' } };
const patch: Call = { id: 'call_0', name: 'apply_patch', alias: 'Edit', args: '*** Begin Patch\n*** Add File: new.txt\n+x\n*** End Patch\n' };
const spawn: Call = { id: 'call_0', name: 'task', alias: 'Agent', args: { prompt: 'Go.', agent_type: 'explore', name: 'scout' } };

/** Writes a session's lines and hooks, its clock going on with each. */
function createWriter(startMillis: number) {
  const steps: Step[] = [];
  let millis = startMillis;
  let ids = 0;
  let turns = 0;
  const at = (later: number): string => new Date((millis += later)).toISOString();
  const line = (type: string, data: object, { later = 3, agentId }: { later?: number; agentId?: string } = {}): void => {
    steps.push({ line: [FILE, { type, data, id: `e-${++ids}`, timestamp: at(later), parentId: null, ...(agentId === undefined ? {} : { agentId }) }] });
  };
  const hook = (name: string, more: object = {}, agentId?: string): void => {
    const child = agentId === undefined ? {} : { agent_id: agentId, agent_type: 'explore', parent_agent_id: SESSION };
    steps.push({ hook: { hook_event_name: name, session_id: agentId ?? SESSION, cwd: '/home/ann/pond', timestamp: at(5), ...child, ...more } });
  };
  const result = (fails: boolean): object => (fails ? { success: false, error: { message: 'Path does not exist', code: 'failure' } } : { success: true, result: { content: 'fine' } });
  return {
    steps, line, hook,
    start: (): void => line('session.start', { sessionId: SESSION, copilotVersion: '1.0.102', context: { cwd: '/home/ann/pond', branch: 'main' } }),
    prompt(text: string, agentId?: string): void {
      hook('UserPromptSubmit', { prompt: text }, agentId);
      line('user.message', { content: text, delivery: 'idle', interactionId: `i-${++turns}`, messageId: `p-${turns}` }, { agentId, later: 40 });
      line('assistant.turn_start', { turnId: '0' }, { agentId });
    },
    answer(text: string, calls: readonly Call[] = [], agentId?: string): void {
      const id = ids;
      line('session.usage_record', { usage: { model: 'gpt-5.5', inputTokens: 100, outputTokens: 10, cacheReadTokens: 20, cacheWriteTokens: 0, duration: 290, isByok: false, apiCallId: `api-${id}`, finishReason: 'stop' } }, { agentId, later: 300 });
      line('assistant.message', { messageId: `m-${id}`, model: 'gpt-5.5', content: text, apiCallId: `api-${id}`, toolRequests: calls.map(({ id: toolCallId, name, args }) => ({ toolCallId, name, arguments: args, type: 'function' })) }, { agentId });
      for (const { id: toolCallId, name, args } of calls) line('tool.execution_start', { toolCallId, toolName: name, arguments: args }, { agentId });
    },
    before: ({ alias, args }: Call, agentId?: string): void => hook('PreToolUse', { tool_name: alias, tool_input: args }, agentId),
    after(call: Call, { fails = false, agentId }: { fails?: boolean; agentId?: string } = {}): void {
      const told = fails ? { error: 'Path does not exist' } : { tool_result: { result_type: 'success', text_result_for_llm: 'fine' } };
      hook(fails ? 'PostToolUseFailure' : 'PostToolUse', { tool_name: call.alias, tool_input: call.args, ...told }, agentId);
      line('tool.execution_complete', { toolCallId: call.id, ...result(fails) }, { agentId, later: 20 });
    },
    deny: ({ id: toolCallId }: Call): void => line('tool.execution_complete', { toolCallId, success: false, error: { message: 'Denied by a rule', code: 'denied' } }),
    end(agentId?: string): void {
      line('assistant.turn_end', { turnId: '0' }, { agentId });
      hook('Stop', { stop_reason: 'end_turn' }, agentId);
    },
  };
}

/** Parallel calls that end in any order, one without any hook behind it; then the same prompt again, and native ids anew. */
function playTools(nowMillis: number): Step[] {
  const play = createWriter(nowMillis - 9000);
  play.start();
  play.hook('SessionStart', { source: 'new' });
  play.prompt('Look.');
  play.answer('I look.', [shell, twin, missing, refused]);
  for (const call of [shell, twin, missing, refused]) play.before(call);
  play.after(missing, { fails: true });
  play.deny(refused);
  play.after(twin);
  play.after(shell);
  play.answer('Looked.');
  play.end();
  play.prompt('Look.');
  play.answer('', [patch]);
  play.before(patch);
  play.after(patch);
  play.answer('Seen.');
  play.end();
  play.hook('SessionEnd', { reason: 'complete' });
  play.line('session.shutdown', { shutdownType: 'routine' });
  return play.steps;
}

/** A subagent's hooks come in its own name; only the history tells which call started it. */
function playSubagent(nowMillis: number): Step[] {
  const play = createWriter(nowMillis - 5000);
  play.start();
  play.prompt('Send a scout.');
  play.answer('', [spawn]);
  play.before(spawn);
  play.line('subagent.started', { toolCallId: spawn.id, agentName: 'explore', agentDisplayName: 'scout' }, { agentId: CHILD });
  play.hook('SubagentStart', { session_id: SESSION }, CHILD);
  play.prompt('Go.', CHILD);
  play.answer('', [twin], CHILD);
  play.before(twin, CHILD);
  play.after(twin, { agentId: CHILD });
  play.answer('I went.', [], CHILD);
  play.end(CHILD);
  play.hook('SubagentStop', { session_id: SESSION, last_assistant_message: 'I went.' }, CHILD);
  play.line('subagent.completed', { toolCallId: spawn.id, agentName: 'explore' }, { agentId: CHILD });
  play.after(spawn);
  play.answer('It went.');
  play.end();
  return play.steps;
}

/** A subagent in the background: its call is over at once, and it works on when its parent's turn is over. */
function playBackground(nowMillis: number): Step[] {
  const play = createWriter(nowMillis - 9000);
  play.start();
  play.prompt('Send a scout.');
  play.answer('', [spawn]);
  play.before(spawn);
  play.after(spawn);
  play.line('subagent.started', { toolCallId: spawn.id, agentName: 'explore', agentDisplayName: 'scout', executionMode: 'background' }, { agentId: CHILD });
  play.hook('SubagentStart', { session_id: SESSION }, CHILD);
  play.prompt('Go.', CHILD);
  play.answer('It is on its way.');
  play.end();
  play.answer('', [twin], CHILD);
  play.before(twin, CHILD);
  play.after(twin, { agentId: CHILD });
  play.answer('I went.', [], CHILD);
  play.end(CHILD);
  play.hook('SubagentStop', { session_id: SESSION, last_assistant_message: 'I went.' }, CHILD);
  play.line('subagent.completed', { toolCallId: spawn.id, agentName: 'explore' }, { agentId: CHILD });
  return play.steps;
}

/** Stopped by the person: no hook ends the call, nor the turn. */
function playStop(nowMillis: number): Step[] {
  const play = createWriter(nowMillis - 5000);
  play.start();
  play.prompt('Run.');
  play.answer('', [shell]);
  play.before(shell);
  play.line('assistant.turn_end', { turnId: '0' });
  play.line('abort', { reason: 'user_initiated' });
  return play.steps;
}

/** The model could not be asked: an error, and no hook behind it. */
function playError(nowMillis: number): Step[] {
  const play = createWriter(nowMillis - 5000);
  play.start();
  play.prompt('Run.');
  play.line('assistant.turn_end', { turnId: '0' });
  play.line('session.error', { errorType: 'query', message: '400 no', statusCode: 400 });
  return play.steps;
}

const TRANSCRIPT = `.vscode-server/data/User/workspaceStorage/0a1b/GitHub.copilot-chat/transcripts/${SESSION}.jsonl`;

/** VS Code: its hooks know the call's id, its transcript neither interactions nor results. */
function playVsCode(nowMillis: number): Step[] {
  const steps: Step[] = [];
  let [millis, ids] = [nowMillis - 5000, 0];
  const at = (later: number): string => new Date((millis += later)).toISOString();
  const line = (type: string, data: object, later = 20): void => void steps.push({ line: [TRANSCRIPT, { type, data, id: `v-${++ids}`, timestamp: at(later), parentId: null }] });
  const hook = (name: string, more: object = {}): void => void steps.push({ hook: { hook_event_name: name, session_id: SESSION, timestamp: at(5), cwd: '/home/ann/pond', ...more } });
  const input = { command: 'ls', explanation: 'Lists' };
  line('session.start', { sessionId: SESSION, producer: 'copilot-agent', copilotVersion: '0.49.0' });
  hook('UserPromptSubmit', { prompt: 'Look.' });
  line('user.message', { content: 'Look.', attachments: [] });
  line('assistant.turn_start', { turnId: '0' });
  line('assistant.message', { messageId: 'm-1', content: 'I look.', toolRequests: [{ toolCallId: 'call_t1', name: 'run_in_terminal', arguments: JSON.stringify(input), type: 'function' }] }, 300);
  line('tool.execution_start', { toolCallId: 'call_t1', toolName: 'run_in_terminal', arguments: input });
  hook('PreToolUse', { tool_name: 'run_in_terminal', tool_input: input, tool_use_id: 'call_t1' });
  hook('PostToolUse', { tool_name: 'run_in_terminal', tool_input: input, tool_use_id: 'call_t1', tool_response: 'fine' });
  line('tool.execution_complete', { toolCallId: 'call_t1', success: true });
  line('assistant.turn_end', { turnId: '0' });
  line('assistant.message', { messageId: 'm-2', content: 'Looked.', toolRequests: [] }, 300);
  line('assistant.turn_end', { turnId: '1' });
  hook('Stop', { stop_hook_active: false });
  return steps;
}

export const copilotPlays: readonly Play[] = [
  {
    name: 'parallel calls, twins, a failure, a refusal, and the same prompt again', sessionId: SESSION, steps: playTools, stepsBeforeEnd: 14,
    tree: `session 11112222
  turn 0  ok model=gpt-5.5 repository=main "Look." ❮"Looked."
    chat ok answer=api-3 model=gpt-5.5 tokens=100/10(r20) stop ❮"I look."
    tool bash ok call=call_0 batch=4
    tool bash ok call=call_1 batch=4
    tool view error call=call_2 batch=4 read:/home/ann/pond/x error=tool_error
    tool bash denied call=call_3 batch=4
      permission bash denied decision=denied call=call_3
    chat ok answer=api-13 model=gpt-5.5 tokens=100/10(r20) stop ❮"Looked."
  turn 1  ok model=gpt-5.5 repository=main "Look." ❮"Seen."
    chat ok answer=api-18 model=gpt-5.5 tokens=100/10(r20) stop
    tool apply_patch ok call=call_0 create:new.txt
    chat ok answer=api-22 model=gpt-5.5 tokens=100/10(r20) stop ❮"Seen."
`,
  },
  { name: 'a subagent whose hooks have its own name', sessionId: SESSION, steps: playSubagent, stepsBeforeEnd: 24, tree: `session 11112222
  turn 0  ok model=gpt-5.5 repository=main "Send a scout." ❮"It went."
    chat ok answer=api-3 model=gpt-5.5 tokens=100/10(r20) stop
    tool task ok call=call_0
      turn 0 explore ok model=gpt-5.5 repository=main "Go." ❮"I went."
        chat ok answer=api-9 model=gpt-5.5 tokens=100/10(r20) stop
        tool bash ok call=call_1
        chat ok answer=api-13 model=gpt-5.5 tokens=100/10(r20) stop ❮"I went."
    chat ok answer=api-18 model=gpt-5.5 tokens=100/10(r20) stop ❮"It went."
` },
  { name: 'a subagent that outlives the turn', sessionId: SESSION, steps: playBackground, stepsBeforeEnd: 16, tree: `session 11112222
  turn 0  ok model=gpt-5.5 repository=main "Send a scout." ❮"It is on its way."
    chat ok answer=api-3 model=gpt-5.5 tokens=100/10(r20) stop
    tool task ok call=call_0
      turn 0 explore ok model=gpt-5.5 repository=main "Go." ❮"I went."
        chat ok answer=api-13 model=gpt-5.5 tokens=100/10(r20) stop
        tool bash ok call=call_1
        chat ok answer=api-17 model=gpt-5.5 tokens=100/10(r20) stop ❮"I went."
    chat ok answer=api-10 model=gpt-5.5 tokens=100/10(r20) stop ❮"It is on its way."
` },
  { name: 'a turn that the person stopped', sessionId: SESSION, steps: playStop, stepsBeforeEnd: 5, tree: `session 11112222
  turn 0  cancelled model=gpt-5.5 repository=main "Run."
    chat ok answer=api-3 model=gpt-5.5 tokens=100/10(r20) stop
    tool bash cancelled call=call_0
` },
  { name: 'a turn without any answer', sessionId: SESSION, steps: playError, stepsBeforeEnd: 4, tree: `session 11112222
  turn 0  error repository=main error=query "Run."
` },
  {
    name: 'VS Code', sessionId: SESSION, steps: playVsCode, stepsBeforeEnd: 12,
    tree: `session 11112222
  turn 0  ok "Look." ❮"Looked."
    chat ok answer=m-1 ❮"I look."
    tool run_in_terminal ok call=all_t1
    chat ok answer=m-2 ❮"Looked."
`,
  },
];
