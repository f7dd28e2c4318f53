/** Sessions of Cursor's IDE and of `cursor-agent`, step by step. */
import type { Step } from '../../support/play-steps.ts';
import type { Play } from '../gemini/plays.ts';
import { openState, putChat, putComposer, type SampleComposer } from './sample-stores.ts';

const SESSION = '0a1b2c3d-2001-4000-8000-00000000e001';
const CHILD = '0a1b2c3d-2002-4000-8000-00000000e002';
const GENERATION = '7e7e7e7e-1001-4000-8000-0000000000b1';
const CHILD_GENERATION = '7e7e7e7e-1002-4000-8000-0000000000b2';

type Bubble = { id: string } & Record<string, unknown>;

interface Call {
  id: string;
  hook: string;
  name: string;
  input: object;
  output?: object;
}

function toHook(name: string, more: object = {}, conversation = SESSION, generation = GENERATION): Step {
  return {
    hook: {
      conversation_id: conversation, generation_id: generation, model: 'claude-4.5-sonnet', session_id: conversation, hook_event_name: name, cursor_version: '3.18.25', workspace_roots: ['/home/ann/pond'],
      user_email: 'ann@example.com', transcript_path: null, ...more,
    },
  };
}

const before = ({ id, hook, input }: Call, ...where: string[]): Step => toHook('preToolUse', { tool_name: hook, tool_input: input, tool_use_id: id }, ...where);
const after = ({ id, hook, input, output = { success: true } }: Call, ...where: string[]): Step => toHook('postToolUse', { tool_name: hook, tool_input: input, tool_use_id: id, tool_output: JSON.stringify(output), duration: 12.5 }, ...where);

const read: Call = { id: 'call-11111111-2222-4333-8444-555555555551-1\nfc_1_0', hook: 'Read', name: 'read_file_v2', input: { file_path: '/home/ann/pond/fish.txt' } };
const shell: Call = { id: 'call-11111111-2222-4333-8444-555555555551-2\nfc_1_1', hook: 'Shell', name: 'run_terminal_command_v2', input: { command: 'feed', cwd: '', timeout: 30000 }, output: { output: 'fed\n', exitCode: 0 } };
const task: Call = { id: 'call-11111111-2222-4333-8444-555555555552-3\nfc_2_0', hook: 'Task', name: 'task_v2', input: { description: 'Count', prompt: 'Count the fish.', subagent_type: 'explore' } };
const bell: Call = { id: 'toolu_bell', hook: 'MCP:ring_bell', name: 'mcp-pond-ring_bell', input: { times: 2 } };
const tools: ReadonlyMap<Call, object> = new Map([
  [read, { rawArgs: '{"path":"/home/ann/pond/fish.txt"}', result: '{"contents":"carp"}' }],
  [shell, { params: '{"command":"feed"}', result: '{"output":"fed\\n","exitCode":0}' }],
  [task, { rawArgs: JSON.stringify(task.input), result: '{"output":"Three."}' }],
  [bell, { params: '{"tools":[{"name":"ring_bell","serverName":"pond","parameters":"{\\"times\\":2}"}]}', result: '{}' }],
]);

/** A conversation as the IDE's database has it by then. */
function put(composer: Omit<SampleComposer, 'composer'> & { status: string; updatedMillis: number; model?: string }): Step {
  const { status, updatedMillis, model = 'claude-4.5-sonnet', ...rest } = composer;
  return {
    change(home) {
      const db = openState(home);
      putComposer(db, { ...rest, composer: { name: 'Pond', status, createdAt: updatedMillis - 1000, lastUpdatedAt: updatedMillis, modelConfig: { modelName: model }, workspaceIdentifier: { uri: { fsPath: '/home/ann/pond' } } } });
      db.close();
    },
  };
}

