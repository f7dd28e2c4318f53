/** Which hooks Kiro's V3 engine runs: those of hook files, and where it is told so those of the default agent's file, too. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findAgent, kiroHomeOf, readJson, type HookEntry, type HookEventName } from '../agent-config.ts';
import type { HookCall } from '../hook-runner.ts';

const DEFAULT_TIMEOUT_SECONDS = 60;

const AGENT_EVENTS: Readonly<Record<string, HookEventName>> = {
  SessionStart: 'agentSpawn', UserPromptSubmit: 'userPromptSubmit', PreToolUse: 'preToolUse', PostToolUse: 'postToolUse', Stop: 'stop',
};

interface FileHook {
  trigger: string;
  matcher?: string;
  action: { type: string; command: string };
  timeout?: number;
}

/** All entries that an event runs, for the tool of this name. */
export function hooksOf(home: string, event: string, options: { runsAgentHooks: boolean; tool?: string }): HookEntry[] {
  const folder = join(home, '.kiro', 'hooks');
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')).sort() : [];
  const ofFiles = files.flatMap((name) => {
    const root = readJson(join(folder, name));
    return root?.version === 'v1' && Array.isArray(root.hooks) ? (root.hooks as FileHook[]) : [];
  });
  const matching = ofFiles.filter(({ trigger, matcher }) => trigger === event && (matcher === undefined || new RegExp(matcher).test(options.tool ?? '')));
  const entries = matching.map(({ action, timeout }): HookEntry => ({ command: action.command, timeoutMillis: (timeout ?? DEFAULT_TIMEOUT_SECONDS) * 1000 }));
  const agentEvent = AGENT_EVENTS[event];
  const ofAgent = options.runsAgentHooks && agentEvent ? (findAgent(kiroHomeOf(home, {}), home).hooks[agentEvent] ?? []) : [];
  return [...ofAgent, ...entries];
}

/** The payload as the CLI spells it, or as some builds of the IDE do. */
export function toCall(entry: HookEntry, call: { event: string; sessionId: string; cwd: string; more: Record<string, unknown>; isCamel: boolean }): HookCall {
  const { event, sessionId, cwd, more, isCamel } = call;
  const { tool_name, tool_input, tool_response, ...rest } = more;
  const tool = isCamel ? { toolName: tool_name, toolArgs: tool_input, toolResult: tool_response } : { tool_name, tool_input, tool_response };
  const payload = { session_id: sessionId, hook_event_name: event, cwd, ...(tool_name === undefined ? {} : tool), ...rest };
  return { event, sessionId, entry, payload, env: {} };
}
