/** One session while it runs: its state, its files, its agent's hooks. */
import type { AgentProfile, HookEventName } from './agent-config.ts';
import type { Clock } from './clock.ts';
import { toUserPrompt, type HookCall, type HookRun, type HookRunner } from './hook-runner.ts';
import { hookNameOf, isMatch } from './matcher.ts';
import type { Played, PlayedSession, PlayedTurn } from './played.ts';
import { modelInputOf, type HistoryRecord } from './records.ts';
import type { McpNames, ToolScript, TurnScript } from './script.ts';
import { appendRecords, filesOf, removeLock, saveSidecar, writeLock, type SessionFiles, type SessionState } from './session-files.ts';

/** What all sessions of one agent process share. */
export interface AgentProcess {
  kiroHome: string;
  cwd: string;
  runner: HookRunner;
  played: Played;
  pid: number;
  mcpNames: McpNames;
  titleSavedEarly: boolean;
  /** KIRO_SESSION_ID: that of the session in front, also below in its subagents. */
  foregroundId: string;
  /** The profile that a name means, looked up afresh. */
  findProfile(agentName?: string): AgentProfile;
  /** Turns start subagents and those play turns: the circle is closed here. */
  playTurn(session: LiveSession, script: TurnScript): Promise<PlayedTurn>;
}

export interface LiveSession {
  agent: AgentProcess;
  clock: Clock;
  state: SessionState;
  files: SessionFiles;
  profile: AgentProfile;
  played: PlayedSession;
  /** The prompt that hooks find in their environment. */
  prompt?: string;
}

/** Puts a session in front of its agent: the lock is written and the agentSpawn hooks run. */
export async function openSession(
  agent: AgentProcess,
  clock: Clock,
  start: { state: SessionState; profile: AgentProfile; relation: PlayedSession['relation'] },
): Promise<LiveSession> {
  const { state, profile, relation } = start;
  const files = filesOf(agent.kiroHome, state.sessionId);
  const played = agent.played.sessions.find((one) => one.sessionId === state.sessionId) ?? newPlayed(state, files, relation, agent.played);
  const session: LiveSession = { agent, clock, state, files, profile, played };
  writeLock(files, agent.pid, clock.nowMillis());
  await runHooks(session, 'agentSpawn', {});
  return session;
}

/** Lets go of the session. `killed`: as a process that was killed does. */
export function closeSession(session: LiveSession, options: { killed?: boolean } = {}): void {
  if (!options.killed) removeLock(session.files);
}

/** Runs every hook of the event that is not about a tool. */
export function runHooks(session: LiveSession, event: HookEventName, more: Record<string, unknown>): Promise<HookRun[]> {
  return runCalls(session, (session.profile.hooks[event] ?? []).map((entry) => hookCall(session, event, entry, more)));
}

/** Runs the matching hooks of all tools of a batch together. Gives each tool's runs, by its place in `tools`. */
export async function runToolHooks(
  session: LiveSession,
  event: 'preToolUse' | 'postToolUse',
  tools: { tool: ToolScript; response?: unknown }[],
): Promise<HookRun[][]> {
  const entries = session.profile.hooks[event] ?? [];
  const calls = tools.flatMap(({ tool, response }, index) =>
    entries
      .filter((entry) => isMatch(entry.matcher, tool))
      .map((entry) => {
        const payload = { tool_name: hookNameOf(tool), tool_input: modelInputOf(tool), ...(response === undefined ? {} : { tool_response: response }) };
        return { index, call: hookCall(session, event, entry, payload) };
      }),
  );
  const runs = await runCalls(session, calls.map(({ call }) => call));
  return tools.map((_, index) => runs.filter((_run, place) => calls[place]?.index === index));
}

/** Writes lines at the session's history. */
export function writeRecords(session: LiveSession, ...records: HistoryRecord[]): void {
  appendRecords(session.files, session.state, records);
}

/** Writes the sidecar: the last thing of a turn. */
export function persist(session: LiveSession): void {
  saveSidecar(session.files, session.state, session.clock.nowMillis());
}

async function runCalls(session: LiveSession, calls: HookCall[]): Promise<HookRun[]> {
  const runs = await session.agent.runner.runStage(calls);
  session.agent.played.hookRuns.push(...runs);
  return runs;
}

function hookCall(session: LiveSession, event: HookEventName, entry: HookCall['entry'], more: Record<string, unknown>): HookCall {
  const { sessionId, cwd } = session.state;
  const env: Record<string, string> = { KIRO_SESSION_ID: session.agent.foregroundId };
  if (session.prompt !== undefined) env.USER_PROMPT = toUserPrompt(session.prompt);
  return { event, sessionId, entry, payload: { hook_event_name: event, cwd, session_id: sessionId, ...more }, env };
}

function newPlayed(state: SessionState, files: SessionFiles, relation: PlayedSession['relation'], played: Played): PlayedSession {
  const session: PlayedSession = {
    sessionId: state.sessionId,
    ...(state.parentSessionId ? { parentSessionId: state.parentSessionId } : {}),
    relation,
    jsonl: files.jsonl,
    sidecar: files.sidecar,
    turns: [],
  };
  played.sessions.push(session);
  return session;
}
