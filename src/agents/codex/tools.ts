/** Codex's tools: their names in rollouts and in hooks, and what a call says about files, shells, skills, MCP and subagents. */
import { isTooDeep } from '../../core/json.ts';
import type { SpawnedAgent, ToolRequest } from '../../core/fact.ts';
import type { FileTouch } from '../../core/span.ts';
import { asRecord, asText } from '../untrusted.ts';
import { toUniqueId } from './call-id.ts';
import { parsePatchFiles } from './patch.ts';

/** All that runs a command line. Hooks call every one of them `Bash`. */
const SHELLS: ReadonlySet<string> = new Set(['exec_command', 'Bash', 'shell', 'local_shell', 'shell_command', 'container.exec', 'unified_exec']);
/** Namespaces of the tools for subagents, which hooks write in front of the name without anything between. */
const AGENT_NAMESPACE = /^(?:collaboration|multi_agent_v\d+)(?:__|[.:])?(?=.)/;
const MCP_NAME = /^mcp__(.+?)__(.+)$/;
/** A skill is loaded by reading its file. */
const SKILL_PATH = /([^\s'"`;|&<>()]*[/\\]skills[/\\](?:[^\s'"`/\\]+[/\\])*?([^\s'"`/\\]+)[/\\]SKILL\.md)/;

/** A longer one is a script with data in it. */
const LONGEST_COMMAND = 4096;

/** A call as a rollout or a hook writes it. */
export interface CodexCall {
  name: string;
  namespace?: string;
  /** Arguments, parsed where they are JSON. */
  input: unknown;
  nativeCallId?: string;
  /** See `toUniqueId`. */
  scope: string;
}

/** A call → our request. Never throws. */
export function toToolRequest(call: CodexCall): ToolRequest {
  const name = toName(call);
  const values = asRecord(call.input) ?? {};
  const isShell = SHELLS.has(name);
  const request: ToolRequest = { name, canonicalName: isShell ? 'shell' : name, input: call.input ?? null };
  if (call.nativeCallId !== undefined) {
    request.callId = toUniqueId(call.scope, call.nativeCallId);
    request.nativeCallId = call.nativeCallId;
  }
  const mcp = MCP_NAME.exec(name);
  if (mcp) return { ...request, mcpServer: mcp[1], mcpTool: mcp[2] };
  const text = typeof call.input === 'string' ? call.input : (asText(values.input) ?? asText(values.command));
  const shellCommand = isShell ? toCommandLine(values) : undefined;
  if (shellCommand !== undefined) request.shellCommand = shellCommand;
  const files = toFiles(name, { values, text: shellCommand ?? text });
  if (files.length > 0) request.files = files;
  if (name === 'spawn_agent') request.spawns = [toSpawn(values)];
  return shellCommand === undefined ? request : withSkill(request, shellCommand);
}

/** As a person knows it: subagents' tools without their namespace, other namespaces in front. */
function toName({ name, namespace }: CodexCall): string {
  const bare = name.replace(AGENT_NAMESPACE, '');
  if (!namespace || AGENT_NAMESPACE.test(`${namespace}.x`)) return bare;
  return name.startsWith(namespace) ? name : `${namespace}__${name}`;
}

/** `command` is a list in older versions, with the shell in front of it. */
function toCommandLine(values: Record<string, unknown>): string | undefined {
  const { cmd, command } = values;
  return asText(cmd) ?? asText(command) ?? toScript(Array.isArray(command) ? command : asRecord(values.action)?.command);
}

/** `["bash", "-lc", "ls"]` → `ls`; other lists as they are. */
export function toScript(words: unknown): string | undefined {
  if (!Array.isArray(words)) return undefined;
  const texts = words.filter((word): word is string => typeof word === 'string');
  const [, flag, script] = texts;
  const isShell = texts.length === 3 && /(?:^|[/\\])(?:ba|z|da|k)?sh(?:\.exe)?$/.test(texts[0] ?? '') && /^-[a-z]*c$/.test(flag ?? '');
  return (isShell ? script : texts.join(' ')) || undefined;
}

function toFiles(name: string, { values, text }: { values: Record<string, unknown>; text?: string }): FileTouch[] {
  if (name === 'view_image') return asText(values.path) ? [{ path: values.path as string, operation: 'read' }] : [];
  return text === undefined ? [] : parsePatchFiles(text);
}

function toSpawn(values: Record<string, unknown>): SpawnedAgent {
  const name = asText(values.agent_type) ?? asText(values.task_name);
  return { ...(name === undefined ? {} : { name }), prompt: asText(values.message) ?? asText(values.prompt) };
}

/** The request of a call that reads a skill's file names the skill. */
export function withSkill(request: ToolRequest, text: string): ToolRequest {
  const match = text.includes('SKILL.md') && text.length <= LONGEST_COMMAND ? SKILL_PATH.exec(text) : null;
  return match?.[2] === undefined ? request : { ...request, skillName: match[2], skillPath: match[1] };
}

/** Arguments come as JSON in a string; what is no JSON, or nests too deep to be walked, stays a string. */
export function parseArguments(value: unknown): unknown {
  if (typeof value !== 'string') return isTooDeep(value) ? null : value;
  try {
    const parsed: unknown = JSON.parse(value);
    return isTooDeep(parsed) ? value : parsed;
  } catch {
    return value;
  }
}