function playIde(nowMillis: number): Step[] {
  const time = (millis: number): string => new Date(nowMillis + millis).toISOString();
  const tool = (id: string, millis: number, call: Call, status = 'completed'): Bubble => ({ id, type: 2, text: '', createdAt: time(millis), toolFormerData: { name: call.name, toolCallId: call.id, status, ...(status === 'completed' ? tools.get(call) : { ...tools.get(call), result: undefined }) } });
  const prompt: Bubble = { id: 'x1', type: 1, text: 'Look after the fish.', createdAt: time(0) };
  const first: Bubble[] = [prompt, { id: 'x2', type: 2, text: '', thinking: { text: 'They are hungry.' }, createdAt: time(1) }, { id: 'x3', type: 2, text: 'I look.', createdAt: time(2) }];
  const later: Bubble[] = [...first, tool('x4', 3, read), tool('x5', 3, shell)];
  const last: Bubble[] = [...later, tool('x6', 4, task), tool('x7', 6, bell), { id: 'x8', type: 2, text: 'All is well.', createdAt: time(8) }];
  const child: Bubble[] = [{ id: 'y1', type: 1, text: 'Count the fish.', createdAt: time(4) }, tool('y2', 5, { ...read, id: 'toolu_child' }), { id: 'y3', type: 2, text: 'Three.', createdAt: time(6) }];
  Object.assign(child[1]?.toolFormerData ?? {}, tools.get(read));
  const inChild = [CHILD, CHILD_GENERATION];
  const about = { subagent_id: task.id, subagent_type: 'explore', task: 'Count the fish.', parent_conversation_id: SESSION, tool_call_id: task.id };
  return [
    toHook('sessionStart', { composer_mode: 'agent' }, SESSION, SESSION),
    toHook('beforeSubmitPrompt', { prompt: 'Look after the fish.', composer_mode: 'agent' }),
    put({ id: SESSION, bubbles: first, status: 'generating', updatedMillis: nowMillis }),
    toHook('afterAgentThought', { text: 'They are hungry.', duration_ms: 1 }),
    toHook('afterAgentResponse', { text: 'I look.' }),
    before(read), before(shell), before(read), after(shell), after(read),
    put({ id: SESSION, bubbles: [...later, tool('x6', 4, task, 'loading')], status: 'generating', updatedMillis: nowMillis + 1 }),
    before(task), toHook('subagentStart', about, SESSION, SESSION),
    before({ ...read, id: 'toolu_child' }, ...inChild), after({ ...read, id: 'toolu_child' }, ...inChild),
    put({ id: CHILD, bubbles: child, status: 'completed', updatedMillis: nowMillis + 2, subagentInfo: { parentComposerId: SESSION, subagentTypeName: 'explore', toolCallId: task.id } }),
    toHook('subagentStop', { ...about, status: 'completed', duration_ms: 2, summary: 'Three.' }, SESSION, SESSION), after(task), before(bell), after(bell),
    toHook('preCompact', { trigger: 'auto', context_usage_percent: 85 }),
    toHook('afterAgentResponse', { text: 'All is well.' }),
    put({ id: SESSION, bubbles: last, status: 'completed', updatedMillis: nowMillis + 3 }),
    toHook('stop', { status: 'completed', loop_count: 0, input_tokens: 45000, output_tokens: 900, cache_read_tokens: 30000, cache_write_tokens: 0 }),
  ];
}

const TRANSCRIPT = `.cursor/projects/home-ann-pond/agent-transcripts/${SESSION}.jsonl`;

/** The CLI with a person before it: a transcript without ids of calls, written when the turn is over. */
function playCli(): Step[] {
  const line = (value: object): Step => ({ line: [TRANSCRIPT, value] });
  const say = (role: string, ...content: object[]): Step => line({ role, message: { content } });
  const second = '7e7e7e7e-1003-4000-8000-0000000000b3';
  return [
    toHook('beforeSubmitPrompt', { prompt: 'Feed them.' }), before(shell), after(shell), before(read), after(read), toHook('afterAgentResponse', { text: 'Fed.' }),
    say('user', { type: 'text', text: '<user_query>\nFeed them.\n</user_query>' }),
    say('assistant', { type: 'tool_use', name: 'Shell', input: { command: 'feed' } }, { type: 'tool_use', name: 'Read', input: { path: '/home/ann/pond/fish.txt' } }),
    say('assistant', { type: 'text', text: 'Fed.' }), line({ type: 'turn_ended', status: 'success' }),
    toHook('stop', { status: 'completed' }),
    toHook('beforeSubmitPrompt', { prompt: 'Feed them.' }, SESSION, second), toHook('afterAgentResponse', { text: 'Again.' }, SESSION, second),
    say('user', { type: 'text', text: '<user_query>\nFeed them.\n</user_query>' }), say('assistant', { type: 'text', text: 'Again.' }), line({ type: 'turn_ended', status: 'success' }),
    toHook('stop', { status: 'completed', input_tokens: 500, output_tokens: 20, cache_read_tokens: 100 }, SESSION, second),
  ];
}

