/** What Kiro's engines tell their hooks: a session each, told by V1, V2, V3 and in the IDE's spellings. */

export interface HookSample {
  payload: Record<string, unknown>;
  env: Record<string, string>;
}

const V2 = '5f1c2a4e-0000-4000-8000-00000000abcd';
const V3 = 'sess_5f1c2a4e-0000-4000-8000-00000000beef';
const CWD = '/home/ada/loom';

function v2(hook_event_name: string, more: object): HookSample {
  return { payload: { hook_event_name, cwd: CWD, session_id: V2, ...more }, env: { HOME: '/home/ada', KIRO_SESSION_ID: V2 } };
}

function v1(hook_event_name: string, more: object): HookSample {
  return { payload: { hook_event_name, cwd: CWD, ...more }, env: { HOME: '/home/ada', PPID: '4711' } };
}

function v3(hook_event_name: string, more: object): HookSample {
  return { payload: { hook_event_name, cwd: CWD, session_id: V3, timestamp: '2026-05-06T07:08:09.000Z', ...more }, env: { HOME: '/home/ada', SPOOR_HOOK_CHANNEL: 'file' } };
}

function ide(hookEventName: string, more: object): HookSample {
  return { payload: { hookEventName, cwd: CWD, sessionId: V3, ...more }, env: { HOME: '/home/ada' } };
}

const read = { operations: [{ mode: 'Line', path: 'src/a.ts', start_line: 1 }, { mode: 'Directory', path: 'src' }, { image_paths: ['a.png'] }], __tool_use_purpose: 'look' };
const crew = { task: 'review', mode: 'blocking', stages: [{ name: 'one', role: 'reviewer', prompt_template: 'Review it.', depends_on: [] }, { name: 'two', role: 'writer', prompt_template: 'Write it.' }] };

/** In the order in which they would come. */
export const HOOK_SESSIONS: readonly (readonly HookSample[])[] = [
  [
    v2('agentSpawn', {}), v2('userPromptSubmit', { prompt: 'Look around, please.' }),
    v2('preToolUse', { tool_name: 'read', tool_input: read }), v2('postToolUse', { tool_name: 'read', tool_input: read, tool_response: { items: [{ Text: 'x' }, { Json: { a: 1 } }, { Image: {} }] } }),
    v2('preToolUse', { tool_name: 'shell', tool_input: { command: 'npm test' } }),
    v2('postToolUse', { tool_name: 'shell', tool_input: { command: 'npm test' }, tool_response: { items: [{ Json: { exit_status: 'exit status: 3', stdout: 'x', stderr: '' } }] } }),
    v2('preToolUse', { tool_name: '@deals/find_price', tool_input: { item: 7 } }), v2('preToolUse', { tool_name: 'subagent', tool_input: crew }),
    v2('stop', { assistant_response: 'Done.' }),
  ],
  [
    v1('userPromptSubmit', { prompt: 'Say hello.' }), v1('preToolUse', { tool_name: 'execute_bash', tool_input: { command: 'ls', summary: 'List' } }),
    v1('postToolUse', { tool_name: 'execute_bash', tool_input: { command: 'ls', summary: 'List' }, tool_response: { success: true, result: [{ exit_status: '0', stdout: 'a' }] } }),
    v1('preToolUse', { tool_name: 'fs_write', tool_input: { command: 'create', path: 'a.txt', file_text: 'x' } }),
    v1('postToolUse', { tool_name: 'fs_write', tool_input: { command: 'create', path: 'a.txt', file_text: 'x' }, tool_response: { success: false, error: ['disk full'] } }), v1('stop', {}),
  ],
  [
    v3('SessionStart', {}), v3('UserPromptSubmit', { prompt: '' }), v3('PreToolUse', { tool_name: 'read_file', tool_input: { path: 'a' } }),
    v3('PostToolUse', { tool_name: 'read_file', tool_input: { path: 'a' }, tool_response: 'content\nExit Code: 0' }), v3('PreToolUse', { tool_name: 'subagent_reviewer', tool_input: { prompt: 'Review.' } }),
    v3('Stop', { assistant_response: 'Done.' }), v3('SessionEnd', {}), v3('PostFileSave', { file_path: 'a' }),
  ],
  [
    ide('preToolUse', { toolName: 'str_replace', toolArgs: { path: 'a', old: 'x', new: 'y' } }), ide('postToolUse', { toolName: 'str_replace', toolInput: { path: 'a' }, toolResult: 'ok', success: true }),
    ide('Stop', {}), ide('PreTaskExec', { taskId: 't1' }), ide('Manual', {}),
  ],
];
