/** hook → spool → collector → store, tried with a marked session for every command of ours that stands in an agent's files. */
import { randomBytes } from 'node:crypto';
import type { InstalledCommand } from '../../agents/agent.ts';
import { parseNodeScript } from '../../agents/hook-command.ts';
import { readCollector } from '../../collector/lifecycle/pid-file.ts';
import type { Home } from '../../config/home.ts';
import { toProbeId } from '../../core/probe.ts';
import { VERSION } from '../../core/version.ts';
import { toHookCommand } from '../../hook/shim.ts';
import type { DoctorContext, HookedAgent } from '../doctor-context.ts';
import type { Link } from '../report.ts';
import { readShimState, toInstallCommand } from '../shim-state.ts';
import { explainNotCollected, explainNotSpooled } from './explain.ts';
import { openProbeTraces, type ProbeTraces } from './probe-traces.ts';
import { runHook, type HookRun } from './run-hook.ts';
import { waitFor } from './wait-for.ts';

/** Agents wait as long for a hook of ours (`install-hooks.ts` of Kiro). */
const HOOK_LIMIT_MILLIS = 3_000;
/** The event is on disk before the hook ends. */
const SPOOL_LIMIT_MILLIS = 1_000;
/** A collector that has to be started takes a few hundred milliseconds, on a busy machine some seconds. */
const COLLECT_LIMIT_MILLIS = 8_000;
const STORE_LIMIT_MILLIS = 3_000;

/** Tries all commands of this agent that belong to this home, one after the other. */
export async function proveHooks(agent: HookedAgent, context: DoctorContext): Promise<Link[]> {
  const { home, environment } = context;
  const hookCommand = toHookCommand(home, agent.id, environment.platform);
  const installed = agent.installer.readCommands?.(environment, hookCommand) ?? agent.installer.installedIn(environment, hookCommand).slice(0, 1).map((path) => ({ path, command: hookCommand }));
  const own = installed.filter(({ command }) => command.includes(parseNodeScript(hookCommand) ?? hookCommand));
  const base = { link: 'hook' as const, subject: agent.id, next: toInstallCommand(home, agent.id) };
  if (own.length === 0) return [{ ...base, state: 'broken', seen: `${installed.map(({ path }) => path).join(', ')}: the hooks there are those of another home of spoor than ${home.root}` }];
  const links: Link[] = [];
  const commands = [...Map.groupBy(own, ({ command }) => command).values()];
  for (const [index, [place]] of commands.entries()) {
    if (context.signal.aborted || !place) break;
    const proof = await proveCommand(agent, place, context);
    // What all commands have in common is told once, and again only where it is not well.
    links.push(...(index === 0 || proof.some(({ state }) => state !== 'ok') ? proof : toShort(proof)));
    // What broke behind the hook breaks for every other command, too.
    if (proof.some(({ link, state }) => link !== 'hook' && state === 'broken')) break;
  }
  return links;
}

function toShort([hook]: readonly Link[]): Link[] {
  return hook ? [{ ...hook, seen: `${hook.seen}; its event reached the store` }] : [];
}

async function proveCommand(agent: HookedAgent, place: InstalledCommand, context: DoctorContext): Promise<Link[]> {
  const { home, environment, signal } = context;
  const sessionId = toProbeId(Date.now(), randomBytes(6).toString('hex'));
  const probe = agent.toProbe?.(sessionId, home.root);
  if (!probe) return [{ link: 'hook', subject: agent.id, state: 'unknown', seen: `There is no way to try the hooks of ${agent.title} without a session` }];
  const traces = openProbeTraces(home, agent, sessionId);
  try {
    const startedMillis = Date.now();
    const wasRunning = readCollector(home)?.alive === true;
    const run = await runHook({ command: place.command, payload: probe.payload, env: { ...environment.env, ...probe.env }, cwd: toFolder(environment.home), limitMillis: HOOK_LIMIT_MILLIS, beforeEnd: (pid) => traces.removeTorn(pid, startedMillis) });
    // Once more: it may have begun to write in between.
    if (run.exitCode === undefined && run.pid !== undefined) traces.removeTorn(run.pid, startedMillis);
    const hook = toHookLink(agent, place, { run, home });
    // One that printed or failed may have written its event all the same: it is followed, so that nothing of it comes later.
    const rest = hook.state === 'broken' && !traces.isSpooled() && !traces.isStored() ? [] : await follow(agent, traces, { context, wasRunning });
    return [hook, ...rest];
  } finally {
    // Whatever happened, and also when interrupted: what is there of the probe goes.
    await waitFor(() => traces.remove(), signal.aborted ? 0 : STORE_LIMIT_MILLIS, new AbortController().signal);
    traces.close();
  }
}

