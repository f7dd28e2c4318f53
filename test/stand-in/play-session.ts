/** Plays whole sessions as Kiro's V2 CLI would: hooks, history, time. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findAgent, kiroHomeOf } from './agent-config.ts';
import { createWallClock, type Clock } from './clock.ts';
import { createHookRunner, type HookRunnerOptions } from './hook-runner.ts';
import { uuidOf } from './ids.ts';
import { closeSession, openSession, persist, writeRecords, type AgentProcess, type LiveSession } from './live-session.ts';
import type { Played } from './played.ts';
import { playTurn } from './play-turn.ts';
import { playV1Process } from './v1/play-v1-session.ts';
import { compactionRecord } from './records.ts';
import type { SessionScript, Step } from './script.ts';
import { appendRecords, filesOf, loadState, newState, saveSidecar, type SessionState } from './session-files.ts';

export interface PlayOptions {
  /** The user's home. `KIRO_HOME` of the session environment moves only Kiro's part of it. */
  home: string;
  /** The environment of the agent's process, which its hooks inherit. Default: HOME and this process's PATH. */
  sessionEnvironment?: Readonly<Record<string, string | undefined>>;
  /** Real time per scripted time; 0 (default): as fast as the order allows. */
  pace?: number;
  /** Instead of the wall clock at `pace`. */
  clock?: Clock;
  /** The shell that runs hooks. Default `/bin/sh`. */
  shell?: string;
  onHookStart?: HookRunnerOptions['onHookStart'];
  /** What `call` steps call. */
  calls?: Record<string, () => void | Promise<void>>;
}

/** Where a process of the agent begins and what it left, for a session that goes on in another process. */
export interface ProcessRun {
  fromStep: number;
  /** The session to resume. */
  sessionId?: string;
}

/**
 * Plays the session to its end and tells what happened. Hook processes that outlived their timeout are ended at last.
 * Throws what a `call` throws.
 */
export async function playSession(script: SessionScript, options: PlayOptions): Promise<Played> {
  const played: Played = { sessions: [], hookRuns: [] };
  let run: ProcessRun | undefined = { fromStep: 0 };
  while (run) run = await (script.v1 ? playV1Process : playProcess)(script, options, run, played);
  return played;
}

/** Plays one process of the agent: up to a `restart` or the end. Gives how the next process begins, if there is one. */
export async function playProcess(script: SessionScript, options: PlayOptions, run: ProcessRun, played: Played): Promise<ProcessRun | undefined> {
  const agent = createAgentProcess(script, options, played);
  try {
    const clock = options.clock ?? createWallClock(options.pace ?? 0);
    let session = await beginSession(script, agent, { run, clock });
    for (let at = run.fromStep; at < script.steps.length; at++) {
      const step = script.steps[at];
      if (step?.step === 'restart') {
        closeSession(session, { killed: step.killed ?? false });
        return { fromStep: at + 1, sessionId: session.state.sessionId };
      }
      if (step) session = await playStep(session, step, { script, at, options });
    }
    closeSession(session);
    return undefined;
  } finally {
    agent.runner.close();
  }
}

function createAgentProcess(script: SessionScript, options: PlayOptions, played: Played): AgentProcess {
  const environment = { PATH: process.env.PATH, HOME: options.home, ...options.sessionEnvironment };
  const kiroHome = kiroHomeOf(options.home, environment);
  const cwd = join(options.home, script.folder ?? 'project');
  mkdirSync(cwd, { recursive: true });
  return {
    kiroHome,
    cwd,
    runner: createHookRunner({ shell: options.shell ?? '/bin/sh', cwd, environment, onHookStart: options.onHookStart }),
    played,
    pid: process.pid,
    mcpNames: script.mcpNames ?? 'server___tool',
    titleSavedEarly: script.titleSavedEarly ?? false,
    foregroundId: '',
    findProfile: (agentName) => findAgent(kiroHome, cwd, agentName),
    playTurn,
  };
}