/** A subagent of which only transcripts tell: neither says which call started it. */
function playCliSubagent(): Step[] {
  const folder = `.cursor/projects/home-ann-pond/agent-transcripts/${SESSION}`;
  const say = (path: string, role: string, ...content: object[]): Step => ({ line: [path, { role, message: { content } }] });
  const end = (path: string): Step => ({ line: [path, { type: 'turn_ended', status: 'success' }] });
  const [own, childs] = [`${folder}/${SESSION}.jsonl`, `${folder}/subagents/${CHILD}.jsonl`];
  const about = { subagent_id: task.id, subagent_type: 'explore', task: 'Count the fish.', parent_conversation_id: SESSION, tool_call_id: task.id };
  return [
    toHook('beforeSubmitPrompt', { prompt: 'Look after the fish.' }), before(task), toHook('subagentStart', about, SESSION, SESSION),
    say(childs, 'user', { type: 'text', text: '<user_query>\nCount the fish.\n</user_query>' }), say(childs, 'assistant', { type: 'tool_use', name: 'Read', input: read.input }),
    say(childs, 'assistant', { type: 'text', text: 'Three.' }), end(childs),
    toHook('subagentStop', { ...about, status: 'completed', duration_ms: 2, summary: 'Three.' }, SESSION, SESSION), after(task), toHook('afterAgentResponse', { text: 'All is well.' }),
    say(own, 'user', { type: 'text', text: '<user_query>\nLook after the fish.\n</user_query>' }), say(own, 'assistant', { type: 'tool_use', name: 'Subagent', input: task.input }),
    say(own, 'assistant', { type: 'text', text: 'All is well.' }), end(own), toHook('stop', { status: 'completed' }),
  ];
}

/** `cursor-agent -p`: neither prompt nor stop hooks, and a store that is whole when it leaves. */
function playHeadless(nowMillis: number): Step[] {
  const chat = (messages: object[]): Step => ({
    change: (home) => void putChat(home, { id: SESSION, meta: { createdAt: nowMillis - 100, lastUsedModel: 'gpt-5.1-codex' }, messages }),
  });
  const prompt = { role: 'user', content: [{ type: 'text', text: '<user_query>Feed them.</user_query>' }] };
  const asked = { role: 'assistant', content: [{ type: 'tool-call', toolCallId: shell.id, toolName: 'Shell', args: { command: 'feed' } }] };
  const told = { role: 'tool', content: [{ type: 'tool-result', toolCallId: shell.id, toolName: 'Shell', result: 'fed' }], providerOptions: { cursor: { highLevelToolCallResult: { output: { success: { executionTime: 12 } } } } } };
  return [
    toHook('sessionStart', {}, SESSION, SESSION), chat([prompt]), before(shell), after(shell), chat([prompt, asked, told]),
    chat([prompt, asked, told, { role: 'assistant', content: [{ type: 'text', text: 'Fed.' }] }]),
    toHook('sessionEnd', { reason: 'completed', final_status: 'completed', duration_ms: 100 }, SESSION, SESSION),
  ];
}

