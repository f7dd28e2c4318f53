/** An agent's process, with a word to it where a scenario interrupts it. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** A run takes three to ten seconds on two busy cores; one that hangs must not hang everything. */
const DEADLINE_MILLIS = 120_000;
const POLL_MILLIS = 20;
/** After a polite signal. */
const GRACE_MILLIS = 20_000;
/** For output that is still under way when a process is over. */
const PIPES_MILLIS = 2000;

export interface ProgramRun {
  argv: readonly string[];
  cwd: string;
  /** The whole environment. */
  env: Record<string, string>;
  /** Interrupted (SIGINT) as soon as this file stands there. */
  interruptAt?: string;
}

export interface EndedProgram {
  /** Of its process group too. */
  pid: number;
  code: number | null;
  signal: NodeJS.Signals | null;
  out: string;
  err: string;
}

/** Runs it to its end without input. What it started and left behind is in its process group. Throws with what it said where it has to be killed. */
export async function runProgram({ argv: [program = '', ...args], cwd, env, interruptAt }: ProgramRun): Promise<EndedProgram> {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const ended: EndedProgram = { pid: child.pid ?? 0, code: null, signal: null, out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (ended.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (ended.err += text));
  let [isOver, isClosed, wasKilled] = [false, false, false];
  const over = new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => (isClosed = true));
    child.on('exit', (code, signal) => {
      isOver = true;
      Object.assign(ended, { code, signal });
      resolve();
    });
  });
  const control = async (): Promise<void> => {
    if (interruptAt !== undefined && (await waitUntil(() => isOver || existsSync(interruptAt), DEADLINE_MILLIS)) && !isOver) {
      signalGroup(child.pid, 'SIGINT');
      if (!(await waitUntil(() => isOver, GRACE_MILLIS))) signalGroup(child.pid, 'SIGTERM');
    }
    if (await waitUntil(() => isOver, DEADLINE_MILLIS)) return;
    wasKilled = true;
    signalGroup(child.pid, 'SIGKILL');
  };
  await Promise.race([over, control()]);
  await over;
  // Who inherited its pipes may keep them open.
  await waitUntil(() => isClosed, PIPES_MILLIS);
  if (wasKilled) throw new Error(`${program} ${args.join(' ')} did not end.\n${ended.out.slice(-3000)}\n${ended.err.slice(-3000)}`);
  return ended;
}

/** Sends a signal to a process and all that it started, as a terminal does. */
export function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (!pid) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody of the group is left.
  }
}

async function waitUntil(isReached: () => boolean, millis: number): Promise<boolean> {
  for (const deadline = performance.now() + millis; !isReached(); await delay(POLL_MILLIS)) if (performance.now() > deadline) return false;
  return true;
}
