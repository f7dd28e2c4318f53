/** Runs the hooks of one stage as Kiro does: all at once, each its own process of a shell, the agent waiting for all of them. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { HookEntry } from './agent-config.ts';

/** One hook process, seen from the agent's side. */
export interface HookRun {
  event: string;
  sessionId: string;
  command: string;
  payload: Record<string, unknown>;
  /** What the agent itself put into the environment. */
  env: Record<string, string>;
  pid?: number;
  startedMillis: number;
  /** When the process was gone and its pipes had reached their end. */
  endedMillis: number;
  exitCode: number | null;
  stdout: string;
  stderr: string;
  timedOut: boolean;
}

export interface HookCall {
  event: string;
  sessionId: string;
  entry: HookEntry;
  payload: Record<string, unknown>;
  env: Record<string, string>;
}

export interface HookRunnerOptions {
  shell: string;
  cwd: string;
  /** The environment of the agent's process. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Told of each process as it starts. */
  onHookStart?: (run: Pick<HookRun, 'event' | 'pid' | 'sessionId'>) => void;
}

/** Kiro cuts the prompt in the environment at this many bytes' worth of characters. */
const USER_PROMPT_LIMIT = 4096;

export interface HookRunner {
  /** Starts every call in order without waiting between them; resolves when the last has ended or timed out. */
  runStage(calls: HookCall[]): Promise<HookRun[]>;
  /** Ends what outlived its timeout. */
  close(): void;
}

/** Owns the processes that it starts. */
export function createHookRunner(options: HookRunnerOptions): HookRunner {
  const stragglers = new Set<ChildProcess>();
  return {
    runStage: (calls) => Promise.all(calls.map((call) => runHook(call, options, stragglers))),
    close: () => {
      for (const child of stragglers) child.kill('SIGKILL');
      stragglers.clear();
    },
  };
}

/** The prompt as it stands in USER_PROMPT: control characters out, cut. */
export function toUserPrompt(prompt: string): string {
  return prompt.slice(0, USER_PROMPT_LIMIT).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '');
}

function runHook(call: HookCall, options: HookRunnerOptions, stragglers: Set<ChildProcess>): Promise<HookRun> {
  const { event, sessionId, payload, env, entry } = call;
  const run: HookRun = { event, sessionId, command: entry.command, payload, env, startedMillis: Date.now(), endedMillis: 0, exitCode: null, stdout: '', stderr: '', timedOut: false };
  const child = spawn(options.shell, ['-c', entry.command], { cwd: options.cwd, env: { ...options.environment, ...env }, stdio: 'pipe' });
  if (child.pid !== undefined) run.pid = child.pid;
  options.onHookStart?.(run);
  child.stdout.setEncoding('utf8').on('data', (text: string) => (run.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (run.stderr += text));
  // A hook may leave without reading: that is its right.
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify(payload));
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      run.endedMillis = Date.now();
      resolve(run);
    };
    const timer = setTimeout(() => {
      // Kiro stops waiting and leaves the process alone.
      run.timedOut = true;
      stragglers.add(child);
      child.unref();
      finish();
    }, entry.timeoutMillis);
    child.on('error', (error) => {
      run.stderr += String(error);
      finish();
    });
    child.on('close', (code) => {
      stragglers.delete(child);
      run.exitCode = code;
      finish();
    });
  });
}