const IDE_TREE = `session 0a1b2c3d
  turn 0  ok model=claude-4.5-sonnet "Look after the fish." ❮"All is well." !compaction
    chat ok model=claude-4.5-sonnet ❮"I look."
    tool read_file_v2 ok call=fc_1_0 batch=2 read:/home/ann/pond/fish.txt
    tool run_terminal_command_v2 ok call=fc_1_1 exit=0 batch=2
    chat ok model=claude-4.5-sonnet
    tool task_v2 ok call=fc_2_0
      turn 0 explore ok model=claude-4.5-sonnet "Count the fish." ❮"Three."
        chat ok model=claude-4.5-sonnet
        tool read_file_v2 ok call=_child read:/home/ann/pond/fish.txt
        chat ok model=claude-4.5-sonnet ❮"Three."
    chat ok model=claude-4.5-sonnet
    tool mcp-pond-ring_bell mcp=pond/ring_bell ok call=u_bell
    chat ok model=claude-4.5-sonnet ❮"All is well."
`;

export const cursorPlays: readonly Play[] = [
  {
    name: 'the IDE, with parallel calls, a doubled hook, a subagent and a tool of a server', sessionId: SESSION, steps: playIde, stepsBeforeEnd: 20, isPlacedLate: true,
    tree: IDE_TREE,
    // Only its hook tells of a compaction.
    importedTree: IDE_TREE.replace(' !compaction', ''),
  },
  {
    name: 'the CLI, from its transcript', sessionId: SESSION, steps: playCli, stepsBeforeEnd: 8,
    tree: `session 0a1b2c3d
  turn 0  ok model=claude-4.5-sonnet "Feed them." ❮"Fed."
    chat ok model=claude-4.5-sonnet
    tool Read ok call=fc_1_0 batch=2 read:/home/ann/pond/fish.txt
    tool Shell ok call=fc_1_1 exit=0 batch=2
    chat ok model=claude-4.5-sonnet ❮"Fed."
  turn 1  ok model=claude-4.5-sonnet "Feed them." ❮"Again."
    chat ok model=claude-4.5-sonnet tokens=500/20(r100) ❮"Again."
`,
    // A transcript tells neither results nor models.
    importedTree: `session 0a1b2c3d
  turn 0  ok "Feed them." ❮"Fed."
    chat ok
    tool Shell unknown batch=2
    tool Read unknown batch=2 read:/home/ann/pond/fish.txt
    chat ok ❮"Fed."
  turn 1  ok "Feed them." ❮"Again."
    chat ok ❮"Again."
`,
  },
  {
    name: 'the CLI, with a subagent that only its prompt tells', sessionId: SESSION, steps: playCliSubagent, stepsBeforeEnd: 8, isPlacedLate: true,
    tree: `session 0a1b2c3d
  turn 0  ok model=claude-4.5-sonnet "Look after the fish." ❮"All is well."
    chat ok model=claude-4.5-sonnet
    tool Subagent ok call=fc_2_0
      turn 0 explore ok "Count the fish." ❮"Three."
        chat ok
        tool Read unknown read:/home/ann/pond/fish.txt
        chat ok ❮"Three."
    chat ok model=claude-4.5-sonnet ❮"All is well."
`,
    importedTree: `session 0a1b2c3d
  turn 0  ok "Look after the fish." ❮"All is well."
    chat ok
    tool Subagent unknown
      turn 0 explore ok "Count the fish." ❮"Three."
        chat ok
        tool Read unknown read:/home/ann/pond/fish.txt
        chat ok ❮"Three."
    chat ok ❮"All is well."
`,
  },
  {
    name: 'the CLI without a person, from its store', sessionId: SESSION, steps: playHeadless, stepsBeforeEnd: 5,
    tree: `session 0a1b2c3d
  turn 0  ok model=gpt-5.1-codex "Feed them." ❮"Fed."
    chat ok model=gpt-5.1-codex
    tool Shell ok call=fc_1_1 exit=0
    chat ok model=gpt-5.1-codex ❮"Fed."
`,
    importedTree: `session 0a1b2c3d
  turn 0  ok model=gpt-5.1-codex "Feed them." ❮"Fed."
    chat ok model=gpt-5.1-codex
    tool Shell ok call=fc_1_1
    chat ok model=gpt-5.1-codex ❮"Fed."
`,
  },
];
