/** Sessions of Qwen Code, step by step. */
import type { Step } from '../../support/play-steps.ts';
import type { Play } from '../gemini/plays.ts';

const SESSION = '55556666-aaaa-4bbb-8ccc-ddddeeeeffff';
const PROJECT = '.qwen/projects/-home-ann-pond';
const FILE = `${PROJECT}/chats/${SESSION}.jsonl`;

interface Call {
  id: string;
  name: string;
  args: object;
}

/** Writes a session's records and hooks, its clock going on with each. */
function createWriter(startMillis: number) {
  const steps: Step[] = [];
  let millis = startMillis;
  let ids = 0;
  let prompts = 0;
  const at = (later = 0): string => new Date((millis += later)).toISOString();
  const hook = (name: string, more: object = {}): void =>
    void steps.push({ hook: { session_id: SESSION, cwd: '/home/ann/pond', hook_event_name: name, timestamp: at(3), permission_mode: 'default', prompt_id: `${SESSION}########${prompts}`, ...more } });
  const record = (type: string, later: number, more: object, path = FILE): void =>
    void steps.push({ line: [path, { uuid: `u${++ids}`, parentUuid: null, sessionId: SESSION, timestamp: at(later), type, cwd: '/home/ann/pond', version: '0.24.4', ...more }] });
  const measure = (name: string, more: object): void => record('system', 2, { subtype: 'ui_telemetry', systemPayload: { uiEvent: { 'event.name': `qwen-code.${name}`, 'event.timestamp': at(), prompt_id: `${SESSION}########${prompts}`, ...more } } });
  return {
    steps, at, hook, record,
    prompt(text: string): void {
      hook('UserPromptSubmit', { prompt: text, submitted_prompt: text });
      record('user', 10, { provenance: 'real_user', message: { role: 'user', parts: [{ text }] } });
    },
    answer(text: string, calls: readonly Call[] = []): void {
      at(200);
      measure('api_response', { response_id: `r${ids}`, model: 'qwen3-coder', duration_ms: 150, input_token_count: 70, output_token_count: 7, total_token_count: 77, ttft_ms: 20, auth_type: 'openai' });
      record('assistant', 1, { provenance: 'assistant_output', model: 'qwen3-coder', message: { role: 'model', parts: [...(text === '' ? [] : [{ text }]), ...calls.map(({ id, name, args }) => ({ functionCall: { id, name, args } }))] }, usageMetadata: { promptTokenCount: 70, candidatesTokenCount: 7, totalTokenCount: 77 } });
    },
    before: ({ id, name, args }: Call, more: object = {}): void => hook('PreToolUse', { tool_name: name, tool_input: args, tool_use_id: `toolu_${id}`, tool_call_id: id, ...more }),
    after({ id, name, args }: Call, more: object = {}): void {
      at(40);
      hook('PostToolUse', { tool_name: name, tool_input: args, tool_use_id: `toolu_${id}`, tool_call_id: id, tool_response: { llmContent: 'fine' }, duration_ms: 40, ...more });
    },
    fail({ id, name, args }: Call): void {
      at(40);
      hook('PostToolUseFailure', { tool_name: name, tool_input: args, tool_use_id: `toolu_${id}`, tool_call_id: id, error: 'Exit Code: 3', is_interrupt: false, duration_ms: 40 });
    },
    result({ id, name }: Call, status = 'success', path = FILE): void {
      if (path === FILE) measure('tool_call', { call_id: id, function_name: name, duration_ms: 50, status });
      record('tool_result', 2, { provenance: 'tool_result', message: { role: 'user', parts: [{ functionResponse: { id, name, response: status === 'success' ? { output: 'fine' } : { error: 'Exit Code: 3' } } }] }, toolCallResult: { callId: id, status } }, path);
    },
    next: (): void => void prompts++,
  };
}

const list: Call = { id: 'call_1', name: 'run_shell_command', args: { command: 'ls' } };
const fails: Call = { id: 'call_2', name: 'run_shell_command', args: { command: 'exit 3' } };