/** A folder that is there, whatever becomes of ours. */
function toFolder(home: string | undefined): string {
  return home ?? '/';
}

function toHookLink(agent: HookedAgent, { path }: InstalledCommand, { run, home }: { run: HookRun; home: Home }): Link {
  const base = { link: 'hook' as const, subject: agent.id, durationMillis: run.durationMillis };
  const next = toInstallCommand(home, agent.id);
  if (run.error) return { ...base, state: 'broken', seen: `The shell for the hook in ${path} could not be started (${run.error})` };
  if (run.exitCode === undefined) return { ...base, state: 'broken', seen: `The hook in ${path} did not end within ${HOOK_LIMIT_MILLIS / 1000} s: the agent would wait for it each time`, next };
  if (run.exitCode !== 0) return { ...base, state: 'broken', seen: `The hook in ${path} left with ${run.exitCode}: an agent may block its tools for that`, next };
  if (run.printed !== (agent.hookAnswer ?? '')) return { ...base, state: 'broken', seen: `The hook in ${path} printed something, which the agent would read: ${JSON.stringify(run.printed)}`, next };
  return { ...base, state: 'ok', seen: `the hook in ${path} ran, ${agent.hookAnswer === undefined ? 'silent' : `with the answer that ${agent.title} wants`}, exit 0` };
}

interface Following {
  context: DoctorContext;
  wasRunning: boolean;
}

/** From the end of the hook to the store. Ends with the link that broke. */
async function follow(agent: HookedAgent, traces: ProbeTraces, { context, wasRunning }: Following): Promise<Link[]> {
  const { home, signal } = context;
  const subject = agent.id;
  const started = performance.now();
  const hasArrived = (): boolean => traces.isSpooled() || traces.isStored();
  if (!(await waitFor(hasArrived, SPOOL_LIMIT_MILLIS, signal))) return [{ link: 'spool', subject, ...explainNotSpooled(agent, context), durationMillis: performance.now() - started }];
  const spooled = performance.now();
  const spool: Link = { link: 'spool', subject, state: 'ok', seen: `the event was written to ${home.spool}`, durationMillis: spooled - started };
  const isTaken = (): boolean => traces.isStored() && !traces.isSpooled();
  const canCome = readCollector(home)?.alive === true || readShimState(home, agent.id).startFault === undefined;
  if (!(await waitFor(isTaken, canCome ? COLLECT_LIMIT_MILLIS : 0, signal))) return [spool, { link: 'collector', subject, ...explainNotCollected(agent, context, COLLECT_LIMIT_MILLIS), durationMillis: performance.now() - spooled }];
  const taken = performance.now();
  const collector: Link = { link: 'collector', subject, ...toCollectorSeen(context, wasRunning), durationMillis: taken - spooled };
  return [spool, collector, await proveStore(subject, traces, signal)];
}

function toCollectorSeen({ home }: DoctorContext, wasRunning: boolean): Pick<Link, 'state' | 'seen' | 'next'> {
  const running = readCollector(home);
  if (!running?.alive) return { state: 'ok', seen: `a collector ${wasRunning ? 'that was running' : 'that the hook started'} took it, and has left` };
  const seen = `process ${running.pid}, which ${wasRunning ? 'was running' : 'the hook started'}, took it`;
  if (running.version === VERSION) return { state: 'ok', seen };
  return { state: 'attention', seen: `${seen}; it is version ${running.version}, and this is ${VERSION}`, next: 'spoor collect --once' };
}

/** Its session is there, and can be taken away again. */
async function proveStore(subject: string, traces: ProbeTraces, signal: AbortSignal): Promise<Link> {
  const started = performance.now();
  const isGone = (await waitFor(() => traces.isSettled(), STORE_LIMIT_MILLIS, signal)) && (await waitFor(() => traces.remove() && !traces.isStored(), STORE_LIMIT_MILLIS, signal));
  const base = { link: 'store' as const, subject, durationMillis: performance.now() - started };
  if (isGone) return { ...base, state: 'ok', seen: 'the marked session was there, and is gone again' };
  return { ...base, state: 'attention', seen: 'the marked session was there, and could not be deleted yet: another process holds the store. No list shows it, and the next collector deletes it' };
}
