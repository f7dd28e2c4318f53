/** The IDE's actions that are tool calls: what was asked for, and what came of it. The IDE names them in its own way. */
import type { SpawnedAgent, ToolRequest, ToolResult } from '../../../core/fact.ts';
import type { Problem } from '../../../core/problem.ts';
import type { FileTouch, Outcome } from '../../../core/span.ts';
import { asList, asNumber, asRecord, asText } from '../../untrusted.ts';
import { toName } from '../names.ts';
import { parseToolRequest } from '../tools.ts';
import type { Action } from './execution.ts';

/** The IDE's own word → the tool as Kiro's other engines call it. Words that are not here name themselves. */
const TOOLS: Readonly<Record<string, string>> = {
  runCommand: 'execute_bash', execute_pwsh: 'execute_pwsh', execute_bash: 'execute_bash',
  readFile: 'read_file', readFiles: 'read_file', readMultipleFiles: 'read_file', readCode: 'read_file', read_file: 'read_file',
  create: 'fs_write', write: 'fs_write', fsWrite: 'fs_write', writeFile: 'fs_write',
  replace: 'str_replace', append: 'fs_append', strReplace: 'str_replace', str_replace: 'str_replace', editCode: 'edit_code',
  delete: 'delete_file', deleteFile: 'delete_file', listDirectory: 'list_directory', openFolders: 'list_directory',
  search: 'grep_search', grepSearch: 'grep_search', fileSearch: 'file_search', file_search: 'file_search',
  controlProcess: 'control_bash_process', getProcessOutput: 'get_process_output', getDiagnostics: 'get_diagnostics',
  remote_web_search: 'web_search', webSearch: 'web_search', webFetch: 'web_fetch', taskStatus: 'task_status',
  invokeSubAgent: 'invoke_sub_agent', mcp: 'mcp',
};

/** What happens to the files that a call names. */
const OPERATIONS: Readonly<Record<string, string>> = {
  create: 'create', read_file: 'read', fs_write: 'write', str_replace: 'edit', fs_append: 'edit', edit_code: 'edit', delete_file: 'delete', list_directory: 'list',
};

const STATES: Readonly<Record<string, Outcome>> = {
  Success: 'ok', Accepted: 'ok', Completed: 'ok', completed: 'ok',
  Error: 'error', Failed: 'error', Failure: 'error', error: 'error', failed: 'error',
  Rejected: 'denied', Denied: 'denied', rejected: 'denied',
  Cancelled: 'cancelled', Canceled: 'cancelled', Aborted: 'cancelled', cancelled: 'cancelled',
};
/** It waits for a person, or runs. */
const OPEN_STATES = new Set(['PendingAction', 'Pending', 'Running', 'Started', 'InProgress']);

/** The service numbers the calls of a model; the IDE puts its own word before the number. */
const CALL_ID = /tooluse_/;

/** Whether this action is a call of the model's, by its id or its name. */
export function isCall(action: Action): boolean {
  return Object.hasOwn(TOOLS, action.type) || CALL_ID.test(action.id);
}

/** An action → the call. */
export function toRequest(action: Action): ToolRequest {
  const { type, input, rawInput } = action;
  const server = type === 'mcp' ? asText(input.serverName) : undefined;
  const called = server === undefined ? (lookUp(TOOLS, type) ?? type) : `@${server}/${asText(input.toolName) ?? 'unknown'}`;
  const told = server === undefined ? (rawInput ?? input) : (input.toolArgs ?? {});
  const operation = lookUp(OPERATIONS, type) ?? lookUp(OPERATIONS, called);
  const paths = operation === undefined ? [] : toPaths(action);
  // A skill is loaded by reading it: where its path stands differs.
  const shaped = operation === 'read' ? { operations: paths.map((path) => ({ path })) } : told;
  const request: ToolRequest = { ...parseToolRequest(called, shaped, action.id), input: told, name: server === undefined ? type : called };
  const purpose = asText(rawInput?.explanation) ?? asText(input.explanation) ?? asText(input.why);
  if (purpose !== undefined) request.purpose = purpose;
  if (request.canonicalName === 'shell') request.shellCommand = asText(input.command) ?? asText(rawInput?.command);
  if (operation !== undefined && paths.length > 0) request.files = paths.map((path): FileTouch => ({ path, operation }));
  if (type === 'invokeSubAgent') request.spawns = [toSpawn(action)];
  return request;
}

/** Under which name a path stands depends on the action and its age. */
function toPaths({ input, rawInput }: Action): string[] {
  for (const values of [input, rawInput ?? {}]) {
    const named = [values.path, values.file, values.targetFile, ...asList(values.files), ...asList(values.paths)];
    const paths = named.flatMap((value) => asText(value) ?? asText(asRecord(value)?.path) ?? []);
    if (paths.length > 0) return [...new Set(paths)];
  }
  return [];
}

/** The word is untrusted: it may be one that every object has. */
function lookUp<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}

function toSpawn(action: Action): SpawnedAgent {
  const { input, rawInput = {} } = action;
  const name = asText(input.subAgentName) ?? asText(input.name) ?? asText(input.agent) ?? asText(rawInput.name) ?? asText(rawInput.agent);
  const prompt = asText(input.prompt) ?? asText(rawInput.prompt) ?? asText(rawInput.input);
  const sessionId = spawnedBy(action);
  return { ...(name === undefined ? {} : { name }), prompt, ...(sessionId === undefined ? {} : { sessionId }) };
}

/** The subagent that an action started. Until its answer names it, the mark on the action itself does. */
export function spawnedBy(action: Action): string | undefined {
  return action.type === 'invokeSubAgent' ? (asText(action.output?.subExecutionId) ?? action.childId) : undefined;
}

/** What became of a call; undefined while it runs, or where it was running when the IDE was closed. */
export function toResult(action: Action, isOver: boolean): { result?: ToolResult; problems: Problem[] } {
  const { state, output, errorMessage } = action;
  const isOpen = state === undefined ? output === undefined : OPEN_STATES.has(state) || (state === 'Accepted' && output === undefined && !isOver);
  if (isOpen && errorMessage === undefined) return { problems: [] };
  const known = state === undefined ? undefined : lookUp(STATES, state);
  const outcome = known ?? (errorMessage === undefined ? 'unknown' : 'error');
  const text = toOutput(output) ?? errorMessage;
  const exitCode = asNumber(output?.exitCode);
  return {
    result: {
      outcome,
      ...(text === undefined ? {} : { output: text }),
      ...(exitCode !== undefined && exitCode >= 0 ? { exitCode } : {}),
      ...(outcome === 'error' ? { errorType: 'tool_error', errorMessage: errorMessage ?? text } : {}),
    },
    problems: known === undefined && state !== undefined && !OPEN_STATES.has(state) ? [{ code: 'unknown-state', detail: `actionState ${toName(state)}` }] : [],
  };
}

function toOutput(output: Record<string, unknown> | undefined): string | undefined {
  if (!output) return undefined;
  return ['output', 'content', 'message', 'response', 'text'].map((name) => asText(output[name])).find((text) => text !== undefined) ?? JSON.stringify(output);
}
