/** Plays sessions as Kiro's V3 engine would: records, hook files, questions to a person. */
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTickingClock, type Clock } from '../clock.ts';
import { createHookRunner, type HookRun, type HookRunner, type HookRunnerOptions } from '../hook-runner.ts';
import { toolUseIdOf, uuidOf } from '../ids.ts';
import { append, saveSession, sessionFiles, subFiles, type V3Files } from './files.ts';
import { hooksOf, toCall } from './hooks.ts';
import type { V3Answer, V3Session, V3Tool, V3Turn } from './script.ts';

export interface V3PlayOptions {
  home: string;
  clock?: Clock;
  /** This build still runs the hooks of agent files. */
  runsAgentHooks?: boolean;
  /** The IDE's spelling of the payload's fields. */
  isCamel?: boolean;
  /** The stop hooks run when the end of the turn is written, not before. */
  stopsLate?: boolean;
  onHookStart?: HookRunnerOptions['onHookStart'];
}

interface Play {
  options: V3PlayOptions;
  clock: Clock;
  runner: HookRunner;
  files: V3Files;
  cwd: string;
  runs: HookRun[];
  /** Subagents run no hooks. */
  isSilent: boolean;
}

interface LiveTurn {
  script: V3Turn;
  executionId: string;
  requestIds: string[];
  usedTools: string[];
  calls: number;
}

/** Plays the session to its end; gives its id and every hook that ran. */
export async function playV3(script: V3Session, options: V3PlayOptions): Promise<{ sessionId: string; runs: HookRun[] }> {
  const clock = options.clock ?? createTickingClock();
  const cwd = join(options.home, 'project');
  mkdirSync(cwd, { recursive: true });
  const runner = createHookRunner({ shell: '/bin/sh', cwd, environment: { PATH: process.env.PATH, HOME: options.home }, onHookStart: options.onHookStart });
  const files = sessionFiles(options.home, `sess_${uuidOf(script.seed)}`);
  const play: Play = { options, clock, runner, files, cwd, runs: [], isSilent: false };
  const createdMillis = clock.nowMillis();
  try {
    await runHooks(play, 'SessionStart', {});
    for (const step of script.steps) {
      if (step.step === 'compact') append(files, clock, { type: 'tombstone', kind: 'summarization', effectiveFromMessageId: uuidOf(files.id, 0), metadata: {} });
      else await playTurn(play, step);
      saveSession(files, clock, { title: script.seed, model: script.model ?? 'auto', cwd, createdMillis });
    }
    append(files, clock, { type: 'session_start', agentType: 'vibe', content: 'You are an agent.', forcedRole: true, messageId: uuidOf(files.id, 'start') }, `session_start_${files.id}_vibe`);
    await runHooks(play, 'SessionEnd', {});
  } finally {
    runner.close();
  }
  return { sessionId: files.id, runs: play.runs };
}

async function playTurn(play: Play, script: V3Turn): Promise<void> {
  const { files, clock } = play;
  const executionId = uuidOf(files.id, 'execution', files.lines);
  const turn: LiveTurn = { script, executionId, requestIds: [], usedTools: [], calls: 0 };
  const traceparent = `00-${uuidOf(executionId, 'trace').replaceAll('-', '')}-${uuidOf(executionId).replaceAll('-', '').slice(16)}-01`;
  append(files, clock, { type: 'user', content: script.prompt, images: [], documents: [], _meta: { traceparent, kiro: {} } });
  append(files, clock, { type: 'turn_start', executionId }, `${executionId}-turn-start`);
  await runHooks(play, 'UserPromptSubmit', { prompt: script.prompt });
  for (const answer of script.answers) await playAnswer(play, turn, answer);
  if (script.ends === 'killed') return;
  if (!script.ends && !play.options.stopsLate) await runHooks(play, 'Stop', {});
  const status = script.ends ?? 'success';
  const summaries = [{ unit: 'credit', unitPlural: 'credits', usage: script.credits ?? 0.25, usedTools: turn.usedTools }];
  append(files, clock, { type: 'usage_summary', promptTurnSummaries: summaries, elapsedTime: 1200, status, executionId, requestIds: turn.requestIds }, `${executionId}-usage`);
  append(files, clock, { type: 'session_event', category: 'session_pause', context: { executionId, status } }, `${executionId}-complete`);
  append(files, clock, { type: 'turn_end', stopReason: script.ends ?? 'end_turn', executionId }, `${executionId}-turn-end`);
  if (!script.ends && play.options.stopsLate) await runHooks(play, 'Stop', {});
}

async function playAnswer(play: Play, turn: LiveTurn, answer: V3Answer): Promise<void> {
  const { files, clock } = play;
  const { executionId } = turn;
  if (answer.text !== undefined) append(files, clock, { type: 'assistant', content: answer.text, operationType: 'Say', executionId });
  append(files, clock, { type: 'assistant', content: answer.reasoning ?? '...', operationType: 'Reasoning', executionId, reasoningSignature: 'x', reasoningModelId: 'qdev::auto' });
  turn.requestIds.push(uuidOf(executionId, 'request', turn.requestIds.length));
  if (!answer.isBrokenOff) append(files, clock, { type: 'session_metadata', key: 'contextUsage', value: { usagePercentage: 2 + turn.requestIds.length / 4 }, executionId });
  const calls = (answer.tools ?? []).map((tool) => ({ tool, callId: toCallId(tool, toolUseIdOf(executionId, turn.calls++)) }));
  if (calls.length === 0) return;
  await runToolHooks(play, 'PreToolUse', calls.map(({ tool }) => ({ tool, more: {} })));
  for (const call of calls) if (call.tool.approval) await ask(play, call, executionId);
  if (answer.steer !== undefined) append(files, clock, { type: 'user', content: [{ type: 'text', text: answer.steer }], source: 'steer' });
  const isCut = turn.script.ends !== undefined && answer === turn.script.answers.at(-1);
  for (const call of calls) {
    turn.usedTools.push(call.tool.name);
    await runTool(play, { ...call, executionId, isCut, isKilled: turn.script.ends === 'killed' });
  }
  const ran = calls.filter(({ tool }) => !isRejected(tool));
  if (!isCut) await runToolHooks(play, 'PostToolUse', ran.map(({ tool }) => ({ tool, more: { tool_response: tool.output ?? '' } })));
}

