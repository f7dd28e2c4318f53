/** Runs a hook command as an agent does: a shell, the event on stdin, and a limit. */
import { spawn } from 'node:child_process';
import { parseNodeScript } from '../../agents/hook-command.ts';

export interface HookRun {
  /** Undefined: it was ended because it took too long, or the shell could not be started. */
  exitCode?: number;
  /** What it printed to both streams, the beginning of it. */
  printed: string;
  durationMillis: number;
  /** Why the shell could not be started. */
  error?: string;
  /** The shell's. */
  pid?: number;
}

export interface RunHookOptions {
  command: string;
  payload: string;
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  /** Ends it with everything it started. */
  limitMillis: number;
  /** Called with the shell's pid just before it is ended: while it lives, nobody takes what it is writing for a dead hook's. */
  beforeEnd?(pid: number): void;
}

const MOST_PRINTED = 200;

/** Never rejects; is over soon after the limit. A hook is not interrupted before: half an event would be left. */
export function runHook({ command, payload, env, cwd, limitMillis, beforeEnd }: RunHookOptions): Promise<HookRun> {
  const started = performance.now();
  return new Promise((resolve) => {
    // A group of its own, so that what hangs below the shell can be ended with it.
    const script = parseNodeScript(command);
    const [program, words] = script === undefined ? ['sh', ['-c', command]] as const : ['node', ['-e', script]] as const;
    const child = spawn(program, words, { env: { ...env }, cwd, detached: true, windowsHide: true, stdio: ['pipe', 'pipe', 'pipe'] });
    let printed = '';
    const stop = (): void => {
      if (child.pid) beforeEnd?.(child.pid);
      try {
        if (process.platform === 'win32') child.kill('SIGKILL');
        else if (child.pid) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended in between.
      }
    };
    const end = (result: Pick<HookRun, 'exitCode' | 'error'>): void => {
      clearTimeout(timer);
      resolve({ ...result, ...(child.pid === undefined ? {} : { pid: child.pid }), printed: printed.replace(/\s+/g, ' ').trim().slice(0, MOST_PRINTED), durationMillis: performance.now() - started });
    };
    const timer = setTimeout(stop, limitMillis);
    const note = (text: string): void => void (printed = printed.length < MOST_PRINTED ? printed + text : printed);
    child.stdout.setEncoding('utf8').on('data', note);
    child.stderr.setEncoding('utf8').on('data', note);
    child.stdin.on('error', () => undefined);
    child.on('error', (error: NodeJS.ErrnoException) => end({ error: error.code ?? error.message }));
    child.on('close', (code) => end(code === null ? {} : { exitCode: code }));
    child.stdin.end(payload);
  });
}
