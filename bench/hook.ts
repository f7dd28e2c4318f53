/**
 * What a hook costs the agent: wall time of `sh -c "<installed command>"` as an agent runs it (pipes, a payload, waited for until
 * the pipes end), beside what no hook can go below. Two runs that are compared alternate, so that both meet the same machine.
 */
import { spawnSync } from 'node:child_process';
import { toWords } from '#spoor/agents/hook-command.ts';
import { readCollector } from '#spoor/collector/lifecycle/pid-file.ts';
import { toHookCommand } from '#spoor/hook/shim.ts';
import { createHookStage, type HookStage, waitFor } from '../test/support/hook-stage.ts';

const RUNS = 1000;
const NODE_RUNS = 50;
const START_RUNS = 30;
/** A tool call of usual size. */
const PAYLOAD = JSON.stringify({ hook_event_name: 'preToolUse', session_id: '0'.repeat(36), cwd: '/home/dev/project', tool_name: 'shell', tool_input: { command: 'x'.repeat(500) } });

/** Prints the medians in ms; the ratio is the budget's: at most 2. */
export async function bench(): Promise<void> {
  const stage = createHookStage();
  try {
    const env = { PATH: process.env.PATH ?? '', HOME: stage.folder, SPOOR_HOME: stage.home.root };
    const run = (argv: readonly string[]): (() => void) => {
      const [file = '', ...args] = argv;
      return () => void spawnSync(file, args, { env, cwd: stage.folder, input: PAYLOAD });
    };
    const shell = (command: string): (() => void) => run(['sh', '-c', command]);
    const hook = shell(stage.command);
    console.log('hook, wall in ms (median, p90), collector alive');
    hook();
    await waitFor('the collector', () => readCollector(stage.home)?.alive);
    const [base = [], told = []] = alternate([shell('/bin/true'), hook], RUNS);
    const [bare = [], floor = []] = alternate([run(['/bin/true']), shell('exec cat >/dev/null')], RUNS);
    stage.install({ platform: 'win32' });
    const [, ...words] = toWords(toHookCommand(stage.home, 'kiro', 'win32'));
    const [node = [], nodeHook = []] = alternate([run([process.execPath, '-e', '0']), run([process.execPath, ...words])], NODE_RUNS);
    print('/bin/true', bare);
    print('sh -c /bin/true', base);
    print('sh -c "exec cat >/dev/null"', floor);
    print('sh -c "<installed command>"', told, `${(median(told) / median(base)).toFixed(2)} × sh -c /bin/true (at most 2), ${RUNS} runs each, in turn`);
    print('node -e 0', node);
    print('the form for Windows', nodeHook, `${(median(nodeHook) / median(node)).toFixed(2)} × node -e 0, in turn`);
    print('first event, starts the collector', await startEach(stage, hook));
    stage.install({ isEnvOnly: true });
    const [idle = [], nothing = []] = alternate([shell('exec cat >/dev/null'), hook], RUNS);
    print('environment-only, no endpoint', nothing, `${(median(nothing) / median(idle)).toFixed(2)} × sh -c "exec cat >/dev/null", in turn`);
  } finally {
    await stage.close();
  }
}

/** Runs each in turn, `count` times. The first tenth is thrown away: caches fill. */
function alternate(runs: readonly (() => void)[], count: number): number[][] {
  const times = runs.map((): number[] => []);
  for (let i = -count / 10; i < count; i++) {
    for (const [which, run] of runs.entries()) {
      const millis = measure(run);
      if (i >= 0) times[which]?.push(millis);
    }
  }
  return times;
}

/** Events that find no collector: each ends the one before it. */
async function startEach(stage: HookStage, hook: () => void): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < START_RUNS; i++) {
    const { pid } = await waitFor('the collector', () => (readCollector(stage.home)?.alive ? readCollector(stage.home) : undefined));
    process.kill(pid, 'SIGKILL');
    await waitFor('its death', () => !readCollector(stage.home)?.alive);
    times.push(measure(hook));
  }
  return times;
}

function measure(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

function print(what: string, times: number[], more = ''): void {
  console.log(`  ${what.padEnd(36)} ${median(times).toFixed(2).padStart(7)} ${quantile(times, 0.9).toFixed(2).padStart(7)}  ${more}`);
}

const median = (times: number[]): number => quantile(times, 0.5);

function quantile(times: number[], share: number): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length * share)] ?? Number.NaN;
}