/** Shell commands have an id of their own kind. */
function toCallId({ name }: V3Tool, id: string): string {
  return name.startsWith('execute_') ? `run_command_${id}` : id;
}

function isRejected({ approval }: V3Tool): boolean {
  return approval?.option.endsWith('reject') ?? false;
}

async function ask(play: Play, { tool, callId }: { tool: V3Tool; callId: string }, executionId: string): Promise<void> {
  const { files, clock } = play;
  const option = tool.approval?.option ?? 'accept';
  const askId = tool.approval?.isReview ? `turn_approval_${callId}` : callId;
  const kinds = { accept: 'allow_once', 'always-accept': 'allow_always', reject: 'reject_once', 'always-reject': 'reject_always' };
  const options = Object.entries(kinds).map(([optionId, kind]) => ({ optionId, name: optionId, kind }));
  const review = tool.approval?.isReview ? { _meta: { kiro: { type: 'turn_approval', executionId, files: [{ path: 'x', toolCallId: callId }] } } } : {};
  append(files, clock, { type: 'pending_interaction', interactionType: 'tool_approval', toolCallId: askId, question: 'May I?', options, executionId: askId, ...review }, `${askId}-pending`);
  await clock.wait(2000);
  append(files, clock, { type: 'interaction_resolved', toolCallId: askId, outcome: 'selected', selectedOption: option, executionId: askId }, `${askId}-resolved`);
}

/** Both lines are written when the tool is done, at the same moment. */
async function runTool(play: Play, call: { tool: V3Tool; callId: string; executionId: string; isCut: boolean; isKilled: boolean }): Promise<void> {
  const { files, clock } = play;
  const { tool, callId, executionId, isCut } = call;
  if (call.isKilled) return;
  if (tool.child) await playChild(play, callId, tool.child);
  await clock.wait(tool.durationMillis ?? 0);
  const frozen: Clock = { ...clock, nowMillis: ((millis) => () => millis)(clock.nowMillis()) };
  append(files, frozen, { type: 'tool_call', toolCallId: callId, toolName: tool.name, args: tool.input, status: isCut ? 'running' : 'completed', kind: 'execute', executionId }, `${callId}-call`);
  const duration = tool.durationMillis === undefined ? {} : { durationMs: isCut ? 0 : tool.durationMillis };
  const content = isCut ? 'Tool did not complete — the session was interrupted.' : isRejected(tool) ? 'The user rejected this tool call.' : (tool.output ?? '');
  append(files, frozen, { type: 'tool_result', toolCallId: callId, content, success: !isCut && !isRejected(tool) && tool.fails !== true, ...duration, executionId }, `${callId}-result${isCut ? '-synthetic' : ''}`);
}

async function playChild(play: Play, callId: string, child: NonNullable<V3Tool['child']>): Promise<void> {
  const id = child.place === 'beside' ? `sess_${uuidOf(callId, 'child')}` : uuidOf(callId, 'child');
  append(play.files, play.clock, { type: 'sub_agent_start', subSessionId: id });
  const files = child.place === 'beside' ? sessionFiles(play.options.home, id) : subFiles(play.files, id);
  for (const turn of child.turns) await playTurn({ ...play, files, isSilent: true }, turn);
}

async function runToolHooks(play: Play, event: string, tools: { tool: V3Tool; more: Record<string, unknown> }[]): Promise<void> {
  if (play.isSilent) return;
  await passTick(play);
  const calls = tools.flatMap(({ tool, more }) => {
    const name = tool.hookName ?? tool.name;
    return hooksOf(play.options.home, event, { runsAgentHooks: play.options.runsAgentHooks ?? false, tool: name }).map((entry) => {
      return toCall(entry, { event, sessionId: play.files.id, cwd: play.cwd, more: { tool_name: name, tool_input: tool.input, ...more }, isCamel: play.options.isCamel ?? false });
    });
  });
  play.runs.push(...(await play.runner.runStage(calls)));
}

/** A hook without a clock of its own goes by its file's time, the kernel's last tick: that must lie behind the last record. */
async function passTick({ cwd, clock }: Play): Promise<void> {
  const now = clock.nowMillis();
  const probe = join(cwd, 'tick');
  do {
    writeFileSync(probe, '');
    await new Promise((resolve) => setImmediate(resolve));
  } while (statSync(probe).mtimeMs <= now);
}

async function runHooks(play: Play, event: string, more: Record<string, unknown>): Promise<void> {
  if (play.isSilent) return;
  await passTick(play);
  const entries = hooksOf(play.options.home, event, { runsAgentHooks: play.options.runsAgentHooks ?? false });
  const calls = entries.map((entry) => toCall(entry, { event, sessionId: play.files.id, cwd: play.cwd, more, isCamel: false }));
  play.runs.push(...(await play.runner.runStage(calls)));
}
