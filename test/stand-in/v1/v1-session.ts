/** One V1 session while it runs: its conversation, its hooks, its row. */
import type { AgentProfile, HookEventName } from '../agent-config.ts';
import type { Clock } from '../clock.ts';
import { toUserPrompt, type HookCall, type HookRun, type HookRunner } from '../hook-runner.ts';
import { hookNameOf, isMatch } from '../matcher.ts';
import type { Played, PlayedSession } from '../played.ts';
import type { ToolScript, V1Options } from '../script.ts';
import { saveConversation, type Conversation } from './conversation-row.ts';

export interface V1Session {
  clock: Clock;
  runner: HookRunner;
  profile: AgentProfile;
  cwd: string;
  database: string;
  conversation: Conversation;
  options: V1Options;
  played: PlayedSession;
  runs: Played['hookRuns'];
  /** agentSpawn is run with the first request; what it printed is then kept for the session. */
  isSpawned: boolean;
  prompt?: string;
  turnIndex: number;
}

/** Runs the hooks of an event that is not about a tool. V1 puts no session id on stdin. */
export async function runHooks(session: V1Session, event: HookEventName, more: Record<string, unknown>): Promise<HookRun[]> {
  return runCalls(session, (session.profile.hooks[event] ?? []).map((entry) => hookCall(session, event, entry, more)));
}

/** Runs the hooks of one tool: V1 takes one tool after the other. */
export async function runToolHooks(session: V1Session, event: 'preToolUse' | 'postToolUse', tool: ToolScript, more: Record<string, unknown> = {}): Promise<HookRun[]> {
  const entries = (session.profile.hooks[event] ?? []).filter((entry) => isMatch(entry.matcher, tool));
  return runCalls(session, entries.map((entry) => hookCall(session, event, entry, { tool_name: hookNameOf(tool), tool_input: tool.input, ...more })));
}

/** Writes the row. */
export function saveRow({ database, cwd, conversation, clock }: V1Session): void {
  conversation.valid_history_range = [0, Math.max(0, conversation.history.length - 1)];
  saveConversation(database, cwd, conversation, Math.round(clock.nowMillis()));
}

async function runCalls(session: V1Session, calls: HookCall[]): Promise<HookRun[]> {
  const runs = await session.runner.runStage(calls);
  session.runs.push(...runs);
  return runs;
}

function hookCall(session: V1Session, event: HookEventName, entry: HookCall['entry'], more: Record<string, unknown>): HookCall {
  const sessionId = session.conversation.conversation_id;
  const env: Record<string, string> = session.options.tellsSession ?? true ? { KIRO_SESSION_ID: sessionId } : {};
  if (session.prompt !== undefined) env.USER_PROMPT = toUserPrompt(session.prompt);
  return { event, sessionId, entry, payload: { hook_event_name: event, cwd: session.cwd, ...more }, env };
}
