/** Plays whole sessions as Kiro V1 (`--classic`, or headless) would. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findAgent, kiroHomeOf } from '../agent-config.ts';
import { createWallClock } from '../clock.ts';
import { createHookRunner, type HookRunner } from '../hook-runner.ts';
import { uuidOf } from '../ids.ts';
import type { Played, PlayedSession } from '../played.ts';
import type { PlayOptions, ProcessRun } from '../play-session.ts';
import { DEFAULT_MODEL } from '../records.ts';
import type { SessionScript } from '../script.ts';
import { databaseOf, loadConversation, type Conversation } from './conversation-row.ts';
import { playV1Turn } from './play-v1-turn.ts';
import type { V1Session } from './v1-session.ts';

/** Plays one process of the agent: up to a `restart` or the end. Gives how the next process begins, if there is one. */
export async function playV1Process(script: SessionScript, options: PlayOptions, run: ProcessRun, played: Played): Promise<ProcessRun | undefined> {
  const environment = { PATH: process.env.PATH, HOME: options.home, ...options.sessionEnvironment };
  const cwd = join(options.home, script.folder ?? 'project');
  mkdirSync(cwd, { recursive: true });
  const runner = createHookRunner({ shell: options.shell ?? '/bin/sh', cwd, environment, onHookStart: options.onHookStart });
  try {
    const session = openSession({ script, options, run, played, cwd, runner, kiroHome: kiroHomeOf(options.home, environment) });
    for (let at = run.fromStep; at < script.steps.length; at++) {
      const step = script.steps[at];
      if (step?.step === 'restart') return { fromStep: at + 1, sessionId: session.conversation.conversation_id };
      if (step?.step === 'turn') await playV1Turn(session, step);
      else if (step?.step === 'idle') await session.clock.wait(step.millis);
      else if (step?.step === 'call') await options.calls?.[step.name]?.();
      else throw new Error(`A V1 session cannot play the step "${step?.step}".`);
    }
    return undefined;
  } finally {
    runner.close();
  }
}

interface Opening {
  script: SessionScript;
  options: PlayOptions;
  run: ProcessRun;
  played: Played;
  cwd: string;
  runner: HookRunner;
  kiroHome: string;
}

function openSession({ script, options, run, played, cwd, runner, kiroHome }: Opening): V1Session {
  const database = databaseOf(options.home);
  const conversation = run.sessionId ? loadConversation(database, run.sessionId) : newConversation(uuidOf(script.seed, 'session', run.fromStep), script);
  const known = played.sessions.find((one) => one.sessionId === conversation.conversation_id);
  const session: PlayedSession = known ?? { sessionId: conversation.conversation_id, relation: 'root', jsonl: database, sidecar: database, turns: [] };
  if (!known) played.sessions.push(session);
  return {
    clock: options.clock ?? createWallClock(options.pace ?? 0), runner, profile: findAgent(kiroHome, cwd, script.agentName), cwd, database, conversation,
    options: script.v1 ?? {}, played: session, runs: played.hookRuns, isSpawned: false, turnIndex: 0,
  };
}

function newConversation(id: string, { model = DEFAULT_MODEL }: SessionScript): Conversation {
  return {
    conversation_id: id, next_message: null, history: [], valid_history_range: [0, 0], latest_summary: null,
    model_info: { model_name: model.id, model_id: model.id, context_window_tokens: model.contextWindowTokens, rate_multiplier: model.rateMultiplier, rate_unit: 'Credit' },
    user_turn_metadata: { continuation_id: '', requests: [], usage_info: [] },
  };
}