/** The prompt's hook runs again, empty, behind each batch of results; a turn has two stops. */
function playTools(nowMillis: number): Step[] {
  const play = createWriter(nowMillis - 5000);
  play.hook('SessionStart', { source: 'startup', model: 'qwen3-coder', prompt_id: undefined });
  play.prompt('Look.');
  play.answer('I look.', [list, fails]);
  play.before(list);
  play.after(list);
  play.before(fails);
  play.fail(fails);
  play.result(list);
  play.result(fails, 'error');
  play.hook('UserPromptSubmit', { prompt: '' });
  play.answer('Looked.');
  play.hook('Stop', { last_assistant_message: 'Looked.', background_tasks: [] });
  play.next();
  play.prompt('Look.');
  play.answer('Seen.');
  play.hook('Stop', { last_assistant_message: 'Seen.', background_tasks: [] });
  play.hook('Stop', { last_assistant_message: 'Seen.', background_tasks: [] });
  return play.steps;
}

const spawn: Call = { id: 'call_3', name: 'agent', args: { description: 'd', prompt: 'Go.', subagent_type: 'Explore' } };
const search: Call = { id: 'call_4', name: 'grep_search', args: { pattern: 'x' } };
const CHILD = 'Explore-call_3';

/** A subagent's hooks name it; its history stands beside. */
function playSubagent(nowMillis: number): Step[] {
  const play = createWriter(nowMillis - 5000);
  const file = `${PROJECT}/subagents/${SESSION}/agent-${CHILD}`;
  const own = { agentId: CHILD, isSidechain: true, agentName: 'Explore' };
  const meta = { agentId: CHILD, agentType: 'Explore', toolUseId: 'call_3', parentAgentId: null, parentSessionId: SESSION };
  play.prompt('Explore.');
  play.answer('', [spawn]);
  play.before(spawn);
  play.hook('SubagentStart', { agent_id: CHILD, agent_type: 'Explore' });
  play.steps.push({ file: [`${file}.meta.json`, { ...meta, status: 'running', lastUpdatedAt: play.at() }] });
  play.record('user', 5, { ...own, message: { role: 'user', parts: [{ text: 'Go.' }] } }, `${file}.jsonl`);
  play.record('assistant', 100, { ...own, model: 'qwen3-coder', agentRunId: 'r', agentRound: 1, message: { role: 'model', parts: [{ functionCall: search }] }, usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 1, totalTokenCount: 10 } }, `${file}.jsonl`);
  play.before(search, { agent_id: CHILD });
  play.after(search, { agent_id: CHILD });
  play.result(search, 'success', `${file}.jsonl`);
  play.record('assistant', 100, { ...own, model: 'qwen3-coder', agentRunId: 'r', agentRound: 2, message: { role: 'model', parts: [{ text: 'Found.' }] } }, `${file}.jsonl`);
  play.steps.push({ file: [`${file}.meta.json`, { ...meta, status: 'completed', lastUpdatedAt: play.at(2) }] });
  play.hook('SubagentStop', { agent_id: CHILD, agent_type: 'Explore', last_assistant_message: 'Found.' });
  play.after(spawn);
  play.result(spawn);
  play.answer('Explored.');
  play.hook('Stop', { last_assistant_message: 'Explored.', background_tasks: [] });
  return play.steps;
}

export const qwenPlays: readonly Play[] = [
  {
    name: 'calls, a failure, and the same prompt again', sessionId: SESSION, steps: playTools, stepsBeforeEnd: 16,
    tree: `session 55556666
  turn 0  ok model=qwen3-coder "Look." ❮"Looked."
    chat ok answer=r1 model=qwen3-coder tokens=70/7 ❮"I look."
    tool run_shell_command ok call=call_1 batch=2
    tool run_shell_command error call=call_2 exit=3 batch=2 error=tool_error
    chat ok answer=r7 model=qwen3-coder tokens=70/7 ❮"Looked."
  turn 1  ok model=qwen3-coder "Look." ❮"Seen."
    chat ok answer=r10 model=qwen3-coder tokens=70/7 ❮"Seen."
`,
  },
  {
    name: 'a subagent whose hooks name it', sessionId: SESSION, steps: playSubagent, stepsBeforeEnd: 16,
    tree: `session 55556666
  turn 0  ok model=qwen3-coder "Explore." ❮"Explored."
    chat ok answer=r1 model=qwen3-coder tokens=70/7
    tool agent ok call=call_3
      turn 0 Explore ok model=qwen3-coder "Go." ❮"Found."
        chat ok answer=u5 model=qwen3-coder tokens=9/1
        tool grep_search ok call=call_4
        chat ok answer=u7 model=qwen3-coder ❮"Found."
    chat ok answer=r9 model=qwen3-coder tokens=70/7 ❮"Explored."
`,
  },
];