async function beginSession(script: SessionScript, agent: AgentProcess, start: { run: ProcessRun; clock: Clock }): Promise<LiveSession> {
  const { run, clock } = start;
  const profile = agent.findProfile(script.agentName);
  const state = run.sessionId
    ? loadState(agent.kiroHome, run.sessionId, script.model)
    : newState(uuidOf(script.seed, 'session', run.fromStep), agent.cwd, clock.nowMillis(), profile.name, script.model);
  agent.foregroundId = state.sessionId;
  return openSession(agent, clock, { state, profile, relation: 'root' });
}

async function playStep(session: LiveSession, step: Step, place: { script: SessionScript; at: number; options: PlayOptions }): Promise<LiveSession> {
  switch (step.step) {
    case 'turn':
      await playTurn(session, step);
      return session;
    case 'compact':
      await session.clock.wait(step.durationMillis ?? 0);
      if (step.recorded ?? true) writeRecords(session, compactionRecord(step.summary, snapshotOf(session.state)));
      persist(session);
      return session;
    case 'clear':
      writeRecords(session, { version: 'v1', kind: 'Clear' });
      return session;
    case 'rewind':
      return rewind(session, uuidOf(place.script.seed, 'session', place.at), step.keepTurns);
    case 'new-chat':
      return newChat(session, uuidOf(place.script.seed, 'session', place.at));
    case 'swap-agent':
      closeSession(session);
      session.state.agentName = step.agentName;
      return openSession(session.agent, session.clock, { state: session.state, profile: session.agent.findProfile(step.agentName), relation: 'root' });
    case 'idle':
      await session.clock.wait(step.millis);
      return session;
    case 'call':
      await callByName(place.options, step.name);
      return session;
    default:
      throw new Error(`A session cannot play the step "${step.step}".`);
  }
}

async function callByName(options: PlayOptions, name: string): Promise<void> {
  const call = options.calls?.[name];
  if (!call) throw new Error(`The script calls "${name}", which the player was not given.`);
  await call();
}

/** Forks the session: the child's files repeat what it keeps, under the same message ids. */
async function rewind(session: LiveSession, sessionId: string, keepTurns: number): Promise<LiveSession> {
  const { agent, clock, state: above, profile } = session;
  closeSession(session);
  const metadatas = above.metadatas.slice(0, keepTurns);
  const state: SessionState = {
    ...newState(sessionId, above.cwd, clock.nowMillis(), above.agentName, above.model),
    ...(above.title ? { title: above.title } : {}),
    parentSessionId: above.sessionId,
    createdReason: 'rewind',
    metadatas,
  };
  const files = filesOf(agent.kiroHome, sessionId);
  appendRecords(files, state, recordsOfTurns(above, keepTurns));
  saveSidecar(files, state, clock.nowMillis());
  agent.foregroundId = sessionId;
  return openSession(agent, clock, { state, profile, relation: 'rewind' });
}

async function newChat(session: LiveSession, sessionId: string): Promise<LiveSession> {
  const { agent, clock, state: above, profile } = session;
  closeSession(session);
  agent.foregroundId = sessionId;
  const state = newState(sessionId, above.cwd, clock.nowMillis(), above.agentName, above.model);
  return openSession(agent, clock, { state, profile, relation: 'new-chat' });
}

/** The lines of the first turns: up to the prompt that comes after them. */
function recordsOfTurns(state: SessionState, turns: number): SessionState['records'] {
  let prompts = 0;
  const end = state.records.findIndex((record) => record.kind === 'Prompt' && ++prompts > turns);
  return end === -1 ? [...state.records] : state.records.slice(0, end);
}

/** The last two pairs of messages stay as they are; the rest becomes the summary. */
function snapshotOf(state: SessionState): unknown[] {
  const messages = state.records.filter((record) => record.data && 'message_id' in record.data);
  return messages.slice(-4).map(({ kind, data }) => ({
    id: data?.message_id,
    role: kind === 'AssistantMessage' ? 'assistant' : 'user',
    content: data?.content,
    meta: data?.meta ?? null,
  }));
}
