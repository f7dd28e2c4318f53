/** Sessions of Gemini CLI, step by step. */
import type { Step } from '../../support/play-steps.ts';

export interface Play {
  name: string;
  sessionId: string;
  /** Whose calls its hooks tell is known only when its history has them: their spans keep the ids that they had before. */
  isPlacedLate?: boolean;
  /** `nowMillis`: about when it ends. */
  steps(nowMillis: number): Step[];
  /** So many steps lie before the last turn's end is told. */
  stepsBeforeEnd: number;
  /** The tree without clocks' sources. */
  tree: string;
  /** The same of its history alone, where that tells less than the hooks. */
  importedTree?: string;
}

const SESSION = '11112222-aaaa-4bbb-8ccc-ddddeeeeffff';
const CHATS = '.gemini/tmp/pond/chats';
const FILE = `${CHATS}/session-2026-01-01T00-00-11112222.jsonl`;

interface Call {
  id: string;
  name: string;
  args: object;
  response?: object;
  status?: string;
  agentId?: string;
}

/** Writes a session's lines and hooks, its clock going on with each. */
function createWriter(startMillis: number) {
  const steps: Step[] = [];
  let millis = startMillis;
  let ids = 0;
  const at = (later = 0): string => new Date((millis += later)).toISOString();
  const id = (): string => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`;
  const line = (path: string, value: object): void => void steps.push({ line: [path, value] });
  return {
    steps, at,
    hook(name: string, more: object = {}): void {
      steps.push({ hook: { session_id: SESSION, cwd: '/home/ann/pond', hook_event_name: name, timestamp: at(2), ...more } });
    },
    open(path = FILE, sessionId = SESSION, kind = 'main'): void {
      line(path, { sessionId, projectHash: 'p', startTime: at(1), lastUpdated: at(), kind });
    },
    user: (text: string, path = FILE): void => line(path, { id: id(), timestamp: at(20), type: 'user', content: [{ text }] }),
    /** Its message, to be written again with its calls. */
    answer(text: string, path = FILE): object {
      const message = { id: id(), timestamp: at(300), type: 'gemini', content: text, thoughts: [], tokens: { input: 100, output: 10, cached: 0, thoughts: 5, tool: 0, total: 115 }, model: 'gemini-3-pro' };
      line(path, message);
      return message;
    },
    calls(message: object, calls: readonly Call[], path = FILE): void {
      const timestamp = at(5);
      const written = calls.map(({ response, status, ...call }) => ({ ...call, status: status ?? 'success', timestamp, result: [{ functionResponse: { id: call.id, name: call.name, response: response ?? { output: 'fine' } } }] }));
      line(path, { ...message, toolCalls: written });
      line(path, { id: id(), timestamp: at(3), type: 'user', content: written.flatMap(({ result }) => result) });
    },
    before: ({ name, args }: Call): void => void steps.push({ hook: { session_id: SESSION, cwd: '/home/ann/pond', hook_event_name: 'BeforeTool', timestamp: at(3), tool_name: name, tool_input: args } }),
    after: ({ name, args }: Call, error?: object): void => void steps.push({ hook: { session_id: SESSION, cwd: '/home/ann/pond', hook_event_name: 'AfterTool', timestamp: at(50), tool_name: name, tool_input: args, tool_response: { llmContent: 'fine', ...(error ? { error } : {}) } } }),
  };
}

const shell: Call = { id: 'run_shell_command__1', name: 'run_shell_command', args: { command: 'ls', description: 'Lists' } };
const twin: Call = { id: 'run_shell_command__2', name: 'run_shell_command', args: { command: 'ls', description: 'Lists' } };
const missing: Call = { id: 'read_file__3', name: 'read_file', args: { file_path: '/home/ann/pond/x' }, response: { error: 'File not found' }, status: 'error' };

/** An answer with words and calls, which looks like the last one while its calls run. */
function playTools(nowMillis: number): Step[] {
  const play = createWriter(nowMillis - 5000);
  play.hook('SessionStart', { source: 'startup' });
  play.open();
  play.hook('BeforeAgent', { prompt: 'Look.' });
  play.user('Look.');
  const first = play.answer('I look.');
  for (const call of [missing, shell, twin]) play.before(call);
  play.after(missing, { message: 'File not found', type: 'file_not_found' });
  play.after(twin);
  play.after(shell);
  play.calls(first, [shell, twin, missing]);
  play.answer('Looked.');
  play.hook('AfterAgent', { prompt: 'Look.', prompt_response: 'I look. look. Looked.' });
  play.hook('BeforeAgent', { prompt: 'Look.' });
  play.user('Look.');
  const again = play.answer('Once more.');
  play.before(shell);
  play.after(shell);
  play.calls(again, [{ ...shell, id: 'run_shell_command__4' }]);
  play.answer('Seen.');
  play.hook('AfterAgent', { prompt: 'Look.' });
  play.hook('SessionEnd', { reason: 'exit' });
  return play.steps;
}

const CHILD = '33334444-aaaa-4bbb-8ccc-ddddeeeeffff';
const CHILD_FILE = `${CHATS}/${SESSION}/${CHILD}.jsonl`;
const listing: Call = { id: 'list_directory__5', name: 'list_directory', args: { dir_path: '/home/ann/pond' } };
const spawn: Call = { id: 'invoke_agent__6', name: 'invoke_agent', args: { agent_name: 'scout', prompt: 'Go.' }, agentId: CHILD };

/** A subagent's hooks come in its parent's name; the parent makes an equal call before it. */
function playSubagent(nowMillis: number): Step[] {
  const play = createWriter(nowMillis - 5000);
  play.open();
  play.hook('BeforeAgent', { prompt: 'Send a scout.' });
  play.user('Send a scout.');
  const own = play.answer('');
  play.before(listing);
  play.after(listing);
  play.calls(own, [listing]);
  const sending = play.answer('');
  play.before(spawn);
  play.open(CHILD_FILE, CHILD, 'subagent');
  play.user('Go.', CHILD_FILE);
  const inner = play.answer('I go.', CHILD_FILE);
  play.before(listing);
  play.after(listing);
  play.calls(inner, [{ ...listing, id: 'list_directory__7' }], CHILD_FILE);
  const last = play.answer('', CHILD_FILE);
  play.calls(last, [{ id: 'complete_task__8', name: 'complete_task', args: { result: 'r' } }], CHILD_FILE);
  play.after(spawn);
  play.calls(sending, [spawn]);
  play.answer('It went.');
  play.hook('AfterAgent', { prompt: 'Send a scout.' });
  return play.steps;
}

/** Stopped by the person: no hook tells of that. */
function playStop(nowMillis: number): Step[] {
  const play = createWriter(nowMillis - 5000);
  play.open();
  play.hook('BeforeAgent', { prompt: 'Run.' });
  play.user('Run.');
  const running = play.answer('');
  play.before(shell);
  play.calls(running, [{ ...shell, status: 'cancelled', response: { error: '[Operation Cancelled] Reason: User cancelled tool execution.' } }]);
  play.steps.push({ line: [FILE, { id: 'note', timestamp: play.at(5), type: 'info', content: 'Request cancelled.' }] });
  return play.steps;
}

export const geminiPlays: readonly Play[] = [
  {
    name: 'parallel calls, twins, a failure, and the same prompt again', sessionId: SESSION, steps: playTools, stepsBeforeEnd: 12,
    tree: `session 11112222
  turn 0  ok model=gemini-3-pro "Look." ❮"Looked."
    chat ok answer=000000 model=gemini-3-pro tokens=100/15(t5) ❮"I look."
    tool read_file error call=ile__3 batch=3 read:/home/ann/pond/x error=tool_error
    tool run_shell_command ok call=and__1 batch=3
    tool run_shell_command ok call=and__2 batch=3
    chat ok answer=000000 model=gemini-3-pro tokens=100/15(t5) ❮"Looked."
  turn 1  ok model=gemini-3-pro "Look." ❮"Seen."
    chat ok answer=000000 model=gemini-3-pro tokens=100/15(t5) ❮"Once more."
    tool run_shell_command ok call=and__4
    chat ok answer=000000 model=gemini-3-pro tokens=100/15(t5) ❮"Seen."
`,
  },
  {
    name: 'a subagent whose hooks name its parent', sessionId: SESSION, steps: playSubagent, isPlacedLate: true, stepsBeforeEnd: 19,
    tree: `session 11112222
  turn 0  ok model=gemini-3-pro "Send a scout." ❮"It went."
    chat ok answer=000000 model=gemini-3-pro tokens=100/15(t5)
    tool list_directory ok call=ory__5 list:/home/ann/pond
    chat ok answer=000000 model=gemini-3-pro tokens=100/15(t5)
    tool invoke_agent ok call=ent__6
      turn 0 scout ok model=gemini-3-pro "Go."
        chat ok answer=000000 model=gemini-3-pro tokens=100/15(t5) ❮"I go."
        tool list_directory ok call=ory__7 list:/home/ann/pond
        chat ok answer=000000 model=gemini-3-pro tokens=100/15(t5)
        tool complete_task ok call=ask__8
    chat ok answer=000000 model=gemini-3-pro tokens=100/15(t5) ❮"It went."
`,
  },
  {
    name: 'a turn that the person stopped', sessionId: SESSION, steps: playStop, stepsBeforeEnd: 5,
    tree: `session 11112222
  turn 0  cancelled model=gemini-3-pro "Run."
    chat ok answer=000000 model=gemini-3-pro tokens=100/15(t5)
    tool run_shell_command cancelled call=and__1
`,
  },
];
