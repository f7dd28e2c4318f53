/** The tools of one answer: hooks before them all together, then people, then the tools, then hooks after them all together. */
import type { Clock } from './clock.ts';
import { uuidOf } from './ids.ts';
import { closeSession, openSession, runToolHooks, type LiveSession } from './live-session.ts';
import { hookNameOf } from './matcher.ts';
import type { PlayedCall } from './played.ts';
import type { TurnInPlay } from './turn-in-play.ts';
import { historyNameOf, itemsOf, type EndedCall } from './records.ts';
import type { CancelEnd, StageScript, ToolScript } from './script.ts';
import { newState } from './session-files.ts';

interface Batch {
  /** The person presses Esc in this batch. */
  cut?: CancelEnd;
  /** In which order results are written and the hooks after them start. */
  order: 'call' | 'completion';
}

/** Plays the batch and gives what its history line will hold; a denied or blocked batch holds only some of its calls. */
export async function playTools(turn: TurnInPlay, calls: EndedCall[], batch: Batch): Promise<EndedCall[]> {
  const { session } = turn;
  const played = calls.map((call): PlayedCall => {
    const { callId, tool } = call;
    return { callId, hookName: hookNameOf(tool), historyName: historyNameOf(tool, session.agent.mcpNames), outcome: 'unrun', childSessionIds: [] };
  });
  turn.played.calls.push(...played);
  const blocked = await blockedByHooks(session, calls);
  if (blocked.size > 0) return refuse(calls.filter((call) => blocked.has(call)), played, 'blocked', (call) => `PreToolHook blocked the tool execution: ${blocked.get(call)}`);
  const asked = calls.filter(({ tool }) => tool.approval);
  if (batch.cut?.during === 'approval') return cutShort(session, calls, batch.cut);
  await session.clock.wait(Math.max(0, ...asked.map(({ tool }) => tool.approval?.waitMillis ?? 0)));
  if (asked.some(({ tool }) => tool.approval?.decision === 'denied')) return refuseDenied(asked, played);
  if (batch.cut) return cutShort(session, calls, batch.cut);
  return runBatch(session, { calls, played }, batch.order);
}

async function cutShort(session: LiveSession, calls: EndedCall[], cut: CancelEnd): Promise<EndedCall[]> {
  await session.clock.wait(cut.afterMillis ?? 0);
  return calls;
}

async function runBatch(session: LiveSession, { calls, played }: { calls: EndedCall[]; played: PlayedCall[] }, order: Batch['order']): Promise<EndedCall[]> {
  const finished = await runTools(session, calls, played);
  const ended = order === 'completion' ? finished : calls;
  for (const call of calls) mark(played, call, 'error' in (call.outcome as object) ? 'error' : 'ok');
  const successes = ended.flatMap((call) => {
    const items = itemsOf(call.outcome);
    return items ? [{ tool: call.tool, response: { items } }] : [];
  });
  await runToolHooks(session, 'postToolUse', successes);
  return ended;
}

/** The calls for which a hook before them left with 2, with what it said. */
async function blockedByHooks(session: LiveSession, calls: EndedCall[]): Promise<Map<EndedCall, string>> {
  const runs = await runToolHooks(session, 'preToolUse', calls);
  const blocked = new Map<EndedCall, string>();
  for (const [index, call] of calls.entries()) {
    const refusal = runs[index]?.find((run) => run.exitCode === 2);
    if (refusal) blocked.set(call, refusal.stderr);
  }
  return blocked;
}

function refuseDenied(asked: EndedCall[], played: PlayedCall[]): EndedCall[] {
  return asked.map((call) => {
    const denied = call.tool.approval?.decision === 'denied';
    mark(played, call, denied ? 'denied' : 'unrun');
    return { ...call, outcome: { error: denied ? 'Tool use was denied by the user.' : 'Tool use was approved, but did not execute' } };
  });
}

function refuse(calls: EndedCall[], played: PlayedCall[], outcome: PlayedCall['outcome'], reason: (call: EndedCall) => string): EndedCall[] {
  return calls.map((call) => {
    mark(played, call, outcome);
    return { ...call, outcome: { error: reason(call) } };
  });
}

function mark(played: PlayedCall[], { callId }: EndedCall, outcome: PlayedCall['outcome']): void {
  const call = played.find((one) => one.callId === callId);
  if (call) call.outcome = outcome;
}

/** Runs all tools side by side, writes one after the other. Gives them in the order in which they finished, subagents last. */
async function runTools(session: LiveSession, calls: EndedCall[], played: PlayedCall[]): Promise<EndedCall[]> {
  const ends = endsOf(calls);
  const forks = calls.map(() => session.clock.fork());
  const timed = calls.map((call, index) => ({ call, end: ends[index] ?? 0, clock: forks[index] })).filter(({ call }) => !call.tool.stages);
  const nested: EndedCall[] = [];
  const children = calls.map(async (call, index) => {
    if (!call.tool.stages) return;
    const ids = await runStages(session, forks[index] ?? session.clock, call);
    played.find((one) => one.callId === call.callId)?.childSessionIds.push(...ids);
    nested.push(call);
  });
  await Promise.all([...children, ...timed.map(({ clock, end }) => clock?.wait(end))]);
  session.clock.join(forks);
  // Even where nothing really waits the order is the script's: whoever takes longer ends later.
  return [...timed.sort((a, b) => a.end - b.end).map(({ call }) => call), ...nested];
}

/** When each tool ends, counted from the start of the batch: writes queue behind each other. */
function endsOf(calls: EndedCall[]): number[] {
  let lastWrite = 0;
  return calls.map(({ tool }) => {
    const spent = tool.durationMillis ?? 0;
    if (tool.name !== 'write' || tool.mcp) return spent;
    lastWrite += spent;
    return lastWrite;
  });
}

/** Plays the sessions of a subagent call, each when those it depends on are done. */
async function runStages(session: LiveSession, clock: Clock, call: EndedCall): Promise<string[]> {
  const stages = call.tool.stages ?? [];
  const running = new Map<string, Promise<Clock>>();
  const start = (stage: StageScript): Promise<Clock> => {
    const known = running.get(stage.name);
    if (known) return known;
    const run = (async () => {
      const before = await Promise.all((stage.dependsOn ?? []).map((name) => stages.find((one) => one.name === name)).filter((one) => one !== undefined).map(start));
      const fork = clock.fork();
      fork.join(before);
      await playStage(session, fork, { stage, sessionId: childIdOf(call, stage), tool: call.tool });
      return fork;
    })();
    running.set(stage.name, run);
    return run;
  };
  clock.join(await Promise.all(stages.map(start)));
  return stages.map((stage) => childIdOf(call, stage));
}

async function playStage(parent: LiveSession, clock: Clock, child: { stage: StageScript; sessionId: string; tool: ToolScript }): Promise<void> {
  const { agent, state: above } = parent;
  const state = { ...newState(child.sessionId, above.cwd, clock.nowMillis(), null, above.model), parentSessionId: above.sessionId };
  const found = agent.findProfile(child.stage.role);
  // A role without a file of its own is no agent of the user's: the built-in one runs, under the role's name.
  const profile = found.path ? found : { ...found, name: child.stage.role };
  const session = await openSession(agent, clock, { state, profile, relation: 'subagent' });
  for (const turn of child.stage.turns) await agent.playTurn(session, turn);
  closeSession(session);
}

function childIdOf(call: EndedCall, stage: StageScript): string {
  return uuidOf(call.callId, 'stage', stage.name);
}
